package distributions

import (
	"flag"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/first_values.txt anew")

// The first ten numbers of xoshiro256++ from the state {1, 2, 3, 4}, as
// published with the reference implementation's ports (rand_xoshiro).
func TestReferenceSequence(t *testing.T) {
	s := &Stream{1, 2, 3, 4}
	for i, want := range []uint64{
		41943041, 58720359, 3588806011781223, 3591011842654386, 9228616714210784205,
		9973669472204895162, 14011001112246962877, 12406186145184390807,
		15849039046786891736, 10450023813501588000,
	} {
		if got := s.Uint64(); got != want {
			t.Errorf("number %d is %d, want %d", i, got, want)
		}
	}
}

// TestFloat64Open uses states whose next number is known: it is
// rotl(s0+s3, 23) + s0. Centres of 2^53 cells fail here, with a greatest of 1.
func TestFloat64Open(t *testing.T) {
	if u := (&Stream{0, 1, 1, 0}).Float64(); u != 0x1p-53 {
		t.Errorf("least uniform is %v, want 2^-53", u)
	}
	if u := (&Stream{0, 1, 1, math.MaxUint64}).Float64(); u != 1-0x1p-53 {
		t.Errorf("greatest uniform is %v, want 1 - 2^-53", u)
	}
}

func TestStreamsDiffer(t *testing.T) {
	seen := map[uint64]string{}
	for seed := range uint64(3) {
		for replication := range 3 {
			for _, name := range []string{"", "a", "ab", "b"} {
				key := fmt.Sprint(seed, replication, name)
				n := Streams{Seed: seed}.For(replication, name).Uint64()
				if other, ok := seen[n]; ok {
					t.Errorf("streams %q and %q are equal", key, other)
				}
				seen[n] = key
				if again := (Streams{Seed: seed}).For(replication, name).Uint64(); again != n {
					t.Errorf("stream %q is not the same twice", key)
				}
			}
		}
	}
}

func TestSeedRestarts(t *testing.T) {
	var a, b Stream
	a.Seed(7)
	b.Seed(7)
	if x, y := a.Uint64(), b.Uint64(); x != y {
		t.Errorf("equal keys give %d and %d", x, y)
	}
	if n := a.Rand().Intn(10); n < 0 || n > 9 {
		t.Errorf("Rand().Intn(10) is %d", n)
	}
}

// TestFirstValues pins the first five variates of every law, so that a change
// of a stream is noticed. They are recorded, not derived: that they follow the
// law is for the other tests. The tolerance is for math functions that differ
// by a unit in the last place between architectures.
func TestFirstValues(t *testing.T) {
	const file = "testdata/first_values.txt"
	var b strings.Builder
	laws := all()
	for _, d := range laws {
		fmt.Fprint(&b, d)
		for _, x := range draw(d, "golden", 5) {
			fmt.Fprint(&b, "\t", x)
		}
		fmt.Fprintln(&b)
	}
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	golden, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(golden)), "\n")
	if len(lines) != len(laws) {
		t.Fatalf("%d laws, %d recorded", len(laws), len(lines))
	}
	for i, d := range laws {
		fields := strings.Split(lines[i], "\t")
		if len(fields) != 6 || fields[0] != d.String() {
			t.Errorf("line %d is of %s, want %s", i+1, fields[0], d)
			continue
		}
		for k, x := range draw(d, "golden", 5) {
			var want float64
			fmt.Sscan(fields[k+1], &want)
			near(t, fmt.Sprintf("variate %d of %v", k, d), x, want, 1e-12)
		}
	}
}

func TestFillIsSample(t *testing.T) {
	each(t, all(), func(t *testing.T, d Distribution) {
		const n = 5000 // enough to leave every fast path
		a, b := stream("fill"), stream("fill")
		xs := make([]float64, n)
		d.Fill(a, xs[:n/3])
		d.Fill(a, nil)
		d.Fill(a, xs[n/3:])
		for i, x := range xs {
			if y := d.Sample(b); math.Float64bits(x) != math.Float64bits(y) {
				t.Fatalf("variate %d is %v by Fill, %v by Sample", i, x, y)
			}
		}
		if *a != *b {
			t.Error("Fill and Sample leave the stream in different states")
		}
	})
}

func TestFillAllocatesNothing(t *testing.T) {
	each(t, all(), func(t *testing.T, d Distribution) {
		s, xs := stream("allocs"), make([]float64, 512)
		if n := testing.AllocsPerRun(20, func() { d.Fill(s, xs) }); n != 0 {
			t.Errorf("Fill allocates %v times", n)
		}
	})
}
