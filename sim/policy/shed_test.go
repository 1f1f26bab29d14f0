package policy

import (
	"math"
	"testing"
)

func TestViewMetrics(t *testing.T) {
	v := View{Waiting: 6, Busy: 3, Servers: 4, HeadWait: 1.5}
	for metric, want := range map[Metric]float64{QueueLength: 6, Wait: 1.5, Utilization: 0.75, QueuePerServer: 1.5} {
		if got := v.Of(metric); got != want {
			t.Errorf("%v is %v, want %v", metric, got, want)
		}
	}
	if v.InSystem() != 9 {
		t.Errorf("%d tasks in the system, want 9", v.InSystem())
	}
	off := View{Waiting: 2}
	if u, q := off.Of(Utilization), off.Of(QueuePerServer); u != 1 || q != 2 {
		t.Errorf("no server on: utilization %v, queue per server %v; want 1, 2", u, q)
	}
	leaving := View{Busy: 3, Servers: 2}
	if u := leaving.Of(Utilization); u != 1.5 {
		t.Errorf("a server that leaves: utilization %v, want 1.5", u)
	}
	for m, want := range map[Metric]string{QueueLength: "queue_length", Wait: "wait", Utilization: "utilization", QueuePerServer: "queue_per_server", 9: "unknown metric"} {
		if m.String() != want {
			t.Errorf("metric %d is called %q, want %q", int(m), m, want)
		}
	}
}

// TestShedderIsAboveItsBound: at the bound a task comes in, above it does not.
func TestShedderIsAboveItsBound(t *testing.T) {
	for _, c := range []struct {
		when     Metric
		above    float64
		in, shed View
	}{
		{QueueLength, 5, View{Waiting: 5, HeadWait: 99}, View{Waiting: 6}},
		{QueueLength, 0, View{Busy: 9, Servers: 9}, View{Waiting: 1}},
		{Wait, 0.2, View{Waiting: 99, HeadWait: 0.2}, View{Waiting: 1, HeadWait: math.Nextafter(0.2, 1)}},
		{Utilization, 0.75, View{Busy: 3, Servers: 4, Waiting: 9}, View{Busy: 4, Servers: 4}},
		{QueuePerServer, 2, View{Waiting: 8, Servers: 4}, View{Waiting: 9, Servers: 4}},
	} {
		s := must[Shedder](t)(NewShedder(c.when, c.above, 1))
		if s.Sheds(c.in, 0) {
			t.Errorf("%v above %v sheds at %+v", c.when, c.above, c.in)
		}
		if !s.Sheds(c.shed, 0.999) {
			t.Errorf("%v above %v does not shed at %+v", c.when, c.above, c.shed)
		}
	}
}

func TestShedderProbability(t *testing.T) {
	full := View{Waiting: 1}
	for _, c := range []struct {
		p, u        float64
		draws, want bool
	}{
		{1, math.NaN(), false, true}, {0, math.NaN(), false, false},
		{0.25, 0, true, true}, {0.25, 0.2499, true, true}, {0.25, 0.25, true, false}, {0.25, 0.9, true, false},
	} {
		s := must[Shedder](t)(NewShedder(QueueLength, 0, c.p))
		if s.Draws() != c.draws || s.Sheds(full, c.u) != c.want || s.Sheds(View{}, 0) {
			t.Errorf("probability %v, u %v: draws %v, sheds %v", c.p, c.u, s.Draws(), s.Sheds(full, c.u))
		}
	}
}

func TestShedderRefusesParameters(t *testing.T) {
	_, err := NewShedder(Metric(-1), -1, 2)
	refused(t, err, "when", "above", "probability")
	_, err = NewShedder(QueuePerServer+1, 0, 1)
	refused(t, err, "when")
	_, err = NewShedder(Utilization, 1, 1)
	refused(t, err, "above", "utilization")
	_, err = NewShedder(Wait, math.NaN(), math.NaN())
	refused(t, err, "above", "probability")
}

func TestConcurrency(t *testing.T) {
	c := must[Concurrency](t)(NewConcurrency(3))
	if !c.Admits(View{Busy: 2}) || !c.Admits(View{Waiting: 1, Busy: 1}) || c.Admits(View{Waiting: 1, Busy: 2}) || c.Admits(View{Busy: 4}) {
		t.Error("a limit of 3 does not let in the third task, or lets in a fourth")
	}
	if c.Limit() != 3 {
		t.Errorf("limit %d, want 3", c.Limit())
	}
	_, err := NewConcurrency(0)
	refused(t, err, "limit")
}

func TestAdmissionAllocatesNothing(t *testing.T) {
	s := must[Shedder](t)(NewShedder(Utilization, 0.5, 0.5))
	c := must[Concurrency](t)(NewConcurrency(3))
	v := View{Waiting: 1, Busy: 1, Servers: 1}
	allocates(t, "Sheds", func(now float64) { s.Sheds(v, now) })
	allocates(t, "Admits", func(now float64) { c.Admits(v) })
}

func BenchmarkShedder(b *testing.B) {
	s := must[Shedder](b)(NewShedder(Utilization, 0.5, 0.5))
	free(b, func(now float64) { s.Sheds(View{Waiting: 1, Busy: 1, Servers: 1, HeadWait: now}, 0.3) })
}

func BenchmarkConcurrency(b *testing.B) {
	c := must[Concurrency](b)(NewConcurrency(3))
	free(b, func(float64) { c.Admits(View{Waiting: 1, Busy: 1}) })
}
