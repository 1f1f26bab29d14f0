package distributions

import (
	"slices"
	"strings"
)

// Mixture is the law that is components[i] with probability weights[i]. It has
// a CDF, a quantile function and a Laplace transform where every component has:
// ask CDFOf, QuantileOf and LaplaceOf.
type Mixture struct {
	weights    []float64
	components []Distribution
	choice     alias
	mean, scv  float64
}

// NewMixture is the mixture of one or more components with as many weights,
// not negative and not all zero, which are divided by their sum. A component
// of weight zero is left out. Errors name weight (of the component at Index)
// or components.
func NewMixture(weights []float64, components []Distribution) (Mixture, error) {
	if len(components) == 0 {
		return Mixture{}, wrong("components", -1, elements(0), "at least one element")
	}
	err := first(checkLength("weight", len(weights), len(components)), checkWeights("weight", weights))
	if err != nil {
		return Mixture{}, err
	}
	var d Mixture
	for i, c := range components {
		if c == nil {
			return Mixture{}, wrong("components", i, "nothing", "a distribution")
		}
		if weights[i] > 0 {
			d.weights = append(d.weights, weights[i])
			d.components = append(d.components, c)
		}
	}
	d.weights = normalised(d.weights)
	d.choice = newAlias(d.weights)
	means := make([]float64, len(d.components))
	for i, c := range d.components {
		means[i] = c.Mean()
	}
	d.mean, d.scv = mixedMoments(d.weights, means, func(i int) float64 { return d.components[i].SCV() })
	return d, nil
}

// mixedMoments are the mean and the squared coefficient of variation of a
// mixture: its variance is the mean variance plus the variance of the mean.
func mixedMoments(weights, means []float64, scv func(int) float64) (mean, scvOfAll float64) {
	for i, w := range weights {
		mean += w * means[i]
	}
	switch mean {
	case 0:
		return 0, 0
	case inf:
		return inf, inf
	}
	for i, w := range weights {
		r := means[i] / mean
		if r != 0 {
			scvOfAll += w * r * r * scv(i)
		}
		scvOfAll += w * (r - 1) * (r - 1)
	}
	return mean, scvOfAll
}

// Weights are the probabilities of the components, a copy.
func (d Mixture) Weights() []float64 { return slices.Clone(d.weights) }

// Components are the laws that are mixed, a copy of the list.
func (d Mixture) Components() []Distribution { return slices.Clone(d.components) }

// Mean is the weighted mean of the means.
func (d Mixture) Mean() float64 { return d.mean }

// SCV is that of the whole; +Inf where that of a component is.
func (d Mixture) SCV() float64 { return d.scv }

// TailIndex is the least of the components': the heaviest tail wins.
func (d Mixture) TailIndex() float64 {
	least := inf
	for _, c := range d.components {
		least = min(least, TailIndex(c))
	}
	return least
}

// String is the law by its weights and components.
func (d Mixture) String() string {
	var b strings.Builder
	b.WriteString("mixture(")
	for i, c := range d.components {
		b.WriteString(separator(i, ""))
		b.WriteString(number(d.weights[i]) + " of " + c.String())
	}
	b.WriteString(")")
	return b.String()
}

// Sample draws the component and then from it.
func (d Mixture) Sample(s *Stream) float64 {
	return d.components[d.choice.pick(s.Uint64())].Sample(s)
}

// Fill draws len(dst) variates.
func (d Mixture) Fill(s *Stream, dst []float64) {
	choice, components := d.choice, d.components
	for i := range dst {
		dst[i] = components[choice.pick(s.Uint64())].Sample(s)
	}
}

// CDF is the weighted mean of the components' CDFs. It panics where one has
// none: ask CDFOf.
func (d Mixture) CDF(x float64) float64 {
	total := 0.0
	for i, c := range d.components {
		total += d.weights[i] * c.(CDF).CDF(x)
	}
	return clamp(total)
}

func (d Mixture) survival(x float64) float64 {
	total := 0.0
	for i, c := range d.components {
		total += d.weights[i] * survivalOf(c, x)
	}
	return clamp(total)
}

// Quantile inverts the CDF numerically, between the ends of the components'
// supports. It panics where a component has no CDF or quantile function: ask
// QuantileOf.
func (d Mixture) Quantile(p float64) float64 {
	low, high := inf, 0.0
	for _, c := range d.components {
		q := c.(Quantiler)
		low, high = min(low, q.Quantile(0)), max(high, q.Quantile(1))
	}
	return invert(d, p, low, high)
}

// LaplaceTransform is the weighted mean of the components' transforms. It
// panics where one has none: ask LaplaceOf.
func (d Mixture) LaplaceTransform(s complex128) complex128 {
	var total complex128
	for i, c := range d.components {
		total += complex(d.weights[i], 0) * c.(LaplaceTransformer).LaplaceTransform(s)
	}
	return total
}

func (d Mixture) parts() []Distribution { return d.components }
