package results

import (
	"cmp"
	"slices"
	"strings"
)

// columnKey is a column of CSV taken apart, in the order of importance: of two
// columns, the first field that differs decides.
type columnKey struct {
	analytic int    // simulated values first, objectives last
	class    string // all tasks first
	metric   int
	name     string
	stat     int
	end      int // value, low, high
}

func keyOf(column string) columnKey {
	var k columnKey
	if rest, found := strings.CutPrefix(column, "slo."); found {
		k.analytic = 2
		metric, part := cutLast(rest)
		k.class, k.stat = metric, slices.Index([]string{"verdict", "value", "bound"}, part)
		return k
	}
	rest, found := strings.CutPrefix(column, "analytic.")
	if found {
		k.analytic = 1
	}
	switch {
	case found && rest == "model":
		k.metric = -2
		return k
	case found && rest == "exact":
		k.metric = -1
		return k
	}
	for i, suffix := range []string{".low", ".high"} {
		if cut, ok := strings.CutSuffix(rest, suffix); ok && strings.Count(cut, ".") > 0 {
			rest, k.end = cut, i+1
		}
	}
	rest, stat := cutLast(rest)
	rest, k.name = cutLast(rest)
	k.class = rest
	k.metric = indexOrEnd(metricOrder(), k.name)
	k.stat = indexOrEnd(statOrder(), stat)
	return k
}

// cutLast splits at the last point; a class may have points in its name.
func cutLast(s string) (before, after string) {
	i := strings.LastIndexByte(s, '.')
	if i < 0 {
		return "", s
	}
	return s[:i], s[i+1:]
}

func indexOrEnd(list []string, s string) int {
	if i := slices.Index(list, s); i >= 0 {
		return i
	}
	return len(list)
}

func compareColumns(a, b string) int {
	x, y := keyOf(a), keyOf(b)
	return cmp.Or(
		cmp.Compare(x.analytic, y.analytic),
		cmp.Compare(x.class, y.class),
		cmp.Compare(x.metric, y.metric),
		cmp.Compare(x.name, y.name),
		cmp.Compare(x.stat, y.stat),
		cmp.Compare(x.end, y.end),
		cmp.Compare(a, b),
	)
}
