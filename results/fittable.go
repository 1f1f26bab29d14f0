package results

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// arrivalRows are the statistics of the arrivals.
func (a *FitAnalysis) arrivalRows() [][]string {
	v := &a.Arrivals
	rows := [][]string{{"arrivals", whole(a.Records), "in " + timeValue(v.Span)}}
	add := func(name, value, comment string) { rows = append(rows, []string{name, value, comment}) }
	if v.Rate != nil {
		add("rate", rateText(*v.Rate), "mean gap "+timeValue(1 / *v.Rate))
	}
	if v.Resolution != nil {
		add("clock", timeValue(*v.Resolution), "the step of the times")
	}
	if g := v.Gaps; g != nil {
		if g.SCV != nil {
			add("gaps c²", threeDigits(*g.SCV), "squared coefficient of variation: 1 for Poisson arrivals"+zerosText(g.Zeros))
		}
		var others []string
		for i, x := range g.Autocorrelation {
			if i > 0 {
				others = append(others, fmt.Sprintf("%s at lag %d", signedDigits(x.Value), x.Lag))
			}
		}
		if len(g.Autocorrelation) > 0 {
			first := g.Autocorrelation[0]
			comment := strings.Join(append([]string{fmt.Sprintf("of the gaps at lag %d", first.Lag)}, others...), ", ")
			add("autocorrelation", signedDigits(first.Value), fmt.Sprintf("%s; noise ±%s", comment, optional(g.Noise, threeDigits)))
		}
	}
	for _, h := range v.Hurst {
		value := threeDigits(h.Value)
		if h.StandardError != nil {
			value += " ±" + threeDigits(*h.StandardError)
		}
		comment := strings.ReplaceAll(h.Method, "_", " ") + fmt.Sprintf(", %s to %s: 0.5 without long memory", timeValue(h.From), timeValue(h.To))
		if h.PValue != nil && *h.PValue < 0.05 {
			comment += "; no single exponent"
		}
		add("Hurst", value, comment)
	}
	for _, p := range v.Peaks {
		add("peak of "+timeValue(p.Window), threeDigits(p.Ratio)+" × mean", fmt.Sprintf("%s arrivals, %s after the first", whole(p.Count), timeValue(p.Start)))
	}
	return rows
}

func zerosText(n int64) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("; %s gaps are 0", whole(n))
}

// dispersionTable has the log beside the models that give it.
func (a *FitAnalysis) dispersionTable(title string) part {
	titles := []string{"window", "windows", "log"}
	var models []*FitModel
	for i := range a.Arrivals.Models {
		if m := &a.Arrivals.Models[i]; len(m.Dispersion) == len(a.Arrivals.Dispersion) {
			models = append(models, m)
			titles = append(titles, m.Name)
		}
	}
	g := grid{title: title, rows: [][]string{titles}}
	for range titles {
		g.right = append(g.right, true)
	}
	for i, d := range a.Arrivals.Dispersion {
		row := []string{timeValue(d.Window), whole(d.Windows), threeDigits(d.Index) + " ±" + errorDigits(d.StandardError)}
		for _, m := range models {
			row = append(row, threeDigits(m.Dispersion[i]))
		}
		g.rows = append(g.rows, row)
	}
	return &aligned{g}
}

func errorDigits(x float64) string {
	if x >= 100 {
		return threeDigits(x)
	}
	return scale{factor: 1, decimals: max(0, digitsAfter(x)-1)}.value(x)
}

// above is by how much an AIC is above the least.
func above(aic, least *float64) string {
	if aic == nil || least == nil {
		return unknown
	}
	if *aic == *least {
		return "0"
	}
	return "+" + threeDigits(*aic-*least)
}

func (a *FitAnalysis) modelTable(title string) part {
	g := grid{title: title, rows: [][]string{{"process", "AIC", "rate", "dispersion → ∞", "parameters"}}, right: []bool{false, true, true, true, false}}
	for i := range a.Arrivals.Models {
		m := &a.Arrivals.Models[i]
		parameters := strings.TrimSuffix(strings.Replace(parametersText(m.Parameters), "interarrival (distribution ", "", 1), ")")
		if b := m.Bursts; b != nil {
			parameters = fmt.Sprintf("bursts %s × as fast, %s of the time, %s each", optional(b.Ratio, threeDigits), percent(b.Share), timeValue(b.Length))
		}
		g.rows = append(g.rows, []string{m.Name, above(m.AIC, a.Arrivals.Models[0].AIC), optional(m.Rate, rateText), optional(m.Asymptotic, threeDigits), parameters})
	}
	return &aligned{g}
}

func lawTable(title string, laws []FitLaw) part {
	g := grid{title: title, rows: [][]string{{"law", "AIC", "KS", "mean", "c²", "parameters"}}, right: []bool{false, true, true, true, true, false}}
	for i := range laws {
		l := &laws[i]
		mean := "∞"
		if !math.IsInf(float64(l.Mean), 1) {
			mean = timeValue(float64(l.Mean))
		}
		g.rows = append(g.rows, []string{l.Name, above(l.AIC, laws[0].AIC), threeDigits(l.KS), mean,
			threeDigits(float64(l.SCV)), parametersText(l.Parameters)})
	}
	return &aligned{g}
}

// parametersText are parameters in a few words, three digits each.
func parametersText(raw json.RawMessage) string {
	dec := json.NewDecoder(strings.NewReader(string(raw)))
	var b strings.Builder
	key := false
	depth := 0
	for {
		t, err := dec.Token()
		if err != nil {
			return strings.Trim(b.String(), " ,")
		}
		switch x := t.(type) {
		case json.Delim:
			switch x {
			case '{':
				depth++
				key = true
				if depth > 1 {
					b.WriteString("(")
				}
			case '}':
				if depth--; depth > 0 {
					trim(&b)
					b.WriteString("), ")
				}
				key = true
			case '[':
				depth += 100
				b.WriteString("[")
			case ']':
				depth -= 100
				trim(&b)
				b.WriteString("], ")
				key = depth < 100
			}
		case string:
			if key {
				b.WriteString(x + " ")
				key = false
			} else {
				b.WriteString(x + ", ")
				key = depth < 100
			}
		case float64:
			b.WriteString(strconv.FormatFloat(x, 'g', 3, 64) + ", ")
			key = depth < 100
		}
	}
}

// trim takes the last comma off.
func trim(b *strings.Builder) {
	text := strings.TrimSuffix(b.String(), ", ")
	b.Reset()
	b.WriteString(text)
}

// rows are the statistics of the service times.
func (s *FitServices) rows() [][]string {
	rows := [][]string{{"mean", timeValue(s.Mean), fmt.Sprintf("from %s to %s%s", timeValue(s.Min), timeValue(s.Max), zerosOf(s.Zeros))}}
	add := func(name, value, comment string) { rows = append(rows, []string{name, value, comment}) }
	if s.SCV != nil {
		add("c²", threeDigits(*s.SCV), "squared coefficient of variation: 1 for exponential, 0 for constant")
	}
	var others []string
	for i, q := range s.Quantiles {
		if i > 0 {
			others = append(others, quantileName(q.P)+" "+timeValue(q.Value))
		}
	}
	if len(s.Quantiles) > 0 {
		add(quantileName(s.Quantiles[0].P), timeValue(s.Quantiles[0].Value), strings.Join(others, ", "))
	}
	if t := s.Tail; t != nil {
		add("tail index", threeDigits(t.Index)+" ±"+errorDigits(t.StandardError), fmt.Sprintf("Hill, from the %s greatest; moments from it on would be infinite%s", whole(t.K), othersText(t.Others)))
	}
	for _, c := range []struct {
		name string
		of   *FitCorrelation
	}{{"with the one before", s.Consecutive}, {"with the gap before", s.WithGap}} {
		if c.of != nil && c.of.Spearman != nil {
			add(c.name, signedDigits(*c.of.Spearman), fmt.Sprintf("rank correlation (Pearson %s); noise ±%s", optional(c.of.Pearson, signedDigits), threeDigits(c.of.Noise)))
		}
	}
	return rows
}

// quantileName is p50, p90, p999.
func quantileName(p float64) string {
	digits := strings.TrimPrefix(strconv.FormatFloat(p, 'f', -1, 64), "0.")
	if len(digits) == 1 {
		digits += "0"
	}
	return "p" + digits
}

func zerosOf(n int64) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("; %s are 0", whole(n))
}

func othersText(others []FitTail) string {
	if others == nil {
		return ""
	}
	var parts []string
	for _, o := range others {
		parts = append(parts, threeDigits(o.Index))
	}
	return "; of the greatest 1, 5, 10 %: " + strings.Join(parts, ", ")
}
