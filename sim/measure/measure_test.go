package measure

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// positives draws zeros and values over many orders of magnitude.
func positives(t *rapid.T, label string) []float64 {
	one := rapid.Custom(func(t *rapid.T) float64 {
		switch rapid.IntRange(0, 7).Draw(t, "kind") {
		case 0, 1:
			return 0
		case 2: // near what counts as zero
			return math.Exp(rapid.Float64Range(-34, -20).Draw(t, "log"))
		}
		return math.Exp(rapid.Float64Range(-20, 20).Draw(t, "log"))
	})
	return rapid.SliceOfN(one, 0, 600).Draw(t, label)
}

// TestTallyAgainstSlice holds every statistic against the plain computation on
// the sorted observations.
func TestTallyAgainstSlice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		xs := positives(t, "xs")
		tally := NewTally(1)
		for rest := xs; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "block")
			if slices.Max(rest[:n]) == 0 {
				tally.ObserveZeros(n)
			} else {
				tally.ObserveAll(rest[:n])
			}
			rest = rest[n:]
		}
		checkTally(t, tally, xs)
	})
}

// smallest is what a tally of scale 1 tells from zero.
const smallest = 0x1p-44

func checkTally(t *rapid.T, tally *Tally, xs []float64) {
	if tally.Count() != int64(len(xs)) {
		t.Fatalf("count %d, want %d", tally.Count(), len(xs))
	}
	if len(xs) == 0 {
		return
	}
	sorted := slices.Clone(xs)
	slices.Sort(sorted)
	sum, positive := 0.0, int64(0)
	for _, x := range sorted {
		sum += x
		if x >= smallest {
			positive++
		}
	}
	mean, m2 := sum/float64(len(xs)), 0.0
	for _, x := range sorted {
		m2 += (x - mean) * (x - mean)
	}
	sd := 0.0
	if len(xs) > 1 {
		sd = math.Sqrt(m2 / float64(len(xs)-1))
	}
	close := func(a, b float64) bool { return math.Abs(a-b) <= 1e-10*math.Max(math.Abs(a), math.Abs(b)) }
	// Deviations from the mean are known to the rounding of the values, 2^-53 of
	// the largest, however small they are themselves.
	sdIsClose := close(tally.SD(), sd) || math.Abs(tally.SD()-sd) <= 0x1p-50*sorted[len(xs)-1]
	if !close(tally.Mean(), mean) || !sdIsClose || tally.Max() != sorted[len(xs)-1] || tally.Positive() != positive {
		t.Fatalf("mean %v sd %v max %v positive %d, want %v %v %v %d", tally.Mean(), tally.SD(), tally.Max(), tally.Positive(),
			mean, sd, sorted[len(xs)-1], positive)
	}
	for _, p := range []float64{0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 1} {
		want := sorted[int(math.Ceil(p*float64(len(xs))-1e-9))-1]
		if got := tally.Quantile(p); math.Abs(got-want) > RelativeError*want+smallest {
			t.Fatalf("quantile %g is %v, want %v", p, got, want)
		}
	}
}

// TestExtremesInsideABucket: a new extreme is noticed also where it shares its
// bucket with the one so far.
func TestExtremesInsideABucket(t *testing.T) {
	tally := NewTally(1)
	tally.ObserveAll([]float64{1.002, 5.002, 2})
	tally.ObserveAll([]float64{2, 1.001, 5.003, 2})
	if low, high := math.Float64frombits(tally.low+1), tally.Max(); low != 1.001 || high != 5.003 {
		t.Errorf("extremes %v and %v, want 1.001 and 5.003", low, high)
	}
}

// TestAtMost counts what is at most a value, to a bucket.
func TestAtMost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		xs := append(positives(t, "xs"), rapid.Float64Range(0, 10).Draw(t, "one"))
		tally := NewTally(1)
		tally.ObserveAll(xs)
		count := func(limit float64) (n float64) {
			for _, x := range xs {
				if x <= limit {
					n++
				}
			}
			return n
		}
		for _, x := range append(xs, 0, 1e-30, 3, 1e30) {
			got := tally.AtMost(x)
			if got < count(x*(1-RelativeError)-1e-12) || got > count(x*(1+RelativeError)+1e-12) {
				t.Fatalf("%v of %d are at most %v, want from %v to %v", got, len(xs), x, count(x*(1-RelativeError)), count(x*(1+RelativeError)))
			}
		}
	})
}

// TestMergeIsOneTally: the merge of two tallies is the tally of all.
func TestMergeIsOneTally(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		xs, ys := positives(t, "xs"), positives(t, "ys")
		a, b := NewTally(1), NewTally(1)
		a.ObserveAll(xs)
		b.ObserveAll(ys)
		before := b.Mean()
		c := a.Clone()
		c.Merge(b)
		checkTally(t, c, append(slices.Clone(xs), ys...))
		checkTally(t, a, xs) // neither source has changed
		for _, order := range [][2]*Tally{{a.Clone(), b.Clone()}, {b.Clone(), a.Clone()}} {
			order[0].Merge(order[1])
			checkTally(t, order[0], append(slices.Clone(xs), ys...))
		}
		if b.Mean() != before || b.Count() != int64(len(ys)) {
			t.Fatal("the merged tally changed")
		}
	})
}

func TestHistogramResolvesFromFarBelowItsScale(t *testing.T) {
	h := NewTally(1e-3)
	h.ObserveAll([]float64{0, 1e-20, 1e-15, 1e-3, 1e9})
	for p, want := range map[float64]float64{0.4: 0, 0.6: 1e-15, 0.8: 1e-3, 1: 1e9} {
		if got := h.Quantile(p); math.Abs(got-want) > RelativeError*want {
			t.Errorf("quantile %g is %g, want %g", p, got, want)
		}
	}
}

func TestHistogramsOfDifferentScalesDoNotMerge(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("they merged")
		}
	}()
	NewTally(1).Merge(NewTally(1000))
}

// TestQuantileOfConstant: what never varies is known exactly, not to a bucket.
func TestQuantileOfConstant(t *testing.T) {
	tally := NewTally(1)
	tally.ObserveAll([]float64{0.0123, 0.0123, 0.0123})
	if q := tally.Quantile(0.99); q != 0.0123 {
		t.Errorf("quantile %v", q)
	}
}

func TestGauge(t *testing.T) {
	var g Gauge
	g.Add(1, 2)  // 0 until 1
	g.Add(3, -1) // 2 until 3
	g.Add(6, 4)  // 1 until 6
	if g.Area(7) != 2*2+1*3+5*1 || g.Max() != 5 || g.Value() != 5 {
		t.Errorf("area %v max %d value %d", g.Area(7), g.Max(), g.Value())
	}
	g.Begin(7)
	if g.Area(7) != 0 || g.Max() != 5 || g.Area(8) != 5 {
		t.Errorf("after Begin: area %v, max %d", g.Area(7), g.Max())
	}
}

func TestLengthLaw(t *testing.T) {
	var l LengthTimes
	for length, seconds := range map[int]float64{0: 1, 2: 2, 1: 3, 5: 1, 100_000: 1} {
		l.Spend(length, seconds/2)
		l.Spend(length, seconds/2)
	}
	for p, want := range map[float64]int{0.1: 0, 0.5: 1, 0.6: 2, 6.9 / 8: 5, 7.0 / 8: 5, 1: 99_840} {
		if got := l.Law().Quantile(p); got != want {
			t.Errorf("quantile %g is %d, want %d", p, got, want)
		}
	}
	both := l.Law()
	l.Reset()
	l.Spend(9, 8)
	both.Merge(l.Law())
	if q := both.Quantile(0.9); q != 9 {
		t.Errorf("merged, the quantile 0.9 is %d, want 9", q)
	}
	if q := l.Law().Quantile(0.01); q != 9 {
		t.Errorf("after Reset the law starts at %d", q)
	}
}

func TestLengthBuckets(t *testing.T) {
	last := -1
	for n := range 200_000 {
		b := lengthBucket(n)
		if b != last && b != last+1 {
			t.Fatalf("length %d is in bucket %d, after %d", n, b, last)
		}
		if f := lengthFloor(b); f > n || float64(n-f) > RelativeError*float64(n) || n < 512 && f != n {
			t.Fatalf("length %d is in bucket %d, which begins at %d", n, b, f)
		}
		last = b
	}
}

func TestSeriesNeverGrows(t *testing.T) {
	var s Series
	for i := range 1_000_000 {
		s.Observe(float64(i))
	}
	if len(s.Means()) >= maxBatches || cap(s.Means()) > 2*maxBatches {
		t.Errorf("%d means", len(s.Means()))
	}
	size := s.BatchSize()
	for i, m := range s.Means() {
		if want := float64(int64(i)*size) + float64(size-1)/2; m != want {
			t.Fatalf("mean %d of %d observations is %v, want %v", i, size, m, want)
		}
	}
}

// TestMSER finds where a ramp ends that is laid over noise. The noise of 1000
// means of sd 1 makes the estimate vary by a few places; the ramp is 20 sd
// high, so that a place before 80 of 100 would leave 4 sd in, which the
// criterion never prefers (the false-alarm probability is far below 1e-6).
func TestMSER(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	means := make([]float64, 1000)
	for i := range means {
		means[i] = rng.NormFloat64() - math.Max(0, 20*(1-float64(i)/100))
	}
	if d, ok := MSER(means); !ok || d < 80 || d > 500 {
		t.Errorf("truncates at %d, %t", d, ok)
	}
	for i := range means {
		means[i] = float64(i) // it has not ended
	}
	if d, ok := MSER(means); ok {
		t.Errorf("truncates a ramp at %d", d)
	}
	if d, ok := MSER(make([]float64, 1000)); d != 0 || !ok {
		t.Errorf("truncates a constant at %d, %t", d, ok)
	}
	if _, ok := MSER(make([]float64, 39)); ok {
		t.Error("39 means are enough")
	}
}

// TestMSERAgainstDefinition compares with the sum as it is written.
func TestMSERAgainstDefinition(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 1))
	for range 20 {
		means := make([]float64, 100)
		for i := range means {
			means[i] = rng.ExpFloat64() + 3*math.Exp(-float64(i)/10)
		}
		best, want := math.Inf(1), 0
		for d := 0; len(means)-d > tailBatches; d++ {
			tail := means[d:]
			mean, sum := 0.0, 0.0
			for _, x := range tail {
				mean += x / float64(len(tail))
			}
			for _, x := range tail {
				sum += (x - mean) * (x - mean)
			}
			if v := sum / float64(len(tail)*len(tail)); v < best {
				best, want = v, d
			}
		}
		if d, _ := MSER(means); d != want {
			t.Errorf("truncates at %d, by definition %d", d, want)
		}
	}
}

func BenchmarkTally(b *testing.B) {
	xs := make([]float64, 512)
	rng := rand.New(rand.NewPCG(1, 1))
	for i := range xs {
		xs[i] = math.Max(0, rng.ExpFloat64()-0.2)
	}
	tally := NewTally(1)
	b.ReportAllocs()
	for b.Loop() {
		tally.ObserveAll(xs)
	}
	b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(b.N)/512, "ns/value")
}
