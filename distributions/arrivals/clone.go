package arrivals

import (
	"slices"

	"spillway/distributions"
)

// Cloner is a Source whose state can be copied: what a splitting simulation
// needs, which lets one history go on in several ways. All sources are, but
// those of a Trace, whose future is one file.
type Cloner interface {
	Source

	// Clone is a source that goes on from the same state with the random
	// numbers of s. What has been drawn already, such as the end of a period,
	// is part of the state.
	Clone(s *distributions.Stream) Source

	// Assume takes over the state of another source of the same process, and
	// goes on with its own random numbers: a Clone that allocates nothing. A
	// source of another kind panics.
	Assume(of Source)
}

// Redrawer is a Source that remembers when a state of it ends, of a law without
// memory: of a MAP the phase, of an OnOff process with exponential periods the
// next change.
type Redrawer interface {
	// Redraw draws that time anew, from the last epoch on. The law of what
	// follows stays the same, and clones have less in common.
	Redraw()
}

var (
	_ Redrawer = (*walk)(nil)
	_ Redrawer = (*crowd)(nil)

	_ Cloner = (*poisson)(nil)
	_ Cloner = (*clockwork)(nil)
	_ Cloner = (*renewal)(nil)
	_ Cloner = (*walk)(nil)
	_ Cloner = (*crowd)(nil)
	_ Cloner = (*switching)(nil)
	_ Cloner = (*thinning)(nil)
	_ Cloner = (*inversion)(nil)
)

func (p *poisson) Clone(s *distributions.Stream) Source {
	c := *p
	c.stream = s
	return &c
}

func (p *poisson) Assume(of Source) { p.last = of.(*poisson).last }

// Clone draws nothing from the stream.
func (c *clockwork) Clone(*distributions.Stream) Source {
	d := *c
	return &d
}

func (c *clockwork) Assume(of Source) { c.n = of.(*clockwork).n }

func (r *renewal) Clone(s *distributions.Stream) Source {
	c := *r
	c.stream = s
	return &c
}

func (r *renewal) Assume(of Source) { r.last = of.(*renewal).last }

func (w *walk) Clone(s *distributions.Stream) Source {
	c := *w
	c.stream = s
	return &c
}

func (w *walk) Assume(of Source) {
	f := of.(*walk)
	w.at, w.now, w.leave = f.at, f.now, f.leave
}

// Redraw draws the end of the phase anew.
func (w *walk) Redraw() { w.enter(w.at) }

func (c *crowd) Clone(s *distributions.Stream) Source {
	d := *c
	d.stream = s
	return &d
}

func (c *crowd) Assume(of Source) {
	f := of.(*crowd)
	c.on, c.off, c.now, c.toggle = f.on, f.off, f.now, f.toggle
}

// Redraw draws the next change anew.
func (c *crowd) Redraw() { c.wait() }

func (v *switching) Clone(s *distributions.Stream) Source {
	c := *v
	c.stream, c.queue = s, slices.Clone(v.queue)
	return &c
}

func (v *switching) Assume(of Source) {
	f := of.(*switching)
	copy(v.queue, f.queue)
	v.on, v.now = f.on, f.now
}

func (p *thinning) Clone(s *distributions.Stream) Source {
	c := *p
	c.stream = s
	return &c
}

func (p *thinning) Assume(of Source) { p.now = of.(*thinning).now }

func (v *inversion) Clone(s *distributions.Stream) Source {
	c := *v
	c.stream = s
	return &c
}

func (v *inversion) Assume(of Source) {
	f := of.(*inversion)
	v.at, v.used, v.over, v.last = f.at, f.used, f.over, f.last
}
