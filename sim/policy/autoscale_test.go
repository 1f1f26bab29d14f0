package policy

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func utilization() AutoscalerParameters {
	return AutoscalerParameters{Min: 2, Max: 16, Metric: Utilization, Target: 0.7, Tolerance: 0.1, Interval: 10, Step: 1}
}

func TestAutoscalerAim(t *testing.T) {
	step := utilization()
	three := utilization()
	three.Step = 3
	proportional := utilization()
	proportional.Proportional, proportional.Step = true, 0
	for _, c := range []struct {
		name           string
		p              AutoscalerParameters
		metric         float64
		active, wanted int
	}{
		{"at the target", step, 0.7, 4, 4},
		{"at the upper edge", step, 0.77, 4, 4},
		{"at the lower edge", step, 0.63, 4, 4},
		{"above", step, 0.771, 4, 5},
		{"below", step, 0.629, 4, 3},
		{"above, three", three, 1, 4, 7},
		{"below, three", three, 0, 9, 6},
		{"up to the maximum", three, 1, 15, 16},
		{"at the maximum", step, 1, 16, 16},
		{"down to the minimum", three, 0, 4, 2},
		{"unknown", step, math.NaN(), 4, 4},
		{"unknown, out of bounds", step, math.NaN(), 1, 2},
		{"proportional", proportional, 1, 7, 10},
		{"proportional, rounded up", proportional, 1, 8, 12}, // 11.43
		{"proportional, whole", proportional, 0.35, 12, 6},   // 12·0.35/0.7
		{"proportional, rounding", proportional, 1.05, 4, 6}, // 4·1.05/0.7 = 6.000000000000001
		{"proportional, nothing to do", proportional, 0, 9, 2},
		{"proportional, without end", proportional, math.Inf(1), 9, 16},
		{"proportional, within", proportional, 0.75, 10, 10},
	} {
		a := must[*Autoscaler](t)(NewAutoscaler(c.p))
		if got := a.Decide(10, c.metric, c.active); got != c.wanted {
			t.Errorf("%s: %d servers at %v become %d, want %d", c.name, c.active, c.metric, got, c.wanted)
		}
	}
}

// TestAutoscalerCooldowns: each is counted from the last change, up or down.
func TestAutoscalerCooldowns(t *testing.T) {
	p := utilization()
	p.UpCooldown, p.DownCooldown = 20, 60
	a := must[*Autoscaler](t)(NewAutoscaler(p))
	for _, c := range []struct {
		now, metric    float64
		active, wanted int
	}{
		{10, 1, 4, 5}, {20, 1, 5, 5}, {30, 1, 5, 6}, // up, 20 s apart
		{40, 0, 6, 6}, {80, 0, 6, 6}, {90, 0, 6, 5}, // down, 60 s after the change at 30
		{100, 1, 5, 5}, {110, 1, 5, 6}, // up, 20 s after going down
		{120, 0.7, 6, 6}, {160, 0, 6, 6}, {170, 0, 6, 5}, // doing nothing is no change
	} {
		if got := a.Decide(c.now, c.metric, c.active); got != c.wanted {
			t.Fatalf("at %v: %d servers become %d, want %d", c.now, c.active, got, c.wanted)
		}
	}
}

// TestAutoscalerCooldownOfRoundedTimes: a cool-down of three intervals ends
// after three intervals, although 0.1 is not a binary number.
func TestAutoscalerCooldownOfRoundedTimes(t *testing.T) {
	p := utilization()
	p.Interval, p.UpCooldown = 0.1, 0.3
	a := must[*Autoscaler](t)(NewAutoscaler(p))
	active, changes := 2, 0
	for k := 1; k <= 36; k++ {
		if want := a.Decide(float64(k)*p.Interval, 1, active); want > active {
			active, changes = want, changes+1
		}
	}
	if changes != 12 {
		t.Errorf("%d changes in 36 intervals, want one in three", changes)
	}
}

// TestAutoscalerInstants: readings are MetricDelay before the decisions.
func TestAutoscalerInstants(t *testing.T) {
	for _, c := range []struct {
		delay float64
		want  []float64
	}{
		{0, []float64{10, 20, 30}},
		{4, []float64{6, 10, 16, 20, 26}},
		{10, []float64{10, 20, 30, 40}}, // from 20 on it reads, then decides by the reading before
		{25, []float64{5, 15, 25, 30, 35, 40, 45, 50}},
	} {
		p := utilization()
		p.MetricDelay = c.delay
		a := must[*Autoscaler](t)(NewAutoscaler(p))
		var got []float64
		for range c.want {
			got = append(got, a.Next())
			a.Look(Reading{0.7 * a.Next(), a.Next()}, 4)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("delay %v: looks at %v, want %v", c.delay, got, c.want)
		}
	}
}

// TestAutoscalerSeesTheMeanAsItWas: the decision at k·interval is by the mean of
// the metric from k·interval − delay − interval to k·interval − delay, or since
// zero. The metric is t², whose integral is t³/3.
func TestAutoscalerSeesTheMeanAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := AutoscalerParameters{Min: 1, Max: math.MaxInt32, Target: 1, Proportional: true}
		p.Interval = rapid.Float64Range(0.1, 20).Draw(t, "interval")
		p.MetricDelay = rapid.Float64Range(0, 100).Draw(t, "delay")
		if rapid.Bool().Draw(t, "whole") {
			p.MetricDelay = p.Interval * float64(rapid.IntRange(0, 20).Draw(t, "intervals"))
		}
		a := must[*Autoscaler](t)(NewAutoscaler(p))
		before := 0.0
		for decided := 0; decided < 30; {
			now, k := a.Next(), a.decided
			if !(now >= before) {
				t.Fatalf("looks at %v after %v", now, before)
			}
			before = now
			const active = 100
			got := a.Look(Reading{now * now * now / 3, now}, active)
			if a.decided == k {
				if got != active {
					t.Fatalf("at %v: a reading changes the servers to %d", now, got)
				}
				continue
			}
			decided++
			end := k*p.Interval - p.MetricDelay
			begin := max(0, end-p.Interval)
			mean := (end*end + end*begin + begin*begin) / 3
			if want := active * mean; math.Abs(float64(got)-max(1, want)) > 1+1e-6*want || now != k*p.Interval {
				t.Fatalf("at %v: %d servers, want about %v", now, got, want)
			}
		}
	})
}

// TestAutoscalerWithoutData: an interval without a task has no mean wait.
func TestAutoscalerWithoutData(t *testing.T) {
	p := utilization()
	p.Metric, p.Target = Wait, 0.2
	a := must[*Autoscaler](t)(NewAutoscaler(p))
	if got := a.Look(Reading{}, 4); got != 4 {
		t.Errorf("no task: %d servers, want 4", got)
	}
	if got := a.Look(Reading{3, 10}, 4); got != 5 { // 0.3 s a task
		t.Errorf("mean wait 0.3: %d servers, want 5", got)
	}
	if got := a.Look(Reading{3, 10}, 5); got != 5 {
		t.Errorf("no task since: %d servers, want 5", got)
	}
}

func TestAutoscalerRefusesParameters(t *testing.T) {
	_, err := NewAutoscaler(AutoscalerParameters{Metric: -1, Tolerance: -1, UpCooldown: -1, DownCooldown: -1})
	refused(t, err, "Min", "Max", "Metric", "Target", "Tolerance", "Interval", "UpCooldown", "DownCooldown", "Step")
	p := utilization()
	p.Max = 1
	_, err = NewAutoscaler(p)
	refused(t, err, "Max is 1", "at least 2")
	for _, delay := range []float64{-1, math.NaN(), math.Inf(1), 1e8} {
		p = utilization()
		p.MetricDelay = delay
		_, err = NewAutoscaler(p)
		refused(t, err, "MetricDelay")
	}
}

func TestAutoscalerAllocatesNothing(t *testing.T) {
	p := utilization()
	p.MetricDelay = 25
	a := must[*Autoscaler](t)(NewAutoscaler(p))
	allocates(t, "Look", func(now float64) { a.Look(Reading{now, now}, 4) })
}

func BenchmarkAutoscaler(b *testing.B) {
	a := must[*Autoscaler](b)(NewAutoscaler(utilization()))
	free(b, func(now float64) { a.Look(Reading{now, 2 * now}, 4) })
}
