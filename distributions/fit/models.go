package fit

import (
	"cmp"
	"math"
	"slices"

	"spillway/distributions/arrivals"
)

// fitArrivals fits the laws of the gaps and the arrival models.
func (r *Report) fitArrivals(l *record, o Options) {
	a := &r.Arrivals
	if a.Rate == nil {
		for _, name := range []string{"poisson", "renewal", "mmpp"} {
			a.RefusedModels = append(a.RefusedModels, Refused{name, "the log has no rate"})
		}
		return
	}
	gaps := l.gaps
	if !l.even() {
		gaps = r.separated(l)
	}
	sample := newSample(slices.Sorted(slices.Values(gaps)), 2*l.slack)
	a.Laws = fitLaws(sample)
	r.warnInfinite("arrivals.gap_laws", a.Laws, "a renewal process of such gaps has the rate zero in the long run")
	if sample.constant {
		r.evenModel()
		return
	}
	r.addModel("poisson", func() (Model, string) { return poissonModel(*a.Rate, gaps) })
	r.addModel("renewal", func() (Model, string) { return renewalModel(a.Laws) })
	r.addModel("mmpp", func() (Model, string) { return r.modulatedModel(gaps, o) })
	slices.SortStableFunc(a.Models, func(x, y Model) int { return cmp.Compare(*x.AIC, *y.AIC) })
}

// warnInfinite says that the best law has an infinite mean, and what follows.
func (r *Report) warnInfinite(about string, laws Laws, so string) {
	if len(laws.Fitted) > 0 && math.IsInf(float64(laws.Fitted[0].Mean), 1) {
		r.note(about, "The best law, %s, has an infinite mean, as the log cannot have: %s.", laws.Fitted[0].Name, so)
	}
}

// addModel adds what a method gives, or its reason.
func (r *Report) addModel(name string, fit func() (Model, string)) {
	a := &r.Arrivals
	m, reason := fit()
	if reason == "" && (m.AIC == nil || m.LogLikelihood == nil) {
		reason = "its likelihood is out of the range of floating-point numbers"
	}
	if reason != "" {
		a.RefusedModels = append(a.RefusedModels, Refused{name, reason})
		return
	}
	a.Models = append(a.Models, m)
}

// separated are the gaps that laws and models are fitted to: the recorded
// ones, or, where arrivals are at one instant, those of spread epochs.
func (r *Report) separated(l *record) []float64 {
	tick, ok := l.tick()
	if !ok {
		return l.gaps
	}
	r.note("arrivals.gap_laws", "%.3g %% of the gaps are zero. A process with a density has none, so laws and models are fitted to epochs "+
		"that are spread at random over the %s s after the recorded ones. The statistics are those of the recorded epochs.",
		100*float64(r.Arrivals.Gaps.Zeros)/float64(len(l.gaps)), number(tick))
	return l.spread(tick)
}

func (r *Report) evenModel() {
	a := &r.Arrivals
	interval := 1 / *a.Rate
	a.Models = []Model{{
		Name: "deterministic", Parameters: Parameters{{Name: "interval", Value: interval}},
		Process: arrivals.Deterministic{Interval: interval}, Free: 1, Rate: a.Rate, Asymptotic: known(0),
	}}
	for _, name := range []string{"poisson", "renewal", "mmpp"} {
		a.RefusedModels = append(a.RefusedModels, Refused{name, "all gaps are equal"})
	}
}

// priced is a model with its AIC.
func priced(m Model, likelihood float64) Model {
	m.LogLikelihood = known(likelihood)
	m.AIC = known(2*float64(m.Free) - 2*likelihood)
	return m
}

// poissonModel has the rate (records − 1)/span, the most likely one given the
// first arrival.
func poissonModel(rate float64, gaps []float64) (Model, string) {
	p, err := arrivals.NewPoisson(rate)
	if err != nil {
		return Model{}, err.Error()
	}
	return priced(Model{
		Name: "poisson", Parameters: Parameters{{Name: "rate", Value: rate}}, Process: p,
		Free: 1, Rate: known(rate), Asymptotic: known(1),
	}, float64(len(gaps))*(math.Log(rate)-rate*meanOf(gaps))), ""
}

// renewalModel has the gap law of the least AIC. Its index of dispersion over
// long windows is the squared coefficient of variation of that law (Cox and
// Lewis, section 4.3).
func renewalModel(laws Laws) (Model, string) {
	if len(laws.Fitted) == 0 {
		return Model{}, "no law of the gaps could be fitted"
	}
	law := laws.Fitted[0]
	if law.Name == "exponential" {
		return Model{}, "the best law of the gaps is exponential, which makes it a Poisson process"
	}
	p := arrivals.Renewal{Gap: law.Distribution}
	m := Model{
		Name: "renewal", Parameters: Parameters{{Name: "interarrival", Law: &law}}, Process: p,
		Free: law.Free, Asymptotic: known(law.Distribution.SCV()),
	}
	if rate := p.Rate(); rate > 0 {
		m.Rate = known(rate)
	}
	return priced(m, *law.LogLikelihood), ""
}

// The Markov-modulated process.
const (
	leastGaps   = 200    // gaps that it is fitted to
	roughGaps   = 50_000 // gaps for the choice of a start
	roughRounds = 6      // rounds of three steps for it
	finalists   = 2      // starts that go on
	fullRounds  = 4      // rounds of three steps on all gaps
	fullSteps   = 150    // steps of the quasi-Newton method that follows
)

// modulatedModel is by EM from the best of several starts.
func (r *Report) modulatedModel(gaps []float64, o Options) (Model, string) {
	if len(gaps) < leastGaps {
		return Model{}, "it takes at least 200 gaps"
	}
	stretch := middle(gaps, o.Stretch)
	if len(stretch) < len(gaps) {
		r.note("arrivals.models", "The Markov-modulated process is fitted to %d of the %d gaps, a contiguous stretch from the middle of the log. "+
			"Its likelihood is that of all gaps, as those of the others.", len(stretch), len(gaps))
	}
	unit := meanOf(stretch)
	if !(unit > 0) {
		return Model{}, "all arrivals of the stretch are at one instant"
	}
	end := fitModulated(scaled(stretch, 1/unit), r.Arrivals.Laws)
	if !(end.likelihood > -float64(len(stretch))+0.01) { // what a Poisson process has
		return Model{}, "two states are not more likely than one, which is a Poisson process"
	}
	if !end.converged {
		r.note("arrivals.models", "The Markov-modulated process is the best that was found, but the search for it was stopped before it had converged.")
	}
	return modulatedOf(end.at).per(unit).model(r.Arrivals.Dispersion, gaps)
}

// middle is a stretch of at most n from the middle.
func middle(xs []float64, n int) []float64 {
	if len(xs) <= n {
		return xs
	}
	from := (len(xs) - n) / 2
	return xs[from : from+n]
}

func scaled(xs []float64, factor float64) []float64 {
	out := make([]float64, len(xs))
	for i, x := range xs {
		out[i] = x * factor
	}
	return out
}

// fitModulated is for gaps whose mean is 1.
func fitModulated(gaps []float64, laws Laws) candidate {
	rough := middle(gaps, roughGaps)
	quick, full := em(rough), em(gaps)
	var found []candidate
	for _, start := range starts(rough, laws) {
		found = append(found, climb(start.vector(), quick, roughRounds))
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(b.likelihood, a.likelihood) })
	best := candidate{likelihood: math.Inf(-1)}
	for _, c := range found[:min(finalists, len(found))] {
		if c = polish(climb(c.at, full, fullRounds), full, fullSteps); c.likelihood > best.likelihood {
			best = c
		}
	}
	return best
}

// model is a scenario's process, the state of the lower rate first.
func (m modulated) model(windows []Dispersion, gaps []float64) (Model, string) {
	if m.rates[0] > m.rates[1] {
		m.rates[0], m.rates[1] = m.rates[1], m.rates[0]
		m.changes[0], m.changes[1] = m.changes[1], m.changes[0]
	}
	rates := []float64{m.rates[0], m.rates[1]}
	generator := [][]float64{{-m.changes[0], m.changes[0]}, {m.changes[1], -m.changes[1]}}
	p, err := arrivals.NewMMPP(rates, generator)
	if err != nil {
		return Model{}, err.Error()
	}
	out := Model{
		Name: "mmpp", Parameters: Parameters{{Name: "rates", List: rates}, {Name: "generator", Matrix: generator}},
		Process: p, Free: 4, Rate: known(p.Rate()), Asymptotic: known(m.asymptotic()),
		Bursts: &Bursts{Ratio: known(rates[1] / rates[0]), Share: p.Stationary()[1], Length: 1 / m.changes[1]},
	}
	for _, d := range windows {
		out.Dispersion = append(out.Dispersion, m.dispersion(d.Window))
	}
	return priced(out, m.likelihood(gaps)), ""
}
