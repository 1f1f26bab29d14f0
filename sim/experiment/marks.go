package experiment

import (
	"math"
	"slices"

	"spillway/sim"
)

// mark is what all replications had measured by a moment of their windows: sums
// from the start of the window, so that what two marks differ by belongs to
// the stretch between them.
type mark struct {
	at   float64 // tasks or seconds of the window
	a, b map[string][]float64
	sums []knownSum
	// record is that of a run whose stretches are batches; nil elsewhere.
	record *sim.Record
}

// ruler sets marks at equal distances along the window, so that its stretches
// can be compared with one another. When there are too many it takes out every
// second one: its memory does not grow with the length of the run.
type ruler struct {
	step  float64 // tasks or seconds between marks
	at    float64 // how far the window has come
	least int     // number of marks; there are less than twice as many
	marks []mark
}

// leastMarks is the least number of marks of replications; they are compared
// in so many parts.
const leastMarks = 8

// set adds a mark.
func (u *ruler) set(m mark) {
	m.at = u.at
	u.marks = append(u.marks, m)
	if len(u.marks) < 2*u.least {
		return
	}
	for i := range u.least {
		u.marks[i] = u.marks[2*i+1]
	}
	u.marks = u.marks[:u.least]
	u.step *= 2
}

// window counts for n more tasks, or, where byTime is true, so many seconds,
// with marks on the way. The first call decides how far they are apart.
func (r *runner) window(n float64, byTime bool) error {
	u := &r.ruler
	if u.step == 0 {
		u.least = leastMarks
		if r.point.Plan.batched() {
			u.least = leastStretches
		}
		u.step = n / float64(u.least)
		if !byTime {
			u.step = math.Ceil(u.step)
		}
	}
	begin, from := make([]float64, len(r.replications)), u.at
	for i, rep := range r.replications {
		begin[i] = rep.Now()
	}
	for u.at < from+n {
		before := u.at
		atMark := u.next(from + n)
		err := r.each(0, func(i int, rep sim.Run) error {
			if byTime {
				return r.advance(rep, forever, begin[i]+(u.at-from), rep.Ended)
			}
			return r.advance(rep, int64(u.at-before), math.Inf(1), rep.Ended)
		})
		if err != nil {
			return err
		}
		if atMark {
			u.set(newMark(r.point, r.records()))
		}
	}
	return nil
}

// next moves on to the next mark, or to the end where that comes first; it
// says whether it is a mark.
func (u *ruler) next(end float64) bool {
	const rounding = 1e-9
	next := (math.Floor(u.at/u.step+rounding) + 1) * u.step
	if next > end+rounding*u.step {
		u.at = end
		return false
	}
	u.at = next
	if math.Abs(next-end) <= rounding*u.step {
		u.at = end
	}
	return true
}

// newMark notes what there is to note.
func newMark(p *Point, records []sim.Record) mark {
	s := emptySample(p)
	for _, rec := range records {
		s.seconds = append(s.seconds, rec.Seconds)
		s.measures = append(s.measures, rec.Total)
	}
	m := mark{a: map[string][]float64{}, b: map[string][]float64{}, sums: knownSums(p, records, true)}
	for _, metric := range controlledMetrics {
		if f, ok := s.parts(metric); ok {
			m.a[metric], m.b[metric] = s.pairs(f)
		}
	}
	if p.Plan.batched() {
		record := cloneRecord(records[0])
		m.record = &record
	}
	return m
}

// half is the mark nearest to the middle of the window; nil without one.
func (u *ruler) half() *mark {
	var best *mark
	for i := range u.marks {
		m := &u.marks[i]
		if m.at < u.at && (best == nil || math.Abs(m.at-u.at/2) < math.Abs(best.at-u.at/2)) {
			best = m
		}
	}
	return best
}

// dependence is the correlation of a metric in one stretch between marks with
// that in the next, over all replications, and how many pairs of stretches
// there are. Stretches that are long beside the memory of the system have
// nothing to do with one another.
func (u *ruler) dependence(metric string) (correlation float64, pairs int) {
	var marks []mark // as many as there are parts, or a few more
	for i, apart := 0, max(1, len(u.marks)/leastMarks); i < len(u.marks); i++ {
		if (i+1)%apart == 0 {
			marks = append(marks, u.marks[i])
		}
	}
	n := len(marks)
	if n < 3 || marks[0].a[metric] == nil {
		return 0, 0
	}
	last := marks[n-1]
	l, ok := newRatio(last.a[metric], last.b[metric])
	if !ok {
		return 0, 0
	}
	var product, squares float64
	before := make([]float64, len(l.influence))
	for j := range marks {
		now := make([]float64, len(before))
		for i := range now {
			now[i] = marks[j].a[metric][i] - l.value*marks[j].b[metric][i]
			if j > 0 {
				now[i] -= marks[j-1].a[metric][i] - l.value*marks[j-1].b[metric][i]
			}
		}
		squares += dot(now, now) / float64(n)
		if j > 0 {
			product += dot(now, before) / float64(n-1)
			pairs += len(now)
		}
		before = slices.Clone(now)
	}
	if !(squares > 0) {
		return 0, 0
	}
	return product / squares, pairs
}
