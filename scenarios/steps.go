package scenarios

import (
	"fmt"
	"math"
	"strconv"
)

// steps are values from one end to the other.
type steps struct {
	from, to *node
	n        int // at least 2
	log      bool
	whole    bool // a count is wanted
}

// values makes the steps: both ends as they are written, what is between in
// their unit, or as plain numbers where they have different ones. A refusal is
// told as what was found and what is allowed.
func (s *steps) values() (values []*node, found, allowed string) {
	a, b, suffix, ok := s.ends()
	switch {
	case !ok:
		return nil, "from " + s.from.describe() + " to " + s.to.describe(), "two values of one kind"
	case a == b:
		return nil, "two equal ends", "two different ones, or a list of one value"
	case s.log && !(a > 0 && b > 0):
		return nil, "a logarithmic scale from " + s.from.text + " to " + s.to.text, "two positive ends"
	}
	for i := range s.n {
		x := s.at(a, b, i)
		switch {
		case i == 0:
			values = append(values, s.from)
			continue
		case i == s.n-1:
			values = append(values, s.to)
			continue
		case s.whole && s.log:
			x = math.Round(x)
		case s.whole:
			if math.Abs(x-math.Round(x)) > 1e-9*math.Max(1, math.Abs(x)) {
				return nil, fmt.Sprintf("%d steps from %s to %s, which are not whole", s.n, s.from.text, s.to.text), "steps that are whole, or a list"
			}
			x = math.Round(x)
		}
		text := strconv.FormatFloat(x, 'f', -1, 64) + suffix
		if s.whole && (text == values[len(values)-1].text || text == s.to.text) {
			continue // the same count once
		}
		values = append(values, &node{kind: plainKind(text), text: text})
	}
	return values, "", ""
}

// at is the i-th value, rounded to 12 digits: 0.3, not 0.30000000000000004.
func (s *steps) at(a, b float64, i int) float64 {
	t := float64(i) / float64(s.n-1)
	x := a + (b-a)*t
	if s.log {
		x = math.Exp(math.Log(a) + (math.Log(b)-math.Log(a))*t)
	}
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 12, 64), 64)
	return rounded
}

// ends are both ends in one unit, and the text of that unit.
func (s *steps) ends() (a, b float64, suffix string, ok bool) {
	for _, u := range (stepEnd{}).units() {
		m, f, first := u.split(s.from.text)
		n, g, second := u.split(s.to.text)
		if first && second && f.suffix == g.suffix {
			a, _ = strconv.ParseFloat(m, 64)
			b, _ = strconv.ParseFloat(n, 64)
			return a, b, f.suffix, true
		}
		q := &quantity{unit: u}
		a, _, first = q.read(s.from)
		b, _, second = q.read(s.to)
		if first && second {
			return a, b, "", true
		}
	}
	return 0, 0, "", false
}
