package sizing

import (
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// oracle answers from a rule and counts how often it was asked.
type oracle struct {
	rule  func(x float64) Verdict
	asked []float64
}

func (o *oracle) try(x float64) (Verdict, error) {
	o.asked = append(o.asked, x)
	return o.rule(x), nil
}

// from keeps from a value on; below is the mirror image.
func from(limit float64) func(float64) Verdict {
	return func(x float64) Verdict {
		if x >= limit {
			return Kept
		}
		return Missed
	}
}

func upTo(limit float64) func(float64) Verdict { return from2(math.Inf(-1), limit) }

// from2 keeps from low to high.
func from2(low, high float64) func(float64) Verdict {
	return func(x float64) Verdict {
		if x >= low && x <= high {
			return Kept
		}
		return Missed
	}
}

// foggy cannot tell within a distance of a limit.
func foggy(rule func(float64) Verdict, limit, distance float64) func(float64) Verdict {
	return func(x float64) Verdict {
		if math.Abs(x-limit) <= distance {
			return Unclear
		}
		return rule(x)
	}
}

func always(v Verdict) func(float64) Verdict { return func(float64) Verdict { return v } }

func whole(low, high, start float64, goal Goal) Problem {
	return Problem{Low: low, High: high, Whole: true, Goal: goal, Start: start}
}

func TestSearch(t *testing.T) {
	for _, c := range []struct {
		name    string
		problem Problem
		rule    func(float64) Verdict
		kind    Kind
		goal    Goal
		best    float64 // NaN: none
		beyond  float64
		unclear []float64
		humps   bool // not monotone
		most    int  // trials; 0 is not looked at
	}{
		{"start is the answer", whole(1, 500, 141, Least), from(141), Found, Least, 141, 140, nil, false, 2},
		{"start is one short", whole(1, 500, 140, Least), from(141), Found, Least, 141, 140, nil, false, 2},
		{"start is far below", whole(1, 500, 18, Least), from(141), Found, Least, 141, 140, nil, false, 16},
		{"start is far above", whole(1, 500, 400, Least), from(141), Found, Least, 141, 140, nil, false, 18},
		{"start is outside", whole(1, 500, 1e6, Least), from(3), Found, Least, 3, 2, nil, false, 20},
		{"the first of the range", whole(1, 500, 1, Least), from(1), All, Least, 1, math.NaN(), nil, false, 1},
		{"the first, from the middle", whole(1, 500, 250, Least), from(1), All, Least, 1, math.NaN(), nil, false, 12},
		{"the last of the range", whole(1, 500, 20, Least), from(500), Found, Least, 500, 499, nil, false, 20},
		{"no solution", whole(1, 500, 20, Least), always(Missed), None, Least, math.NaN(), 500, nil, false, 12},
		{"all are", whole(1, 500, 20, Least), always(Kept), All, Least, 1, math.NaN(), nil, false, 8},
		{"one value, kept", whole(7, 7, 7, Least), always(Kept), All, Least, 7, math.NaN(), nil, false, 1},
		{"one value, missed", whole(7, 7, 7, Least), always(Missed), None, Least, math.NaN(), 7, nil, false, 1},
		{"one value, unclear", whole(7, 7, 7, Least), always(Unclear), Open, Least, math.NaN(), math.NaN(), []float64{7}, false, 1},
		{"largest", whole(0, 1000, 10, Largest), upTo(57), Found, Largest, 57, 58, nil, false, 14},
		{"largest, all are", whole(0, 1000, 10, Largest), always(Kept), All, Largest, 1000, math.NaN(), nil, false, 12},
		{"either shows least", whole(0, 1000, 10, Either), from(57), Found, Least, 57, 56, nil, false, 16},
		{"either shows largest", whole(0, 1000, 10, Either), upTo(57), Found, Largest, 57, 58, nil, false, 16},
		{"either, all are", whole(0, 1000, 10, Either), always(Kept), All, Largest, 1000, math.NaN(), nil, false, 12},
		{"either, none is", whole(0, 1000, 10, Either), always(Missed), None, Either, math.NaN(), math.NaN(), nil, false, 6},
		{"a window", whole(0, 1000, 10, Either), from2(200, 300), Found, Largest, 300, 301, nil, true, 25},
		{"a window at the start", whole(0, 1000, 10, Either), from2(5, 30), Found, Largest, 30, 31, nil, true, 25},
		{"one in the fog", whole(1, 500, 141, Least), foggy(from(141), 141, 0), Open, Least, 142, 140, []float64{141}, false, 3},
		{"two in the fog", whole(1, 500, 100, Least), foggy(from(141), 140.5, 0.5), Open, Least, 142, 139, []float64{140, 141}, false, 20},
		{"a wide fog", whole(1, 500, 100, Least), foggy(from(141), 141, 30), Open, Least, 227, 107, []float64{115, 131, 163}, false, 20},
		{"fog at the first", whole(1, 500, 1, Least), foggy(from(1), 1, 0), Open, Least, 2, math.NaN(), []float64{1}, false, 2},
		{"fog at the last", whole(1, 500, 500, Least), foggy(from(500), 500, 0), Open, Least, math.NaN(), 499, []float64{500}, false, 2},
		{"all in the fog", whole(1, 500, 20, Least), always(Unclear), Open, Least, math.NaN(), math.NaN(), nil, false, 6},
		{"reals", Problem{Low: 10, High: 200, Tolerance: 0.01, Goal: Largest, Start: 50}, upTo(83.2), Found, Largest, 83.2, 83.2, nil, false, 20},
		{"reals from zero", Problem{Low: 0, High: 10, Tolerance: 0.01, Goal: Largest, Start: 0}, upTo(0.5), Found, Largest, 0.5, 0.5, nil, false, 20},
		{"reals below zero", Problem{Low: -10, High: 10, Tolerance: 0.01, Goal: Least, Start: 0}, from(-3), Found, Least, -3, -3, nil, false, 20},
		{"reals, tiny", Problem{Low: 1e-9, High: 1e9, Tolerance: 0.01, Goal: Least, Start: 1}, from(3e-7), Found, Least, 3e-7, 3e-7, nil, false, 40},
	} {
		o := oracle{rule: c.rule}
		a, err := c.problem.Search(o.try)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		slack := 0.0
		if !c.problem.Whole {
			slack = c.problem.unit(c.best) * 1.02
		}
		is := func(got float64, has bool, want float64) bool {
			return has == !math.IsNaN(want) && (!has || math.Abs(got-want) <= slack)
		}
		if a.Kind != c.kind || a.Goal != c.goal || !is(a.Best, a.HasBest, c.best) || (c.kind != None && !is(a.Beyond, a.HasBeyond, c.beyond)) ||
			c.unclear != nil && !slices.Equal(a.Unclear, c.unclear) || a.Monotone == c.humps {
			t.Errorf("%s: %+v", c.name, a)
		}
		if c.most > 0 && len(o.asked) > c.most {
			t.Errorf("%s: asked %d times, want at most %d: %v", c.name, len(o.asked), c.most, o.asked)
		}
		checkAnswer(t, c.problem, a, &o)
	}
}

// checkAnswer holds what is true of every search.
func checkAnswer(t interface {
	Helper()
	Errorf(string, ...any)
}, p Problem, a Answer, o *oracle) {
	t.Helper()
	sorted := slices.Clone(o.asked)
	slices.Sort(sorted)
	if len(slices.Compact(sorted)) != len(o.asked) || len(a.Trials) != len(o.asked) {
		t.Errorf("a value was asked for twice, or is missing among the trials: %v", o.asked)
	}
	if len(o.asked) > p.Trials() {
		t.Errorf("%d trials, at most %d were promised: %+v", len(o.asked), p.Trials(), p)
	}
	for _, x := range o.asked {
		if x < p.Low || x > p.High || p.Whole && x != math.Trunc(x) {
			t.Errorf("asked for %v, of %v to %v", x, p.Low, p.High)
		}
	}
	if a.HasBest && o.rule(a.Best) != Kept || a.HasBeyond && o.rule(a.Beyond) != Missed {
		t.Errorf("the best is %v, beyond it %v: %+v", o.rule(a.Best), o.rule(a.Beyond), a)
	}
	if a.Kind == Found && !p.near(a.Best, a.Beyond) {
		t.Errorf("%v keeps and %v misses, which is not next to it", a.Best, a.Beyond)
	}
}

// TestSearchFindsTheLimit: wherever the limit and the start are, in either
// direction, what is found is the limit; with a fog, what is found is next to
// it, or the search has given up on as many unclear values as it may.
func TestSearchFindsTheLimit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		low := float64(rapid.IntRange(0, 50).Draw(t, "low"))
		high := low + float64(rapid.IntRange(0, 5000).Draw(t, "wide"))
		limit := math.Round(rapid.Float64Range(low, high).Draw(t, "limit"))
		p := whole(low, high, rapid.Float64Range(low-10, high+10).Draw(t, "start"), rapid.SampledFrom([]Goal{Least, Largest, Either}).Draw(t, "goal"))
		rule := from(limit)
		if p.Goal == Largest || p.Goal == Either && rapid.Bool().Draw(t, "largest") {
			rule = upTo(limit)
		}
		fog := float64(rapid.IntRange(-1, 2).Draw(t, "fog"))
		o := oracle{rule: foggy(rule, limit, fog)}
		a, err := p.Search(o.try)
		if err != nil {
			t.Fatal(err)
		}
		checkAnswer(t, p, a, &o)
		switch {
		case !a.Monotone:
			t.Fatalf("not monotone: %+v", a)
		case fog < 0 && a.Best != limit && !(p.Goal == Either && a.Kind == All):
			t.Fatalf("%+v, want %v", a, limit)
		case fog < 0 && a.Kind != Found && a.Kind != All:
			t.Fatalf("%+v", a)
		case fog >= 0 && a.Kind == Found:
			t.Fatalf("found in the fog: %+v", a)
		}
	})
}

// TestRealsFindTheLimit: to the tolerance.
func TestRealsFindTheLimit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		low := rapid.SampledFrom([]float64{-5, 0, 1e-6, 10}).Draw(t, "low")
		high := low + math.Pow(10, rapid.Float64Range(-2, 6).Draw(t, "wide"))
		p := Problem{Low: low, High: high, Tolerance: rapid.SampledFrom([]float64{0.1, 0.01, 0.001}).Draw(t, "tolerance"), Goal: Largest,
			Start: rapid.Float64Range(low, high).Draw(t, "start")}
		limit := rapid.Float64Range(low, high).Draw(t, "limit")
		o := oracle{rule: upTo(limit)}
		a, err := p.Search(o.try)
		if err != nil {
			t.Fatal(err)
		}
		checkAnswer(t, p, a, &o)
		if a.Kind == Found && !(a.Best <= limit && limit < a.Beyond) || a.Kind == All && a.Best != high || a.Kind == Open {
			t.Fatalf("%+v, want %v", a, limit)
		}
		if a.Kind == None && limit > low+p.unit(low) {
			t.Fatalf("none: %+v, want %v", a, limit)
		}
	})
}

func TestErrors(t *testing.T) {
	broken := errors.New("broken")
	n := 0
	a, err := whole(1, 500, 18, Least).Search(func(float64) (Verdict, error) {
		if n++; n == 4 {
			return Unclear, broken
		}
		return Missed, nil
	})
	if !errors.Is(err, broken) || n != 4 || len(a.Trials) != 3 {
		t.Errorf("%v after %d calls, %d trials", err, n, len(a.Trials))
	}
	nan := math.NaN()
	for _, p := range []Problem{
		{Low: 2, High: 1, Whole: true}, {Low: nan, High: 1, Whole: true}, {Low: 1, High: math.Inf(1), Whole: true}, {Low: 1, High: 2.5, Whole: true},
		{Low: 1, High: 2}, {Low: 1, High: 2, Tolerance: 1}, {Low: 1, High: 2, Tolerance: 0.1, Start: nan},
	} {
		if _, err := p.Search(func(float64) (Verdict, error) { t.Error("asked"); return Kept, nil }); err == nil {
			t.Errorf("%+v is valid", p)
		}
	}
}

func TestRoundest(t *testing.T) {
	for _, c := range []struct{ low, high, want float64 }{
		{0.9, 1.2, 1}, {83.1, 83.6, 83.5}, {83.26, 83.34, 83.3}, {-3, -2, -2}, {-1, 2, 0}, {99, 205, 200}, {5, 5, 5}, {1e-9, 2e-9, 2e-9},
	} {
		if got := roundest(c.low, c.high); got != c.want {
			t.Errorf("from %v to %v: %v, want %v", c.low, c.high, got, c.want)
		}
	}
}

func TestEffort(t *testing.T) {
	unclear := func(times float64) Look { return Look{Times: times} }
	for _, c := range []struct {
		name   string
		effort Effort
		looks  []Look
		works  []int64
		want   Verdict
		needed float64
	}{
		{"at once", Effort{10, 1000}, []Look{{Verdict: Kept}}, []int64{10}, Kept, 10},
		{"what is asked for and a fifth", Effort{10, 1000}, []Look{unclear(5), {Verdict: Missed}}, []int64{10, 60}, Missed, 60},
		{"at least double, at most 16-fold", Effort{10, 10_000}, []Look{unclear(1), unclear(100), {Verdict: Kept}}, []int64{10, 20, 320}, Kept, 320},
		{"at least so much", Effort{10, 1000}, []Look{{Times: 1, Least: 300}, {Verdict: Kept}}, []int64{10, 300}, Kept, 300},
		{"but not more than the most", Effort{10, 1000}, []Look{{Times: 3, Least: 5000}, {Verdict: Kept}}, []int64{10, 1000}, Kept, 1000},
		{"no work would", Effort{10, 1000}, []Look{unclear(math.Inf(1))}, []int64{10}, Unclear, math.Inf(1)},
		{"up to the most", Effort{10, 1000}, []Look{unclear(0), unclear(1e9), unclear(1e9), unclear(7)}, []int64{10, 20, 320, 1000}, Unclear, 7000},
		{"no idea", Effort{10, 20}, []Look{unclear(0), unclear(0)}, []int64{10, 20}, Unclear, 0},
		{"first above most", Effort{10, 5}, []Look{unclear(3)}, []int64{5}, Unclear, 15},
	} {
		var works []int64
		v, needed, err := c.effort.Tell(func(number int, work int64) (Look, error) {
			works = append(works, work)
			if number != len(works) {
				t.Errorf("%s: look %d is called number %d", c.name, len(works), number)
			}
			return c.looks[number-1], nil
		})
		if err != nil || v != c.want || needed != c.needed || !slices.Equal(works, c.works) {
			t.Errorf("%s: %v, needs %v, works %v, %v", c.name, v, needed, works, err)
		}
	}
	broken := errors.New("broken")
	if _, _, err := (Effort{1, 10}).Tell(func(int, int64) (Look, error) { return Look{}, broken }); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
}

// TestAlpha: the shares of all looks at all values sum to what is allowed.
func TestAlpha(t *testing.T) {
	sum := 0.0
	for value := 1; value <= 2+7; value++ {
		for look := 1; look <= 100_000; look++ {
			sum += Alpha(0.95, value, 7, look)
		}
	}
	if math.Abs(sum-0.05) > 0.05*1.1e-5 { // what is left after k looks is 1/(k+1)
		t.Errorf("the shares sum to %v, want 0.05", sum)
	}
}
