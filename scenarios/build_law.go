package scenarios

import (
	"errors"
	"math"

	"spillway/distributions"
)

// law is the distribution that v describes; nil where v was reported.
func (b *builder) law(v *value) distributions.Distribution {
	if v == nil || v.bad {
		return nil
	}
	d, built := b.laws[v]
	if !built {
		d = b.build(v)
		b.laws[v] = d
	}
	return d
}

// parameters are those of a law that is a mapping.
type parameters struct{ *value }

func (p parameters) has(name string) bool       { return p.field(name) != nil }
func (p parameters) x(name string) float64      { return p.field(name).number }
func (p parameters) list(name string) []float64 { return p.field(name).numbers() }

// build makes the law that v describes. The names are those of laws.
func (b *builder) build(v *value) distributions.Distribution {
	made, p := b.made(v), parameters{v}
	if v.fields == nil {
		return made(distributions.NewDeterministic(v.number))
	}
	switch v.text {
	case "deterministic":
		return made(distributions.NewDeterministic(p.x("value")))
	case "exponential":
		if p.has("rate") {
			return made(distributions.NewExponential(p.x("rate")))
		}
		return made(distributions.NewExponentialMean(p.x("mean")))
	case "uniform":
		return made(distributions.NewUniform(p.x("min"), p.x("max")))
	case "triangular":
		return made(distributions.NewTriangular(p.x("min"), p.x("mode"), p.x("max")))
	case "gamma":
		if p.has("shape") {
			return made(distributions.NewGamma(p.x("shape"), p.x("scale")))
		}
		return made(distributions.NewGammaMean(p.x("mean"), p.x("cv")))
	case "erlang", "hyperexponential", "hypoexponential", "coxian", "phase_type":
		return b.phases(p)
	case "empirical":
		return b.empirical(v)
	case "mixture":
		return b.mixture(v)
	case "shifted":
		if of := b.law(v.field("of")); of != nil {
			return made(distributions.NewShifted(p.x("offset"), of))
		}
		return nil
	default:
		return b.tail(p)
	}
}

// phases are the laws of exponential stages.
func (b *builder) phases(p parameters) distributions.Distribution {
	made := b.made(p.value)
	switch p.text {
	case "erlang":
		k := int(p.field("k").whole)
		if p.has("rate") {
			return made(distributions.NewErlang(k, p.x("rate")))
		}
		return made(distributions.NewErlangMean(k, p.x("mean")))
	case "hyperexponential":
		switch {
		case p.has("cv"):
			return made(distributions.NewHyperexponentialCV(p.x("mean"), p.x("cv")))
		case p.has("rates"):
			return made(distributions.NewHyperexponential(p.list("probabilities"), p.list("rates")))
		}
		return made(distributions.NewHyperexponentialMeans(p.list("probabilities"), p.list("means")))
	case "hypoexponential":
		return made(distributions.NewHypoexponential(p.list("rates")))
	case "coxian":
		return made(distributions.NewCoxian(p.list("rates"), p.list("continue")))
	}
	var matrix [][]float64
	for _, row := range p.field("matrix").items {
		matrix = append(matrix, row.numbers())
	}
	return made(distributions.NewPhaseType(p.list("alpha"), matrix))
}

// tail are the laws whose tail is what they are chosen for.
func (b *builder) tail(p parameters) distributions.Distribution {
	made := b.made(p.value)
	switch p.text {
	case "lognormal":
		if p.has("mu") {
			return made(distributions.NewLognormal(p.x("mu"), p.x("sigma")))
		}
		return made(distributions.NewLognormalMean(p.x("mean"), p.x("cv")))
	case "weibull":
		if p.has("scale") {
			return made(distributions.NewWeibull(p.x("shape"), p.x("scale")))
		}
		return made(distributions.NewWeibullMean(p.x("shape"), p.x("mean")))
	case "pareto":
		if p.has("minimum") {
			return made(distributions.NewPareto(p.x("alpha"), p.x("minimum")))
		}
		return made(distributions.NewParetoMean(p.x("alpha"), p.x("mean")))
	case "lomax":
		if p.has("scale") {
			return made(distributions.NewLomax(p.x("alpha"), p.x("scale")))
		}
		return made(distributions.NewLomaxMean(p.x("alpha"), p.x("mean")))
	case "bounded_pareto":
		return made(distributions.NewBoundedPareto(p.x("alpha"), p.x("min"), p.x("max")))
	case "normal":
		return made(distributions.NewNormal(p.x("mean"), p.x("sd")))
	}
	panic("scenarios: a distribution without a constructor: " + p.text)
}

func (b *builder) mixture(v *value) distributions.Distribution {
	components := v.field("components").items
	weights := make([]float64, len(components))
	laws := make([]distributions.Distribution, len(components))
	whole := true
	for i, c := range components {
		weights[i] = c.field("weight").number
		laws[i] = b.law(c)
		whole = whole && laws[i] != nil
	}
	if !whole {
		return nil
	}
	return b.made(v)(distributions.NewMixture(weights, laws))
}

func (b *builder) empirical(v *value) distributions.Distribution {
	interpolate := v.field("interpolate") != nil && v.field("interpolate").truth
	values, weights := v.field("values").numbers(), v.field("weights").numbers()
	if file := v.field("file"); file != nil {
		column, err := b.files.column(file.text, v.field("column").text)
		if err != nil {
			at := file
			if err.ofColumn {
				at = v.field("column")
			}
			b.fail(at.node.place, at.path, err.found, err.allowed, err.hint)
			return nil
		}
		values = column
	}
	return b.made(v)(distributions.NewEmpirical(values, weights, interpolate))
}

// made passes a law on, or reports the parameter of v that it refuses.
func (b *builder) made(v *value) func(distributions.Distribution, error) distributions.Distribution {
	return func(law distributions.Distribution, err error) distributions.Distribution {
		switch {
		case err != nil:
			b.parameter(v, err)
			return nil
		case math.IsNaN(law.Mean()) || math.IsNaN(law.SCV()):
			b.fail(v.node.place, v.path, law.String(), "parameters whose moments floating-point numbers can hold", "")
			return nil
		}
		return law
	}
}

// parameter reports what a constructor refused, at the key that it names.
func (b *builder) parameter(v *value, err error) {
	var p *distributions.ParameterError
	if !errors.As(err, &p) {
		b.fail(v.node.place, v.path, "parameters that do not go together ("+err.Error()+")", "others", "")
		return
	}
	at := v
	switch f := v.field(p.Parameter); {
	case f != nil && p.Index >= 0 && p.Index < len(f.items):
		at = f.items[p.Index]
	case f != nil:
		at = f
	case v.fields != nil: // a parameter of several keys
		b.fail(v.node.place, v.path, p.Parameter+" "+p.Found, p.Want, "")
		return
	}
	b.fail(at.node.place, at.path, p.Found, p.Want, "")
}
