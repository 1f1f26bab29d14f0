package rare

import (
	"math"
	"testing"
)

// mountain is a walker whose level goes through a list again and again, a step
// a second: every history from one state is the same, so that what is counted
// of them is known.
type mountain struct {
	levels []float64
	at     int
	moved  int64
}

func (m *mountain) level() float64   { return m.levels[m.at%len(m.levels)] }
func (m *mountain) target() float64  { return 3 }
func (m *mountain) clock() float64   { return float64(m.at) }
func (m *mountain) assume(of walker) { m.at = of.(*mountain).at }
func (m *mountain) redraw(float64)   {}
func (m *mountain) arrivals() int64  { return m.moved }

func (m *mountain) step(end float64) (sojourn, bool, error) {
	if m.clock() >= end {
		return sojourn{}, false, nil
	}
	s := sojourn{span: 1, base: 1, mass: indicator(m.level() >= 3)}
	m.at++
	m.moved++
	return s, true, nil
}

func climbed(t *testing.T, m *mountain, levels, splits []int) *trial {
	t.Helper()
	l := newLadder()
	for i := range levels {
		l.add(float64(levels[i]), splits[i])
	}
	tr := &trial{walker: m, most: never, pause: func() error { return nil }}
	if err := tr.climb(l, func() (walker, error) { return &mountain{levels: m.levels}, nil }); err != nil {
		t.Fatal(err)
	}
	return tr
}

// TestWeights counts the histories of a mountain by hand. A way up 0 1 2 3 2 1
// with levels 1, 2, 3 of 2, 3 and 2 histories has 1 more at the first, 2·2 more
// at the second and 6 more at the third: 11. The share of time at 3 is 1/6
// whatever the levels. So it is where two levels are passed in one step, and
// where the run begins and ends high up.
func TestWeights(t *testing.T) {
	cases := []struct {
		name           string
		levels         []float64
		at, splits     []int
		end            float64
		mass           float64
		branches, most int64
	}{
		{"no levels", []float64{0, 1, 2, 3, 2, 1}, nil, nil, 60, 10, 0, 60},
		{"three levels", []float64{0, 1, 2, 3, 2, 1}, []int{1, 2, 3}, []int{2, 3, 2}, 60, 10, 110, 60 + 10*(5+4*3+6)},
		{"a jump over two", []float64{0, 3, 0, 0}, []int{1, 2}, []int{4, 5}, 40, 10, 190, 40 + 190},
		{"begins and ends high", []float64{3, 3, 0}, []int{1, 2}, []int{2, 3}, 31, 21, 5 * 11, 31 + 5*2*10 + 5},
		{"down and up between", []float64{0, 2, 1, 2, 0}, []int{1, 2}, []int{2, 2}, 50, 0, 10 * (1 + 2 + 2), 50 + 10*(3+2+2)},
	}
	for _, c := range cases {
		m := &mountain{levels: c.levels}
		tr := climbed(t, m, c.at, c.splits)
		if err := tr.run(c.end); err != nil {
			t.Fatal(err)
		}
		if math.Abs(tr.mass-c.mass) > 1e-9 || tr.base != c.end || tr.branches != c.branches || m.moved != c.most {
			t.Errorf("%s: mass %v of %v with %d branches and %d steps, want %v of %v with %d and %d",
				c.name, tr.mass, tr.base, tr.branches, m.moved, c.mass, c.end, c.branches, c.most)
		}
		if m.clock() != c.end {
			t.Errorf("%s: the main run stands at %v, want %v", c.name, m.clock(), c.end)
		}
	}
}

// TestCrowded: a trial gives up where levels multiply histories.
func TestCrowded(t *testing.T) {
	m := &mountain{levels: []float64{0, 1, 2, 3}}
	tr := climbed(t, m, []int{1, 2, 3}, []int{60, 60, 60})
	if tr.most = 10_000; tr.run(400) != errCrowded {
		t.Errorf("a trial goes on to %d steps", m.moved)
	}
}
