package scenarios

// spec is one kind of value. The strict decoder and the JSON Schema are both
// made from specs, so that they cannot part.
type spec interface {
	// check reads n, which is at path, and reports to c what is wrong with
	// it. The value is bad where something was reported.
	check(c *checker, n *node, path string) *value
	// schema is the JSON Schema of the same values.
	schema(g *generator) object
	// want says what is allowed, for messages.
	want() string
}

// value is a node that a spec has read.
type value struct {
	node *node
	path string
	bad  bool // something in it was reported: not to be built from

	number float64 // of a quantity, in its base unit
	whole  uint64  // of a count
	text   string  // of a word, an enum, a text; the option of a choice
	truth  bool

	json   string // canonical form of a scalar
	fields map[string]*value
	order  []string // of the keys, where their order has a meaning
	items  []*value
}

// field is a key of v; nil where it is absent.
func (v *value) field(name string) *value {
	if v == nil {
		return nil
	}
	return v.fields[name]
}

// numbers are those of a list.
func (v *value) numbers() []float64 {
	if v == nil {
		return nil
	}
	x := make([]float64, len(v.items))
	for i, item := range v.items {
		x[i] = item.number
	}
	return x
}

// checker collects what is wrong with one document.
type checker struct {
	file string
	errs Errors
	// partial documents may lack keys: a sweep sets them.
	partial bool
	// homes are the places of every key, for hints.
	homes map[string][]string
	// shared holds the sound values of named specs; nil keeps none.
	shared map[sharedNode]*value
}

// sharedNode is what a value follows from.
type sharedNode struct {
	spec    *named
	node    *node
	path    string
	partial bool
}

func (c *checker) fail(at place, path, found, allowed, hint string) {
	c.add(at, &Error{Path: path, Found: found, Allowed: allowed, Hint: hint})
}

// refuse reports that n is not what was wanted.
func (c *checker) refuse(n *node, path, allowed, hint string) {
	c.fail(n.place, path, n.describe(), allowed, hint)
}

// missing reports what is not there, unless it may come later.
func (c *checker) missing(at place, path, found, allowed, hint string) {
	if !c.partial {
		c.fail(at, path, found, allowed, hint)
	}
}

func (c *checker) add(at place, e *Error) {
	e.File, e.Line, e.Column, e.set = c.file, at.line, at.column, at.set
	if at.set > 0 {
		e.File, e.Line, e.Column = at.source, 0, 0
	}
	c.errs = append(c.errs, e)
}

// bad is the value of a node that was refused.
func bad(n *node, path string) *value { return &value{node: n, path: path, bad: true} }

// join is the path of a key or position below path.
func join(path, part string) string {
	if path == "" {
		return part
	}
	return path + "." + part
}
