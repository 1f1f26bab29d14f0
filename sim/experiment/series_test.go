package experiment_test

import (
	"math"
	"testing"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/results"
	"spillway/sim"
	"spillway/sim/experiment"
	"spillway/sim/policy"
)

// overTime is a transient point with a series.
func overTime(p experiment.Point, replications int, duration float64, times ...float64) experiment.Point {
	p.Plan.State, p.Plan.Warmup = experiment.Transient, experiment.Warmup{Kind: experiment.WarmupNone}
	p.Plan.Length, p.Plan.Duration, p.Plan.Replications, p.Plan.Series = experiment.ByDuration, duration, replications, times
	return p
}

// TestSeriesByHand: task k (from 0) of D/D/1 at a load of 2 arrives at k+1, is
// served from 1+2k to 3+2k, and takes 2+k.
func TestSeriesByHand(t *testing.T) {
	p := mmc(t, 0.5, 1, 5)
	p.Model.Streams[0].Process = arrivals.Deterministic{Interval: 1}
	p.Model.Streams[0].Service = must[distributions.Deterministic](t)(distributions.NewDeterministic(2))
	p = overTime(p, 2, 9, 0.5, 3.5, 7.5)
	s := runOne(t, p).Simulated.Series
	for name, c := range map[string]struct {
		got  *results.Band
		want []float64
	}{
		"queue_length": {s.QueueLength, []float64{0, 1, 3}},
		"in_system":    {s.InSystem, []float64{0, 2, 4}},
		"busy":         {s.Busy, []float64{0, 1, 1}},
		"latency":      {s.Latency, []float64{math.NaN(), 2, 3.5}},
	} {
		for i, want := range c.want {
			if got := c.got.Value[i]; got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
				t.Errorf("%s at %v is %v, want %v", name, s.Time[i], got, want)
			}
			if got := c.got.High[i] - c.got.Low[i]; got != 0 && !math.IsNaN(got) {
				t.Errorf("%s at %v is off by %v", name, s.Time[i], got)
			}
		}
	}
	if s.ShedRatio != nil {
		t.Error("a shed ratio without a limit")
	}
	// At the end of the tasks nothing is left.
	p.Plan.Length, p.Plan.Tasks = experiment.ByTasks, 3
	p.Plan.Series = []float64{6.5, 100}
	if s := runOne(t, p).Simulated.Series; s.InSystem.Value[0] != 1 || s.InSystem.Value[1] != 0 {
		t.Errorf("after the end %v", s.InSystem.Value)
	}
}

// TestSeriesAgreesWithTheory: M/M/c and M/M/c/K from empty, against the
// probabilities of the chain integrated by steps of Runge and Kutta. With 2000
// replications and 24 values, Student's t beyond 5.3 has a false alarm of
// 24 × 1.2e-7 = 3e-6; a rate that is 10 % off is seen.
func TestSeriesAgreesWithTheory(t *testing.T) {
	times := []float64{0.5, 1, 3, 10}
	limited := mmc(t, 0.9, 3, 1)
	limited.Model.Limited, limited.Model.Limit = true, 4
	for name, p := range map[string]experiment.Point{"M/M/1": mmc(t, 0.8, 1, 1), "M/M/3/7": limited} {
		m := p.Model
		s := runOne(t, overTime(p, 2000, 10, times...)).Simulated.Series
		mutant := chainOverTime(m, 1.1, times)
		differs := false
		for i, want := range chainOverTime(m, 1, times) {
			for k, b := range []*results.Band{s.QueueLength, s.InSystem, s.Busy} {
				z := math.Abs(b.Value[i]-want[k]) / ((b.High[i] - b.Low[i]) / 2 / results.Student(0.95, 1999))
				if z > 5.3 {
					t.Errorf("%s at %g: quantity %d is %v, want %v, %.1f standard errors off", name, times[i], k, b.Value[i], want[k], z)
				}
				differs = differs || math.Abs(b.Value[i]-mutant[i][k])/((b.High[i]-b.Low[i])/2/1.96) > 5.3
			}
		}
		if !differs {
			t.Errorf("%s: a rate that is 10 %% off passes", name)
		}
	}
}

// chainOverTime is the mean queue, number in system and busy servers of a
// Markovian pool of service rate 1 from empty.
func chainOverTime(m *sim.Model, factor float64, times []float64) (out [][3]float64) {
	states := 200
	if m.Limited {
		states = m.Servers + m.Limit + 1
	}
	rate := factor * m.Streams[0].Process.Rate()
	slope := func(p []float64) []float64 {
		d := make([]float64, states)
		for n := range p {
			if n+1 < states {
				d[n] -= rate * p[n]
				d[n+1] += rate * p[n]
			}
			if n > 0 {
				down := float64(min(n, m.Servers)) * p[n]
				d[n] -= down
				d[n-1] += down
			}
		}
		return d
	}
	along := func(p, d []float64, h float64) []float64 {
		q := make([]float64, states)
		for n := range q {
			q[n] = p[n] + h*d[n]
		}
		return q
	}
	p := make([]float64, states)
	p[0] = 1
	now := 0.0
	for _, t := range times {
		steps := int(math.Ceil((t - now) / 0.01))
		h := (t - now) / float64(steps)
		for range steps {
			a := slope(p)
			b := slope(along(p, a, h/2))
			c := slope(along(p, b, h/2))
			d := slope(along(p, c, h))
			for n := range p {
				p[n] += h / 6 * (a[n] + 2*b[n] + 2*c[n] + d[n])
			}
		}
		now = t
		var x [3]float64
		for n, share := range p {
			x[0] += share * float64(max(0, n-m.Servers))
			x[1] += share * float64(n)
			x[2] += share * float64(min(n, m.Servers))
		}
		out = append(out, x)
	}
	return out
}

// TestSeriesChangesNothing else, and is the same at any parallelism.
func TestSeriesChangesNothing(t *testing.T) {
	p := overTime(mmc(t, 0.8, 1, 1), 20, 50, 1, 10, 50)
	with := runOne(t, p).Simulated
	p.Plan.Series, p.Plan.Engine = nil, sim.Events
	without := runOne(t, p).Simulated
	for _, name := range []string{"latency", "in_system", "throughput"} {
		a, b := with.Metrics[name]["mean"], without.Metrics[name]["mean"]
		if math.Abs(float64(a.Value-b.Value)) > 1e-12*float64(b.Value) {
			t.Errorf("%s is %v with a series and %v without", name, a.Value, b.Value)
		}
	}
}

func TestSeriesRefused(t *testing.T) {
	good := overTime(mmc(t, 0.8, 1, 1), 2, 50, 1, 10)
	for name, spoil := range map[string]func(p *experiment.Plan){
		"order":     func(p *experiment.Plan) { p.Series = []float64{2, 1} },
		"end":       func(p *experiment.Plan) { p.Series = []float64{51} },
		"NaN":       func(p *experiment.Plan) { p.Series = []float64{math.NaN()} },
		"steady":    func(p *experiment.Plan) { p.State = experiment.Steady },
		"recursion": func(p *experiment.Plan) { p.Engine = sim.ByRecursion },
	} {
		p := good
		spoil(&p.Plan)
		if p.Plan.Validate() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestSeriesOfServers: two servers from 4 s on, one from 6 s on.
func TestSeriesOfServers(t *testing.T) {
	p := overTime(mmc(t, 0.5, 1, 5), 3, 10, 1, 5, 9)
	schedule, err := policy.NewSchedule(100, []policy.Step{{At: 0, Count: 1}, {At: 4, Count: 2}, {At: 6, Count: 1}})
	if err != nil {
		t.Fatal(err)
	}
	p.Model.Policies.Schedule = schedule
	s := runOne(t, p).Simulated.Series
	if s.Servers == nil || s.Servers.Value[0] != 1 || s.Servers.Value[1] != 2 || s.Servers.Value[2] < 1 {
		t.Errorf("servers over time %+v, want 1, 2 and 1 or 2", s.Servers)
	}
	if fixed := runOne(t, overTime(mmc(t, 0.5, 1, 5), 3, 10, 1, 5, 9)).Simulated.Series; fixed.Servers != nil {
		t.Errorf("servers over time %+v of a fixed pool", fixed.Servers)
	}
}
