package main

import (
	"math"
	"strings"
	"testing"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/sim/monitor"
)

// TestReport: the study runs, and its tables have all rows.
func TestReport(t *testing.T) {
	s := study{seeds: 1, workers: 1, streams: distributions.Streams{Seed: 3}}
	text, err := s.report([]workload{poisson(1, 600), traced("recorded", []float64{0, 1, 1, 4, 5, 9})})
	if err != nil {
		t.Fatal(err)
	}
	headings := 2 * 3
	if got, want := strings.Count(text, "\n| "), 2*len(inOrder)+2*len(overload)+2*len(episodes())+headings; got != want {
		t.Errorf("%d rows, want %d", got, want)
	}
}

// TestWorkers: the table does not depend on how many runs are made at a time.
func TestWorkers(t *testing.T) {
	rows := func(workers int) string {
		s := study{seeds: 4, workers: workers, streams: distributions.Streams{Seed: 3}}
		var text strings.Builder
		if err := s.rows(&text, []workload{bursty(5, 1, 600)}, inOrder, quiet); err != nil {
			t.Fatal(err)
		}
		return text.String()
	}
	if one, two := rows(1), rows(2); one != two {
		t.Errorf("one at a time:\n%s\ntwo at a time:\n%s", one, two)
	}
}

// TestStretch: a stretch of a trace has the rate it is asked for, from wherever it
// begins, and gaps in the proportions of the trace, its end joined to its
// beginning.
func TestStretch(t *testing.T) {
	p := stretch{epochs: []float64{10, 11, 13, 14}, rate: 2, horizon: 4}
	for replication := range 20 {
		epochs := make([]float64, 10)
		n := p.Start(distributions.Streams{}.For(replication, "x")).Fill(epochs)
		if n != 8 || epochs[0] != 0 || epochs[7] >= 4 {
			t.Fatalf("epochs %v, want 8 from 0 to before 4", epochs[:n])
		}
		// Twice around the trace, whose mean gap is 4/3, is 2 × 16/3 s in 4 s.
		for i := range 4 {
			if d := epochs[i+4] - epochs[i]; math.Abs(d-2) > 1e-12 {
				t.Errorf("once around takes %g s, want 2", d)
			}
		}
	}
}

// TestChange: each process has its own time.
func TestChange(t *testing.T) {
	c := change{[]arrivals.Process{arrivals.Deterministic{Interval: 2}, arrivals.Deterministic{Interval: 1}, arrivals.Deterministic{Interval: 3}}, []float64{5, 7.5}}
	epochs := make([]float64, 6)
	c.Start(nil).Fill(epochs)
	for i, want := range []float64{2, 4, 6, 7, 10.5, 13.5} {
		if epochs[i] != want {
			t.Errorf("arrival %d at %g, want %g", i, epochs[i], want)
		}
	}
}

// TestRules: each rule on a queue that is drawn by hand.
func TestRules(t *testing.T) {
	full, queue := &utilization{}, &doubled{}
	truth := newOffered(120, 1)
	for i := range 300 {
		x := monitor.Transition{Time: float64(i), Kind: monitor.Offered, Busy: 3, Waiting: 2}
		if i >= 100 {
			x.Busy, x.Waiting = 4, 4
		}
		for _, o := range []monitor.Observer{full, queue, &truth} {
			o.Observe(x)
		}
		// 3.4 servers are busy on average 24 s after four are, the queue is twice as
		// long when nothing else is in the minute.
		if full.saturated() != (i >= 124) || queue.saturated() != (i >= 160) {
			t.Fatalf("after %d s: utilization %t, queue %t", i, full.saturated(), queue.saturated())
		}
	}
	if truth.load() != 0.25 || truth.peak != 0.25 {
		t.Errorf("a load of %g, at most %g, want 0.25", truth.load(), truth.peak)
	}
}

func TestVerdicts(t *testing.T) {
	outcomes := []outcome{
		{alarms: []alarm{{raised: true, time: 1800, load: 0.9}}, peak: 1.2},
		{alarms: []alarm{{raised: true, time: 3600, load: 1.1}}},
		{alarms: []alarm{{time: 7200}}},
	}
	v := verdictsOf(outcomes, 0)
	if v.alarmsOf() != "2 (1)" || v.runLength() != "1.8 h" || overloaded(outcomes) != 1 || seconds(v.delays) != "2700 (3600)" {
		t.Errorf("%s, %s, %d, %s", v.alarmsOf(), v.runLength(), overloaded(outcomes), seconds(v.delays))
	}
	// No alarm in 2 h: exp(−2 h / length) = 0.05 at 2 / ln 20 = 0.67 h.
	if got := twoDigits(133.5); got != "130" {
		t.Errorf("133.5 with two digits is %s", got)
	}
	if got := verdictsOf(outcomes[2:], 0).runLength(); got != "> 0.67 h" {
		t.Errorf("no alarm in 2 h says %s", got)
	}
}
