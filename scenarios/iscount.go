package scenarios

// isCount tells whether a path leads from a spec, whose value is n, to a whole
// number. Where n is nil there is no value yet.
func isCount(s spec, n *node, path string, parts []string) bool {
	switch s := s.(type) {
	case *quantity:
		return len(parts) == 0 && s.unit == count
	case *named:
		return isCount(s.spec, n, path, parts)
	case *union:
		return isCount(s.toward(n, parts), n, path, parts)
	case *choice:
		if name := n.get(s.key); name != nil {
			if o := s.option(name.text); o != nil {
				return isCount(s.of(o), n, path, parts)
			}
		}
	case *mapping:
		return len(parts) > 0 && s.leadsToCount(n, path, parts[0], parts[1:])
	case *list:
		if n == nil || len(parts) == 0 {
			return false
		}
		if at, ok := n.step(path, parts[0]); ok && n.kind == listKind {
			return isCount(s.item, n.items[at.index], join(path, parts[0]), parts[1:])
		}
	}
	return false
}

// toward is the shape that a value has, or would get from a path.
func (u *union) toward(n *node, parts []string) spec {
	switch {
	case len(parts) == 0:
		return u.scalar
	case n != nil:
		return u.shape(n)
	default:
		return u.mapping
	}
}

func (m *mapping) leadsToCount(n *node, path, part string, rest []string) bool {
	below := join(path, part)
	if n != nil {
		if at, _ := n.step(path, part); at.stay {
			return isCount(m, n, below, rest)
		}
	}
	f := m.field(part)
	return f != nil && isCount(f.spec, n.get(part), below, rest)
}
