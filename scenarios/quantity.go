package scenarios

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
)

// bound is an end of a range.
type bound struct {
	at   float64
	open bool // at itself is outside
}

func least(x float64) *bound { return &bound{at: x} }
func above(x float64) *bound { return &bound{at: x, open: true} }

// quantity is a number with its unit.
type quantity struct {
	unit     unit
	min, max *bound
	words    []string // that may stand instead: infinite
	withUnit bool     // a plain number will not do
}

// read is the number that n is, ok false where it is none of this unit.
func (q *quantity) read(n *node) (x float64, whole uint64, ok bool) {
	switch {
	case q.unit == count:
		whole, ok = readCount(n)
		return float64(whole), whole, ok
	case n.kind == numberKind && !q.withUnit:
		x = n.number()
		return x, 0, !math.IsNaN(x) && !math.IsInf(x, 0)
	case n.kind == textKind:
		x, ok = q.unit.parse(n.text)
		return x, 0, ok && !math.IsInf(x, 0)
	}
	return 0, 0, false
}

// readCount keeps all 64 bits of a whole number.
func readCount(n *node) (uint64, bool) {
	text := strings.TrimPrefix(n.text, "+")
	switch {
	case n.kind == textKind && underscore.MatchString(text):
		text = strings.ReplaceAll(text, "_", "")
	case n.kind != numberKind:
		return 0, false
	}
	whole, err := strconv.ParseUint(text, 10, 64)
	if err == nil {
		return whole, true
	}
	x := n.number()
	if !(x >= 0 && x < 1<<64) || x != math.Trunc(x) {
		return 0, false
	}
	return uint64(x), true
}

func (q *quantity) inside(x float64) bool {
	if q.min != nil && (x < q.min.at || q.min.open && x == q.min.at) {
		return false
	}
	return q.max == nil || !(x > q.max.at || q.max.open && x == q.max.at)
}

func (q *quantity) check(c *checker, n *node, path string) *value {
	if n.kind == textKind && slices.Contains(q.words, n.text) {
		return &value{node: n, path: path, text: n.text, json: quote(n.text)}
	}
	x, whole, ok := q.read(n)
	if !ok || !q.inside(x) {
		c.refuse(n, path, q.want(), q.hint(n))
		return bad(n, path)
	}
	v := &value{node: n, path: path, number: x, whole: whole, json: formatFloat(x)}
	switch {
	case q.unit == count:
		v.json = strconv.FormatUint(whole, 10)
	case q.withUnit:
		v.json = quote(strconv.FormatFloat(x, 'f', -1, 64) + "s")
	}
	return v
}

// formatFloat is the shortest text that reads back as x.
func formatFloat(x float64) string {
	if x == 0 {
		return "0" // also for -0
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}

// canonicalNumber is a number that has no unit yet.
func canonicalNumber(n *node) string {
	if whole, ok := readCount(n); ok {
		return strconv.FormatUint(whole, 10)
	}
	x := n.number()
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return quote(n.text)
	}
	return formatFloat(x)
}

func (q *quantity) want() string {
	noun, example := q.unit.words(q.withUnit)
	words := strings.Join(append(slices.Clone(q.words), ""), " or ")
	return words + q.span(noun) + example
}

// span is a noun with the range of its numbers.
func (q *quantity) span(noun string) string {
	positive := q.min != nil && *q.min == bound{0, true}
	switch {
	case q.unit == count && q.max == nil:
		return "a " + noun + " from 0 to 18446744073709551615"
	case positive && q.max == nil:
		return "a positive " + noun
	case positive:
		return "a positive " + noun + " " + q.max.word("of at most", "below") + " " + boundText(q.max.at)
	case q.min != nil && q.max != nil && !q.min.open && !q.max.open:
		return "a " + noun + " from " + boundText(q.min.at) + " to " + boundText(q.max.at)
	case q.min != nil:
		return "a " + noun + " " + q.min.word("of at least", "above") + " " + boundText(q.min.at)
	default:
		return "a " + noun
	}
}

func boundText(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

func (b *bound) word(closed, open string) string {
	if b.open {
		return open
	}
	return closed
}

func (q *quantity) schema(g *generator) object {
	var all []object
	if !q.withUnit {
		s := object{"type": "number"}
		if q.unit == count {
			s["type"] = "integer"
			s["maximum"] = uint64(math.MaxUint64)
		}
		if q.min != nil {
			s[q.min.word("minimum", "exclusiveMinimum")] = json.Number(boundText(q.min.at))
		}
		if q.max != nil {
			s[q.max.word("maximum", "exclusiveMaximum")] = json.Number(boundText(q.max.at))
		}
		all = append(all, s)
	}
	if patterns[q.unit] != nil {
		all = append(all, g.text(q.unit))
	}
	if len(q.words) > 0 {
		all = append(all, object{"enum": q.words})
	}
	if len(all) == 1 {
		return all[0]
	}
	return object{"anyOf": all}
}

// hint is what was probably meant by n.
func (q *quantity) hint(n *node) string {
	if h := oddHint(n); h != "" {
		return h
	}
	if q.unit == ratio && n.kind == numberKind && n.number() > 1 && q.inside(n.number()/100) {
		return "did you mean " + n.text + "%?"
	}
	if n.kind != textKind {
		return ""
	}
	if h := didYouMean(near(n.text, q.words)); h != "" {
		return h
	}
	for _, repaired := range q.unit.repairs(n.text) {
		x, ok := q.unit.parse(repaired)
		if ok && repaired != n.text && q.inside(x) {
			return "did you mean " + repaired + "?"
		}
	}
	return ""
}

func oddHint(n *node) string {
	if n.kind == oddKind {
		return "YAML versions disagree on what it is: write it in decimal, without leading zeros"
	}
	return ""
}
