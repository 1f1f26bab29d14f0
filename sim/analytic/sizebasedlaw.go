package analytic

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"spillway/distributions"
)

// sizeLaw is a law of service as a density and atoms. ends are the points to the
// right of which the density may be singular, marks others at which it is not
// smooth, or between which most of it lies.
type sizeLaw struct {
	density     func(x float64) float64 // nil is none
	atoms       []sizeAtom
	ends, marks []float64
	bounded     bool // nothing beyond the last mark
}

type sizeAtom struct{ x, mass float64 }

// maxSizePhases bounds the phases of a law whose density is computed by matrix
// exponentials.
const maxSizePhases = 30

// sizeLawOf is a law as a density and atoms; false where its density is not
// known.
func sizeLawOf(d distributions.Distribution) (sizeLaw, bool) {
	l, ok := sizeParts(d)
	if ok && l.density != nil {
		mean, sd := d.Mean(), sdOf(d)
		l.marks = append(l.marks, mean)
		for _, k := range [...]float64{-8, -3, -1, 1, 3, 8} {
			l.marks = append(l.marks, mean+k*math.Min(sd, 10*mean))
		}
		last := math.Inf(1)
		if quantile, ok := distributions.QuantileOf(d); ok {
			last = quantile(1)
		}
		first := slices.Min(l.ends)
		l.marks = slices.DeleteFunc(l.marks, func(x float64) bool { return !(x > first && x <= last) })
	}
	return l, ok
}

func sizeParts(d distributions.Distribution) (sizeLaw, bool) {
	switch d := d.(type) {
	case distributions.Deterministic:
		return sizeLaw{atoms: []sizeAtom{{d.Value(), 1}}, bounded: true}, true
	case distributions.Empirical:
		return sizesOfEmpirical(d), true
	case distributions.Mixture:
		return sizesOfMixture(d)
	case distributions.Shifted:
		return sizesOfShifted(d)
	case distributions.Uniform:
		height := 1 / (d.Max() - d.Min())
		return bump(d.Min(), d.Max(), nil, func(float64) float64 { return height }), true
	case distributions.Triangular:
		return sizesOfTriangular(d), true
	case distributions.BoundedPareto:
		scale := d.Alpha() / -math.Expm1(-d.Alpha()*math.Log(d.Max()/d.Min()))
		return bump(d.Min(), d.Max(), nil, func(x float64) float64 { return scale / x * math.Pow(d.Min()/x, d.Alpha()) }), true
	case distributions.Pareto:
		l := bump(d.Minimum(), math.Inf(1), nil, func(x float64) float64 { return d.Alpha() / x * math.Pow(d.Minimum()/x, d.Alpha()) })
		return sizeLaw{density: l.density, ends: l.ends}, true
	}
	f := densityFromZero(d)
	if f != nil && shapeOf(d) < 0.1 {
		return splitNearZero(d, f, 1e-250*d.Mean()), true
	}
	return sizeLaw{density: f, ends: []float64{0}}, f != nil
}

// shapeOf is the power of x of the CDF near zero, of laws for which it may be
// below one.
func shapeOf(d distributions.Distribution) float64 {
	switch d := d.(type) {
	case distributions.Gamma:
		return d.Shape()
	case distributions.Weibull:
		return d.Shape()
	}
	return 1
}

// splitNearZero puts the sizes below an edge on it, where panels cannot be
// narrow enough for a density that has a pole at zero. The order of tasks that
// differ by less than the edge changes their mean wait by less than that.
func splitNearZero(d distributions.Distribution, f func(x float64) float64, edge float64) sizeLaw {
	cdf, ok := distributions.CDFOf(d)
	if !ok {
		return sizeLaw{density: f, ends: []float64{0}}
	}
	l := bump(edge, math.Inf(1), nil, f)
	return sizeLaw{density: l.density, ends: l.ends, atoms: []sizeAtom{{edge, cdf(edge)}}}
}

// bump is a density on an interval, nothing outside.
func bump(low, high float64, marks []float64, f func(x float64) float64) sizeLaw {
	inside := func(x float64) float64 {
		if x < low || x > high {
			return 0
		}
		return f(x)
	}
	return sizeLaw{density: inside, ends: []float64{low}, marks: append(marks, high), bounded: true}
}

// densityFromZero is that of a law on all positive times.
func densityFromZero(d distributions.Distribution) func(x float64) float64 {
	if e, ok := asExponential(d); ok {
		rate := 1 / e.Mean()
		return func(x float64) float64 { return rate * math.Exp(-rate*x) }
	}
	switch d := d.(type) {
	case distributions.Erlang:
		return gammaDensity(float64(d.Stages()), d.Mean()/float64(d.Stages()))
	case distributions.Gamma:
		return gammaDensity(d.Shape(), d.Scale())
	case distributions.Hyperexponential:
		p, r := d.Probabilities(), d.Rates()
		return func(x float64) float64 {
			sum := 0.0
			for i := range p {
				sum += p[i] * r[i] * math.Exp(-r[i]*x)
			}
			return sum
		}
	case distributions.Lognormal:
		mu, sigma := d.Mu(), d.Sigma()
		return func(x float64) float64 {
			z := (math.Log(x) - mu) / sigma
			return math.Exp(-z*z/2) / (x * sigma * math.Sqrt(2*math.Pi))
		}
	case distributions.Weibull:
		return func(x float64) float64 {
			y := math.Pow(x/d.Scale(), d.Shape())
			return d.Shape() / x * y * math.Exp(-y)
		}
	case distributions.Lomax:
		return func(x float64) float64 {
			return d.Alpha() / d.Scale() * math.Exp(-(d.Alpha()+1)*math.Log1p(x/d.Scale()))
		}
	case distributions.Normal:
		if d.Location() < -8*d.SD() {
			return nil // far out in the tail: the scale of this density would not do
		}
		all := math.Erfc(-d.Location()/d.SD()/math.Sqrt2) / 2 * d.SD() * math.Sqrt(2*math.Pi)
		return func(x float64) float64 {
			z := (x - d.Location()) / d.SD()
			return math.Exp(-z*z/2) / all
		}
	}
	return phaseDensity(d)
}

// gammaDensity is that of a shape k and a scale, Poisson's probability of
// k − 1 as a function of its mean.
func gammaDensity(shape, scale float64) func(x float64) float64 {
	lg, _ := math.Lgamma(shape)
	return func(x float64) float64 {
		y := x / scale
		if shape >= 1 {
			return math.Exp(logPoisson(shape-1, y)) / scale
		}
		return math.Exp((shape-1)*math.Log(y)-y-lg) / scale
	}
}

// phaseDensity is αe^(Tx)t; nil where the law is not of phase type, or of too
// many phases.
func phaseDensity(d distributions.Distribution) func(x float64) float64 {
	ph, ok := distributions.AsPhaseType(d)
	if !ok || len(ph.Alpha()) > maxSizePhases {
		return nil
	}
	alpha, t, out := phaseMatrices(ph)
	n := len(out)
	return func(x float64) float64 {
		var scaled, power mat.Dense
		scaled.Scale(x, t)
		power.Exp(&scaled)
		sum := 0.0
		for i := range n {
			for j := range n {
				sum += alpha[i] * power.At(i, j) * out[j]
			}
		}
		return math.Max(0, sum)
	}
}

func phaseMatrices(ph distributions.PhaseType) (alpha []float64, t *mat.Dense, out []float64) {
	alpha = ph.Alpha()
	n := len(alpha)
	t, out = mat.NewDense(n, n, nil), make([]float64, n)
	for i, row := range ph.Matrix() {
		t.SetRow(i, row)
		for _, v := range row {
			out[i] -= v
		}
	}
	return alpha, t, out
}

func sizesOfTriangular(d distributions.Triangular) sizeLaw {
	width := d.Max() - d.Min()
	return bump(d.Min(), d.Max(), []float64{d.Mode()}, func(x float64) float64 {
		if x < d.Mode() {
			return 2 * (x - d.Min()) / width / (d.Mode() - d.Min())
		}
		if x > d.Mode() {
			return 2 * (d.Max() - x) / width / (d.Max() - d.Mode())
		}
		return 2 / width
	})
}

func sizesOfEmpirical(d distributions.Empirical) sizeLaw {
	values, masses := d.Values(), d.Probabilities()
	if !d.Interpolated() {
		l := sizeLaw{bounded: true}
		for i, x := range values {
			l.atoms = append(l.atoms, sizeAtom{x, masses[i]})
		}
		return l
	}
	return bump(values[0], values[len(values)-1], slices.Clone(values[1:]), func(x float64) float64 {
		i, _ := slices.BinarySearch(values, x)
		i = min(max(i-1, 0), len(masses)-1)
		return masses[i] / (values[i+1] - values[i])
	})
}

func sizesOfMixture(d distributions.Mixture) (sizeLaw, bool) {
	all := sizeLaw{bounded: true}
	var densities []func(float64) float64
	var weights []float64
	for i, c := range d.Components() {
		l, ok := sizeLawOf(c)
		if !ok {
			return all, false
		}
		w := d.Weights()[i]
		for _, a := range l.atoms {
			all.atoms = append(all.atoms, sizeAtom{a.x, w * a.mass})
		}
		if l.density != nil {
			densities, weights = append(densities, l.density), append(weights, w)
		}
		all.ends, all.marks = append(all.ends, l.ends...), append(all.marks, l.marks...)
		all.bounded = all.bounded && l.bounded
	}
	if len(densities) > 0 {
		all.density = func(x float64) float64 {
			sum := 0.0
			for i, f := range densities {
				sum += weights[i] * f(x)
			}
			return sum
		}
	}
	return all, true
}

func sizesOfShifted(d distributions.Shifted) (sizeLaw, bool) {
	l, ok := sizeLawOf(d.Of())
	o := d.Offset()
	if f := l.density; ok && o > 0 && shapeOf(d.Of()) < 1 {
		l = splitNearZero(d.Of(), f, 0x1p-28*o)
	}
	for i := range l.atoms {
		l.atoms[i].x += o
	}
	move := func(xs []float64) (moved []float64) {
		for _, x := range xs {
			moved = append(moved, x+o)
		}
		return moved
	}
	l.ends, l.marks = move(l.ends), move(l.marks)
	if f := l.density; f != nil {
		l.density = func(x float64) float64 {
			if x <= o {
				return 0
			}
			return f(x - o)
		}
	}
	return l, ok
}
