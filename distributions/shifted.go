package distributions

// Shifted is the law of a constant plus a variate of another law. It has a
// CDF, a quantile function and a Laplace transform where that law has: ask
// CDFOf, QuantileOf and LaplaceOf.
type Shifted struct {
	offset float64
	of     Distribution
}

// NewShifted is a law moved to the right by an offset in seconds, finite and
// not negative.
func NewShifted(offset float64, of Distribution) (Shifted, error) {
	if err := checkNonNegative("offset", offset); err != nil {
		return Shifted{}, err
	}
	if of == nil {
		return Shifted{}, wrong("of", -1, "nothing", "a distribution")
	}
	return Shifted{offset, of}, nil
}

// Offset is the constant, in seconds.
func (d Shifted) Offset() float64 { return d.offset }

// Of is the law that is moved.
func (d Shifted) Of() Distribution { return d.of }

// Mean is the offset plus the mean of the law that is moved.
func (d Shifted) Mean() float64 { return d.offset + d.of.Mean() }

// SCV is the variance, which moving does not change, over the squared mean.
func (d Shifted) SCV() float64 {
	scv := d.of.SCV()
	if d.offset == 0 || scv == 0 || scv == inf {
		return scv
	}
	r := d.of.Mean() / d.Mean()
	return scv * r * r
}

// TailIndex is that of the law that is moved.
func (d Shifted) TailIndex() float64 { return TailIndex(d.of) }

// String is the law by its parameters.
func (d Shifted) String() string { return describe("shifted", "offset", d.offset, "of", d.of) }

// Sample draws one variate.
func (d Shifted) Sample(s *Stream) float64 { return d.offset + d.of.Sample(s) }

// Fill draws len(dst) variates.
func (d Shifted) Fill(s *Stream, dst []float64) {
	d.of.Fill(s, dst)
	for i := range dst {
		dst[i] += d.offset
	}
}

// CDF is that of the law at x − offset. It panics where that has none: ask
// CDFOf.
func (d Shifted) CDF(x float64) float64 { return d.of.(CDF).CDF(x - d.offset) }

func (d Shifted) survival(x float64) float64 { return survivalOf(d.of, x-d.offset) }

// Quantile is the offset plus that of the law. It panics where that has none:
// ask QuantileOf.
func (d Shifted) Quantile(p float64) float64 { return d.offset + d.of.(Quantiler).Quantile(p) }

// LaplaceTransform is exp(-s·offset) times that of the law. It panics where
// that has none: ask LaplaceOf.
func (d Shifted) LaplaceTransform(s complex128) complex128 {
	return decay(s, d.offset) * d.of.(LaplaceTransformer).LaplaceTransform(s)
}

func (d Shifted) parts() []Distribution { return []Distribution{d.of} }
