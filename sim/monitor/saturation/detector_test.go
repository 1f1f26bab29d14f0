package saturation_test

import (
	"math"
	"testing"

	"spillway/sim/monitor"
	"spillway/sim/monitor/saturation"
)

func newDetector(t testing.TB, servers int) *saturation.Detector {
	t.Helper()
	d, err := saturation.New(saturation.DefaultConfig(servers))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// line is one server that is always at it: tasks come at one interval, and each
// takes a second. It never idles once its queue has begun, so that whatever is
// drawn is exact.
type line struct {
	detector        *saturation.Detector
	now             float64
	waiting, busy   int
	arrival, finish float64 // the next of each
}

func newLine(d *saturation.Detector) *line { return &line{detector: d, finish: math.Inf(1)} }

func (l *line) tell(k monitor.Kind) {
	l.detector.Observe(monitor.Transition{Time: l.now, Kind: k, Waiting: l.waiting, Busy: l.busy, Servers: 1})
}

// run goes on for some seconds with one arrival every interval, and returns when
// the state changes, if it does.
func (l *line) run(seconds, interval float64) bool {
	end, before := l.now+seconds, l.detector.State()
	l.arrival = max(l.arrival, l.now)
	for l.detector.State() == before {
		if l.now = min(l.arrival, l.finish); l.now > end {
			l.now = end
			return false
		}
		if l.finish <= l.arrival {
			l.complete()
		} else {
			l.arrive(interval)
		}
	}
	return true
}

func (l *line) arrive(interval float64) {
	l.arrival += interval
	l.tell(monitor.Offered)
	l.waiting++
	l.tell(monitor.Queued)
	if l.busy == 0 {
		l.start()
	}
}

func (l *line) start() {
	l.waiting--
	l.busy++
	l.finish = l.now + 1
	l.tell(monitor.Started)
}

func (l *line) complete() {
	l.busy--
	l.finish = math.Inf(1)
	l.tell(monitor.Finished)
	if l.waiting > 0 {
		l.start()
	}
}

// TestStory goes through all states: nothing known for a window, a load of 0.8,
// overload that is warned of at once and called saturation after a window, and
// the way back.
func TestStory(t *testing.T) {
	d := newDetector(t, 1)
	l := newLine(d)
	expect := func(seconds, interval float64, want saturation.State, from, to float64) {
		t.Helper()
		start := l.now
		if l.run(seconds, interval); d.State() != want || l.now-start < from || l.now-start > to {
			t.Fatalf("after %.1f s at a load of %g: %s, want %s after %g to %g s", l.now-start, 1/interval, d.State(), want, from, to)
		}
	}
	expect(1000, 1.25, saturation.OK, 120, 121)
	expect(1000, 1.25, saturation.OK, 1000, 1000)
	// Half the limit of 1.2 s is behind after 3 s; the block of 7.5 s ends then.
	expect(1000, 0.8, saturation.Warning, 0, 30)
	expect(1000, 0.8, saturation.Saturated, 90, 120)
	expect(100, 0.8, saturation.Saturated, 100, 100)
	// It catches up at once, but has 55 s of work in its queue.
	expect(1000, 1.25, saturation.Warning, 0, 60)
	if r := d.Report(); r.Deficit != 0 {
		t.Errorf("report %+v: what it was behind before is not evidence of new saturation", r)
	}
	expect(1000, 1.25, saturation.OK, 150, 300)
	expect(1000, 1.25, saturation.OK, 1000, 1000)
	if r := d.Report(); r.State != saturation.OK || math.Abs(r.Load-0.8) > 0.01 || r.Deficit != 0 || !(r.Limit >= 1.2) {
		t.Errorf("report %+v, want a load of 0.8 and no deficit", r)
	}
}

// TestBurst: a burst of a minute, of which half a minute's work is left at its
// end, is warned of, not called saturation.
func TestBurst(t *testing.T) {
	d := newDetector(t, 1)
	l := newLine(d)
	l.run(1000, 1.25)
	l.run(1000, 1.25)
	start := l.now
	if !l.run(60, 1/1.5) || d.State() != saturation.Warning {
		t.Fatalf("%s in a burst, want a warning", d.State())
	}
	l.run(start+60-l.now, 1/1.5)
	if !l.run(1000, 1.25) || d.State() != saturation.OK || l.now-start < 150 {
		t.Errorf("%s %g s after the burst began, want ok when it is worked off, after 200 s", d.State(), l.now-start)
	}
}

// TestShed: a queue that cannot grow hides nothing.
func TestShed(t *testing.T) {
	d := newDetector(t, 1)
	for i := range 400 {
		now := float64(i)
		d.Observe(monitor.Transition{Time: now, Kind: monitor.Finished, Waiting: 0, Busy: 0, Servers: 1})
		d.Observe(monitor.Transition{Time: now, Kind: monitor.Started, Waiting: 0, Busy: 1, Servers: 1})
		if i%5 == 0 {
			d.Observe(monitor.Transition{Time: now, Kind: monitor.Shed, Task: int64(i), Waiting: 0, Busy: 1, Servers: 1})
		}
	}
	if r := d.Report(); r.State != saturation.Saturated || math.Abs(r.Load-1.2) > 0.01 {
		t.Errorf("report %+v, want saturated at a load of 1.2", r)
	}
}

// TestRetried: a task that is refused and offered again is offered once.
func TestRetried(t *testing.T) {
	for _, abandons := range []bool{false, true} {
		d := newDetector(t, 1)
		for i := range 400 {
			now := float64(i)
			tell := func(k monitor.Kind, waiting int) {
				d.Observe(monitor.Transition{Time: now, Kind: k, Task: 7, Waiting: waiting, Busy: 1, Servers: 1})
			}
			tell(monitor.Finished, 0)
			tell(monitor.Started, 0)
			tell(monitor.Offered, 0)
			if abandons {
				tell(monitor.Queued, 1)
				tell(monitor.Abandoned, 0)
			} else {
				tell(monitor.Shed, 0)
			}
			tell(monitor.Retried, 0)
		}
		if r := d.Report(); r.State != saturation.OK || r.Load > 1.001 {
			t.Errorf("abandons %t: report %+v, want a load of 1", abandons, r)
		}
	}
}

// TestAbandoned: who gave up waiting was work that was offered.
func TestAbandoned(t *testing.T) {
	d := newDetector(t, 1)
	for i := range 400 {
		now := float64(i)
		d.Observe(monitor.Transition{Time: now, Kind: monitor.Finished, Busy: 0})
		d.Observe(monitor.Transition{Time: now, Kind: monitor.Started, Busy: 1})
		d.Observe(monitor.Transition{Time: now, Kind: monitor.Queued, Waiting: 1, Busy: 1})
		d.Observe(monitor.Transition{Time: now + 0.5, Kind: monitor.Abandoned, Waiting: 0, Busy: 1})
	}
	if r := d.Report(); r.State != saturation.Saturated || math.Abs(r.Load-2) > 0.01 {
		t.Errorf("report %+v, want saturated at a load of 2", r)
	}
}

// TestServers: the same work is half the load for twice the servers.
func TestServers(t *testing.T) {
	d := newDetector(t, 1)
	for i := range 400 {
		d.Observe(monitor.Transition{Time: float64(i), Kind: monitor.Finished, Servers: 2})
		d.Observe(monitor.Transition{Time: float64(i), Kind: monitor.Started, Busy: 1, Servers: 2})
	}
	if r := d.Report(); math.Abs(r.Load-0.5) > 0.001 {
		t.Errorf("report %+v, want a load of 0.5", r)
	}
}

// TestAdd: samples say what transitions say.
func TestAdd(t *testing.T) {
	d, e := newDetector(t, 1), newDetector(t, 1)
	l := newLine(d)
	for i := range 200 {
		l.run(1, 0.9)
		e.Add(float64(i+1), saturation.Sample{BusySeconds: 1, Finished: 1, Waiting: l.waiting})
	}
	a, b := d.Report(), e.Report()
	if a.State != b.State || math.Abs(a.Load-b.Load) > 0.02 {
		t.Errorf("by transitions %+v, by samples %+v", a, b)
	}
	for i := range 200 {
		e.Add(float64(i+201), saturation.Sample{BusySeconds: 1, Finished: 1, Refused: 1, Waiting: l.waiting})
	}
	if r := e.Report(); r.State != saturation.Saturated || math.Abs(r.Load-2) > 0.02 {
		t.Errorf("with as many refused as done: %+v, want saturated at a load of 2", r)
	}
}

func TestConfig(t *testing.T) {
	good := saturation.DefaultConfig(4)
	if err := good.Validate(); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*saturation.Config){
		"servers":           func(c *saturation.Config) { c.Servers = 0 },
		"window":            func(c *saturation.Config) { c.Window = 0 },
		"window NaN":        func(c *saturation.Config) { c.Window = math.NaN() },
		"window infinite":   func(c *saturation.Config) { c.Window = math.Inf(1) },
		"tolerance":         func(c *saturation.Config) { c.Tolerance = 0 },
		"tolerance one":     func(c *saturation.Config) { c.Tolerance = 1 },
		"run length":        func(c *saturation.Config) { c.RunLength = 119 },
		"run length no end": func(c *saturation.Config) { c.RunLength = math.Inf(1) },
	} {
		c := good
		change(&c)
		if _, err := saturation.New(c); err == nil {
			t.Errorf("%s: %+v is accepted", name, c)
		}
	}
}

func TestStateNames(t *testing.T) {
	for s, want := range map[saturation.State]string{
		saturation.Undecided: "undecided", saturation.OK: "ok", saturation.Warning: "warning", saturation.Saturated: "saturated", 3: "State(3)",
	} {
		if s.String() != want {
			t.Errorf("state %d is called %q, want %q", s, s, want)
		}
	}
}
