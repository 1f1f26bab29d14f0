package results

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// fixture is a document of the goldens.
type fixture struct {
	name string
	docs []Document
	opts Options
}

func fixtures() []fixture {
	all := rawFixtures()
	for _, f := range all {
		for i := range f.docs {
			f.docs[i] = rounded(f.docs[i])
		}
	}
	return all
}

func rawFixtures() []fixture {
	return []fixture{
		{"distributed", []Document{distributed()}, Options{Fixed: []Parameters{{{Path: "network.delay", Value: "5ms", Text: "5ms"}}}}},
		{"mmc", []Document{onePoint()}, Options{}},
		{"limits", []Document{limits()}, Options{}},
		{"classes", []Document{classes()}, Options{}},
		{"unstable", []Document{unstable()}, Options{}},
		{"analytic", []Document{analyticOnly()}, Options{}},
		{"defects", []Document{defective()}, Options{}},
		{"two", []Document{analyticOnly(), nothingYet()}, Options{}},
	}
}

func newDocument(name, description string, points ...Point) Document {
	return Document{
		Schema:   SchemaResults,
		Scenario: Scenario{Name: name, Description: description, File: name + ".yaml", Seed: 1, SHA256: "0123456789abcdef"},
		Program:  Program{Version: "v0.1.0", Go: "go1.26.8", Arch: "amd64"},
		Complete: true,
		Points:   points,
	}
}

// erlangC returns the mean wait and the probability to wait of M/M/c, by the
// recursion of Erlang B.
func erlangC(lambda, mu float64, c int) (wait, waits float64) {
	a := lambda / mu
	b := 1.0
	for k := 1; k <= c; k++ {
		b = a * b / (float64(k) + a*b)
	}
	rho := a / float64(c)
	waits = b / (1 - rho*(1-b))
	return waits / (float64(c)*mu - lambda), waits
}

// mmc is the exact answer for M/M/c behind a constant delay, with quantiles of the wait.
func mmc(lambda, mu float64, c int, delay float64) *Analytic {
	wait, waits := erlangC(lambda, mu, c)
	number := func(f float64) map[string]Number { return map[string]Number{"mean": Number(f)} }
	waitStats := number(wait)
	for _, stat := range []string{"p50", "p90", "p99", "p999"} {
		p, _ := quantileOf(stat)
		waitStats[stat] = Number(math.Max(0, math.Log(waits/(1-p))/(float64(c)*mu-lambda)))
	}
	return &Analytic{
		Model: "M/M/c", Method: "Erlang C", Exact: true, Source: "Kleinrock, Queueing Systems I, 3.5",
		Metrics: map[string]map[string]Number{
			"wait":         waitStats,
			"service":      number(1 / mu),
			"latency":      number(delay + wait + 1/mu),
			"queue_length": number(lambda * wait),
			"in_system":    number(lambda*wait + lambda/mu),
			"utilization":  number(lambda / mu / float64(c)),
			"throughput":   number(lambda),
			"wait_ratio":   number(waits),
		},
	}
}

// simulate invents a simulation of what is exactly known: normal errors of a
// relative standard error, drawn from a generator with a fixed seed.
func simulate(exact map[string]map[string]Number, relative float64, rng *rand.Rand) Metrics {
	m := Metrics{}
	for _, name := range sortedKeys(exact) {
		m[name] = map[string]Estimate{}
		for _, stat := range sortedKeys(exact[name]) {
			x := float64(exact[name][stat])
			stdErr := x * relative
			e := NewEstimate(x+stdErr*rng.NormFloat64(), stdErr, 32, 0.95, "mean")
			if _, ok := quantileOf(stat); ok {
				e.Method, e.Slack = "quantile", 0.0025*x
			}
			m[name][stat] = e
		}
	}
	return m
}

func simulated(metrics Metrics) *Simulated {
	return &Simulated{
		Tasks: 3200000, Replications: 32, State: "steady", Confidence: 0.95,
		Warmup:    Warmup{Method: "mser5", Tasks: 12000},
		Precision: &Precision{Target: 0.01, Reached: 0.0098, Of: "latency.mean"},
		Metrics:   metrics,
		Flow:      Flow{Offered: 3584000, Completed: 3583900, InFlight: 100},
	}
}

func worded(path, value string) Parameter { return Parameter{Path: path, Value: value, Text: value} }

func counted(path string, value int64) Parameter {
	return Parameter{Path: path, Value: value, Text: fmt.Sprint(value)}
}

func mmcPoint(lambda, mu float64, c int, delay float64, rng *rand.Rand) Point {
	a := mmc(lambda, mu, c, delay)
	return Point{
		Kendall: fmt.Sprintf("M/M/%d", c), OfferedLoad: Number(lambda / mu), Stable: true,
		Simulated: simulated(simulate(a.Metrics, 0.003, rng)), Analytic: a,
	}
}

// distributed is the published table of twelve points.
func distributed() Document {
	rng := rand.New(rand.NewPCG(1, 2))
	var points []Point
	for _, load := range [][2]float64{{50, 80}, {80, 100}, {120, 150}} {
		for c := 1; c <= 4; c++ {
			p := mmcPoint(load[0], load[1], c, 0.005, rng)
			p.Parameters = Parameters{
				worded("arrivals.rate", fmt.Sprintf("%v/s", load[0])),
				worded("service.rate", fmt.Sprintf("%v/s", load[1])),
				counted("servers", int64(c)),
			}
			points = append(points, p)
		}
	}
	docs := []Document{newDocument("distributed", "Three loads on one to four workers, behind a network delay of 5 ms.", points...)}
	Compare(docs, FalseAlarm)
	return docs[0]
}

// onePoint has no sweep and a tail that the run did not reach.
func onePoint() Document {
	a := mmc(80, 100, 1, 0)
	for stat := range a.Metrics["wait"] {
		if p, ok := quantileOf(stat); ok { // the latency of M/M/1 is exponential
			a.Metrics["latency"][stat] = Number(-math.Log(1-p) / (100 - 80))
		}
	}
	p := Point{
		Kendall: "M/M/1", OfferedLoad: 0.8, Stable: true, Analytic: a,
		Simulated: simulated(simulate(a.Metrics, 0.003, rand.New(rand.NewPCG(3, 4)))),
	}
	p.Simulated.ControlVariates = []string{"service", "arrivals"}
	for _, name := range []string{"wait", "in_system"} {
		e := p.Simulated.Metrics[name]["mean"]
		stdErr := float64(e.HalfWidth) / Student(0.95, 31) / math.Sqrt2
		p.Simulated.Metrics[name]["mean"] = NewControlled(float64(e.Value), stdErr, 32, 2, 2, 0.95)
	}
	p.Simulated.Metrics["wait"]["max"] = BareEstimate(0.873, "max")
	p.Simulated.Metrics["memory"] = map[string]Estimate{
		"mean": NewEstimate(2.0e6, 1e4, 32, 0.95, "mean"),
		"max":  BareEstimate(31.5e6, "max"),
	}
	p.Warnings = []Warning{
		{Code: "tail_not_reached", Metric: "wait.p999", Text: "only 31 tasks beyond this quantile in the shortest replication; it needs 100. Lengthen the run with run.tasks or run.precision."},
		{Code: "short_warmup", Text: "the truncation point is near the middle of the run."},
	}
	docs := []Document{newDocument("mmc", "", p)}
	Compare(docs, FalseAlarm)
	return docs[0]
}

// limits sheds: a queue of ten places under overload, and the approximation of a
// system without an exact model.
func limits() Document {
	var points []Point
	rng := rand.New(rand.NewPCG(5, 6))
	for i, shed := range []float64{0.0012, 0.0873, 0.2345} {
		p := mmcPoint(80, 100, 1, 0, rng)
		p.Kendall = "M/M/1/11"
		p.Parameters = Parameters{worded("arrivals.rate", fmt.Sprintf("%d/s", 80+40*i))}
		p.Analytic.Metrics["shed_ratio"] = map[string]Number{"mean": Number(shed)}
		p.Simulated.Metrics["shed_ratio"] = map[string]Estimate{"mean": NewEstimate(shed*1.001, shed*0.002, 32, 0.95, "mean")}
		p.Simulated.Flow.Shed = 84000
		p.Simulated.Flow.Completed -= 84000
		points = append(points, p)
	}
	points[2].Kendall = "M/G/1/11"
	points[2].Analytic.Exact = false
	points[2].Analytic.Method = "two moments"
	docs := []Document{newDocument("limits", "A queue of ten places.", points...)}
	Compare(docs, FalseAlarm)
	return docs[0]
}

// classes has two classes and no model.
func classes() Document {
	rng := rand.New(rand.NewPCG(7, 8))
	p := mmcPoint(80, 100, 2, 0, rng)
	p.Kendall = "M/G/2"
	p.Simulated.Classes = map[string]Metrics{
		"interactive": simulate(p.Analytic.Metrics, 0.004, rng),
		"batch":       simulate(mmc(20, 25, 2, 0).Metrics, 0.01, rng),
	}
	p.Analytic = nil
	p.Simulated.Precision = nil
	return newDocument("classes", "Interactive requests and batch work on two workers.", p)
}

// unstable has a point without a steady state, infinite moments and infinitely many servers.
func unstable() Document {
	rng := rand.New(rand.NewPCG(9, 10))
	stable := mmcPoint(80, 100, 1, 0, rng)
	over := Point{Kendall: "M/M/1", OfferedLoad: 1.25}
	heavy := mmcPoint(80, 100, 4, 0, rng)
	heavy.Kendall = "M/G/4"
	heavy.Analytic.Metrics["wait"]["mean"] = Number(math.Inf(1))
	heavy.Analytic.Metrics["latency"]["mean"] = Number(math.Inf(1))
	free := mmcPoint(80, 100, 400, 0, rng)
	free.Kendall = "M/M/∞"
	delete(free.Analytic.Metrics, "utilization")
	delete(free.Simulated.Metrics, "utilization")
	free.Simulated.Metrics["wait"] = map[string]Estimate{"mean": NewEstimate(0, 0, 32, 0.95, "mean")}
	free.Analytic.Metrics["wait"] = map[string]Number{"mean": 0}
	points := []Point{stable, over, heavy, free}
	for i, servers := range []string{"1", "1", "4", "infinite"} {
		points[i].Parameters = Parameters{worded("servers", servers), worded("arrivals.interactive.rate", []string{"80/s", "125/s"}[i%2])}
	}
	docs := []Document{newDocument("unstable", "", points...)}
	docs[0].Complete = false
	Compare(docs, FalseAlarm)
	return docs[0]
}

func analyticOnly() Document {
	var points []Point
	for c := 1; c <= 5; c++ {
		p := Point{
			Parameters: Parameters{counted("servers", int64(c))}, Kendall: fmt.Sprintf("M/M/%d", c),
			OfferedLoad: 0.9, Stable: true, Analytic: mmc(45, 50, c, 0),
		}
		points = append(points, p)
	}
	return newDocument("high-load", "ρ = 0.9 on one worker.", points...)
}

// defective differs in one value and is too noisy to tell in others.
func defective() Document {
	rng := rand.New(rand.NewPCG(11, 12))
	var points []Point
	for c := 1; c <= 2; c++ {
		p := mmcPoint(80, 100, c, 0.005, rng)
		p.Parameters = Parameters{counted("servers", int64(c))}
		points = append(points, p)
	}
	wait := float64(points[1].Analytic.Metrics["wait"]["mean"])
	points[1].Simulated.Metrics["wait"]["mean"] = NewEstimate(wait*1.02, wait*0.003, 32, 0.95, "mean")
	points[1].Simulated.Metrics["service"]["mean"] = NewEstimate(0.0101, 0, 32, 0.95, "mean")
	points[0].Simulated.Metrics["queue_length"]["mean"] = NewEstimate(3.1, 0.4, 32, 0.95, "mean")
	docs := []Document{newDocument("defects", "A simulator with a defect.", points...)}
	Compare(docs, FalseAlarm)
	return docs[0]
}

func nothingYet() Document {
	d := newDocument("nothing-yet", "Interrupted before the first point was finished.")
	d.Complete = false
	return d
}

// meanEstimate returns the mean of the values that n independent replications
// gave, with its Student interval.
func meanEstimate(values []float64, level float64) Estimate {
	n := float64(len(values))
	mean := 0.0
	for i, v := range values {
		mean += (v - mean) / float64(i+1)
	}
	squares := 0.0
	for _, v := range values {
		squares += (v - mean) * (v - mean)
	}
	stdErr := 0.0
	if len(values) > 1 {
		stdErr = math.Sqrt(squares / (n - 1) / n)
	}
	return NewEstimate(mean, stdErr, len(values), level, "mean")
}
