package experiment

import (
	"math"
	"reflect"
	"slices"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/sim"
)

// knownSum is a sum over the window, one value a replication, with expectation
// zero.
type knownSum struct {
	name   string
	values []float64
	scale  float64 // of what is summed: values far below it are rounding
}

// knownSums are those of a model in steady state, in a fixed order:
//
//	service:         Σ (service − mean service of its class) over the tasks served
//	service_squares: Σ (service² − mean square of its class), likewise, where services vary much
//	arrivals:        Σ (tasks arrived − rate × seconds) × mean service, over the classes
//	wait_service:    Σ wait × (service − mean service of its class), over the tasks served
//	wait_gap:        Σ wait × (gap to the next arrival − mean gap), likewise, of independent gaps
//
// They know from the laws what a run of finite length draws a little more or
// less of, and it is this that moves the load. The mean wait of M/G/1 grows
// with the mean square of the service as it does with the rate; where services
// vary much, most of what runs differ by is how many of the rare long ones they
// have had.
func knownSums(p *Point, records []sim.Record, look bool) []knownSum {
	m := p.Model
	if !plain(m) || p.Plan.Plain || p.Plan.State == Transient {
		return nil
	}
	laws, ok := classLaws(m)
	if !ok {
		return nil
	}
	each := func(f func(r *sim.Record, class int, of *sim.Measures) float64) []float64 {
		return eachRecord(records, len(m.Classes), f)
	}
	scale := slices.Max(each(func(_ *sim.Record, class int, of *sim.Measures) float64 {
		return laws[class].mean * float64(of.Offered)
	}))
	var sums []knownSum
	if servesAll(records, look) {
		sums = append(sums, knownSum{"service", each(func(_ *sim.Record, class int, of *sim.Measures) float64 {
			return of.Service.Sum() - laws[class].mean*float64(of.Service.Count())
		}), scale})
		if variable(laws) {
			sums = append(sums, knownSum{"service_squares", each(func(_ *sim.Record, class int, of *sim.Measures) float64 {
				n, mean, sd := float64(of.Service.Count()), of.Service.Mean(), of.Service.SD()
				return (n-1)*sd*sd + n*mean*mean - n*laws[class].square
			}), scale * scale})
		}
	}
	if ratesHold(m) {
		sums = append(sums, knownSum{"arrivals", each(func(r *sim.Record, class int, of *sim.Measures) float64 {
			return laws[class].mean * (float64(of.Offered) - laws[class].rate*r.Seconds)
		}), scale})
	}
	if servesAll(records, look) {
		sums = append(sums, waitSums(m, laws, each)...)
	}
	return sums
}

// waitSums are those of waits times what comes after: first come, first served,
// a wait has nothing to do with the service that follows it, nor with the gap
// before the next arrival where gaps are independent. Sums of such products are
// martingales. They show how the wait of each task was handed on to the next:
// what the squares of waits grow by, from one task to the next, is twice the wait
// times the service less the gap, and from one end of a run to the other it is
// about nothing. So they leave little of the variance of the mean wait, the less
// the busier the servers are (Henderson and Glynn, "Approximating martingales for
// variance reduction in Markov process simulation", Mathematics of Operations
// Research 27(2), 2002). Of services with heavy tails they vary too much.
func waitSums(m *sim.Model, laws []classLaw, each func(func(*sim.Record, int, *sim.Measures) float64) []float64) []knownSum {
	for _, s := range m.Streams {
		if distributions.TailIndex(s.Service) <= 4 {
			return nil
		}
	}
	product := func(f func(class int, of *sim.Measures) (sum, mean float64)) ([]float64, float64) {
		scale := 0.0
		values := each(func(_ *sim.Record, class int, of *sim.Measures) float64 {
			sum, mean := f(class, of)
			scale = math.Max(scale, sum)
			return sum - mean*of.Wait.Sum()
		})
		return values, scale
	}
	values, scale := product(func(class int, of *sim.Measures) (float64, float64) { return of.WaitService, laws[class].mean })
	sums := []knownSum{{"wait_service", values, scale}}
	if gap, ok := independentGaps(m); ok {
		values, scale := product(func(_ int, of *sim.Measures) (float64, float64) { return of.WaitGap, gap })
		sums = append(sums, knownSum{"wait_gap", values, scale})
	}
	return sums
}

// independentGaps says whether the gaps between arrivals at the servers are
// independent of one another, and what their mean is.
func independentGaps(m *sim.Model) (mean float64, ok bool) {
	rate := 0.0
	for _, s := range m.Streams {
		_, poisson := s.Process.(arrivals.Poisson)
		_, renewal := s.Process.(arrivals.Renewal)
		if s.Batch != nil || !(poisson || renewal && len(m.Streams) == 1) {
			return 0, false
		}
		rate += s.Process.Rate()
	}
	return 1 / rate, m.Network == nil
}

// variable says whether a class has services that vary more than exponential
// ones.
func variable(laws []classLaw) bool {
	return slices.ContainsFunc(laws, func(l classLaw) bool { return l.square > 2.001*l.mean*l.mean })
}

// eachRecord sums f over the classes of each record.
func eachRecord(records []sim.Record, classes int, f func(r *sim.Record, class int, of *sim.Measures) float64) []float64 {
	values := make([]float64, len(records))
	for i := range records {
		r := &records[i]
		if classes == 1 {
			values[i] = f(r, 0, &r.Total)
			continue
		}
		for class := range r.Classes {
			values[i] += f(r, class, &r.Classes[class])
		}
	}
	return values
}

// classLaw is what is known of a class before it is simulated.
type classLaw struct {
	mean, square float64 // of the service and of its square
	rate         float64 // of the arrivals
}

// classLaws are those of all classes. ok is false where a mean or a variance
// is infinite, or where streams of one class differ in their mean service: the
// mean of those that are served then depends on who is.
func classLaws(m *sim.Model) (laws []classLaw, ok bool) {
	laws = make([]classLaw, len(m.Classes))
	for _, s := range m.Streams {
		law, mean, rate := &laws[s.Class], s.Service.Mean(), s.Process.Rate()
		if s.Batch != nil {
			rate *= s.Batch.Mean()
		}
		if math.IsInf(mean, 0) || math.IsInf(s.Service.SCV(), 0) || !(rate > 0) || math.IsInf(rate, 0) {
			return nil, false
		}
		if square := mean * mean * (1 + s.Service.SCV()); law.rate > 0 && (law.mean != mean || law.square != square) {
			return nil, false
		}
		law.mean, law.square = mean, mean*mean*(1+s.Service.SCV())
		law.rate += rate
	}
	return laws, true
}

// plain says that a model has nothing but what is thought of here. What else a
// model can have may choose whom it serves by how long that takes, or change
// how long it takes; the mean service of the served is then not the law's, or
// the arrivals are not the process's.
func plain(m *sim.Model) bool {
	known := []string{"Streams", "Classes", "Network", "Response", "Servers", "Infinite", "Limit", "Limited"}
	if !nothingElse(reflect.ValueOf(*m), known) {
		return false
	}
	known = []string{"Name", "Class", "Process", "Batch", "Service", "Priority"}
	for _, s := range m.Streams {
		if s.Process == nil || s.Service == nil || !nothingElse(reflect.ValueOf(s), known) {
			return false
		}
	}
	return true
}

// nothingElse says that all fields but the known ones have their zero value.
func nothingElse(v reflect.Value, known []string) bool {
	for i := range v.NumField() {
		if !slices.Contains(known, v.Type().Field(i).Name) && !v.Field(i).IsZero() {
			return false
		}
	}
	return true
}

// servesAll says that every counted task was served or found no room. Where
// some are still inside, those that take long are missing; at a look, a few
// may be.
func servesAll(records []sim.Record, look bool) bool {
	for i := range records {
		m := &records[i].Total
		inside := m.Offered - m.Service.Count() - m.Shed
		if inside > 0 && !(look && inside <= m.Offered/20) {
			return false
		}
	}
	return true
}

// ratesHold says that the tasks of a window are as many as the rate says, on
// average.
func ratesHold(m *sim.Model) bool {
	for _, s := range m.Streams {
		if !becomesStationary(s.Process) {
			return false
		}
	}
	return true
}

// becomesStationary says that a process forgets when it began, and that its
// counts have a finite variance.
func becomesStationary(p arrivals.Process) bool {
	finite := func(d distributions.Distribution) bool { return !math.IsInf(d.SCV(), 0) }
	switch p := p.(type) {
	case arrivals.Poisson, arrivals.MAP, arrivals.Deterministic:
		return true
	case arrivals.Renewal:
		return finite(p.Gap)
	case arrivals.OnOff:
		return finite(p.On()) && finite(p.Off())
	}
	return false
}
