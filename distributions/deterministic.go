package distributions

// Deterministic is the constant law.
type Deterministic struct {
	value float64
}

// NewDeterministic is the law of a constant, in seconds, finite and not
// negative.
func NewDeterministic(value float64) (Deterministic, error) {
	if err := checkNonNegative("value", value); err != nil {
		return Deterministic{}, err
	}
	return Deterministic{value}, nil
}

// Value is the constant.
func (d Deterministic) Value() float64 { return d.value }

// Mean is the constant.
func (d Deterministic) Mean() float64 { return d.value }

// SCV is 0.
func (d Deterministic) SCV() float64 { return 0 }

// String is the law by its value.
func (d Deterministic) String() string { return describe("deterministic", "value", d.value) }

// Sample is the constant; nothing is drawn from the stream.
func (d Deterministic) Sample(*Stream) float64 { return d.value }

// Fill sets dst to the constant; nothing is drawn from the stream.
func (d Deterministic) Fill(_ *Stream, dst []float64) {
	for i := range dst {
		dst[i] = d.value
	}
}

// CDF is 0 below the constant and 1 from it up.
func (d Deterministic) CDF(x float64) float64 {
	if x >= d.value {
		return 1
	}
	return 0
}

func (d Deterministic) survival(x float64) float64 { return 1 - d.CDF(x) }

// Quantile is the constant.
func (d Deterministic) Quantile(p float64) float64 {
	checkP(p)
	return d.value
}

// LaplaceTransform is exp(-s·value).
func (d Deterministic) LaplaceTransform(s complex128) complex128 { return decay(s, d.value) }
