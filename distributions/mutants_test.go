package distributions

import (
	"math"
	"testing"

	"golang.org/x/exp/rand" //lint:ignore SA1019 its NewSource is the mutant
	"gonum.org/v1/gonum/mathext"
)

// The tests here show that the checks of the others can fail: each makes a law
// or a stream wrong in a way that somebody could, and wants it rejected.

func TestMutantScaleRejected(t *testing.T) {
	wrong := must(NewExponential(1 / 1.04))
	xs := draw(wrong, "ks", sampleSize)
	if s := ks(xs, must(NewExponential(1)).CDF); s < kolmogorov {
		t.Errorf("a mean 4 %% too great passes with √n·D = %.2f", s)
	}
	if z := zMean(xs, 1, 1); math.Abs(z) < normalLimit {
		t.Errorf("a mean 4 %% too great passes with z = %.2f", z)
	}
}

func TestMutantVarianceRejected(t *testing.T) {
	right, wrong := must(NewNormal(10, 2)), must(NewNormal(10, 4))
	xs := draw(wrong, "ks", sampleSize)
	if s := ks(xs, right.CDF); s < kolmogorov {
		t.Errorf("a variance taken for a standard deviation passes with √n·D = %.2f", s)
	}
	// And a standard deviation 3 % too great by the test of the variance.
	xs = draw(must(NewNormal(10, 2.06)), "moments", sampleSize)
	if z := zVariance(xs, right.Mean(), right.SCV()*right.Mean()*right.Mean()); math.Abs(z) < normalLimit {
		t.Errorf("a standard deviation 3 %% too great passes with z = %.2f", z)
	}
}

// TestMutantTaillessZigguratRejected draws exponential variates without what is
// beyond the edge.
func TestMutantTaillessZigguratRejected(t *testing.T) {
	s := stream("ks")
	xs := make([]float64, sampleSize)
	for i := range xs {
		for xs[i] = s.exponential(); xs[i] > expEdge; {
			xs[i] = s.exponential()
		}
	}
	d := must(NewExponential(1))
	const p = 4e-4
	if n := countAbove(xs, d.Quantile(1-p)); !poissonUnlikely(n, p*sampleSize) {
		t.Errorf("a ziggurat without tail passes with %d variates", n)
	}
}

// TestMutantSharedBitsRejected takes the layer from the mantissa's own bits,
// the defect that Doornik found.
func TestMutantSharedBitsRejected(t *testing.T) {
	s := stream("ks")
	xs := make([]float64, sampleSize)
	for i := range xs {
		b := s.Uint64()
		layer, m := b>>56, b>>11
		if m < zigExp.inside[layer] {
			xs[i] = float64(m) * zigExp.width[layer]
		} else {
			xs[i] = s.exponentialEdge(layer, m)
		}
	}
	if v := ks(xs, must(NewExponential(1)).CDF); v < kolmogorov {
		t.Errorf("a layer taken from the mantissa's bits passes with √n·D = %.2f", v)
	}
}

// TestMutantFilledWedgesRejected keeps every point of a layer, under the curve
// or not.
func TestMutantFilledWedgesRejected(t *testing.T) {
	s := stream("ziggurat")
	expo, norm := make([]float64, zigguratSample), make([]float64, zigguratSample)
	for i := range expo {
		b := s.Uint64()
		layer, m := b&(layers-1), b>>11
		expo[i] = float64(m) * zigExp.width[layer]
		if layer == 0 && m >= zigExp.inside[0] {
			expo[i] = expEdge + s.exponential()
		}
		norm[i] = float64(m) * zigNorm.width[layer]
		if layer == 0 && m >= zigNorm.inside[0] {
			norm[i] = s.normalTail()
		}
		norm[i] = math.Copysign(norm[i], s.Float64()-0.5)
	}
	if z := zVariance(expo, 1, 1); math.Abs(z) < normalLimit {
		t.Errorf("filled wedges of the exponential pass with z = %.2f", z)
	}
	if z := zVariance(norm, 0, 1); math.Abs(z) < normalLimit {
		t.Errorf("filled wedges of the normal pass with z = %.2f", z)
	}
}

// firstDraws counts, for draws 1 to 4 of each of ten blocks of n streams, how
// often a hundred equal bins differ from uniform with p < alpha (chi-square of
// 99 degrees of freedom; at n = 1e5 a bin that is 17 % too full is found).
func firstDraws(n int, stream func(i int) interface{ Uint64() uint64 }) (rejected int) {
	const bins, draws, blocks = 100, 4, 10
	for block := range blocks {
		var counts [draws][bins]float64
		for i := range n {
			s := stream(block*n + i)
			for k := range draws {
				counts[k][s.Uint64()>>11*bins>>53]++
			}
		}
		for k := range draws {
			chi, expected := 0.0, float64(n)/bins
			for _, c := range counts[k] {
				chi += (c - expected) * (c - expected) / expected
			}
			if mathext.GammaIncRegComp((bins-1)/2.0, chi/2) < alpha {
				rejected++
			}
		}
	}
	return rejected
}

type source = interface{ Uint64() uint64 }

func TestFirstDrawsUniform(t *testing.T) {
	const n = 50_000
	for name, stream := range map[string]func(i int) source{
		"seeds":        func(i int) source { return Streams{Seed: uint64(i)}.For(0, "service") },
		"replications": func(i int) source { return Streams{Seed: 1}.For(i, "service") },
		"names":        func(i int) source { return Streams{Seed: 1}.For(0, number(float64(i))) },
	} {
		if k := firstDraws(n, stream); k > 0 {
			t.Errorf("%s: %d of 40 blocks of first draws are not uniform", name, k)
		}
	}
}

// TestMutantSourceRejected: the generator of golang.org/x/exp/rand keeps the
// seed in both halves of its state, and its first draws over consecutive seeds
// are not uniform.
func TestMutantSourceRejected(t *testing.T) {
	k := firstDraws(100_000, func(i int) source { return rand.NewSource(uint64(i + 1)) })
	if k == 0 {
		t.Error("rand.NewSource of consecutive seeds passes for uniform")
	}
}

// TestStreamsIndependent correlates the first draws of neighbouring streams;
// a correlation of 0.01 is found.
func TestStreamsIndependent(t *testing.T) {
	const n = 200_000
	for name, stream := range map[string]func(i int) *Stream{
		"seeds":        func(i int) *Stream { return Streams{Seed: uint64(i)}.For(0, "service") },
		"replications": func(i int) *Stream { return Streams{Seed: 1}.For(i, "service") },
	} {
		total, last := 0.0, 0.0
		for i := range n {
			u := stream(i).Float64() - 0.5
			total += u * last
			last = u
		}
		if z := total * 12 / math.Sqrt(n-1); !(math.Abs(z) < normalLimit) {
			t.Errorf("%s: correlation of neighbours is %.2f standard errors off 0", name, z)
		}
	}
}
