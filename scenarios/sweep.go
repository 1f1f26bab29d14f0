package scenarios

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

const (
	// maxPoints is the number of points that a sweep may have.
	maxPoints = 10_000
	// maxWork bounds points × values of the document.
	maxWork = 20_000_000
)

// dimension is one key of a sweep with its values.
type dimension struct {
	path   string
	parts  []string
	key    *node
	values []*node
}

// grids are the mappings of a sweep; nil where something was reported.
func (l *loader) grids(root *node, sweep *value) [][]dimension {
	mappings := sweep.items
	if sweep.node.kind == mappingKind {
		mappings = []*value{sweep}
	}
	before := len(l.errs)
	var all [][]dimension
	for _, m := range mappings {
		var grid []dimension
		for _, p := range m.node.pairs {
			d := dimension{path: p.key.text, parts: strings.Split(p.key.text, "."), key: p.key}
			d.values = l.sweptValues(root, d, m.fields[d.path])
			l.checkDimension(root, grid, d)
			grid = append(grid, d)
		}
		all = append(all, grid)
	}
	if len(l.errs) > before {
		return nil
	}
	return all
}

// checkDimension refuses what cannot be swept, and what hides an earlier key.
func (l *loader) checkDimension(root *node, grid []dimension, d dimension) {
	if fixed := []string{"version", "name", "description", "seed", "compare", "sweep"}; slices.Contains(fixed, d.parts[0]) {
		l.fail(d.key.place, "sweep", "the path "+d.path, "a key of the system or of run", "")
	}
	for _, e := range grid {
		if within(root.address(e.parts), root.address(d.parts)) {
			l.fail(d.key.place, "sweep."+d.path, "a path that hides "+e.path, "each key once", "name the whole before its parts")
		}
	}
}

// points are the documents of every point, with their parameters.
func (l *loader) points(root *node, sweep *node, grids [][]dimension) (trees []*node, parameters [][]Parameter) {
	total := 0
	for _, grid := range grids {
		n := 1
		for _, d := range grid {
			n = min(n*len(d.values), maxPoints+1)
		}
		total += n
	}
	switch {
	case total > maxPoints:
		l.fail(sweep.place, "sweep", fmt.Sprintf("more than %d points", maxPoints), "fewer: the product of the lengths of the lists", "")
		return nil, nil
	case total*root.size() > maxWork:
		l.fail(sweep.place, "sweep", fmt.Sprintf("%d points of a document of %d values", total, root.size()), "fewer of either", "")
		return nil, nil
	}
	base := root.without(func(p pair) bool { return p.key.text == "sweep" })
	for _, grid := range grids {
		n := 1
		for _, d := range grid {
			n *= len(d.values)
		}
		for i := range n {
			tree, given := l.point(base, grid, i)
			trees, parameters = append(trees, tree), append(parameters, given)
		}
	}
	return trees, parameters
}

// point is the i-th of a grid, whose first key varies slowest. The tree is nil
// where a path leads nowhere.
func (l *loader) point(tree *node, grid []dimension, i int) (*node, []Parameter) {
	chosen := make([]*node, len(grid))
	for k, d := range slices.Backward(grid) {
		chosen[k] = d.values[i%len(d.values)]
		i /= len(d.values)
	}
	var parameters []Parameter
	var set [][]string
	for k, d := range grid {
		changed, err := tree.set(d.parts, d.key, chosen[k])
		if err != nil {
			l.add(d.key.place, err)
			return nil, nil
		}
		tree = changed
		set = append(set, d.parts)
		parameters = append(parameters, Parameter{Path: d.path, Value: chosen[k].native(), Text: chosen[k].flow()})
	}
	return replaceLength(tree, set), parameters
}

// native is a scalar as a Go value.
func (n *node) native() any {
	switch n.kind {
	case boolKind:
		return n.truth()
	case numberKind:
		if i, err := strconv.ParseInt(n.text, 10, 64); err == nil {
			return i
		}
		if x := n.number(); !math.IsNaN(x) && !math.IsInf(x, 0) {
			return x
		}
	}
	return n.flow()
}

// sweptValues are the values of a key: a list as it is, or steps.
func (l *loader) sweptValues(root *node, d dimension, v *value) []*node {
	if v.node.kind == listKind {
		return v.node.items
	}
	for _, key := range []string{"from", "to", "steps"} {
		switch f := v.field(key); {
		case f == nil:
			l.fail(v.node.place, v.path, "no "+key, "a list of values, or from, to and steps", "")
			return nil
		case f.bad:
			return nil // that has been said
		}
	}
	s := steps{
		from: v.field("from").node, to: v.field("to").node, n: int(v.field("steps").whole),
		log:   v.field("scale") != nil && v.field("scale").text == "log",
		whole: isCount(format(), root, "", d.parts),
	}
	values, found, allowed := s.values()
	if found != "" {
		l.fail(v.node.place, v.path, found, allowed, "")
	}
	for i, x := range values {
		if x == nil {
			values[i] = &node{place: v.node.place}
		} else if x != s.from && x != s.to {
			x.place = v.node.place
		}
	}
	return values
}
