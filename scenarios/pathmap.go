package scenarios

// pathMap is a mapping whose keys are dotted paths; their order has a meaning.
type pathMap struct {
	noun   string
	values spec
}

func (m *pathMap) want() string { return m.noun }

func (m *pathMap) check(c *checker, n *node, path string) *value {
	if n.kind != mappingKind {
		c.refuse(n, path, m.noun, "")
		return bad(n, path)
	}
	before := len(c.errs)
	v := &value{node: n, path: path, fields: map[string]*value{}, order: []string{}}
	for _, p := range n.pairs {
		at := join(path, p.key.text)
		if !pathPattern.MatchString(p.key.text) {
			c.fail(p.key.place, path, "the key "+p.key.describe(), "a dotted path like arrivals.rate", "")
			continue
		}
		v.fields[p.key.text] = m.values.check(c, p.value, at)
		v.order = append(v.order, p.key.text)
	}
	v.bad = len(c.errs) > before
	return v
}

func (m *pathMap) schema(g *generator) object {
	return object{
		"type":                 "object",
		"propertyNames":        object{"pattern": pathPattern.String()},
		"additionalProperties": m.values.schema(g),
	}
}

// stepEnd is an end of the steps of a sweep: a number, with or without a unit.
type stepEnd struct{}

func (stepEnd) want() string { return "a number, with its unit where it has one" }

// units are those that an end may have.
func (stepEnd) units() []unit { return []unit{rate, size, ratio, count, duration} }

func (s stepEnd) check(c *checker, n *node, path string) *value {
	q := &quantity{unit: pure}
	if x, _, ok := q.read(n); ok {
		return &value{node: n, path: path, number: x, json: canonicalNumber(n)}
	}
	if whole, ok := readCount(n); ok {
		return &value{node: n, path: path, number: float64(whole), json: quote(n.text)}
	}
	for _, u := range s.units() {
		q.unit = u
		if x, _, ok := q.read(n); n.kind == textKind && ok {
			return &value{node: n, path: path, number: x, json: quote(n.text)}
		}
	}
	c.refuse(n, path, s.want(), oddHint(n))
	return bad(n, path)
}

func (s stepEnd) schema(g *generator) object {
	all := []object{{"type": "number"}}
	for _, u := range s.units() {
		all = append(all, g.text(u))
	}
	return object{"anyOf": all}
}
