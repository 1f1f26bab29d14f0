package distributions

// compound is a law made of others. Its method set says that it has a CDF, a
// quantile function and a Laplace transform; it has each only where its parts
// have.
type compound interface {
	parts() []Distribution
}

// CDFOf is the distribution function of a law and whether it is known. It is
// the way to ask: a type assertion to CDF cannot tell whether the parts of a
// mixture or of a shifted law have one.
func CDFOf(d Distribution) (func(x float64) float64, bool) {
	if !every(d, func(d Distribution) bool { _, ok := d.(CDF); return ok }) {
		return nil, false
	}
	return d.(CDF).CDF, true
}

// QuantileOf is the quantile function of a law and whether it is known; see
// CDFOf.
func QuantileOf(d Distribution) (func(p float64) float64, bool) {
	known := func(d Distribution) bool {
		_, ok := d.(Quantiler)
		if _, mixed := d.(Mixture); mixed { // it inverts its CDF
			_, ok = CDFOf(d)
		}
		return ok
	}
	if !every(d, known) {
		return nil, false
	}
	return d.(Quantiler).Quantile, true
}

// LaplaceOf is the Laplace–Stieltjes transform of a law and whether it is
// known; see CDFOf.
func LaplaceOf(d Distribution) (func(s complex128) complex128, bool) {
	if !every(d, func(d Distribution) bool { _, ok := d.(LaplaceTransformer); return ok }) {
		return nil, false
	}
	return d.(LaplaceTransformer).LaplaceTransform, true
}

// every reports whether a law and all its parts have something.
func every(d Distribution, has func(Distribution) bool) bool {
	if !has(d) {
		return false
	}
	if c, ok := d.(compound); ok {
		for _, part := range c.parts() {
			if !every(part, has) {
				return false
			}
		}
	}
	return true
}

// survivalOf is P(X > x) of a law that has a CDF.
func survivalOf(d Distribution, x float64) float64 {
	if s, ok := d.(survivor); ok {
		return s.survival(x)
	}
	return 1 - d.(CDF).CDF(x)
}
