package distributions

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mathext"
)

// Every statistical check has a probability of alpha to fail by chance on
// correct code, once and for all, since the seed is fixed. The suite makes
// about 300 of them: a change of a stream fails one with probability 3e-4.
//
//   - kolmogorov: P(√n·D > x) ≈ 2·exp(-2x²) = 1e-6 at x = 2.693. At n = 1e5 a
//     scale that is wrong by 4 % is always found, one by 2 % half of the time.
//   - normalLimit: P(|Z| > x) = 1e-6 at x = 4.892. At n = 1e5 and a coefficient
//     of variation c, a mean that is wrong by 3c % is always found.
const (
	alpha       = 1e-6
	kolmogorov  = 2.693
	normalLimit = 4.892
	sampleSize  = 100_000
)

// ks is √n times the greatest distance between the empirical and the given
// CDF, looked for at a thousand of the sample's points and just below them.
// That is a lower bound of the Kolmogorov–Smirnov statistic, at most √n/1000
// less, for laws with atoms too: the limit holds for it all the more.
func ks(xs []float64, cdf func(float64) float64) float64 {
	xs = slices.Sorted(slices.Values(xs))
	n := float64(len(xs))
	worst := 0.0
	for i := 0; i < len(xs); i += max(1, len(xs)/1000) {
		x := xs[i]
		upTo, _ := slices.BinarySearch(xs, math.Nextafter(x, inf))
		below, _ := slices.BinarySearch(xs, x)
		worst = max(worst, math.Abs(float64(upTo)/n-cdf(x)),
			math.Abs(float64(below)/n-cdf(math.Nextafter(x, -inf))))
	}
	return worst * math.Sqrt(n)
}

// zMean is the distance of the sample's mean from mean in standard errors.
func zMean(xs []float64, mean, variance float64) float64 {
	total := 0.0
	for _, x := range xs {
		total += (x - mean) / float64(len(xs))
	}
	return total / math.Sqrt(variance/float64(len(xs)))
}

// zVariance is the same for the variance about the true mean, the standard
// error from the sample's fourth moment.
func zVariance(xs []float64, mean, variance float64) float64 {
	n := float64(len(xs))
	var total, squares float64
	for _, x := range xs {
		e := (x-mean)*(x-mean)/variance - 1
		total += e
		squares += e * e
	}
	return total / math.Sqrt(squares-total*total/n)
}

// poissonUnlikely reports whether so few or so many events have a probability
// below alpha/2 each where expected are expected (Poisson, which bounds the
// binomial's tails for rare events).
func poissonUnlikely(events int, expected float64) bool {
	k := float64(events)
	few := mathext.GammaIncRegComp(k+1, expected) // P(N ≤ k)
	many := 1.0
	if events > 0 {
		many = mathext.GammaIncReg(k, expected) // P(N ≥ k)
	}
	return min(few, many) < alpha/2
}

func countAbove(xs []float64, x float64) int {
	n := 0
	for _, v := range xs {
		if v > x {
			n++
		}
	}
	return n
}

func TestSampleFollowsCDF(t *testing.T) {
	each(t, all(), func(t *testing.T, d Distribution) {
		xs := draw(d, "ks", sampleSize)
		if s := ks(xs, d.(CDF).CDF); !(s < kolmogorov) {
			t.Errorf("√n·D = %.2f, want < %v", s, kolmogorov)
		}
		// The far tail, which D does not see: 40 events expected. A tail with
		// less than a fifth or more than twice its probability is found.
		const p = 4e-4
		q := d.(Quantiler).Quantile(1 - p)
		expected := survivalOf(d, q) * sampleSize
		if n := countAbove(xs, q); poissonUnlikely(n, expected) {
			t.Errorf("%d variates above %v, expected %.1f", n, q, expected)
		}
	})
}

// TestSampleMoments is for laws whose skewness allows a normal limit at this
// sample size; the moments of the others are tested by integrals.
func TestSampleMoments(t *testing.T) {
	each(t, all(), func(t *testing.T, d Distribution) {
		mean, scv := d.Mean(), d.SCV()
		if !(TailIndex(d) > 4 && scv <= 4) {
			t.Skip("too skewed for a normal limit")
		}
		xs := draw(d, "moments", sampleSize)
		if scv == 0 {
			if slices.Min(xs) != mean || slices.Max(xs) != mean {
				t.Errorf("a variate differs from %v", mean)
			}
			return
		}
		variance := scv * mean * mean
		if z := zMean(xs, mean, variance); !(math.Abs(z) < normalLimit) {
			t.Errorf("mean is %.2f standard errors off", z)
		}
		if z := zVariance(xs, mean, variance); !(math.Abs(z) < normalLimit) {
			t.Errorf("variance is %.2f standard errors off", z)
		}
	})
}

func TestSampleSupport(t *testing.T) {
	each(t, all(), func(t *testing.T, d Distribution) {
		low, high := d.(Quantiler).Quantile(0), d.(Quantiler).Quantile(1)
		for _, x := range draw(d, "support", 20000) {
			if !(x >= low && x <= high) {
				t.Fatalf("variate %v outside [%v, %v]", x, low, high)
			}
		}
	})
}

func TestLagOneCorrelation(t *testing.T) {
	for _, d := range []Distribution{must(NewExponential(1)), must(NewNormal(10, 1)), must(NewGamma(0.5, 1)), must(NewUniform(0, 1))} {
		xs := draw(d, "lag", 1_000_000)
		variance := d.SCV() * d.Mean() * d.Mean()
		total := 0.0
		for i := 1; i < len(xs); i++ {
			total += (xs[i] - d.Mean()) * (xs[i-1] - d.Mean())
		}
		// A correlation of 0.005 is found.
		z := total / variance / math.Sqrt(float64(len(xs)-1))
		if !(math.Abs(z) < normalLimit) {
			t.Errorf("%v: lag-1 correlation is %.2f standard errors off 0", d, z)
		}
	}
}

// At this size filled wedges make the variance about 18 (exponential) and 8
// (normal) standard errors wrong, measured on other streams; √n·D alone would
// be 3.8 and 1.9, and not find the latter.
const zigguratSample = 3_000_000

// TestZigguratEdges looks at the two ziggurats alone: the whole, the wedges (see
// TestMutantFilledWedgesRejected) and the tails.
func TestZigguratEdges(t *testing.T) {
	const n = zigguratSample
	s := stream("ziggurat")
	expo, norm := make([]float64, n), make([]float64, n)
	for i := range n {
		expo[i], norm[i] = s.exponential(), s.normal()
	}
	for _, law := range []struct {
		name           string
		xs             []float64
		cdf            func(float64) float64
		mean, variance float64
	}{
		{"exponential", expo, must(NewExponential(1)).CDF, 1, 1},
		{"normal", norm, func(x float64) float64 { return normalUpper(-x) }, 0, 1},
	} {
		if v := ks(law.xs, law.cdf); !(v < kolmogorov) {
			t.Errorf("%s: √n·D = %.2f", law.name, v)
		}
		if z := zMean(law.xs, law.mean, law.variance); !(math.Abs(z) < normalLimit) {
			t.Errorf("%s: mean is %.2f standard errors off", law.name, z)
		}
		if z := zVariance(law.xs, law.mean, law.variance); !(math.Abs(z) < normalLimit) {
			t.Errorf("%s: variance is %.2f standard errors off", law.name, z)
		}
	}
	for _, x := range []float64{expEdge, expEdge + 1, expEdge + 2, expEdge + 4} {
		if k := countAbove(expo, x); poissonUnlikely(k, n*math.Exp(-x)) {
			t.Errorf("exponential: %d variates above %v, expected %.1f", k, x, n*math.Exp(-x))
		}
	}
	for _, x := range []float64{normEdge, 4, 4.5} {
		for _, sign := range []float64{1, -1} {
			k := 0
			for _, v := range norm {
				if sign*v > x {
					k++
				}
			}
			if poissonUnlikely(k, n*normalUpper(x)) {
				t.Errorf("normal: %d variates beyond %v, expected %.1f", k, sign*x, n*normalUpper(x))
			}
		}
	}
}

// TestZigguratTables checks what the published constants must satisfy: the
// area is that of the base layer with its tail, and the last layer ends at the
// curve's top.
func TestZigguratTables(t *testing.T) {
	near(t, "exponential area", expArea, (expEdge+1)*math.Exp(-expEdge), 1e-14)
	normal := normEdge*math.Exp(-normEdge*normEdge/2) + math.Sqrt(2*math.Pi)*normalUpper(normEdge)
	near(t, "normal area", normArea, normal, 1e-13)
	for _, z := range []struct {
		name   string
		table  *ziggurat
		length float64
		area   float64
	}{{"exponential", &zigExp, 0x1p53, expArea}, {"normal", &zigNorm, 0x1p53, normArea}} {
		x := z.table.width[layers-1] * z.length
		near(t, z.name+" top", z.table.height[layers-1]+z.area/x, 1, 1e-10)
	}
}

func TestExtremeShapes(t *testing.T) {
	// Gamma of shape 1e-3: log X is about -Exp/shape, far below what a power
	// of a uniform could reach.
	d := must(NewGamma(1e-3, 1))
	xs := draw(d, "tiny", sampleSize)
	const least = 1e-300 // what is below counts as this
	for i := range xs {
		xs[i] = max(xs[i], least)
	}
	cut := func(x float64) float64 {
		if x < least {
			return 0
		}
		return d.CDF(x)
	}
	if s := ks(xs, cut); !(s < kolmogorov) {
		t.Errorf("√n·D = %.2f", s)
	}
	// Robert's method far out: given X ≥ 0, X is nearly exponential.
	far := must(NewNormal(-1000, 1))
	near(t, "mean far out", far.Mean(), 1/(1000+1e-3), 1e-5)
	if s := ks(draw(far, "far", sampleSize), must(NewExponential(1000)).CDF); !(s < kolmogorov) {
		t.Errorf("far normal: √n·D = %.2f", s)
	}
}
