package results

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// WriteComparison writes theory and simulation side by side, one row a value, at most
// 100 columns wide. The verdicts are those of Compare; the rule that it states is
// right for all documents of a command, judged at FalseAlarm.
//
// Of a document with many points it shows the means of all tasks and what
// differs, and counts the other values.
func WriteComparison(w io.Writer, docs []Document, o Options) error {
	return writeText(w, docs, o, newComparison, rule(docs))
}

// WriteComparisonMarkdown writes what WriteComparison writes, as Markdown.
func WriteComparisonMarkdown(w io.Writer, docs []Document, o Options) error {
	return writeMarkdown(w, docs, o, newComparison, rule(docs))
}

// newComparison arranges a document: theory and simulation side by side.
func newComparison(d *Document, fixed Parameters) report {
	b := newBuilder(d)
	r := b.report(fixed)
	if len(d.Points) == 0 {
		return r
	}
	var c contest
	for i := range d.Points {
		c.duels = append(c.duels, b.duel(&d.Points[i]))
	}
	r.parts = []part{&c}
	r.parts = append(r.parts, b.realParts()...)
	r.parts = append(r.parts, b.rareParts()...)
	if slo := b.sloPart(); slo != nil {
		r.parts = append(r.parts, slo)
	}
	r.legend = b.comparisonLegend(&c)
	return r
}

// comparisonLegend explains what the tables have.
func (b *builder) comparisonLegend(c *contest) string {
	var interval, rows, exact, alike, unsure bool
	for _, d := range c.duels {
		for _, r := range d.rows {
			rows = true
			interval = interval || r.half != ""
			judged := r.verdict == Agrees || r.verdict == Differs
			alike = alike || judged && r.z == unknown
			unsure = unsure || r.verdict == CannotTell
		}
		unsure = unsure || strings.Contains(d.others, "cannot tell") // of one without a row
		exact = exact || len(d.rows) > 0 && d.theory == "exact"
	}
	var parts []string
	if interval {
		parts = append(parts, b.plusMinus())
	}
	if rows {
		parts = append(parts, "gap: simulated − theory, as a share of theory")
	}
	if exact {
		parts = append(parts, "z: the gap in standard errors")
	}
	if alike {
		parts = append(parts, "z "+unknown+": no variance, so equality decides")
	}
	if unsure {
		parts = append(parts, "? cannot tell: no interval or one beyond ±"+percent(tooWide)+
			", too short a run, or an infinite theory")
	}
	return strings.Join(parts, " · ")
}

// rule says when a value differs; empty where nothing was compared.
func rule(docs []Document) string {
	compared, quantiles := 0, false
	var degrees []int
	eachPoint(docs, func(p *Point) {
		for _, a := range p.Agreement {
			if a.Against != againstAnalytic {
				continue
			}
			compared++
			v := locate(a.Metric)
			_, isQuantile := quantileOf(v.stat)
			quantiles = quantiles || isQuantile
			if e, ok := v.estimate(p); ok && a.Z != nil && hasInterval(e) {
				degrees = append(degrees, e.degrees())
			}
		}
	})
	if compared == 0 {
		return ""
	}
	text := fmt.Sprintf("differs: %s, a false alarm of %s", beyond(FalseAlarm/float64(compared), degrees), shortPower(FalseAlarm))
	if compared == 1 {
		text += " in one comparison"
	} else {
		text += fmt.Sprintf(" shared by %d comparisons", compared)
	}
	if quantiles {
		text += "; a quantile has the histogram's error as slack"
	}
	return text
}

// beyond states the cut-off: a range where it depends on the degrees of freedom.
func beyond(alpha float64, degrees []int) string {
	if len(degrees) == 0 {
		return "not equal, for nothing has a variance"
	}
	cutOff := func(df int) string { return strconv.FormatFloat(studentTail(alpha, df), 'f', 1, 64) }
	few, many := slices.Min(degrees), slices.Max(degrees)
	low, high := cutOff(many), cutOff(few)
	if low == high {
		return "|z| beyond " + low
	}
	return fmt.Sprintf("|z| beyond %s (%d degrees of freedom) to %s (%d)", low, many, high, few)
}

// shortPower prints 1e-4, not 0.0001 or 1e-04.
func shortPower(v float64) string {
	return strings.Replace(strconv.FormatFloat(v, 'e', -1, 64), "e-0", "e-", 1)
}
