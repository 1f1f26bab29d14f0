package results

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Tell puts what an explanation found into sentences.
func Tell(e *Explanation) {
	for i := range e.Points {
		p := &e.Points[i]
		p.Sentences = nil
		for _, say := range []func(*ExplainedPoint) string{
			(*ExplainedPoint).tellLatency, (*ExplainedPoint).tellBursts, (*ExplainedPoint).tellBins,
			(*ExplainedPoint).tellDemands, (*ExplainedPoint).tellService, (*ExplainedPoint).tellFormulas,
		} {
			if text := say(p); text != "" {
				p.Sentences = append(p.Sentences, text)
			}
		}
	}
}

func (p *ExplainedPoint) tellLatency() string {
	if p.Latency == nil {
		return ""
	}
	for _, part := range p.Parts {
		if part.Name == "wait" {
			return fmt.Sprintf("Of the mean latency of %s, %s is waiting.", shortTime(float64(p.Latency.Value)), partShare(float64(part.Share)))
		}
	}
	return ""
}

// tellBursts is what Poisson arrivals would change.
func (p *ExplainedPoint) tellBursts() string {
	is, poisson := p.variant("as_is"), p.variant("poisson")
	if is == nil || poisson == nil || poisson.Share == nil {
		return ""
	}
	if poisson.Same {
		return "The arrivals are Poisson: no part of the wait is the price of bursts."
	}
	wait, other, share := float64(is.Mean.Value), float64(poisson.Mean.Value), float64(poisson.Share.Value)
	of := fmt.Sprintf("Of the %s that a task waits on average, Poisson arrivals of the same rate would cause %s: ", shortTime(wait), timeLike(other, wait))
	switch {
	case !isTold(poisson.Share):
		return of + "no price of bursts can be told."
	case share < 1:
		return of + partShare(1-share) + " is the price of bursts" + p.andOrder() + "."
	case p.added("gap_variability", "arrival_order") >= 0:
		return fmt.Sprintf("A task waits %s on average, and would wait %s, %s, if arrivals were Poisson and the demands in any order: "+
			"the order of the demands saves more than the bursts cost.", shortTime(wait), timeLike(other, wait), timesAsLong(share))
	}
	return fmt.Sprintf("A task waits %s on average, and would wait %s, %s, with Poisson arrivals of the same rate: these arrivals are smoother than Poisson.",
		shortTime(wait), timeLike(other, wait), timesAsLong(share))
}

// added is what causes add together, as a share of the wait.
func (p *ExplainedPoint) added(names ...string) float64 {
	sum := 0.0
	for _, c := range p.Causes {
		for _, name := range names {
			if c.Name == name {
				sum += float64(c.Share)
			}
		}
	}
	return sum
}

// andOrder says so where the order of the demands is a large part of the price.
func (p *ExplainedPoint) andOrder() string {
	switch order := p.added("demand_order"); {
	case order > 0.05:
		return " and of the order in which demands come"
	case order < -0.05:
		return ", which the order in which demands come has made smaller"
	}
	return ""
}

// isTold says that a share is known to be other than 1.
func isTold(share *Estimate) bool {
	return share.Interval && (share.High < 1 || share.Low > 1)
}

// tellBins says how fast the changes are that make the wait: the widest bins that
// keep half of it.
func (p *ExplainedPoint) tellBins() string {
	is, poisson := p.variant("as_is"), p.variant("poisson")
	if is == nil || poisson == nil || poisson.Same || !told(poisson.Share) || poisson.Share.Value > 0.9 {
		return ""
	}
	wait := float64(is.Mean.Value)
	var narrowest *Variant
	for i := range p.Variants {
		v := &p.Variants[i]
		width, ok := strings.CutPrefix(v.Name, "bins_")
		if !ok || v.Mean == nil || v.Same {
			continue
		}
		if v.Share.Value >= 0.5 && v.Share.Value <= 1.5 {
			return fmt.Sprintf("With as many arrivals in every %s s as there are, and Poisson inside, it would be %s, %s: changes of the rate slower than that make most of the wait.",
				width, timeLike(float64(v.Mean.Value), wait), timesAsLong(float64(v.Share.Value)))
		}
		narrowest = v
	}
	if narrowest == nil || narrowest.Share.Value > 1 {
		return ""
	}
	return fmt.Sprintf("With as many arrivals in every %s s as there are, and Poisson inside, it would be %s, %s: what comes within that time makes most of the wait.",
		strings.TrimPrefix(narrowest.Name, "bins_"), timeLike(float64(narrowest.Mean.Value), wait), timesAsLong(float64(narrowest.Share.Value)))
}

func told(share *Estimate) bool { return share != nil && isTold(share) }

// tellDemands says whether demands go with arrivals.
func (p *ExplainedPoint) tellDemands() string {
	is, v := p.variant("as_is"), p.variant("demands_shuffled")
	if is == nil || v == nil || !told(v.Share) || math.Abs(float64(v.Share.Value)-1) < 0.1 {
		return ""
	}
	return fmt.Sprintf("With the demands in another order it would be %s, %s: demands and arrivals are not independent.",
		timeLike(float64(v.Mean.Value), float64(is.Mean.Value)), timesAsLong(float64(v.Share.Value)))
}

// tellService is what constant service would change.
func (p *ExplainedPoint) tellService() string {
	is, v := p.variant("as_is"), p.variant("constant_service")
	if is == nil || v == nil || v.Same || !told(v.Share) || math.Abs(float64(v.Share.Value)-1) < 0.05 {
		return ""
	}
	return fmt.Sprintf("With constant service of the same mean it would be %s, %s.",
		timeLike(float64(v.Mean.Value), float64(is.Mean.Value)), timesAsLong(float64(v.Share.Value)))
}

// tellFormulas says how far off the textbook is.
func (p *ExplainedPoint) tellFormulas() string {
	is := p.variant("as_is")
	if is == nil || !(is.Mean.Value > 0) {
		return ""
	}
	var parts []string
	for i := range p.Formulas {
		f := &p.Formulas[i]
		if f.Mean == nil || f.Share == nil {
			continue
		}
		name := "Erlang's formula says"
		if f.Name != "erlang" {
			name = "corrected by two moments it says"
		}
		parts = append(parts, fmt.Sprintf("%s %s, %s", name, timeLike(float64(*f.Mean), float64(is.Mean.Value)), misses(float64(*f.Share))))
	}
	if parts == nil {
		return ""
	}
	return strings.Join(parts, "; ") + "."
}

// misses says how far a value is from another, by their ratio.
func misses(ratio float64) string {
	switch {
	case ratio < 1e-4:
		return "more than 10,000 times too little"
	case ratio < 0.95:
		return threeDigits(1/ratio) + " times too little"
	case ratio > 1.05:
		return threeDigits(ratio) + " times too much"
	}
	return "within 5 %"
}

// timesAsLong is a ratio in words.
func timesAsLong(ratio float64) string {
	switch {
	case ratio <= 1:
		return percent(ratio) + " of it"
	case ratio < 2:
		return percent(ratio-1) + " more"
	}
	return threeDigits(ratio) + " times as long"
}

// partShare is a share of a whole that is not quite all or nothing unless it is.
func partShare(share float64) string {
	switch {
	case share == 1:
		return "100 %"
	case share < 1 && share >= 0.9995:
		return "more than 99.9 %"
	case share > 0 && share < 0.0005:
		return "less than 0.1 %"
	case share >= 0.1:
		return strconv.FormatFloat(100*share, 'f', 1, 64) + " %"
	}
	return percent(share)
}

// threeDigits is a number with three digits, more where it is whole.
func threeDigits(x float64) string {
	switch {
	case math.IsInf(x, 0) || x == 0:
		return scale{}.value(x)
	case math.Abs(x) >= 1e6:
		return strconv.FormatFloat(x, 'g', 3, 64)
	}
	return strconv.FormatFloat(x, 'f', digitsAfter(x), 64)
}

// digitsAfter is how many decimals show three digits of x.
func digitsAfter(x float64) int {
	if x == 0 {
		return 0
	}
	return min(max(0, 2-exponent(math.Abs(x))), 9)
}

// shortTime is a time in a unit that suits it.
func shortTime(x float64) string { return timeLike(x, x) }

// timeLike is a time in the unit that suits another, unless it would vanish in
// that.
func timeLike(x, other float64) string {
	if x == 0 {
		return "nothing"
	}
	if x > 0 && x < 1e-9 {
		return "less than 1 ns"
	}
	s := scaleFor(duration, []float64{other})
	if x > 0 && x < s.factor*1e-3 {
		s = scaleFor(duration, []float64{x})
	}
	return threeDigits(x/s.factor) + " " + s.unit
}
