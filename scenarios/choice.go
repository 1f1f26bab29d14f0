package scenarios

import "slices"

// choice is a mapping whose key says which other keys there are.
type choice struct {
	noun    string // "a distribution"
	key     string // "distribution"
	doc     string // of the key
	common  []field
	options []option
}

type option struct {
	name   string
	doc    string
	fields []field
	sets   []set
}

func (ch *choice) names() []string {
	var names []string
	for _, o := range ch.options {
		names = append(names, o.name)
	}
	return names
}

func (ch *choice) option(name string) *option {
	for i := range ch.options {
		if ch.options[i].name == name {
			return &ch.options[i]
		}
	}
	return nil
}

// of is the mapping of one option.
func (ch *choice) of(o *option) *mapping {
	key := field{name: ch.key, doc: ch.doc, spec: &enum{values: []string{o.name}}, required: true, firm: true}
	m := &mapping{noun: ch.noun, fields: slices.Concat([]field{key}, o.fields), sets: o.sets}
	for _, f := range ch.common {
		if m.field(f.name) == nil { // an option may give a key a meaning of its own
			m.fields = append(m.fields, f)
		}
	}
	return m
}

func (ch *choice) want() string {
	return ch.noun + ": a mapping with " + ch.key + " and its parameters"
}

func (ch *choice) check(c *checker, n *node, path string) *value {
	if n.kind != mappingKind {
		c.refuse(n, path, ch.want(), "")
		return bad(n, path)
	}
	name := n.get(ch.key)
	at := join(path, ch.key)
	if name == nil {
		return ch.unnamed(c, n, path)
	}
	allowed := enumerate(ch.names(), "or")
	o := ch.option(name.text)
	if name.kind != textKind || o == nil {
		c.refuse(name, at, allowed, didYouMean(near(name.text, ch.names())))
		return bad(n, path)
	}
	v := ch.of(o).check(c, n, path)
	v.text = o.name
	return v
}

// unnamed reports a mapping that does not say which option it is.
func (ch *choice) unnamed(c *checker, n *node, path string) *value {
	if c.partial {
		return anything{}.check(c, n, path)
	}
	hint := ""
	for _, p := range n.pairs {
		if near(p.key.text, []string{ch.key}) != "" {
			hint = "did you mean " + ch.key + " in place of " + clip(p.key.text) + "?"
		}
	}
	c.fail(n.place, join(path, ch.key), "nothing", enumerate(ch.names(), "or"), hint)
	return bad(n, path)
}

func (ch *choice) schema(g *generator) object {
	var all []object
	for i := range ch.options {
		o := &ch.options[i]
		s := ch.of(o).schema(g)
		s["title"] = o.name
		s["description"] = o.doc
		all = append(all, s)
	}
	if g.partial { // a sweep may say which it is
		all = append(all, object{"type": "object", "properties": object{ch.key: false}, "additionalProperties": anything{}.schema(g)})
	}
	return object{"anyOf": all}
}
