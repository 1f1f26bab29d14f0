package sim_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"spillway/distributions"
	"spillway/sim"
	"spillway/sim/monitor"
	"spillway/sim/policy"
)

// story is what a managed run tells, a line for each instant: the time, and
// what happens to which task.
func story(t *testing.T, m *sim.Model, until float64) (string, sim.Record) {
	t.Helper()
	var seen recorder
	r := must[*sim.Managed](t)(sim.NewManaged(m, distributions.Streams{Seed: 1}, 0, &seen))
	r.Begin()
	if err := r.Advance(math.MaxInt64, until); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	last := math.NaN()
	for _, x := range seen {
		if x.Kind == monitor.Emitted || x.Kind == monitor.Offered {
			continue
		}
		if x.Time != last {
			fmt.Fprintf(&b, "\n%g:", x.Time)
			last = x.Time
		}
		if x.Kind == monitor.Scaled {
			fmt.Fprintf(&b, " %d servers", x.Servers)
		} else {
			fmt.Fprintf(&b, " %v %d", x.Kind, x.Task)
		}
	}
	return strings.TrimSpace(b.String()), r.Record()
}

func constant(t testing.TB, x float64) distributions.Deterministic {
	t.Helper()
	return must[distributions.Deterministic](t)(distributions.NewDeterministic(x))
}

// TestPoliciesByHand follows each policy through a few tasks on one server, by
// hand.
func TestPoliciesByHand(t *testing.T) {
	for name, c := range map[string]struct {
		arrivals epochs
		service  []float64
		change   func(m *sim.Model)
		until    float64
		want     string
		figures  func(r sim.Record) string // nil: none are of interest
		wanted   string
	}{
		"patience": {epochs{0, 1, 2}, []float64{5, 1, 1}, func(m *sim.Model) {
			m.Policies.Patience = constant(t, 3.5)
		}, 20, `
0: queued 0 started 0
1: queued 1
2: queued 2
4.5: abandoned 1
5: finished 0 answered 0 started 2
6: finished 2 answered 2`, func(r sim.Record) string {
			return fmt.Sprintf("abandoned %d, waits %g", r.Total.Abandoned, r.Total.Wait.Sum())
		}, "abandoned 1, waits 3"},
		"drop oldest": {epochs{0, 1, 2, 3}, []float64{5, 1, 1, 1}, func(m *sim.Model) {
			m.Limited, m.Limit, m.Policies.Overflow = true, 1, sim.DropOldest
		}, 20, `
0: queued 0 started 0
1: queued 1
2: shed 1 queued 2
3: shed 2 queued 3
5: finished 0 answered 0 started 3
6: finished 3 answered 3`, nil, ""},
		// The source stands still from 2 to 11 and from 12 to 21.
		"backpressure": {epochs{1, 2, 3, 4}, []float64{10}, func(m *sim.Model) {
			m.Limited, m.Policies.Overflow = true, sim.Block
		}, 22, `
1: queued 0 started 0
11: finished 0 answered 0 queued 1 started 1
21: finished 1 answered 1 queued 2 started 2`, func(r sim.Record) string {
			return fmt.Sprintf("blocked %g, held %g, waits %g", r.Total.Blocked, r.Total.Held.Sum(), r.Total.Wait.Sum())
		}, "blocked 18, held 9, waits 0"},
		"last come": {epochs{0, 1, 2, 3}, []float64{5, 1}, func(m *sim.Model) { m.Policies.Discipline = sim.LIFO }, 20, `
0: queued 0 started 0
1: queued 1
2: queued 2
3: queued 3
5: finished 0 answered 0 started 3
6: finished 3 answered 3 started 2
7: finished 2 answered 2 started 1
8: finished 1 answered 1`, nil, ""},
		"shortest": {epochs{0, 1, 2, 3}, []float64{5, 3, 1, 2}, func(m *sim.Model) { m.Policies.Discipline = sim.Shortest }, 20, `
0: queued 0 started 0
1: queued 1
2: queued 2
3: queued 3
5: finished 0 answered 0 started 2
6: finished 2 answered 2 started 3
8: finished 3 answered 3 started 1
11: finished 1 answered 1`, nil, ""},
		// The work of task 0 goes on until 5, for nobody; its second try waits
		// behind it. The wait of a task that tried again is all the time since its first offer.
		"timeout": {epochs{0}, []float64{5}, func(m *sim.Model) {
			m.Policies.Timeout = &sim.Timeout{After: given(2, 10)}
			m.Policies.Retry = &sim.Retry{Probability: 1, Delay: constant(t, 1)}
		}, 20, `
0: queued 0 started 0
2: timed_out 0 retried 0
3: queued 0
5: finished 0 started 0
10: finished 0 answered 0`, func(r sim.Record) string {
			return fmt.Sprintf("wasted %g, good %d, completed %d, wait %g, latency %g, tries %d", r.Total.Wasted, r.Total.Good, r.Total.Completed, r.Total.Wait.Sum(), r.Total.Latency.Sum(), r.Total.Tries)
		}, "wasted 5, good 1, completed 2, wait 5, latency 10, tries 2"},
		"cancel": {epochs{0, 1}, []float64{5, 1}, func(m *sim.Model) {
			m.Policies.Timeout = &sim.Timeout{After: constant(t, 2), Cancel: true}
		}, 20, `
0: queued 0 started 0
1: queued 1
2: timed_out 0 started 1
3: finished 1 answered 1`, func(r sim.Record) string {
			return fmt.Sprintf("wasted %g, timed out %d, busy %g", r.Total.Wasted, r.Total.TimedOut, r.Busy.Area)
		}, "wasted 2, timed out 1, busy 3"},
		"stock server, stock client": {epochs{0, 2}, []float64{1}, func(m *sim.Model) {
			m.Policies.Timeout = &sim.Timeout{After: constant(t, 0.2)}
		}, 20, `
0: queued 0 started 0
0.2: timed_out 0
1: finished 0
2: queued 1 started 1
2.2: timed_out 1
3: finished 1`, func(r sim.Record) string {
			return fmt.Sprintf("timed out %d of %d, wasted %g", r.Total.TimedOut, r.Total.Offered, r.Total.Wasted)
		}, "timed out 2 of 2, wasted 2"},
		"throttle": {epochs{0, 0.1, 0.2, 5}, []float64{0.05}, func(m *sim.Model) {
			m.Policies.Admission = []sim.Admission{{Throttle: &sim.Throttle{Rate: 1, Burst: 1, Delay: true}}}
		}, 20, `
0: queued 0 started 0
0.05: finished 0 answered 0
1: queued 1 started 1
1.05: finished 1 answered 1
2: queued 2 started 2
2.05: finished 2 answered 2
5: queued 3 started 3
5.05: finished 3 answered 3`, func(r sim.Record) string { return fmt.Sprintf("held %.3g", r.Total.Held.Sum()) }, "held 2.7"},
		// The token of a caller that gave up is for the next one.
		"throttle, given up": {epochs{0, 0.1, 0.2, 0.8}, []float64{0.05}, func(m *sim.Model) {
			m.Policies.Admission = []sim.Admission{{Throttle: &sim.Throttle{Rate: 1, Burst: 1, Delay: true}}}
			m.Policies.Timeout = &sim.Timeout{After: constant(t, 0.5), Cancel: true}
		}, 20, `
0: queued 0 started 0
0.05: finished 0 answered 0
0.6: timed_out 1
0.7: timed_out 2
1: queued 3 started 3
1.05: finished 3 answered 3`, nil, ""},
		// What a throttle holds behind it counts for the limit.
		"concurrency before a throttle": {epochs{0, 0.1, 0.2}, []float64{0.05}, func(m *sim.Model) {
			m.Policies.Admission = []sim.Admission{{Concurrency: 1}, {Throttle: &sim.Throttle{Rate: 1, Burst: 1, Delay: true}}}
		}, 20, `
0: queued 0 started 0
0.05: finished 0 answered 0
0.2: shed 2
1: queued 1 started 1
1.05: finished 1 answered 1`, nil, ""},
		"concurrency": {epochs{0, 1, 2, 6}, []float64{5}, func(m *sim.Model) {
			m.Policies.Admission = []sim.Admission{{Concurrency: 2}}
		}, 20, `
0: queued 0 started 0
1: queued 1
2: shed 2
5: finished 0 answered 0 started 1
6: queued 3
10: finished 1 answered 1 started 3
15: finished 3 answered 3`, nil, ""},
		// Two calls in a row fail: the breaker opens from 4 to 7, and then lets one
		// call try, which is well.
		"breaker": {epochs{0, 3, 5, 7, 8.5}, []float64{3, 3, 1}, func(m *sim.Model) {
			m.Policies.Timeout = &sim.Timeout{After: constant(t, 1.5), Cancel: true}
			m.Policies.Breaker = &policy.BreakerParameters{Errors: 0.5, Window: 10, Minimum: 2, Open: 2.5, Probes: 1}
		}, 20, `
0: queued 0 started 0
1.5: timed_out 0
3: queued 1 started 1
4.5: timed_out 1
5: shed 2
7: queued 3 started 3
8: finished 3 answered 3
8.5: queued 4 started 4
9.5: finished 4 answered 4`, nil, ""},
		// Two servers from 4 on, one from 8 on: the other ends its task first.
		"schedule": {epochs{0, 1, 2, 5}, []float64{3, 5, 5, 2}, func(m *sim.Model) {
			m.Policies.Schedule = must[*policy.Schedule](t)(policy.NewSchedule(100, []policy.Step{{At: 0, Count: 1}, {At: 4, Count: 2}, {At: 6, Count: 1}}))
		}, 30, `
0: queued 0 started 0
1: queued 1
2: queued 2
3: finished 0 answered 0 started 1
4: 2 servers started 2
5: queued 3
6: 1 servers
8: finished 1 answered 1
9: finished 2 answered 2 started 3
11: finished 3 answered 3`, func(r sim.Record) string { return fmt.Sprintf("on %g, most %d", r.Servers.Area, r.Servers.Max) }, "on 15, most 2"},
		// The utilization of the first 2 s is 1: a second server is ordered at 2 and
		// serves from 5 on. It is not ordered twice. At 10 the pool has idled.
		"autoscale": {epochs{0, 0.5, 0.6}, []float64{4, 2, 2}, func(m *sim.Model) {
			m.Policies.Autoscale = &sim.Autoscale{AutoscalerParameters: policy.AutoscalerParameters{
				Min: 1, Max: 2, Metric: policy.Utilization, Target: 0.7, Tolerance: 0.1, Interval: 2, Step: 1,
			}, Startup: constant(t, 3)}
		}, 10, `
0: queued 0 started 0
0.5: queued 1
0.6: queued 2
4: finished 0 answered 0 started 1
5: 2 servers started 2
6: finished 1 answered 1
7: finished 2 answered 2`, func(r sim.Record) string {
			return fmt.Sprintf("on %g, cost %g, changes %d", r.Servers.Area, r.ServerSeconds, r.Scalings)
		}, "on 9, cost 12, changes 1"},
	} {
		t.Run(name, func(t *testing.T) {
			m := one(c.arrivals, given(c.service...), 1)
			c.change(m)
			got, rec := story(t, m, c.until)
			if diff := cmp.Diff(strings.TrimSpace(c.want), got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if c.figures == nil {
				return
			}
			if got := c.figures(rec); got != c.wanted {
				t.Errorf("%s, want %s", got, c.wanted)
			}
		})
	}
}

// TestCoDelAtTheHead: one server that takes 15 ms a task, one task every 10 ms:
// the tasks that are dropped, and when, are those of a loop over the services,
// which asks the policy about each head of the queue.
func TestCoDelAtTheHead(t *testing.T) {
	const gap, service, target, interval, tasks = 0.010, 0.015, 0.005, 0.1, 2000
	var given epochs
	for i := range tasks {
		given = append(given, float64(i+1)*gap)
	}
	m := one(given, constant(t, service), 1)
	m.Policies.Admission = []sim.Admission{{CoDel: &sim.CoDel{Target: target, Interval: interval}}}
	var seen recorder
	r := must[*sim.Managed](t)(sim.NewManaged(m, distributions.Streams{}, 0, &seen))
	advance(t, r, math.MaxInt64, math.Inf(1))
	got := map[int64]float64{}
	for _, x := range seen {
		if x.Kind == monitor.Shed {
			got[x.Task] = x.Time
		}
	}

	codel := must[policy.CoDel](t)(policy.NewCoDel(target, interval))
	want := map[int64]float64{}
	free := 0.0
	for head := 0; head < tasks; head++ {
		now := max(free, given[head])
		behind := 0
		for i := head + 1; i < tasks && given[i] < now; i++ {
			behind++
		}
		if codel.Drops(now, now-given[head], behind) {
			want[int64(head)] = now
			continue
		}
		free = now + service
	}
	if len(want) < 100 {
		t.Fatalf("only %d tasks are dropped", len(want))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("dropped tasks (-want +got):\n%s", diff)
	}
}
