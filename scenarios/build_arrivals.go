package scenarios

import (
	"math"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/sim/analytic"
)

func (b *builder) process(p *Point, v *value) arrivals.Process {
	number := func(key string) float64 {
		if f := v.field(key); f != nil {
			return f.number
		}
		return 0
	}
	switch v.text {
	case "poisson":
		return b.checked(v)(arrivals.NewPoisson(number("rate")))
	case "deterministic":
		if v.field("rate") == nil {
			return b.clockwork(v.field("interval"), number("interval"))
		}
		return b.clockwork(v.field("rate"), 1/number("rate"))
	case "renewal":
		return b.renewal(v.field("interarrival"))
	case "mmpp":
		if v.field("rates") == nil {
			return b.checked(v)(arrivals.NewBurstyMMPP(number("rate"), number("burst_ratio"), number("burst_share"), number("burst_length")))
		}
		return b.checked(v)(arrivals.NewMMPP(v.field("rates").numbers(), matrix(v.field("generator"))))
	case "map":
		return b.checked(v)(arrivals.NewMAP(matrix(v.field("d0")), matrix(v.field("d1"))))
	case "onoff":
		return b.onOff(v, number("rate"))
	case "profile":
		return b.profile(v, number("period"))
	case "sinusoid":
		return b.checked(v)(arrivals.NewSinusoid(number("rate"), number("amplitude"), number("period"), number("phase")))
	case "closed":
		if think := b.law(v.field("think")); think != nil {
			p.Policies.Closed = &analytic.Closed{Population: int(v.field("population").whole), Think: think}
		}
		return nil
	case "trace":
		return b.trace(p, v)
	}
	panic("scenarios: a process without a constructor: " + v.text)
}

// checked is the process that a constructor gave for v, nil where its
// parameters were wrong.
func (b *builder) checked(v *value) func(arrivals.Process, error) arrivals.Process {
	return func(p arrivals.Process, err error) arrivals.Process {
		if err != nil {
			b.parameter(v, err)
			return nil
		}
		return p
	}
}

func matrix(v *value) [][]float64 {
	rows := make([][]float64, len(v.items))
	for i, row := range v.items {
		rows[i] = row.numbers()
	}
	return rows
}

func (b *builder) renewal(v *value) arrivals.Process {
	gap := b.law(v)
	if gap == nil || !b.finiteMean(v, gap, "gaps") {
		return nil
	}
	return arrivals.Renewal{Gap: gap}
}

// finiteMean reports a law whose mean is not positive and finite.
func (b *builder) finiteMean(v *value, d distributions.Distribution, what string) bool {
	m := d.Mean()
	if m > 0 && !math.IsInf(1/m, 0) && !math.IsInf(m, 0) {
		return true
	}
	b.fail(v.node.place, v.path, d.String(), what+" with a positive finite mean", "")
	return false
}

func (b *builder) onOff(v *value, rate float64) arrivals.Process {
	on, off := b.law(v.field("on")), b.law(v.field("off"))
	if on == nil || off == nil || !b.finiteMean(v.field("on"), on, "periods") || !b.finiteMean(v.field("off"), off, "silences") {
		return nil
	}
	sources := 1
	if n := v.field("sources"); n != nil {
		sources = int(n.whole)
	}
	return b.checked(v)(arrivals.NewOnOff(on, off, rate, sources))
}

func (b *builder) profile(v *value, period float64) arrivals.Process {
	var points []arrivals.ProfilePoint
	for _, x := range v.field("points").items {
		points = append(points, arrivals.ProfilePoint{At: x.field("at").number, Rate: x.field("rate").number})
	}
	linear := v.field("interpolate") != nil && v.field("interpolate").text == "linear"
	return b.checked(v)(arrivals.NewProfile(points, linear, period))
}

func (b *builder) clockwork(at *value, interval float64) arrivals.Process {
	if math.IsInf(interval, 0) || math.IsInf(1/interval, 0) {
		b.fail(at.node.place, at.path, at.node.describe(), "a number whose reciprocal is finite", "")
		return nil
	}
	return arrivals.Deterministic{Interval: interval}
}
