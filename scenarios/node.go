package scenarios

import (
	"regexp"
	"strconv"
	"strings"
)

// kind is what a value looks like before anything is known of its meaning.
type kind int

const (
	nullKind kind = iota
	boolKind
	numberKind
	textKind
	oddKind // a number that YAML versions do not agree on: 010, 0x10
	listKind
	mappingKind
)

// node is a value of the document with its place. Nodes are never changed once
// read: an override makes new ones along its path.
type node struct {
	place
	kind  kind
	text  string // of a scalar, as written
	pairs []pair
	items []*node
}

type pair struct{ key, value *node }

// place is where a node is written.
type place struct {
	line, column int
	set          int    // 1 + position of the override that it is from
	source       string // that override as it was given
}

// get is the value of a key, nil where it is absent or n is no mapping.
func (n *node) get(key string) *node {
	if n != nil && n.kind == mappingKind {
		for _, p := range n.pairs {
			if p.key.text == key {
				return p.value
			}
		}
	}
	return nil
}

// with is n with a key set; a new key comes last.
func (n *node) with(key, value *node) *node {
	m := *n
	m.pairs = make([]pair, 0, len(n.pairs)+1)
	found := false
	for _, p := range n.pairs {
		if p.key.text == key.text {
			p = pair{key, value}
			found = true
		}
		m.pairs = append(m.pairs, p)
	}
	if !found {
		m.pairs = append(m.pairs, pair{key, value})
	}
	return &m
}

// without is n with some keys left out.
func (n *node) without(drop func(pair) bool) *node {
	m := *n
	m.pairs = nil
	for _, p := range n.pairs {
		if !drop(p) {
			m.pairs = append(m.pairs, p)
		}
	}
	return &m
}

// size is the number of nodes from n down.
func (n *node) size() int {
	total := 1
	for _, p := range n.pairs {
		total += 1 + p.value.size()
	}
	for _, x := range n.items {
		total += x.size()
	}
	return total
}

// describe is n for a message.
func (n *node) describe() string {
	switch n.kind {
	case nullKind:
		return "nothing"
	case listKind:
		if len(n.items) == 0 {
			return "an empty list"
		}
		return "a list"
	case mappingKind:
		if len(n.pairs) == 0 {
			return "an empty mapping"
		}
		return "a mapping"
	case textKind:
		return strconv.Quote(clip(n.text))
	default:
		return clip(n.text)
	}
}

// clip keeps messages to a line of reasonable length.
func clip(s string) string {
	const most = 60
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:most]) + "…"
}

// flow is n as YAML on one line.
func (n *node) flow() string {
	var b strings.Builder
	n.writeFlow(&b)
	return b.String()
}

func (n *node) writeFlow(b *strings.Builder) {
	switch n.kind {
	case listKind:
		b.WriteByte('[')
		for i, x := range n.items {
			if i > 0 {
				b.WriteString(", ")
			}
			x.writeFlow(b)
		}
		b.WriteByte(']')
	case mappingKind:
		b.WriteByte('{')
		for i, p := range n.pairs {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(p.key.text + ": ")
			p.value.writeFlow(b)
		}
		b.WriteByte('}')
	default:
		b.WriteString(n.text)
	}
}

var (
	decimal    = regexp.MustCompile(`^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`)
	special    = regexp.MustCompile(`^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$`)
	leadZero   = regexp.MustCompile(`^[-+]?0[0-9_]+$`)
	otherBase  = regexp.MustCompile(`^[-+]?0[xob][0-9a-fA-F_]+$`)
	underscore = regexp.MustCompile(`^[0-9]+(_[0-9]+)+$`)
)

// plainKind is the kind of a scalar without quotes: that of YAML 1.2's core
// schema, except that what YAML 1.1 reads as another number is odd. A number
// with underscores is text there, and so it is here; counts accept it.
func plainKind(text string) kind {
	switch text {
	case "", "~", "null", "Null", "NULL":
		return nullKind
	case "true", "True", "TRUE", "false", "False", "FALSE":
		return boolKind
	}
	switch {
	case leadZero.MatchString(text), otherBase.MatchString(text):
		return oddKind
	case decimal.MatchString(text), special.MatchString(text):
		return numberKind
	}
	return textKind
}

// number is the value of a number; infinite or NaN where it says so.
func (n *node) number() float64 {
	text := strings.TrimPrefix(strings.ToLower(n.text), "+")
	if special.MatchString(text) {
		text = strings.Replace(text, ".", "", 1)
	}
	x, _ := strconv.ParseFloat(text, 64) // an overflow gives an infinity
	return x
}

// truth is the value of a bool.
func (n *node) truth() bool { return strings.EqualFold(n.text, "true") }
