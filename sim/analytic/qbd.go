package analytic

import (
	"errors"
	"fmt"
	"math"
)

// qbdIterations bounds iterations that converge quadratically, once they have
// come, by a factor of two at each step, from the scale of one transition to
// that of the slowest decay.
const qbdIterations = 120

// qbd is the part of a quasi-birth–death process above its boundary: up, local
// and down are the rates between phases to the next level, within a level and
// to the level before.
type qbd struct{ up, local, down *wideMatrix }

// firstPassage is G: the probabilities of the phases at first entry to the
// level before.
//
// Method: logarithmic reduction, which doubles at each step the number of
// levels that a path may climb before it falls back.
//
// Source: G. Latouche, V. Ramaswami, "A logarithmic reduction algorithm for
// quasi-birth-death processes", Journal of Applied Probability 30(3), 1993.
//
// The result is held to its equation up·G² + local·G + down = 0, and, because
// the process is recurrent, to row sums of one.
func (q qbd) firstPassage() (*wideMatrix, error) {
	n, wide := q.local.rows, q.local.wide()
	out := q.local.scaled(-1)
	climb, err := out.solve(q.up)
	if err != nil {
		return nil, err
	}
	fall, err := out.solve(q.down)
	if err != nil {
		return nil, err
	}
	g, reach := fall.clone(), climb.clone()
	for range qbdIterations {
		stay := wideIdentity(n, wide).plus(-1, climb.times(fall)).plus(-1, fall.times(climb))
		both, err := stay.solve(sideBySide(climb.times(climb), fall.times(fall)))
		if err != nil {
			return nil, err
		}
		climb, fall = both.columns(0, n), both.columns(n, 2*n)
		g = g.plus(1, reach.times(fall))
		reach = reach.times(climb)
		if reach.largest() < roundingOf(wide) {
			return g, q.checkPassage(g)
		}
	}
	return nil, errors.New("analytic: numerical failure: logarithmic reduction did not converge")
}

func (q qbd) checkPassage(g *wideMatrix) error {
	rest := q.up.times(g).plus(1, q.local).times(g).plus(1, q.down)
	if r := rest.largest() / q.local.largest(); !(r <= 1e-12) {
		return fmt.Errorf("analytic: numerical failure: G misses its equation by %.2g", r)
	}
	sums := g.times(wideOnes(g.cols, g.wide()))
	for _, s := range sums.hi {
		if !(math.Abs(s-1) <= 1e-11) {
			return fmt.Errorf("analytic: numerical failure: a row of G sums to %.17g", s)
		}
	}
	return nil
}

// leaving is −(local + up·G), the rates out of a level of the chain that is
// not watched while it is above.
func (q qbd) leaving(g *wideMatrix) *wideMatrix {
	return q.local.plus(1, q.up.times(g)).scaled(-1)
}

// roundingOf is where an addition to something of size one no longer matters.
func roundingOf(wide bool) float64 {
	if wide {
		return 1e-31
	}
	return 1e-17
}

// sideBySide is the matrix [a b].
func sideBySide(a, b *wideMatrix) *wideMatrix {
	c := newWide(a.rows, a.cols+b.cols, a.wide())
	for i := range a.rows {
		c.axpy(i*c.cols, a.cols, pair{hi: 1}, a, i*a.cols)
		c.axpy(i*c.cols+a.cols, b.cols, pair{hi: 1}, b, i*b.cols)
	}
	return c
}

// columns are those from first to end, end not included.
func (m *wideMatrix) columns(first, end int) *wideMatrix {
	c := newWide(m.rows, end-first, m.wide())
	for i := range m.rows {
		c.axpy(i*c.cols, c.cols, pair{hi: 1}, m, i*m.cols+first)
	}
	return c
}

// fluid is a Markov-modulated fluid queue with slopes of +1 and −1: rates
// between rising phases, from rising to falling ones, and so on.
type fluid struct{ rise, turnDown, fall, turnUp *wideMatrix }

// returns is Ψ: the probabilities of the falling phases in which the fluid comes
// back to the height from which it rose.
//
// Method: the structure-preserving doubling algorithm with two parameters, for
// the Riccati equation turnDown + rise·Ψ + Ψ·fall + Ψ·turnUp·Ψ = 0, which is
// checked at the end.
//
// Source: W.-G. Wang, W.-C. Wang, R.-C. Li, "Alternating-directional doubling
// algorithm for M-matrix algebraic Riccati equations", SIAM Journal on Matrix
// Analysis and Applications 33(1), 2012.
func (f fluid) returns() (*wideMatrix, error) {
	n, m, wide := f.rise.rows, f.fall.rows, f.rise.wide()
	alpha, beta := f.rise.largest(), f.fall.largest()
	a := wideIdentity(n, wide).scaled(beta).plus(-1, f.rise)
	d := wideIdentity(m, wide).scaled(alpha).plus(-1, f.fall)
	bd, err := d.solveLeft(f.turnDown)
	if err != nil {
		return nil, err
	}
	dc, err := d.solve(f.turnUp)
	if err != nil {
		return nil, err
	}
	u := a.plus(-1, bd.times(f.turnUp))
	ui, err := u.solve(wideIdentity(n, wide))
	if err != nil {
		return nil, err
	}
	ac, err := a.solve(f.turnDown)
	if err != nil {
		return nil, err
	}
	vi, err := d.plus(-1, f.turnUp.times(ac)).solve(wideIdentity(m, wide))
	if err != nil {
		return nil, err
	}
	sum := pair{hi: alpha}.plus(pair{hi: beta})
	s := doubling{
		e: wideIdentity(m, wide).plus(-1, vi.by(sum)), f: wideIdentity(n, wide).plus(-1, ui.by(sum)),
		g: dc.times(ui).by(sum), h: ui.times(bd).by(sum),
	}
	for range qbdIterations {
		change, err := s.step()
		if err != nil {
			return nil, err
		}
		if change <= roundingOf(wide) {
			return s.h, f.check(s.h)
		}
	}
	return nil, errors.New("analytic: numerical failure: the doubling algorithm did not converge")
}

// by is p·m.
func (m *wideMatrix) by(p pair) *wideMatrix {
	n := newWide(m.rows, m.cols, m.wide())
	n.axpy(0, len(n.hi), p, m, 0)
	return n
}

// doubling is the state of the doubling algorithm; h tends to Ψ.
type doubling struct{ e, f, g, h *wideMatrix }

// step returns how much h grew, relative to its largest element.
func (s *doubling) step() (float64, error) {
	wide := s.e.wide()
	gh := wideIdentity(s.g.rows, wide).plus(-1, s.g.times(s.h))
	hg := wideIdentity(s.h.rows, wide).plus(-1, s.h.times(s.g))
	x, err := gh.solve(sideBySide(s.e, s.g.times(s.f)))
	if err != nil {
		return 0, err
	}
	y, err := hg.solve(sideBySide(s.f, s.h.times(s.e)))
	if err != nil {
		return 0, err
	}
	more := s.f.times(y.columns(s.f.cols, y.cols))
	g := s.g.plus(1, s.e.times(x.columns(s.e.cols, x.cols)))
	s.e, s.f = s.e.times(x.columns(0, s.e.cols)), s.f.times(y.columns(0, s.f.cols))
	s.g, s.h = g, s.h.plus(1, more)
	s.even()
	return more.largest() / s.h.largest(), nil
}

// even moves a power of two from the greater of e and f to the smaller. One of
// them grows beyond all bounds where the rates of rising and falling phases
// differ; only products of both are used.
func (s *doubling) even() {
	e, f := s.e.largest(), s.f.largest()
	if e == 0 || f == 0 {
		return
	}
	_, power := math.Frexp(e)
	_, other := math.Frexp(f)
	half := (other - power) / 2
	s.e, s.f = s.e.scaled(math.Ldexp(1, half)), s.f.scaled(math.Ldexp(1, -half))
}

func (f fluid) check(psi *wideMatrix) error {
	rest := f.turnDown.plus(1, f.rise.times(psi)).plus(1, psi.times(f.turnUp.times(psi).plus(1, f.fall)))
	if r := rest.largest() / (f.rise.largest() + f.fall.largest()); !(r <= 1e-12) {
		return fmt.Errorf("analytic: numerical failure: Ψ misses its equation by %.2g", r)
	}
	return nil
}
