package scenarios

import (
	"strings"
	"testing"

	"spillway/sim/analytic"
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
  patience: 5s # queue.patience
  limit: 7
  retry: {delay: 1s} # queue.retry
dispatch: {power_of: 2} # dispatch
admission:
  - {throttle: {rate: 90/s, burst: 20, excess: delay}} # admission.0
run: {state: transient, duration: 1s, series: 500ms} # run.series
slo: {latency.p99: 50ms, throughput: {min: 70/s}, latency.within: {200ms: 99.5%}} # slo
compare: [analytic, real] # compare.1
real: {work: spin} # real
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
		"queue: {memory_limit: 1MB}":                            "queue.memory_limit",
		"queue: {overflow: block, limit: 3}":                    "queue.overflow",
		"queue: {limit: 0, retry: {delay: 1s, limit: 3}}":       "queue.retry",
		"dispatch: {policy: random, stealing: true}":            "dispatch.stealing",
		"queue: {limit: 0, retry: {delay: 1s, probability: 1}}": "",
		"slo: {latency.p99: 50ms}":                              "",
		"run: {rare: {event: in_system, at_least: 200}}":        "",
	} {
		p := load(t, smallest+change+"\n").Points[0]
		if p.Beyond != want {
			t.Errorf("%s: beyond theory is %q, want %q", change, p.Beyond, want)
		}
		if len(p.Unsimulated) == 0 {
			t.Errorf("%s: it is said to be simulated", change)
		}
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
