package scenarios

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// step is where a part of a path leads from a node: to a key, to a position
// of a list, or nowhere for the single stream of arrivals, which is its own
// first element and has its class as a name.
type step struct {
	key   string // of a mapping
	index int    // of a list; -1 otherwise
	stay  bool
}

// step finds part below n, which is at path; ok is false where n is a scalar
// or a list without it.
func (n *node) step(path, part string) (s step, ok bool) {
	switch n.kind {
	case mappingKind:
		single := n.get(part) == nil && (path == "arrivals" || strings.HasSuffix(path, ".arrivals"))
		if single && (part == "0" || n.isClass(part)) {
			return step{index: -1, stay: true}, true
		}
		return step{key: part, index: -1}, true
	case listKind:
		if i, err := strconv.Atoi(part); err == nil {
			return step{index: i}, i >= 0 && i < len(n.items)
		}
		i := slices.IndexFunc(n.items, func(x *node) bool { return x.isClass(part) })
		return step{index: i}, i >= 0
	}
	return step{}, false
}

func (n *node) isClass(name string) bool {
	class := n.get("class")
	return class != nil && class.text == name
}

// set is root with the value at a path; keys that are absent are created, with
// key's place. Nothing of root is changed.
func (n *node) set(parts []string, key, value *node) (*node, *Error) {
	return n.setBelow("", parts, key, value)
}

func (n *node) setBelow(path string, parts []string, key, value *node) (*node, *Error) {
	if len(parts) == 0 {
		return value, nil
	}
	part, rest := parts[0], parts[1:]
	below := join(path, part)
	s, ok := n.step(path, part)
	switch {
	case !ok:
		return nil, n.unreachable(path, part)
	case s.stay:
		return n.setBelow(below, rest, key, value)
	case s.index >= 0:
		child, err := n.items[s.index].setBelow(below, rest, key, value)
		if err != nil {
			return nil, err
		}
		m := *n
		m.items = slices.Clone(n.items)
		m.items[s.index] = child
		return &m, nil
	}
	child := n.get(part)
	if child == nil {
		child = &node{place: value.place, kind: mappingKind}
	}
	child, err := child.setBelow(below, rest, key, value)
	if err != nil {
		return nil, err
	}
	return n.with(&node{place: n.keyPlace(part, key.place), kind: textKind, text: part}, child), nil
}

// keyPlace is where a key is written, otherwise the place it is given.
func (n *node) keyPlace(key string, otherwise place) place {
	for _, p := range n.pairs {
		if p.key.text == key {
			return p.key.place
		}
	}
	return otherwise
}

// unreachable explains why a path does not lead on.
func (n *node) unreachable(path, part string) *Error {
	e := &Error{Path: join(path, part)}
	if n.kind != listKind {
		e.Found = fmt.Sprintf("%s at %s", n.describe(), path)
		e.Allowed = "a mapping there, for the path to lead on"
		e.Hint = "set " + path + " as a whole"
		return e
	}
	e.Found = fmt.Sprintf("a list of %d at %s", len(n.items), path)
	e.Allowed = fmt.Sprintf("a position from 0 to %d", len(n.items)-1)
	var classes []string
	for _, x := range n.items {
		if class := x.get("class"); class != nil && !slices.Contains(classes, class.text) {
			classes = append(classes, class.text)
		}
	}
	if len(classes) > 0 {
		e.Allowed += ", or a class: " + enumerate(classes, "or")
		e.Hint = didYouMean(near(part, classes))
	}
	return e
}

// address is a path with positions for classes, so that two spellings of one
// place are equal.
func (n *node) address(parts []string) string {
	path, address := "", ""
	for _, part := range parts {
		var s step
		if n != nil {
			s, _ = n.step(path, part)
		}
		path = join(path, part)
		switch {
		case n == nil || s.key != "":
			address = join(address, part)
			if n != nil {
				n = n.get(part)
			}
		case s.stay:
		case n.kind == listKind && s.index >= 0 && s.index < len(n.items):
			address = join(address, strconv.Itoa(s.index))
			n = n.items[s.index]
		default:
			address = join(address, part)
			n = nil
		}
	}
	return address
}

// within tells whether address is the place above or below it.
func within(address, above string) bool {
	return address == above || strings.HasPrefix(address, above+".")
}

// splitPath is a path as its parts. Below sweep the rest is one key, itself a
// path, or a key and what is inside its value.
func (n *node) splitPath(path string) []string {
	parts := strings.Split(path, ".")
	if parts[0] != "sweep" || len(parts) < 2 {
		return parts
	}
	head, rest := parts[:1:1], parts[1:]
	sweep := n.get("sweep")
	if sweep != nil && sweep.kind == listKind && len(rest) > 1 {
		i, err := strconv.Atoi(rest[0])
		head, rest = append(head, rest[0]), rest[1:]
		if err != nil || i < 0 || i >= len(sweep.items) {
			return append(head, rest...)
		}
		sweep = sweep.items[i]
	}
	if last := len(rest) - 1; sweep != nil && last > 0 && sweep.kind == mappingKind {
		key := strings.Join(rest[:last], ".")
		if sweep.get(key) != nil && sweep.get(strings.Join(rest, ".")) == nil {
			return append(head, key, rest[last])
		}
	}
	return append(head, strings.Join(rest, "."))
}
