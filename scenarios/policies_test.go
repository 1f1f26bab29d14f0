package scenarios

import (
	"strings"
	"testing"

	"spillway/sim"
	"spillway/sim/analytic"
	"spillway/sim/policy"
)

// policies is a scenario with what the simulator has not learnt yet: the
// comment on a line is the path that is said of it.
const policies = `version: 1
arrivals: {process: poisson, rate: 80/s, priority: 2}
service: {distribution: exponential, rate: 100/s}
servers:
  count: 2
  speeds: [1, 0.5] # servers.speeds
  choose: slowest
  failures: {up: 1h, repair: 1m, on_failure: lose, clock: busy} # servers.failures
  setup: 3s # servers.setup
queue:
  discipline: srpt # queue.discipline
  patience: 5s
  limit: 7
  retry: {delay: 1s}
dispatch: {power_of: 2} # dispatch
admission:
  - {throttle: {rate: 90/s, burst: 20, excess: delay}}
run: {state: transient, duration: 1s, series: 500ms}
slo: {latency.p99: 50ms, throughput: {min: 70/s}, latency.within: {200ms: 99.5%}}
compare: [analytic, real]
real: {work: spin}
`

func TestPolicies(t *testing.T) {
	p := load(t, policies).Points[0]
	q := p.Policies
	if p.Streams[0].Priority != 2 || q.Discipline != analytic.SRPT || q.Patience.Mean() != 5 || q.Retry.Mean() != 1 || !p.Limited || p.Limit != 7 {
		t.Errorf("queue %+v of %+v", q, p)
	}
	if q.Dispatch != analytic.PowerOf || q.Choices != 2 || len(q.Speeds) != 2 || q.Speeds[1] != 0.5 || q.Choose != analytic.Slowest || q.Setup.Mean() != 3 {
		t.Errorf("servers %+v", q)
	}
	if f := q.Failures; f.Up.Mean() != 3600 || f.Repair.Mean() != 60 || f.OnFailure != analytic.Lose || !f.BusyOnly {
		t.Errorf("failures %+v", f)
	}
	if w := q.Throttle; *w != (analytic.Throttle{Rate: 90, Burst: 20, Delay: true}) {
		t.Errorf("throttle %+v", w)
	}
	if s := q.Transient.Times; len(s) != 2 || s[0] != 0.5 || s[1] != 1 {
		t.Errorf("series %v", s)
	}
	if p.Beyond != "" {
		t.Errorf("beyond theory: %s", p.Beyond)
	}
	var want, got []string
	for line := range strings.Lines(policies) {
		if _, path, ok := strings.Cut(strings.TrimSpace(line), "# "); ok {
			want = append(want, path)
		}
	}
	for _, u := range p.Unsimulated {
		if !strings.HasPrefix(u.Place, "test.yaml:") {
			t.Errorf("place %s", u.Place)
		}
		got = append(got, u.Path)
	}
	for _, path := range want {
		if !strings.Contains(" "+strings.Join(got, " ")+" ", " "+path+" ") {
			t.Errorf("%s is not said to be unsimulated: %v", path, got)
		}
	}
	if len(got) != len(want) {
		t.Errorf("unsimulated %v, want %v", got, want)
	}
}

// What no exact model can regard is named.
func TestBeyond(t *testing.T) {
	for change, want := range map[string]string{
		"client: {timeout: 1s}":                                 "client",
		"admission: [{codel: {}}]":                              "admission.0",
		"queue: {overflow: block, limit: 3}":                    "queue.overflow",
		"queue: {limit: 0, retry: {delay: 1s, limit: 3}}":       "queue.retry",
		"dispatch: {policy: random, stealing: true}":            "dispatch.stealing",
		"queue: {limit: 0, retry: {delay: 1s, probability: 1}}": "",
		"slo: {latency.p99: 50ms}":                              "",
		"memory: 1MB\nqueue: {memory_limit: 9MB}":               "",
	} {
		p := load(t, smallest+change+"\n").Points[0]
		if p.Beyond != want {
			t.Errorf("%s: beyond theory is %q, want %q", change, p.Beyond, want)
		}
	}
}

// What the simulator has not learnt yet is named.
func TestUnsimulated(t *testing.T) {
	for change, want := range map[string]string{
		"dispatch: random":                               "dispatch",
		"queue: {discipline: srpt}":                      "queue.discipline",
		"slo: {latency.p99: 50ms}":                       "",
		"run: {rare: {event: in_system, at_least: 200}}": "",
		"queue: {overflow: block, limit: 3}":             "",
		"client: {timeout: 1s}":                          "",
	} {
		p := load(t, smallest+change+"\n").Points[0]
		got := ""
		if len(p.Unsimulated) > 0 {
			got = p.Unsimulated[0].Path
		}
		if got != want {
			t.Errorf("%s: %q is not simulated, want %q", change, got, want)
		}
	}
}

// TestManaged: every policy arrives at the simulator, with its defaults.
func TestManaged(t *testing.T) {
	m := load(t, smallest+`memory: 1MB
queue:
  discipline: sjf
  limit: 9
  memory_limit: 5.5MB
  overflow: drop_oldest
  patience: 2s
  retry: {probability: 0.5, delay: {backoff: {initial: 1s, factor: 2, max: 8s, jitter: none}}, limit: 3, budget: 10%}
client: {timeout: 3s, on_timeout: cancel, breaker: {errors: 50%, window: 10s, open: 5s}}
admission:
  - {throttle: {rate: 90/s, burst: 20, excess: delay}}
  - {shed: {when: utilization, above: 80%, probability: 0.25}}
  - {concurrency: {limit: 200}}
  - {codel: {}}
  - {adaptive_concurrency: {algorithm: vegas, min: 4, max: 200}}
`).Points[0]
	if !m.Limited || m.Limit != 5 {
		t.Errorf("limit %d, want what fits in 5.5 MB", m.Limit)
	}
	p := m.Managed
	if p.Discipline != sim.Shortest || p.Overflow != sim.DropOldest || p.Patience.Mean() != 2 {
		t.Errorf("queue %+v", p)
	}
	if r := p.Retry; r.Probability != 0.5 || r.Limit != 3 || !r.Limited || r.Budget != 0.1 || r.Backoff.Delay(3, 0) != 4 {
		t.Errorf("retry %+v", r)
	}
	if c := p.Timeout; c.After.Mean() != 3 || !c.Cancel {
		t.Errorf("timeout %+v", c)
	}
	if *p.Breaker != (policy.BreakerParameters{Errors: 0.5, Window: 10, Minimum: 20, Open: 5, Probes: 1}) {
		t.Errorf("breaker %+v", *p.Breaker)
	}
	a := p.Admission
	if len(a) != 5 || *a[0].Throttle != (sim.Throttle{Rate: 90, Burst: 20, Delay: true}) ||
		*a[1].Shed != (sim.Shedding{When: policy.Utilization, Above: 0.8, Probability: 0.25}) || a[2].Concurrency != 200 ||
		*a[3].CoDel != (sim.CoDel{Target: 0.005, Interval: 0.1}) || *a[4].Adaptive != (sim.Adaptive{Algorithm: policy.AlgorithmVegas, Min: 4, Max: 200}) {
		t.Errorf("admission %+v", a)
	}
}

func TestScaling(t *testing.T) {
	p := load(t, smallest+`queue: {limit: 3}
`, "servers={autoscale: {min: 2, max: 16, metric: wait, target: 0.7, interval: 10s, startup: 30s, step: proportional}}").Points[0]
	a := p.Managed.Autoscale
	want := policy.AutoscalerParameters{Min: 2, Max: 16, Metric: policy.Wait, Target: 0.7, Tolerance: 0.1, Interval: 10, Proportional: true, Step: 1}
	if a.AutoscalerParameters != want || a.Startup.Mean() != 30 || p.Servers != 2 {
		t.Errorf("autoscale %+v", a)
	}
	p = load(t, smallest, "servers={schedule: {period: 24h, steps: [{at: 0h, count: 2}, {at: 8h, count: 6}]}}").Points[0]
	if s := p.Managed.Schedule; s.At(0) != 2 || s.At(9*3600) != 6 || s.Next(0) != 8*3600 {
		t.Errorf("schedule %+v", s)
	}
}

func TestStations(t *testing.T) {
	p := load(t, `version: 1
stations:
  parse: {arrivals: {process: poisson, rate: 3/s}, servers: 1, service: {distribution: exponential, rate: 10/s}}
  store: {servers: 2, service: {distribution: exponential, rate: 4/s}}
routes:
  parse: {store: 0.6}
  store: {parse: 0.2}
`).Points[0]
	n := p.Stations
	if n == nil || len(n.Stations) != 2 || n.Stations[0].Name != "parse" || n.Stations[0].Rate != 3 || n.Stations[1].Servers != 2 ||
		n.Stations[1].Rate != 0 || n.Stations[1].Service.Mean() != 0.25 || n.Routes[0][1] != 0.6 || n.Routes[1][0] != 0.2 || n.Routes[0][0] != 0 {
		t.Errorf("network %+v", n)
	}
	if p.Beyond != "" || len(p.Unsimulated) == 0 {
		t.Errorf("beyond %q, unsimulated %v", p.Beyond, p.Unsimulated)
	}
	for _, limit := range []string{"queue: {limit: 50}", "dispatch: random", "arrivals: {process: deterministic, rate: 1/s}"} {
		p := load(t, "version: 1\nstations:\n  a: {arrivals: {process: poisson, rate: 3/s}, servers: 1, service: 10ms}\n  b: {servers: 1, service: 10ms, "+limit+"}\n").Points[0]
		if p.Beyond == "" {
			t.Errorf("%s is not beyond theory", limit)
		}
	}
}
