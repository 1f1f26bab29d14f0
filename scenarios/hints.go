package scenarios

import (
	"slices"
	"strings"
)

// didYouMean is the hint for a near miss; empty where there is none.
func didYouMean(name string) string {
	if name == "" {
		return ""
	}
	return `did you mean "` + name + `"?`
}

// near is the name that was probably meant, or "".
func near(written string, names []string) string {
	best, least := "", 1+max(1, min(3, len(written)/3))
	for _, name := range names {
		if len(written) >= 3 && strings.HasPrefix(name, simplify(written)) {
			return name
		}
	}
	for _, name := range names {
		if d := distance(simplify(written), simplify(name)); d < least && d < len(name) {
			best, least = name, d
		}
	}
	return best
}

func simplify(s string) string {
	if len(s) > 100 {
		s = s[:100]
	}
	return strings.NewReplacer("-", "_", " ", "_").Replace(strings.ToLower(s))
}

// distance is the number of edits between a and b: insertions, deletions,
// substitutions and swaps of neighbours.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	rows := make([][]int, len(x)+1)
	for i := range rows {
		rows[i] = make([]int, len(y)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			change := 1
			if x[i-1] == y[j-1] {
				change = 0
			}
			d := min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+change)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				d = min(d, rows[i-2][j-2]+1)
			}
			rows[i][j] = d
		}
	}
	return rows[len(x)][len(y)]
}

// unknownKey reports a key that m does not have, and returns the one that was
// probably meant, or "".
func (c *checker) unknownKey(m *mapping, key *node, path string) string {
	names := m.names()
	meant := ""
	if len(c.errs) < maxErrors { // hints take time, and nobody reads the rest
		meant = near(key.text, names)
	}
	hint := didYouMean(meant)
	if homes := c.homes[key.text]; hint == "" && len(homes) > 0 {
		hint = key.text + " belongs under " + enumerate(homes, "or")
	}
	c.fail(key.place, path, "the unknown key "+key.describe(), enumerate(names, "or"), hint)
	return meant
}

// homes maps each key of the format to the paths under which it belongs. The
// inside of a distribution is left out: its keys are parameters.
func homes(root spec) map[string][]string {
	all := map[string][]string{}
	addHomes(all, root, "")
	return all
}

func addHomes(all map[string][]string, s spec, path string) {
	switch s := s.(type) {
	case *union:
		for _, x := range s.shapes() {
			addHomes(all, x, path)
		}
	case *named:
		if s.name != "distribution" {
			addHomes(all, s.spec, path)
		}
	case *list:
		addHomes(all, s.item, path)
	case *choice:
		for i := range s.options {
			addHomes(all, s.of(&s.options[i]), path)
		}
	case *mapping:
		for _, f := range s.fields {
			if path != "" && !slices.Contains(all[f.name], path) {
				all[f.name] = append(all[f.name], path)
			}
			addHomes(all, f.spec, join(path, f.name))
		}
	}
}
