package explain

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

// logOf is a trace of rows "time,service,class".
func logOf(t rapid.TB, text string, o arrivals.TraceOptions) *arrivals.Trace {
	t.Helper()
	o.Name, o.Time, o.Service, o.Class = "log.csv", "t", "s", "c"
	if o.Speedup == 0 {
		o.Speedup = 1
	}
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader([]byte("t,s,c\n" + text))), nil }
	trace, err := arrivals.NewTrace(open, o)
	if err != nil {
		t.Fatal(err)
	}
	return trace
}

func replayOf(t rapid.TB, trace *arrivals.Trace) replay {
	t.Helper()
	r, err := newLibrary(MaxRows).read(trace)
	if err != nil {
		t.Fatal(err)
	}
	return replay{Trace: trace, rows: r}
}

type task struct {
	epoch, service float64
	class          int32
}

// read takes n tasks, in pieces of odd sizes.
func read(t rapid.TB, s arrivals.Source, n int) []task {
	t.Helper()
	var out []task
	for size := 1; len(out) < n; size = size%7 + 3 {
		size = min(size, n-len(out))
		epochs, services, classes := make([]float64, size), make([]float64, size), make([]int32, size)
		k, err := s.(arrivals.Tasks).FillTasks(epochs, services, classes)
		if err != nil {
			t.Fatal(err)
		}
		for i := range k {
			out = append(out, task{epochs[i], services[i], classes[i]})
		}
		if k < size {
			break
		}
	}
	return out
}

func anyLog(t *rapid.T) *arrivals.Trace {
	var b bytes.Buffer
	now := 0.0
	for i := range rapid.IntRange(2, 60).Draw(t, "rows") {
		now += rapid.Float64Range(0, 3).Draw(t, "gap")
		if i == 1 {
			now++ // not all at one time
		}
		fmt.Fprintf(&b, "%v,%v,%s\n", now, rapid.Float64Range(0.01, 2).Draw(t, "service"), rapid.SampledFrom([]string{"a", "b"}).Draw(t, "class"))
	}
	return logOf(t, b.String(), arrivals.TraceOptions{
		Loop: rapid.Bool().Draw(t, "loop"), Speedup: rapid.SampledFrom([]float64{1, 2, 0.3}).Draw(t, "speedup"),
	})
}

func stream(seed uint64) *distributions.Stream {
	return distributions.Streams{Seed: seed}.For(0, "test")
}

// TestReplayIsTheTrace: as recorded, what is in memory is what the file gives, to
// the last bit.
func TestReplayIsTheTrace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		trace := anyLog(t)
		want, got := read(t, trace.Replay(), 150), read(t, replayOf(t, trace).Start(stream(1)), 150)
		if !slices.Equal(want, got) {
			t.Fatalf("want %v, got %v", want, got)
		}
	})
}

func compareTasks(a, b task) int {
	switch {
	case a.service != b.service:
		return int(math.Copysign(1, a.service-b.service))
	default:
		return int(a.class - b.class)
	}
}

// TestShufflesKeep: shuffled demands are the demands, each with its class;
// shuffled gaps are the gaps.
func TestShufflesKeep(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		trace := anyLog(t)
		n := int(trace.Summary().Rows)
		as := replayOf(t, trace)
		want := read(t, as.Start(stream(1)), n)
		mixed := as.mix()
		mixed.order = gapsShuffled
		got := read(t, mixed.Start(stream(rapid.Uint64().Draw(t, "seed"))), n)
		near := func(a, b float64) bool { return math.Abs(a-b) <= 1e-9*(1+math.Abs(a)) }
		if got[0].epoch != want[0].epoch || !near(got[n-1].epoch, want[n-1].epoch) {
			t.Fatalf("from %v to %v, want %v to %v", got[0], got[n-1], want[0], want[n-1])
		}
		gaps := func(all []task) (out []float64) {
			for i := 1; i < n; i++ {
				out = append(out, all[i].epoch-all[i-1].epoch)
			}
			slices.Sort(out)
			return out
		}
		if !slices.EqualFunc(gaps(want), gaps(got), near) {
			t.Fatalf("gaps %v, want %v", gaps(got), gaps(want))
		}
		for _, all := range [][]task{want, got} {
			for i := range all {
				all[i].epoch = 0
			}
			slices.SortFunc(all, compareTasks)
		}
		if !slices.Equal(want, got) {
			t.Fatalf("tasks %v, want %v", got, want)
		}
	})
}

// TestShuffledIsUniform: the 24 orders of four are equally frequent. Chi-square
// with 23 degrees of freedom exceeds 76 with a probability of 1.4e-7; drawing
// among all four for each place, the usual mistake, gives some 800 here.
func TestShuffledIsUniform(t *testing.T) {
	const n = 24_000
	s := stream(2)
	seen := map[[4]uint32]float64{}
	for range n {
		seen[[4]uint32(shuffled(nil, 4, s))]++
	}
	chi := 0.0
	for _, k := range seen {
		chi += (k - n/24) * (k - n/24) / (n / 24)
	}
	if len(seen) != 24 || chi > 76 {
		t.Errorf("%d orders, chi-square %.1f", len(seen), chi)
	}
}

// ks is √n times the distance of values in [0, 1] from the uniform law.
func ks(values []float64) float64 {
	slices.Sort(values)
	n, worst := float64(len(values)), 0.0
	for i, x := range values {
		worst = max(worst, x-float64(i)/n, float64(i+1)/n-x)
	}
	return worst * math.Sqrt(n)
}

// worstKS is exceeded with a probability of 1e-6 (STYLE.md, 3.3).
const worstKS = 2.693

// TestPoissonReplay: exponential gaps of the log's mean, through loops. An error
// of 5 % in the rate gives a distance of some 5.8.
func TestPoissonReplay(t *testing.T) {
	trace := logOf(t, "1,1,a\n2,2,a\n2,3,b\n6,1,a\n", arrivals.TraceOptions{Loop: true, Speedup: 2})
	r := replayOf(t, trace).mix()
	r.order = poissonGaps
	got := read(t, r.Start(stream(3)), 100_001)
	if got[0].epoch != 0.5 {
		t.Errorf("begins at %v", got[0].epoch)
	}
	values, sum := make([]float64, 0, len(got)), 0.0
	for i := range got[1:] {
		values = append(values, -math.Expm1(-trace.Rate()*(got[i+1].epoch-got[i].epoch)))
	}
	for _, x := range got[:100_000] {
		sum += x.service
	}
	if d := ks(values); d > worstKS || sum != 25_000*7 {
		t.Errorf("distance %.2f, demands of %v", d, sum)
	}
	once := logOf(t, "1,1,a\n2,2,a\n2,3,b\n6,1,a\n", arrivals.TraceOptions{})
	r = replayOf(t, once)
	r.order = poissonGaps
	if n := len(read(t, r.Start(stream(3)), 100)); n != 4 {
		t.Errorf("%d tasks of a log of 4", n)
	}
}

// TestShufflesAreCommon: demands are shuffled alike whatever the arrivals do, and
// otherwise in another replication.
func TestShufflesAreCommon(t *testing.T) {
	trace := logOf(t, "0,1,a\n1,2,a\n2,3,b\n3,4,a\n4,5,a\n5,6,a\n6,7,a\n7,8,b\n", arrivals.TraceOptions{})
	services := func(o order, replication int) (out []float64) {
		r := replayOf(t, trace).mix()
		r.order = o
		for _, x := range read(t, r.Start(distributions.Streams{Seed: 1}.For(replication, "x")), 8) {
			out = append(out, x.service)
		}
		return out
	}
	first := services(recorded, 0)
	if !slices.Equal(first, services(poissonGaps, 0)) || !slices.Equal(first, services(gapsShuffled, 0)) || slices.Equal(first, services(recorded, 1)) {
		t.Errorf("%v, %v", first, services(recorded, 1))
	}
}

func TestTooLong(t *testing.T) {
	_, err := newLibrary(2).read(logOf(t, "1,1,a\n2,2,a\n2,3,b\n", arrivals.TraceOptions{}))
	var long *TooLongError
	if !errors.As(err, &long) || long.Rows != 3 || long.Most != 2 {
		t.Error(err)
	}
}
