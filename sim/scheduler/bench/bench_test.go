package bench

import (
	"context"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var background = context.Background()

// TestClosed: in virtual time c workers do exactly c tasks a millisecond.
func TestClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rows, err := Run(background, Options{Workers: []int{1, 2, 4, 8}, Tasks: 16, Samples: 3, Sleep: time.Millisecond, Memory: 5000})
		if err != nil || len(rows) != 4 {
			t.Fatal(rows, err)
		}
		for _, r := range rows {
			if len(r.Throughputs) != 3 || r.Latency.Count != 48 || !near(r.Latency.Mean, 1e-3) || !near(r.Latency.Max, 1e-3) {
				t.Errorf("%+v", r)
			}
			for _, x := range r.Throughputs {
				if !near(x, float64(r.Workers)*1000) {
					t.Errorf("%d workers do %v tasks a second", r.Workers, x)
				}
			}
		}
	})
}

// TestWarmUpDoesNotCount: the first sample is drawn and left out, so that three
// samples are those of four without the first.
func TestWarmUpDoesNotCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := Options{Workers: []int{1}, Tasks: 10, Samples: 2, Sleep: time.Millisecond, Exponential: true, Seed: 5}
		rows, err := Run(background, o)
		if err != nil {
			t.Fatal(err)
		}
		for i, x := range rows[0].Throughputs {
			works, err := o.works(i + 1)
			if err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			for _, w := range works {
				if err := w(background); err != nil {
					t.Error(err)
				}
			}
			if want := 10 / time.Since(start).Seconds(); !near(x, want) {
				t.Errorf("sample %d: %v tasks a second, want %v", i, x, want)
			}
		}
	})
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-6*b }

// TestOpen looks at the words and numbers of an open load by the clock; how long
// things take is the machine's business.
func TestOpen(t *testing.T) {
	rows, err := Run(background, Options{Workers: []int{1, 2}, Tasks: 20, Samples: 1, Sleep: time.Millisecond, Exponential: true, Open: true, Rate: 900, Seed: 1})
	if err != nil || len(rows) != 2 {
		t.Fatal(rows, err)
	}
	for _, r := range rows {
		if r.Latency.Count != 20 || r.Wait.Count != 20 || r.Lateness.Count != 20 || !(r.Latency.Mean >= r.Wait.Mean+r.Service.Mean) || !(r.Busy > 0 && r.Busy <= 1) || r.Queue < 0 {
			t.Errorf("%+v", r)
		}
	}
}

func TestRunStopsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(background, 2500*time.Millisecond)
		defer cancel()
		done := 0
		o := Options{Workers: []int{1, 1, 1}, Tasks: 1, Samples: 1, Sleep: time.Second, Done: func() { done++ }}
		rows, err := Run(ctx, o)
		if err != context.DeadlineExceeded || len(rows) != 1 || done != 1 {
			t.Errorf("%d rows, %d told, %v", len(rows), done, err)
		}
	})
}

func TestOptionsAreChecked(t *testing.T) {
	for _, o := range []Options{
		{Tasks: 1, Samples: 1}, {Workers: []int{0}, Tasks: 1, Samples: 1}, {Workers: []int{1}, Samples: 1}, {Workers: []int{1}, Tasks: 1},
		{Workers: []int{1}, Tasks: 1, Samples: 1, Memory: -1}, {Workers: []int{1}, Tasks: 1, Samples: 1, Open: true},
		{Workers: []int{1}, Tasks: 1, Samples: 1, Exponential: true},
	} {
		if _, err := Run(background, o); err == nil {
			t.Errorf("%+v was accepted", o)
		}
	}
}

func TestProcess(t *testing.T) {
	if cpuSeconds() <= 0 || residentBytes() <= 0 {
		t.Errorf("%v s of processor time, %d bytes", cpuSeconds(), residentBytes())
	}
}
