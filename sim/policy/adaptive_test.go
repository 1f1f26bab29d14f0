package policy

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestAverage: the mean of ten, then 14.5·(99/101) + 100·(2/101).
func TestAverage(t *testing.T) {
	a := average{window: 100, warmUp: 10}
	for i := range 10 {
		near(t, "mean", a.add(float64(10+i)), 10+float64(i)/2)
	}
	near(t, "after the warm-up", a.add(100), (14.5*99+200)/101)
	a.scale(0.5)
	near(t, "scaled", a.add(0), (14.5*99+200)/101/2*99/101)
}

// sample is a task that left, and the estimate after it.
type sample struct {
	rtt      float64
	inflight int
	dropped  bool
	want     float64
}

func TestAIMDByHand(t *testing.T) {
	p := DefaultAIMD()
	p.MaxLimit = 24
	a := must[AIMD](t)(NewAIMD(p))
	for i, s := range []sample{
		{0.001, 10, false, 21},
		{0.001, 10, false, 21}, // less than half of it is used
		{0.001, 11, false, 22},
		{5, 22, false, 23}, // the timeout itself is in time
		{0.001, 22, false, 24}, {0.001, 24, false, 24},
		{0, 0, true, 21},       // ⌊24·0.9⌋
		{5.001, 21, false, 20}, // ⌊21·0.9⌋ = 18, the least is 20
		{0.001, 20, false, 21},
	} {
		a.Sample(s.rtt, s.inflight, s.dropped)
		if a.Limit() != int(s.want) {
			t.Fatalf("sample %d: limit %d, want %v", i, a.Limit(), s.want)
		}
	}
}

// TestGradient2ByHand, with smoothing 0.2 and a queue of 4. In the warm-up, the
// long average is the mean of all samples.
func TestGradient2ByHand(t *testing.T) {
	p := DefaultGradient2()
	p.MinLimit = 1
	g := must[Gradient2](t)(NewGradient2(p))
	for i, s := range []sample{
		{1, 20, false, 20.8}, // ratio 1: 0.8·20 + 0.2·24
		{1, 20, false, 21.6},
		{4, 20, false, 21.32},   // average 2, ratio 1.5·2/4 = 0.75: 0.8·21.6 + 0.2·(16.2 + 4)
		{40, 20, false, 19.988}, // average 11.5, ratio 0.43 becomes 0.5: 0.8·21.32 + 0.2·14.66
		{4, 9, false, 19.988},   // less than half of it is used; average 10
		{0, 20, true, 19.988},   // no response time
		{10, 20, true, 20.788},  // average 10, ratio 1.5 becomes 1; drops do not matter
		{10, 10, false, 20.788}, // 10 < 10.394
		{10, 11, false, 21.588},
	} {
		g.Sample(s.rtt, s.inflight)
		near(t, "limit", g.limit, s.want)
		if t.Failed() || g.Limit() != int(s.want) {
			t.Fatalf("sample %d: limit %d of %v, want %v", i, g.Limit(), g.limit, s.want)
		}
	}
}

// TestGradient2ShortensItsAverage: an average more than twice the response time
// shrinks by 5 % with each sample, besides its own forgetting.
func TestGradient2ShortensItsAverage(t *testing.T) {
	g := must[Gradient2](t)(NewGradient2(DefaultGradient2()))
	for range 10 {
		g.Sample(10, 20)
	}
	near(t, "average", g.long.value, 10)
	g.Sample(1, 20)
	near(t, "average", g.long.value, (10*599+2)/601.0*0.95)
	g.Sample(6, 20)
	near(t, "average", g.long.value, ((10*599+2)/601.0*0.95*599+12)/601)
	long := g.long.value // 9.4
	g.Sample(4, 20)
	near(t, "average", g.long.value, (long*599+8)/601*0.95)
}

func TestGradient2Bounds(t *testing.T) {
	p := DefaultGradient2()
	p.InitialLimit, p.MaxConcurrency = 21, 22
	g := must[Gradient2](t)(NewGradient2(p))
	for range 20 {
		g.Sample(1, 100)
	}
	near(t, "largest limit", g.limit, 22)
	for range 30 {
		g.Sample(1000, 100)
		g.Sample(0.001, 0)
	}
	near(t, "least limit", g.limit, 20)
}

// vegasOf has the fixed spans of concurrency-limits' own tests: alpha 3, beta 6.
func vegasOf(initial, most int) VegasParameters {
	p := DefaultVegas()
	p.InitialLimit, p.MaxConcurrency, p.Alpha, p.Beta = initial, most, Span{Fixed: 3}, Span{Fixed: 6}
	return p
}

func TestVegasByHand(t *testing.T) {
	for _, c := range []struct {
		name string
		p    VegasParameters
		then []sample
	}{
		{"no queue", vegasOf(10, 20), []sample{{0.01, 10, false, 10}, {0.01, 11, false, 16}, {0.01, 11, false, 20}}},
		{"a shorter response time is the new base", vegasOf(10, 20), []sample{{0.01, 10, false, 10}, {0.005, 10, false, 10}, {0.01, 10, false, 10}}}, // then queue 5
		{"queue 8", vegasOf(10, 20), []sample{{0.01, 10, false, 10}, {0.05, 11, false, 9}}},
		{"queue 6", vegasOf(10, 20), []sample{{0.009, 10, false, 10}, {0.02, 11, false, 10}}}, // ⌈10·(1 − 9/20)⌉
		{"queue 3", vegasOf(10, 20), []sample{{0.01, 10, false, 10}, {0.014, 14, false, 10}}}, // ⌈10·(1 − 10/14)⌉
		{"queue 2", vegasOf(10, 20), []sample{{0.01, 10, false, 10}, {0.0124, 11, false, 11}}},
		{"queue 1", vegasOf(10, 20), []sample{{0.01, 10, false, 10}, {0.0108, 11, false, 16}}},
		{"dropped", vegasOf(10, 20), []sample{{0.01, 10, false, 10}, {0.01, 1, true, 9}}},
		{"little used", vegasOf(10, 20), []sample{{0.01, 10, false, 10}, {0.01, 4, false, 10}, {0.01, 5, false, 16}}},
		{"no response time", vegasOf(10, 20), []sample{{0, 10, true, 10}, {0.01, 10, false, 10}, {math.NaN(), 10, true, 10}}},
		{"not below one", vegasOf(1, 20), []sample{{0.01, 1, false, 1}, {0.01, 1, true, 1}}},
		{"of 10000", func() VegasParameters { // threshold 4, beta 24
			p := DefaultVegas()
			p.InitialLimit, p.MaxConcurrency = 10000, 20000
			return p
		}(), []sample{{10, 5000, false, 10000}, {10, 6000, false, 10024}}},
		{"smoothing", func() VegasParameters { // 100 − 2, half of the way
			p := DefaultVegas()
			p.InitialLimit, p.Smoothing = 100, 0.5
			return p
		}(), []sample{{0.01, 100, false, 100}, {0.02, 100, false, 99}, {0.02, 100, false, 98.5}}}, // 99 has one decade
	} {
		v := must[Vegas](t)(NewVegas(c.p, uniforms(1)))
		for i, s := range c.then {
			v.Sample(s.rtt, s.inflight, s.dropped)
			near(t, c.name, v.limit, s.want)
			if v.Limit() != int(s.want) {
				t.Errorf("%s, sample %d: limit %d, want %v", c.name, i, v.Limit(), s.want)
			}
		}
	}
}

// TestVegasMeasuresItsBaseAnew: with jitter 0.5, multiplier 4 and limit 10 the
// base is that of the 20th sample, and then of the 30th after it (jitter 0.75).
func TestVegasMeasuresItsBaseAnew(t *testing.T) {
	p := vegasOf(10, 10)
	p.ProbeMultiplier = 4
	draws := 0
	v := must[Vegas](t)(NewVegas(p, func() float64 { draws++; return float64(draws-1) / 2 }))
	for i := 1; i <= 50; i++ {
		rtt := 0.01
		if i >= 20 {
			rtt = 0.05
		}
		if i == 50 {
			rtt = 0.5
		}
		v.Sample(rtt, 10, false)
		base := 0.01
		switch {
		case i == 50:
			base = 0.5
		case i >= 20:
			base = 0.05
		}
		if v.base != base || v.Limit() != 10 {
			t.Fatalf("sample %d: base %v, limit %d; want %v, 10", i, v.base, v.Limit(), base)
		}
	}
	if draws != 3 {
		t.Errorf("%d draws, want 3", draws)
	}
}

func TestDecades(t *testing.T) {
	for limit, want := range map[float64]int{0: 1, 1: 1, 9: 1, 10: 1, 99: 1, 100: 2, 999: 2, 1000: 3, 9999: 3, 10000: 4, 1e6: 6} {
		if got := decades(limit); got != want {
			t.Errorf("decades of %v: %d, want %d", limit, got, want)
		}
	}
}

// TestAdaptiveConcurrencyKeepsItsBounds whatever the samples are.
func TestAdaptiveConcurrencyKeepsItsBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		least := rapid.IntRange(1, 50).Draw(t, "least")
		most := least + rapid.IntRange(0, 100).Draw(t, "more")
		algorithm := Algorithm(rapid.IntRange(0, 2).Draw(t, "algorithm"))
		a := must[*AdaptiveConcurrency](t)(NewAdaptiveConcurrency(algorithm, least, most, uniforms(2)))
		if want := min(max(20, least), most); a.Limit() != want {
			t.Fatalf("begins at %d, want %d", a.Limit(), want)
		}
		for range 200 {
			rtt := math.Exp(rapid.Float64Range(-20, 10).Draw(t, "log rtt"))
			a.Sample(rtt, rapid.IntRange(0, 200).Draw(t, "inflight"), rapid.Bool().Draw(t, "dropped"))
			limit := a.Limit()
			if limit < least || limit > most {
				t.Fatalf("limit %d, want %d to %d", limit, least, most)
			}
			if !a.Admits(View{Busy: limit - 1}) || a.Admits(View{Waiting: limit}) {
				t.Fatalf("a limit of %d admits another number", limit)
			}
		}
	})
}

// TestAdaptiveConcurrencyIsItsAlgorithm: each does what the one it names does.
func TestAdaptiveConcurrencyIsItsAlgorithm(t *testing.T) {
	aimd := must[AIMD](t)(NewAIMD(DefaultAIMD()))
	gradient := must[Gradient2](t)(NewGradient2(DefaultGradient2()))
	p := DefaultVegas()
	p.MinLimit, p.MaxConcurrency = 20, 200
	vegas := must[Vegas](t)(NewVegas(p, uniforms(3)))
	a := must[*AdaptiveConcurrency](t)(NewAdaptiveConcurrency(AlgorithmAIMD, 20, 200, uniforms(3)))
	g := must[*AdaptiveConcurrency](t)(NewAdaptiveConcurrency(AlgorithmGradient2, 20, 200, uniforms(3)))
	v := must[*AdaptiveConcurrency](t)(NewAdaptiveConcurrency(AlgorithmVegas, 20, 200, uniforms(3)))
	u := uniforms(4)
	for range 3000 {
		rtt, inflight, dropped := u(), int(100*u()), u() < 0.01
		aimd.Sample(rtt, inflight, dropped)
		gradient.Sample(rtt, inflight)
		vegas.Sample(rtt, inflight, dropped)
		for _, x := range []*AdaptiveConcurrency{a, g, v} {
			x.Sample(rtt, inflight, dropped)
		}
		if a.Limit() != aimd.Limit() || g.Limit() != gradient.Limit() || v.Limit() != vegas.Limit() {
			t.Fatal("the limits are not those of the algorithms")
		}
	}
}

func TestAdaptiveConcurrencyRefusesParameters(t *testing.T) {
	_, err := NewAIMD(AIMDParameters{InitialLimit: 5, MinLimit: 10, MaxLimit: 20, BackoffRatio: 1})
	refused(t, err, "InitialLimit", "10 to 20", "BackoffRatio", "Timeout")
	_, err = NewGradient2(Gradient2Parameters{QueueSize: -1})
	refused(t, err, "least limit", "largest limit", "Smoothing", "QueueSize", "LongWindow", "RTTTolerance")
	_, err = NewVegas(VegasParameters{Alpha: Span{Fixed: -1}}, uniforms(1))
	refused(t, err, "least limit", "largest limit", "Smoothing", "ProbeMultiplier", "Alpha")
	for _, a := range []Algorithm{AlgorithmAIMD, AlgorithmGradient2, AlgorithmVegas} {
		_, err = NewAdaptiveConcurrency(a, 10, 9, uniforms(1))
		refused(t, err, "largest limit is 9", "at least 10")
	}
	_, err = NewAdaptiveConcurrency(3, 1, 9, uniforms(1))
	refused(t, err, "algorithm")
}

func algorithms(t testing.TB) map[string]*AdaptiveConcurrency {
	all := map[string]*AdaptiveConcurrency{}
	for a, name := range []string{"aimd", "gradient", "vegas"} {
		all[name] = must[*AdaptiveConcurrency](t)(NewAdaptiveConcurrency(Algorithm(a), 4, 200, uniforms(1)))
	}
	return all
}

func TestAdaptiveConcurrencyAllocatesNothing(t *testing.T) {
	for name, a := range algorithms(t) {
		allocates(t, name, func(now float64) { a.Sample(1+math.Mod(now, 0.2), 30, false); a.Admits(View{}) })
	}
}

func BenchmarkAdaptiveConcurrency(b *testing.B) {
	for name, a := range algorithms(b) {
		b.Run("algorithm="+name, func(b *testing.B) {
			rtts, i := [4]float64{1, 1.1, 1.05, 1.2}, 0
			free(b, func(float64) { a.Sample(rtts[i], 30, false); i = (i + 1) % 4 })
		})
	}
}
