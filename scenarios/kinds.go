package scenarios

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// union is a value that may be written in several shapes; a nil one is not
// allowed.
type union struct {
	noun                  string // what all of it is; may be empty
	scalar, list, mapping spec
}

func (u *union) shape(n *node) spec {
	switch n.kind {
	case listKind:
		return u.list
	case mappingKind:
		return u.mapping
	default:
		return u.scalar
	}
}

func (u *union) shapes() []spec {
	return slices.DeleteFunc([]spec{u.scalar, u.list, u.mapping}, func(s spec) bool { return s == nil })
}

func (u *union) want() string {
	if u.noun != "" {
		return u.noun
	}
	var all []string
	for _, s := range u.shapes() {
		if w := s.want(); w != "" {
			all = append(all, w)
		}
	}
	return strings.Join(all, "; or ")
}

func (u *union) check(c *checker, n *node, path string) *value {
	if s := u.shape(n); s != nil {
		return s.check(c, n, path)
	}
	c.refuse(n, path, u.want(), "")
	return bad(n, path)
}

func (u *union) schema(g *generator) object {
	var all []object
	for _, s := range u.shapes() {
		all = append(all, s.schema(g))
	}
	return object{"anyOf": all}
}

// list is a list of values of one spec.
type list struct {
	noun   string // "a list of rates"
	item   spec
	min    int
	unique bool // of texts
}

func (l *list) want() string {
	if l.min > 0 {
		return l.noun + ", not empty"
	}
	return l.noun
}

func (l *list) check(c *checker, n *node, path string) *value {
	if n.kind != listKind || len(n.items) < l.min {
		c.refuse(n, path, l.want(), "")
		return bad(n, path)
	}
	before := len(c.errs)
	v := &value{node: n, path: path, items: make([]*value, len(n.items))}
	seen := map[string]bool{}
	for i, item := range n.items {
		at := join(path, strconv.Itoa(i))
		v.items[i] = l.item.check(c, item, at)
		if l.unique && seen[item.text] {
			c.fail(item.place, at, item.describe()+" a second time", "each once", "")
		}
		seen[item.text] = true
	}
	v.bad = len(c.errs) > before
	return v
}

func (l *list) schema(g *generator) object {
	s := object{"type": "array", "items": l.item.schema(g)}
	if l.min > 0 {
		s["minItems"] = l.min
	}
	if l.unique {
		s["uniqueItems"] = true
	}
	return s
}

// enum is one of some words.
type enum struct {
	values []string
}

func (e *enum) want() string {
	if len(e.values) <= 6 {
		return enumerate(e.values, "or")
	}
	return "one of " + strings.Join(e.values, ", ")
}

func (e *enum) check(c *checker, n *node, path string) *value {
	if n.kind == textKind && slices.Contains(e.values, n.text) {
		return &value{node: n, path: path, text: n.text, json: quote(n.text)}
	}
	c.refuse(n, path, e.want(), didYouMean(near(n.text, e.values)))
	return bad(n, path)
}

func (e *enum) schema(*generator) object {
	if len(e.values) == 1 {
		return object{"const": e.values[0]}
	}
	return object{"enum": e.values}
}

// text is a string of a pattern.
type text struct {
	noun    string
	pattern *regexp.Regexp // nil: any
	example string
}

func (t *text) want() string { return t.noun }

func (t *text) check(c *checker, n *node, path string) *value {
	if n.kind != textKind || t.pattern != nil && !t.pattern.MatchString(n.text) {
		hint := ""
		if n.kind != textKind && n.text != "" && (t.pattern == nil || t.pattern.MatchString(n.text)) {
			hint = `did you mean "` + n.text + `", in quotes?`
		}
		c.refuse(n, path, t.noun, hint)
		return bad(n, path)
	}
	return &value{node: n, path: path, text: n.text, json: quote(n.text)}
}

func (t *text) schema(*generator) object {
	s := object{"type": "string"}
	if t.pattern != nil {
		s["pattern"] = t.pattern.String()
	}
	if t.example != "" {
		s["examples"] = []any{t.example}
	}
	return s
}

// boolean is true or false.
type boolean struct{}

func (boolean) want() string { return "true or false" }

func (b boolean) check(c *checker, n *node, path string) *value {
	if n.kind != boolKind {
		hint := ""
		switch strings.ToLower(n.text) {
		case "yes", "on", "y":
			hint = "did you mean true?"
		case "no", "off", "n":
			hint = "did you mean false?"
		}
		c.refuse(n, path, b.want(), hint)
		return bad(n, path)
	}
	t := n.truth()
	return &value{node: n, path: path, truth: t, json: strconv.FormatBool(t)}
}

func (boolean) schema(*generator) object { return object{"type": "boolean"} }

// version is the number 1.
type version struct{}

func (version) want() string { return "1, the version of this format" }

func (s version) check(c *checker, n *node, path string) *value {
	if n.kind != numberKind || n.number() != 1 {
		c.refuse(n, path, s.want(), "")
		return bad(n, path)
	}
	return &value{node: n, path: path, json: "1"}
}

func (version) schema(*generator) object { return object{"const": 1} }

// anything is a value that is looked at where it is used.
type anything struct{}

func (anything) want() string { return "a value" }

func (a anything) check(c *checker, n *node, path string) *value {
	v := &value{node: n, path: path}
	switch n.kind {
	case nullKind, oddKind:
		c.refuse(n, path, a.want(), oddHint(n))
		v.bad = true
	case listKind:
		v.items = make([]*value, len(n.items))
		for i, x := range n.items {
			v.items[i] = a.check(c, x, join(path, strconv.Itoa(i)))
			v.bad = v.bad || v.items[i].bad
		}
	case mappingKind:
		v.fields = map[string]*value{}
		for _, p := range n.pairs {
			x := a.check(c, p.value, join(path, p.key.text))
			v.fields[p.key.text] = x
			v.bad = v.bad || x.bad
		}
	case boolKind:
		v.json = strconv.FormatBool(n.truth())
	case numberKind:
		v.json = canonicalNumber(n)
	default:
		v.json = quote(n.text)
	}
	return v
}

func (anything) schema(*generator) object { return object{"not": object{"type": "null"}} }

// named is a spec with a definition of its own in the schema: one that may
// hold itself.
type named struct {
	name string
	spec spec
}

func (s *named) want() string { return s.spec.want() }

// check reads a node once for all the points of a sweep that share it.
func (s *named) check(c *checker, n *node, path string) *value {
	key := sharedNode{s, n, path, c.partial}
	if v := c.shared[key]; v != nil {
		return v
	}
	v := s.spec.check(c, n, path)
	if !v.bad && c.shared != nil {
		c.shared[key] = v
	}
	return v
}

func (s *named) schema(g *generator) object { return g.reference(s) }

// quote is s in the quotes that JSON and YAML have in common.
func quote(s string) string {
	b, _ := json.Marshal(s) // a string always marshals
	var out strings.Builder
	for _, c := range string(b) {
		if c >= 0x7f && c <= 0xffff && !unicode.IsPrint(c) {
			fmt.Fprintf(&out, `\u%04x`, c) // YAML would not read it as it is
		} else {
			out.WriteRune(c)
		}
	}
	return out.String()
}
