package results

import (
	"fmt"
	"math"
	"strings"
)

// TellFit puts what a log says into sentences.
func TellFit(f *Fit) {
	f.Sentences = nil
	for i := range f.Parts {
		if text := f.Parts[i].tell(); text != "" {
			f.Sentences = append(f.Sentences, text)
		}
	}
	f.Sentences = append(f.Sentences, f.tellDistance()...)
}

// tell says what arrives and what it asks for.
func (p *FitPart) tell() string {
	a := &p.Analysis.Arrivals
	if a.Rate == nil {
		return "The log has no rate: its arrivals are at one time."
	}
	who := ""
	if p.Class != "" {
		who = "Of class " + clean(p.Class) + ": "
	}
	text := fmt.Sprintf("%s%s arrivals", who, rateText(*a.Rate))
	if n := len(a.Dispersion); n > 0 {
		d := a.Dispersion[n-1]
		text += fmt.Sprintf(", %s times as bursty as Poisson over %s", threeDigits(d.Index), timeValue(d.Window))
	}
	if p.Arrivals != "" {
		text += ", fitted by " + processWords(p.Arrivals)
	}
	if s := p.Analysis.Services; s != nil && p.Service != "" {
		text += fmt.Sprintf("; service of %s on average, fitted by a %s law", timeValue(s.Mean), p.Service)
		if ks := p.law().ScaledKS; ks > 1.36 {
			text += " that the sample differs from by more than chance"
		}
	}
	return text + "."
}

// law is the one that the scenario takes.
func (p *FitPart) law() FitLaw {
	for _, l := range p.Analysis.Services.Laws.Fitted {
		if l.Name == p.Service {
			return l
		}
	}
	return FitLaw{}
}

func processWords(name string) string {
	switch name {
	case "poisson":
		return "a Poisson process"
	case "renewal":
		return "a renewal process"
	case "mmpp":
		return "a Markov-modulated Poisson process"
	}
	return "a " + name + " process"
}

// tellDistance says what the model loses, and to which half.
func (f *Fit) tellDistance() []string {
	system := map[string]*FitDistance{}
	for i := range f.Distances {
		system[f.Distances[i].Name] = &f.Distances[i]
	}
	replay, model := system["replay"], system["model"]
	switch {
	case f.Scenario == "":
		return []string{"No model could be fitted that can be simulated."}
	case replay == nil || model == nil || replay.Mean == nil || model.Mean == nil:
		return nil
	case model.MeanRatio == nil:
		return []string{fmt.Sprintf("In the replay nobody waits; with the fitted model a task waits %s on average.", shortTime(float64(model.Mean.Value)))}
	}
	wait := float64(replay.Mean.Value)
	text := fmt.Sprintf("On %s, at a load of %s, a task of the log waits %s on average, one of the model %s: %s",
		servers(f.Servers), threeDigits(float64(f.Load)), shortTime(wait), timeLike(float64(model.Mean.Value), wait), misses(float64(*model.MeanRatio)))
	if model.P99Ratio != nil {
		text += fmt.Sprintf("; at p99 %s and %s, %s", shortTime(float64(replay.P99.Value)), timeLike(float64(model.P99.Value), float64(replay.P99.Value)), misses(float64(*model.P99Ratio)))
	}
	out := []string{text + "."}
	arrivals, demands := system["recorded_arrivals"], system["recorded_demands"]
	if arrivals == nil || demands == nil || arrivals.MeanRatio == nil || demands.MeanRatio == nil || near1(*model.MeanRatio) {
		return out
	}
	var lost []string
	if a := *demands.MeanRatio; !near1(a) {
		lost = append(lost, fmt.Sprintf("fitted arrivals alone make it %s", factorText(a)))
	}
	if s := *arrivals.MeanRatio; !near1(s) {
		lost = append(lost, fmt.Sprintf("fitted service alone (and demands in any order) %s", factorText(s)))
	}
	if lost != nil {
		out = append(out, "What the model loses: "+strings.Join(lost, ", ")+".")
	}
	return out
}

// near1 says that a ratio is within a tenth of 1.
func near1(x Number) bool { return math.Abs(math.Log(float64(x))) < 0.1 }

// factorText is a ratio as a factor.
func factorText(x Number) string {
	if x < 1 {
		return threeDigits(1/float64(x)) + " times smaller"
	}
	return threeDigits(float64(x)) + " times as large"
}
