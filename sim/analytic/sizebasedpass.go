package analytic

import (
	"math"
	"slices"
)

// cut is a panel or an atom, with what lies above it.
type cut struct {
	sizePanel
	atom    bool
	masses  []float64 // of each stream in the atom
	density [][sizeNodes]float64
	xs      [sizeNodes]float64
	above   []float64 // P(S > b) of each stream
	load    float64   // λE[S; S > b]
}

// cuts are panels and atoms in ascending order.
func (q *sizeQueue) cuts(panels []sizePanel) []cut {
	var all []cut
	for _, s := range panels {
		all = append(all, cut{sizePanel: s})
	}
	at := map[float64]int{}
	for i, l := range q.laws {
		for _, a := range l.atoms {
			k, seen := at[a.x]
			if !seen {
				k = len(all)
				at[a.x] = k
				all = append(all, cut{sizePanel: sizePanel{a.x, a.x}, atom: true, masses: make([]float64, len(q.laws))})
			}
			all[k].masses[i] += a.mass
		}
	}
	slices.SortStableFunc(all, func(c, d cut) int {
		switch {
		case c.a != d.a && c.a < d.a, c.a == d.a && c.b < d.b:
			return -1
		case c.a != d.a || c.b != d.b:
			return 1
		}
		return 0
	})
	above, load := make([]float64, len(q.laws)), 0.0
	for k := len(all) - 1; k >= 0; k-- {
		c := &all[k]
		c.above, c.load = slices.Clone(above), load
		if !c.atom {
			q.sample(c)
		}
		for i, s := range q.streams {
			mass, mean := q.content(c, i)
			above[i] += mass
			load += s.rate().hi * mean
		}
	}
	return all
}

// sample puts the densities at the nodes.
func (q *sizeQueue) sample(c *cut) {
	c.density = make([][sizeNodes]float64, len(q.laws))
	for j, x := range q.rule.x {
		c.xs[j] = c.a + (c.b-c.a)/2*(1+x)
		for i, l := range q.laws {
			if l.density != nil {
				c.density[i][j] = l.density(c.xs[j])
			}
		}
	}
}

// content is the probability of a stream's sizes in a cut, and their part of the
// mean.
func (q *sizeQueue) content(c *cut, stream int) (mass, mean float64) {
	if c.atom {
		return c.masses[stream], c.masses[stream] * c.a
	}
	half := (c.b - c.a) / 2
	for j, w := range q.rule.w {
		mass += half * w * c.density[stream][j]
		mean += half * w * c.density[stream][j] * c.xs[j]
	}
	return mass, mean
}

// lower are the sums over the sizes below.
type lower struct {
	rate, load, second float64 // λP, λE[S], λE[S²] of sizes below
	alone              float64 // J
}

// pass goes through the sizes once.
func (q *sizeQueue) pass(panels []sizePanel) sizeTotals {
	n := len(q.laws)
	t := sizeTotals{wait: make([]float64, n), free: make([]float64, n), mass: make([]float64, n), mean: make([]float64, n)}
	var low lower
	cuts := q.cuts(panels)
	for k := range cuts {
		c := &cuts[k]
		for i := range q.laws {
			mass, mean := q.content(c, i)
			t.mass[i] += mass
			t.mean[i] += mean
		}
		if c.atom {
			q.atAtom(&t, c, &low)
		} else {
			q.onPanel(&t, c, &low)
		}
	}
	return t
}

// place is what a task of size x finds: sums over the sizes below, up to and
// above it.
type place struct {
	x              float64
	before, upTo   float64 // 1 − ρ(x−), 1 − ρ(x)
	load           float64 // ρ(x−)
	rate           float64 // λP(S < x)
	second         float64 // m(x)
	above          float64 // λP(S > x)
	alone          float64 // J
	allRate, total float64 // λ, λE[S²]
	spare          float64
}

// wait is E[W] less the integral of SRPT, and the part of it before the
// service begins; free is P(W = 0).
func (v place) wait(d Discipline) (wait, start, free float64) {
	both := 2 * v.before * v.upTo
	switch d {
	case SJF:
		w := v.total / both
		return w, w, v.spare
	case PSJF:
		w := v.second / both
		return w + v.x*v.load/v.before, w, v.upTo * math.Exp(-v.x*v.rate)
	}
	w := (v.second + v.x*v.x*v.above) / both
	return w, w, math.Max(0, 1-v.alone) * math.Exp(v.alone-v.allRate*v.x)
}

// work is the part of the unfinished work that tasks of size x are, less the
// integral of SRPT.
func (v place) work(d Discipline, start float64) float64 {
	switch d {
	case SJF:
		return v.x*start + v.x*v.x/2
	case PSJF:
		return v.x*start + v.x*v.x/2/v.before
	}
	return v.x * start
}

func (q *sizeQueue) atAtom(t *sizeTotals, c *cut, low *lower) {
	rate, above := 0.0, 0.0
	for i, s := range q.streams {
		rate += s.rate().hi * c.masses[i]
		above += s.rate().hi * c.above[i]
	}
	v := place{
		x: c.a, before: q.p.spare + c.load + c.a*rate, upTo: q.p.spare + c.load,
		load: low.load, rate: low.rate, second: low.second + c.a*c.a*rate, above: above, alone: low.alone,
		allRate: q.p.rate.hi, total: q.second, spare: q.p.spare,
	}
	wait, start, free := v.wait(q.p.sys.Discipline)
	for i := range q.laws {
		t.wait[i] += c.masses[i] * wait
		t.free[i] += c.masses[i] * free
	}
	t.work += rate * v.work(q.p.sys.Discipline, start)
	low.rate += rate
	low.load += c.a * rate
	low.second += c.a * c.a * rate
}

func (q *sizeQueue) onPanel(t *sizeTotals, c *cut, low *lower) {
	half, d := (c.b-c.a)/2, q.p.sys.Discipline
	var f [sizeNodes]float64 // λ times the density of all
	base := 0.0              // λP(S > b)
	for i, s := range q.streams {
		base += s.rate().hi * c.above[i]
		for j := range f {
			f[j] += s.rate().hi * c.density[i][j]
		}
	}
	var over [sizeNodes]float64 // λP(S > x)
	var at [sizeNodes]lower
	for i := range f {
		at[i] = *low
		over[i] = base
		for j := range f {
			below, x := half*q.rule.below[i][j]*f[j], c.xs[j]
			at[i].rate += below
			at[i].load += below * x
			at[i].second += below * x * x
			over[i] += half*q.rule.w[j]*f[j] - below
		}
	}
	end := *low
	for i := range f {
		w, x := half*q.rule.w[i], c.xs[i]
		for j := range f {
			at[i].alone += half * q.rule.below[i][j] * over[j]
		}
		rest := c.load
		for j := range f {
			rest += half * (q.rule.w[j] - q.rule.below[i][j]) * f[j] * c.xs[j]
		}
		free := q.p.spare + rest
		v := place{
			x: x, before: free, upTo: free, load: at[i].load, rate: at[i].rate, second: at[i].second, above: over[i],
			alone: at[i].alone, allRate: q.p.rate.hi, total: q.second, spare: q.p.spare,
		}
		wait, start, none := v.wait(d)
		t.work += w * f[i] * v.work(d, start)
		for k := range q.laws {
			t.wait[k] += w * c.density[k][i] * wait
			t.free[k] += w * c.density[k][i] * none
		}
		if d == SRPT {
			t.work += w * over[i] * x / free
			for k := range q.laws {
				t.wait[k] += w * q.survival(c, k, i) * at[i].load / free
			}
		}
		end.rate += w * f[i]
		end.load += w * f[i] * x
		end.second += w * f[i] * x * x
		end.alone += w * over[i]
	}
	*low = end
}

// survival is P(S > x) of a stream at a node.
func (q *sizeQueue) survival(c *cut, stream, node int) float64 {
	half, sum := (c.b-c.a)/2, c.above[stream]
	for j, w := range q.rule.w {
		sum += half * (w - q.rule.below[node][j]) * c.density[stream][j]
	}
	return sum
}
