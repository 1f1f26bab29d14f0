package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/results"
	"spillway/scenarios"
	"spillway/sim"
	"spillway/sim/policy"
	"spillway/sim/scheduler"
	"spillway/sim/scheduler/load"
)

// quickly is a scenario that runs for real in 0.1 s, with a delay of the network
// and of the response.
const quickly = `{version: 1, name: quickly, arrivals: {process: poisson, rate: 2000/s}, service: {distribution: exponential, rate: 1000/s},
	servers: 4, network: {delay: 2ms, response: 1ms}, run: {tasks: 2000, replications: 4}, real: {duration: 20ms}}`

// TestCompareReal: what was run for real is in the JSON, and adds up.
func TestCompareReal(t *testing.T) {
	status, out, errs := call(t, quickly, "compare", "-", "--real", "--format", "json")
	if status != done || !strings.Contains(errs, "running for real, 5 repetitions") {
		t.Fatalf("status %d, %s", status, errs)
	}
	p := document(t, out).Points[0]
	if p.Simulated == nil || p.Real == nil || p.Real.Source != results.Measured || p.Real.Environment["go"] == "" {
		t.Fatalf("%s", out)
	}
	w := p.Real.ThreeWay
	if w == nil || w.Tasks < 1 || w.Repetitions < 1 || w.Repetitions > realRepetitions {
		t.Fatalf("%s", out)
	}
	latency := p.Real.Metrics["latency"]["mean"].Value
	parts := w.Nominal["latency"]["mean"].Value + w.Service.Value + w.ServiceWait.Value + w.Offset.Value + w.Queueing.Value
	if math.Abs(float64(parts-latency)) > 1e-9 {
		t.Errorf("the parts are %v, the latency %v", parts, latency)
	}
	if service := w.Replayed["service"]["mean"].Value; math.Abs(float64(service-p.Real.Metrics["service"]["mean"].Value)) > 1e-9 {
		t.Errorf("replayed with services of %v", service)
	}
	// The delays of 3 ms are part of the latency in all ways.
	for _, m := range []results.Metrics{w.Nominal, w.Replayed} {
		rest := m["latency"]["mean"].Value - m["wait"]["mean"].Value - m["service"]["mean"].Value
		if math.Abs(float64(rest)-3e-3) > 1e-9 {
			t.Errorf("latency is longer than wait and service by %v", rest)
		}
	}
}

// TestBenchReal: only the real run, in all formats, and what cannot be asked.
func TestBenchReal(t *testing.T) {
	short := strings.Replace(quickly, "20ms", "5ms", 1)
	for _, format := range []string{"table", "json"} {
		status, out, errs := call(t, short, "bench", "-", "--quiet", "--format", format)
		if status != done || errs != "" || !strings.Contains(out, "real") {
			t.Errorf("status %d, %s, %s", status, errs, out)
		}
		if format == "json" {
			if p := document(t, out).Points[0]; p.Simulated != nil || p.Analytic != nil || p.Real == nil || p.Real.ThreeWay != nil {
				t.Errorf("%s", out)
			}
		}
	}
	for args, says := range map[string]string{
		"bench - --tasks 3":               "does not go with a scenario",
		"bench - -":                       "want one, or none",
		"bench --set servers=3":           "none is given",
		"bench - --format xml":            "table, json",
		"bench - --set servers=1":         "no steady state",
		"bench - --set client.timeout=1s": "client.timeout cannot be run for real",
		"compare - --real --set queue.limit=3 --set queue.overflow=block": "queue.overflow: block cannot be run for real",
		"run - --real --set real.duration=1ns":                            "no task arrives",
		"compare mmc mmc --real":                                          "one scenario",
	} {
		status, _, errs := call(t, quickly, strings.Fields(args)...)
		if status != invalid || !strings.Contains(errs, says) {
			t.Errorf("%s: status %d, %q, want %q", args, status, errs, says)
		}
	}
}

func quickPoint(t *testing.T, set ...string) *realPoint {
	t.Helper()
	s, err := scenarios.Load("quickly", []byte(quickly), scenarios.Options{Set: append(set, askReal)})
	if err != nil {
		t.Fatal(err)
	}
	p, err := newRealPoint(&results.Point{}, &s.Points[0], s.Seed)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestRealInterrupt: what was finished before an interrupt is kept and said to be
// short; what was cut short is not.
func TestRealInterrupt(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	p, n := quickPoint(t, "real.duration=5ms"), 0
	err := runReal(ctx, []*realPoint{p}, func(int) {
		if n++; n == 2 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || len(p.runs) != 2 {
		t.Fatalf("%v, %d repetitions", err, len(p.runs))
	}
	if err := p.answer(context.Background(), true); err != nil || p.out.Real == nil || p.out.Real.ThreeWay == nil {
		t.Fatalf("%v, %+v", err, p.out)
	}
	late, stop := context.WithTimeout(context.Background(), 0)
	defer stop()
	if err := runReal(late, []*realPoint{p}, func(int) {}); !errors.Is(err, context.DeadlineExceeded) || len(p.runs) != 2 {
		t.Errorf("%v, %d repetitions", err, len(p.runs))
	}
	last := p.out.Warnings[len(p.out.Warnings)-1]
	if last.Code != "real_interrupted" || !strings.Contains(last.Text, "after 2 of 5") {
		t.Errorf("%+v", p.out.Warnings)
	}
}

// TestRealInvalid: an invalid repetition is said and does not count, unless there
// is no other; then nothing is concluded.
func TestRealInvalid(t *testing.T) {
	p := quickPoint(t, "real.duration=2ms", "arrivals.rate=9000/s", "servers=infinite")
	if err := runReal(context.Background(), []*realPoint{p}, func(int) {}); err != nil {
		t.Fatal(err)
	}
	for i := range p.runs {
		p.runs[i].invalid = ""
	}
	p.runs[1].invalid = "it was late"
	list, any := p.valid()
	if len(list) != 4 || !any || list[1].number != 2 {
		t.Errorf("%d repetitions", len(list))
	}
	for i := range p.runs {
		p.runs[i].invalid = "it was late"
	}
	if err := p.answer(context.Background(), true); err != nil || len(p.out.Warnings) != 5 || p.out.Real.ThreeWay.Verdict != results.CannotTell {
		t.Errorf("%v, %+v", err, p.out)
	}
}

// TestTimeScale: what a scale made longer comes back in the scenario's time.
func TestTimeScale(t *testing.T) {
	r := realRepetition{schedule: &schedule{delays: []float64{0.5}}, Repetition: load.Repetition{
		Tasks: []load.Task{{Intended: 4, Called: 4, Result: scheduler.Result{Offered: 4, Queued: 6, Started: 8, Begun: 8, Finished: 10}}},
		Pool:  scheduler.Stats{Seconds: 20, BusySeconds: 2},
	}}
	r.inScenarioTime(2)
	if x := r.Tasks[0]; x.Intended != 1.5 || x.Offered != 2 || x.Queued != 3 || x.Started != 4 || x.Finished != 5 || r.Pool.Seconds != 10 || r.Pool.BusySeconds != 1 {
		t.Errorf("%+v", r)
	}
	p := quickPoint(t, "real.time_scale=10", "real.duration=20ms")
	s, err := p.draw(0)
	if err != nil || len(s.arrivals) == 0 || s.arrivals[len(s.arrivals)-1].At >= 2e-3+2e-3 {
		t.Errorf("%v, %+v", err, s)
	}
}

// TestReplay: of one server the waits are Lindley's.
func TestReplay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &sim.Model{Classes: []string{"a", "b"}, Servers: 1}
		n := rapid.IntRange(1, 30).Draw(t, "n")
		for i := range 2 {
			m.Streams = append(m.Streams, sim.Stream{Name: m.Classes[i], Class: i})
		}
		s, services, want := &schedule{}, []float64(nil), []float64(nil)
		at, free := 0.0, 0.0
		for range n {
			at += rapid.Float64Range(0.01, 2).Draw(t, "gap")
			service := rapid.Float64Range(0.01, 3).Draw(t, "service")
			stream := rapid.IntRange(0, 1).Draw(t, "stream")
			s.arrivals = append(s.arrivals, load.Arrival{At: at, Class: stream})
			s.stream, services = append(s.stream, stream), append(services, service)
			want = append(want, max(0, free-at))
			free = max(free, at) + service
		}
		got, err := replay(context.Background(), m, s, services, distributions.Streams{}, 0)
		if err != nil {
			t.Fatal(err)
		}
		for i := range want {
			if !(math.Abs(got[i]-want[i]) <= 1e-9) {
				t.Fatalf("task %d waits %v, want %v", i, got[i], want[i])
			}
		}
	})
}

// TestRealOptions: every policy arrives at the pool, its times scaled.
func TestRealOptions(t *testing.T) {
	law, err := distributions.NewDeterministic(2)
	if err != nil {
		t.Fatal(err)
	}
	m := &sim.Model{Classes: []string{"a", "b"}, Servers: 3, Limited: true, Limit: 9,
		Streams: []sim.Stream{{Priority: 7}, {Priority: 2}},
		Policies: sim.Policies{Discipline: sim.Priority, Overflow: sim.DropOldest, Patience: law,
			Admission: []sim.Admission{
				{Throttle: &sim.Throttle{Rate: 8, Burst: 3, Delay: true}}, {Shed: &sim.Shedding{When: policy.Wait, Above: 0.5, Probability: 0.25}},
				{Concurrency: 11}, {CoDel: &sim.CoDel{Target: 0.5, Interval: 1}},
			},
			Autoscale: &sim.Autoscale{Startup: law, AutoscalerParameters: policy.AutoscalerParameters{Min: 1, Max: 8,
				Metric: policy.Utilization, Target: 0.7, Interval: 3, MetricDelay: 1, UpCooldown: 2, DownCooldown: 5, Step: 1}},
		}}
	o, err := realOptions(m, 4, distributions.Streams{Seed: 1}, 0)
	if err != nil {
		t.Fatal(err)
	}
	a := o.Admission
	if o.Servers != 3 || !o.Limited || o.Limit != 9 || o.LowestPriority != 1 || o.Discipline != scheduler.Priority || o.Overflow != scheduler.DropOldest ||
		o.Patience(0).Seconds() != 8 || *a[0].Throttle != (scheduler.Throttle{Rate: 2, Burst: 3, Delay: true}) ||
		*a[1].Shed != (scheduler.Shedding{When: policy.Wait, Above: 2, Probability: 0.25}) || a[2].Concurrency != 11 ||
		a[3].CoDel.Target.Seconds() != 2 || a[3].CoDel.Interval.Seconds() != 4 {
		t.Errorf("%+v", o)
	}
	if s := o.Autoscale; s.Startup().Seconds() != 8 || s.Target != 0.7 || s.Interval != 12 || s.MetricDelay != 4 || s.UpCooldown != 8 || s.DownCooldown != 20 || s.Max != 8 {
		t.Errorf("%+v", s)
	}
	if _, err := scheduler.New(o); err != nil {
		t.Error(err)
	}
}

func TestRealRefuses(t *testing.T) {
	for key, change := range map[string]func(*sim.Model){
		"client.timeout":       func(m *sim.Model) { m.Policies.Timeout = &sim.Timeout{} },
		"queue.retry":          func(m *sim.Model) { m.Policies.Retry = &sim.Retry{} },
		"client.breaker":       func(m *sim.Model) { m.Policies.Breaker = &policy.BreakerParameters{} },
		"servers.schedule":     func(m *sim.Model) { m.Policies.Schedule = &policy.Schedule{} },
		"adaptive_concurrency": func(m *sim.Model) { m.Policies.Admission = []sim.Admission{{Adaptive: &sim.Adaptive{}}} },
		"process: closed":      func(m *sim.Model) { m.Streams[0].Population = 3 },
		"process: trace":       func(m *sim.Model) { m.Streams[0].Process = &arrivals.Trace{} },
	} {
		m := &sim.Model{Servers: 1, Streams: []sim.Stream{{}}}
		change(m)
		if _, err := realOptions(m, 2, distributions.Streams{}, 0); err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("%s: %v", key, err)
		}
	}
}

// TestRealSchema: what is printed is what the schema says.
func TestRealSchema(t *testing.T) {
	var doc any
	_, out, _ := call(t, quickly, "run", "-", "--real", "--format", "json", "--set", "real.duration=5ms", "--set", "sweep={servers: [3, 4]}")
	if err := json.NewDecoder(bytes.NewBufferString(out)).Decode(&doc); err != nil {
		t.Fatal(err)
	}
	schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(results.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("results.json", schema); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile("results.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := compiled.Validate(doc); err != nil {
		t.Error(err)
	}
}
