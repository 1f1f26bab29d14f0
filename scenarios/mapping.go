package scenarios

import (
	"slices"
	"strings"
)

// field is a key of a mapping.
type field struct {
	name string
	doc  string // a plain sentence or two: meaning, unit, default
	spec spec
	// preset is what an absent key means, as YAML; empty where that is not
	// one value.
	preset   string
	required bool
	firm     bool // required even where a sweep could set it
}

// set is one of several ways to give the same thing: its keys exclude those of
// the other sets.
type set struct {
	need []string
	may  []string
}

// mapping is a mapping with known keys.
type mapping struct {
	noun   string // "a stream of arrivals"
	fields []field
	sets   []set // where there are any, exactly one is to be given
	// instead is a key that stands in for the required ones that are not firm.
	instead string
}

func (m *mapping) field(name string) *field {
	for i := range m.fields {
		if m.fields[i].name == name {
			return &m.fields[i]
		}
	}
	return nil
}

func (m *mapping) names() []string {
	var names []string
	for _, f := range m.fields {
		names = append(names, f.name)
	}
	return names
}

func (m *mapping) want() string { return m.noun + ": a mapping of " + enumerate(m.names(), "and") }

func (m *mapping) check(c *checker, n *node, path string) *value {
	if n.kind != mappingKind {
		c.refuse(n, path, m.want(), "")
		return bad(n, path)
	}
	before := len(c.errs)
	v := &value{node: n, path: path, fields: map[string]*value{}}
	var meant []string // by keys with a slip in them
	for _, p := range n.pairs {
		at := join(path, p.key.text)
		f := m.field(p.key.text)
		if f == nil {
			meant = append(meant, c.unknownKey(m, p.key, at))
			continue
		}
		v.fields[f.name] = f.spec.check(c, p.value, at)
	}
	m.checkRequired(c, n, path, meant)
	m.checkSets(c, n, path)
	v.bad = len(c.errs) > before
	return v
}

// checkRequired reports the keys that are missing, except for those that were
// meant by unknown ones.
func (m *mapping) checkRequired(c *checker, n *node, path string, meant []string) {
	other := m.instead != "" && n.get(m.instead) != nil
	for _, f := range m.fields {
		if f.required && n.get(f.name) == nil && (f.firm || !c.partial && !other) && !slices.Contains(meant, f.name) {
			c.fail(n.place, join(path, f.name), "nothing", f.spec.want(), "")
		}
	}
}

// checkSets demands exactly one of the ways, whole.
func (m *mapping) checkSets(c *checker, n *node, path string) {
	if len(m.sets) == 0 {
		return
	}
	given := func(name string) bool { return n.get(name) != nil }
	var present []string
	for _, s := range m.sets {
		for _, name := range slices.Concat(s.need, s.may) {
			if given(name) && !slices.Contains(present, name) {
				present = append(present, name)
			}
		}
	}
	fits := false // what is there belongs to one set, which lacks something
	for _, s := range m.sets {
		alone := !slices.ContainsFunc(present, func(name string) bool { return !s.has(name) })
		if alone && !slices.ContainsFunc(s.need, func(name string) bool { return !given(name) }) {
			return
		}
		fits = fits || alone
	}
	switch {
	case len(present) == 0:
		c.missing(n.place, path, "no parameters", m.wantSets(), "")
	case fits:
		c.missing(n.place, path, enumerate(present, "and")+" alone", m.wantSets(), "")
	default:
		c.fail(n.place, path, enumerate(present, "and")+" together", m.wantSets(), "leave one out")
	}
}

func (s set) has(name string) bool {
	return slices.Contains(s.need, name) || slices.Contains(s.may, name)
}

func (m *mapping) wantSets() string {
	var ways []string
	for _, s := range m.sets {
		ways = append(ways, enumerate(s.need, "and"))
	}
	if len(ways) == 1 {
		return ways[0]
	}
	return "either " + strings.Join(ways, ", or ")
}

func (m *mapping) schema(g *generator) object {
	properties := object{}
	var required, usual []string
	for _, f := range m.fields {
		properties[f.name] = g.describe(f)
		switch {
		case f.required && (f.firm || m.instead == "" && !g.partial):
			required = append(required, f.name)
		case f.required && !g.partial:
			usual = append(usual, f.name)
		}
	}
	s := object{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		s["required"] = required
	}
	if len(usual) > 0 {
		s["anyOf"] = []object{{"required": usual}, {"required": []string{m.instead}}}
	}
	if len(m.sets) > 0 {
		s["anyOf"] = m.ways(g)
	}
	return s
}

// ways are the schemas of the sets: the keys of one, none of the others'.
func (m *mapping) ways(g *generator) []object {
	var ways []object
	for _, one := range m.sets {
		others := object{}
		for _, other := range m.sets {
			for _, name := range slices.Concat(other.need, other.may) {
				if !one.has(name) {
					others[name] = false
				}
			}
		}
		way := object{"properties": others}
		if !g.partial {
			way["required"] = one.need
		}
		ways = append(ways, way)
	}
	return ways
}

// enumerate is "a", "a and b", "a, b and c".
func enumerate(names []string, last string) string {
	switch n := len(names); n {
	case 0:
		return "nothing"
	case 1:
		return names[0]
	default:
		return strings.Join(names[:n-1], ", ") + " " + last + " " + names[n-1]
	}
}
