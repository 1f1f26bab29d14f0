package scenarios

import "regexp"

// nameMap is a mapping whose keys are names.
type nameMap struct {
	noun    string
	key     *regexp.Regexp
	example string // of a key
	values  spec
	min     int
}

func (m *nameMap) want() string { return m.noun }

func (m *nameMap) check(c *checker, n *node, path string) *value {
	if n.kind != mappingKind || len(n.pairs) < m.min {
		c.refuse(n, path, m.noun, "")
		return bad(n, path)
	}
	before := len(c.errs)
	v := &value{node: n, path: path, fields: map[string]*value{}, order: []string{}}
	for _, p := range n.pairs {
		if !m.key.MatchString(p.key.text) {
			c.fail(p.key.place, path, "the key "+p.key.describe(), "a name like "+m.example, "")
			continue
		}
		v.fields[p.key.text] = m.values.check(c, p.value, join(path, p.key.text))
		v.order = append(v.order, p.key.text)
	}
	v.bad = len(c.errs) > before
	return v
}

func (m *nameMap) schema(g *generator) object {
	s := object{"type": "object", "propertyNames": object{"pattern": m.key.String()}, "additionalProperties": m.values.schema(g)}
	if m.min > 0 {
		s["minProperties"] = m.min
	}
	return s
}
