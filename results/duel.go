package results

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// unknown is a number that there is none of.
const unknown = "—"

// duel is theory and simulation of one point side by side.
type duel struct {
	heading   string // empty where the point is the only one
	theory    string // title of the column: "exact", "approx."
	simulated string // title with the numbers of the point's footnotes
	rows      []duelRow
	note      string // in place of rows
	others    string // what is known of the values that have no row
}

// duelRow is one value, each column made text.
type duelRow struct {
	value       valuePath
	exact       string // without the unit
	simulated   string
	half        string // "±0.13", or empty
	unit        string
	gap, z      string
	verdict     Verdict // empty: not judged
	foot, rival string  // footnotes; the reference, where that is not theory
}

// duel arranges a point.
func (b *builder) duel(p *Point) duel {
	d := duel{heading: b.heading(p), theory: theoryKind(p), simulated: "simulated" + b.noteMarks(p, "")}
	all := judgements(p)
	if len(all) == 0 {
		d.note = nothingToCompare(p) + unjudged(p)
		if p.Simulated != nil {
			d.note += b.noteMarks(p, "")
		}
		return d
	}
	hidden := map[Verdict]int{}
	for _, a := range all {
		if v := locate(a.Metric); len(b.doc.Points) > fewPoints && a.Verdict != Differs && !v.isMain() {
			hidden[a.Verdict]++
			continue
		}
		d.rows = append(d.rows, b.duelRow(p, a))
	}
	d.others = others(hidden)
	return d
}

// judgements are the verdicts of a point, and behind them what theory and simulation
// both give but nobody judged: an approximation is shown all the same.
func judgements(p *Point) []Agreement {
	all := slices.Clone(p.Agreement)
	judged := map[string]bool{}
	for _, a := range p.Agreement {
		judged[a.Metric] = judged[a.Metric] || a.Against == againstAnalytic
	}
	for _, c := range sideBySide(p) {
		if !judged[c.metric] {
			all = append(all, Agreement{
				Metric: c.metric, Simulated: c.estimate.Value, Reference: Number(c.reference), Against: againstAnalytic,
			})
		}
	}
	return all
}

func (b *builder) duelRow(p *Point, a Agreement) duelRow {
	v := locate(a.Metric)
	simulated, exact := float64(a.Simulated), float64(a.Reference)
	s := scaleFor(quantityOf(v.metric), []float64{exact, simulated})
	r := duelRow{
		value: v, exact: s.value(exact), simulated: s.value(simulated), unit: s.unit,
		gap: relativeGap(simulated, exact), z: unknown,
		verdict: a.Verdict, foot: b.noteMarks(p, a.Metric),
	}
	if e, ok := v.estimate(p); ok && e.Interval {
		r.half = s.half(float64(e.HalfWidth))
	}
	if a.Z != nil {
		r.z = signed(float64(*a.Z), 1)
	}
	if a.Against != againstAnalytic {
		r.rival = clean(a.Against)
	}
	return r
}

// heading names a point by its parameters and its system.
func (b *builder) heading(p *Point) string {
	if len(b.doc.Points) == 1 && len(p.Parameters) == 0 {
		return ""
	}
	var parts []string
	for i, path := range b.paths {
		if param, ok := p.Parameters.find(path); ok {
			parts = append(parts, b.titles[i]+" "+clean(param.text()))
		}
	}
	return strings.Join(append(parts, clean(p.Kendall)), " · ")
}

// nothingToCompare says why a point has no rows.
func nothingToCompare(p *Point) string {
	switch {
	case !p.Stable && (p.Analytic == nil || len(p.Analytic.Metrics) == 0):
		return noSteadyState(p)
	case p.Analytic == nil && p.Simulated == nil:
		return "nothing is known of this point"
	case p.Analytic == nil:
		return "no exact model"
	case p.Simulated == nil:
		return "not simulated"
	}
	return "no value that both theory and simulation give"
}

// unjudged counts the values that were simulated for nothing but themselves.
func unjudged(p *Point) string {
	n := 0
	for _, class := range append([]string{""}, classesOf(p)...) {
		_, simulated := blocks(p, class)
		for _, stats := range simulated {
			n += len(stats)
		}
	}
	switch n {
	case 0:
		return ""
	case 1:
		return "; 1 simulated value is not judged"
	}
	return fmt.Sprintf("; %d simulated values are not judged", n)
}

// others counts what has no row, by verdict.
func others(hidden map[Verdict]int) string {
	var parts []string
	for _, v := range []struct {
		verdict   Verdict
		one, many string
	}{{Agrees, "agrees", "agree"}, {CannotTell, "cannot tell", "cannot tell"}, {"", "is not judged", "are not judged"}} {
		switch n := hidden[v.verdict]; n {
		case 0:
		case 1:
			parts = append(parts, "1 other "+v.one)
		default:
			parts = append(parts, fmt.Sprintf("%d others %s", n, v.many))
		}
	}
	return strings.Join(parts, ", ")
}

// relativeGap is the gap as a share of theory, which can be zero or infinite.
func relativeGap(simulated, exact float64) string {
	gap := simulated - exact
	switch {
	case math.IsInf(exact, 0) || math.IsInf(simulated, 0):
		return unknown
	case gap == 0:
		return "0 %"
	case exact == 0:
		return unknown
	}
	return signed(100*(gap/math.Abs(exact)), 2) + " %"
}

// signed formats a number with a minus sign as wide as a digit; none before a zero.
func signed(v float64, decimals int) string {
	size := math.Abs(v)
	text := strconv.FormatFloat(size, 'f', decimals, 64)
	switch {
	case math.IsInf(size, 0):
		text = "∞"
	case size == 0:
		return "0"
	case size >= 1e5:
		text = strconv.FormatFloat(size, 'e', 1, 64)
	}
	if v < 0 && strings.ContainsAny(text, "123456789∞") {
		return "−" + text
	}
	return text
}

// valuePath is the path of a value taken apart: "classes.batch.wait.mean".
type valuePath struct{ class, metric, stat string }

func locate(path string) valuePath {
	rest, stat := cutLast(path)
	class, metric := cutLast(rest)
	return valuePath{strings.TrimPrefix(class, "classes."), metric, stat}
}

// estimate finds the simulated value.
func (v valuePath) estimate(p *Point) (Estimate, bool) {
	_, simulated := blocks(p, v.class)
	return simulated.at(v.metric, v.stat)
}

// isMain reports a value that is shown however many points there are.
func (v valuePath) isMain() bool {
	main := []string{
		"wait", "latency", "queue_length", "in_system", "utilization", "throughput", "wait_ratio", "shed_ratio",
	}
	return v.class == "" && v.stat == "mean" && slices.Contains(main, v.metric)
}
