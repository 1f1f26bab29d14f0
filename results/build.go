package results

import (
	"fmt"
	"strconv"
	"strings"
)

// fewPoints is up to how many points quantiles and classes are shown too.
const fewPoints = 4

// Options say what a document does not hold and people want to see.
type Options struct {
	// Fixed are the settings of each document that are not swept, in the order in
	// which they are to be shown. A document without an entry shows none.
	Fixed []Parameters
}

func (o Options) fixed(i int) Parameters {
	if i < len(o.Fixed) {
		return o.Fixed[i]
	}
	return nil
}

// newReport arranges a document: what is known of each point.
func newReport(d *Document, fixed Parameters) report {
	b := newBuilder(d)
	r := b.report(fixed)
	sheets := []sheet{b.mainSheet()}
	if len(d.Points) <= fewPoints {
		sheets = append(sheets, b.moreSheet(), b.quantileSheet(), b.classSheet(), b.stationSheet(), b.seriesSheet())
	}
	var shown []sheet
	for _, s := range sheets {
		if len(s.rows) > 0 && !s.empty() {
			shown = append(shown, s)
			r.parts = append(r.parts, &s)
		}
	}
	r.parts = append(r.parts, b.threeWayParts()...)
	r.parts = append(r.parts, b.rareParts()...)
	if slo := b.sloPart(); slo != nil {
		r.parts = append(r.parts, slo)
	}
	r.legend = b.legend(shown)
	return r
}

// report has what every report has: all but its tables and their legend.
func (b *builder) report(fixed Parameters) report {
	d := b.doc
	r := report{
		name:        clean(d.Scenario.Name),
		description: clean(d.Scenario.Description),
		facts:       facts(d, fixed),
		conclusion:  conclude(d),
		notes:       b.notes,
	}
	if !d.Complete {
		r.alarm = fmt.Sprintf("PARTIAL: interrupted; only what was finished is here (%s)", points(len(d.Points)))
	}
	return r
}

// builder makes the sheets of a document.
type builder struct {
	doc     *Document
	paths   []string // the swept parameters of all points
	titles  []string
	notes   []footnote
	noteNum map[noteKey]int
}

func newBuilder(d *Document) *builder {
	b := &builder{doc: d}
	seen := map[string]bool{}
	for _, p := range d.Points {
		for _, param := range p.Parameters {
			if !seen[param.Path] {
				seen[param.Path] = true
				b.paths = append(b.paths, param.Path)
			}
		}
	}
	short := shortNames(b.paths)
	for _, path := range b.paths {
		b.titles = append(b.titles, clean(short[path]))
	}
	b.notes, b.noteNum = footnotes(d)
	return b
}

// params returns the swept values of a point, one for each title.
func (b *builder) params(p *Point) []Parameter {
	out := make([]Parameter, len(b.paths))
	for i, path := range b.paths {
		param, ok := p.Parameters.find(path)
		if !ok {
			param = Parameter{Path: path, Text: "–"}
		}
		param.Text = clean(param.text())
		out[i] = param
	}
	return out
}

// wanted is a value that a cell is to show.
type wanted struct{ prefix, metric, stat string }

func (w wanted) path() string { return w.prefix + w.metric + "." + w.stat }

// exactCells reads analytic values.
func exactCells(m map[string]map[string]Number, want []wanted) []cell {
	cells := make([]cell, len(want))
	for i, w := range want {
		if n, ok := m[w.metric][w.stat]; ok {
			cells[i] = cell{known: true, value: float64(n)}
		}
	}
	return cells
}

// simulatedCells reads simulated values, with their verdicts and footnotes.
func (b *builder) simulatedCells(p *Point, m Metrics, want []wanted) []cell {
	verdicts := map[string]Verdict{}
	for _, a := range p.Agreement {
		if a.Against == againstAnalytic {
			verdicts[a.Metric] = a.Verdict
		}
	}
	cells := make([]cell, len(want))
	for i, w := range want {
		e, ok := m.at(w.metric, w.stat)
		if !ok {
			continue
		}
		cells[i] = cell{
			known:    true,
			value:    float64(e.Value),
			interval: e.Interval,
			half:     float64(e.HalfWidth),
			mark:     verdictMark(verdicts[w.path()]) + b.noteMarks(p, w.path()),
		}
	}
	return cells
}

// pointRows returns the rows of a point: theory and simulation, of one set of
// metrics (all tasks, or a class).
func (b *builder) pointRows(p *Point, exact map[string]map[string]Number, simulated Metrics, want []wanted) []row {
	var rows []row
	if p.Analytic != nil && len(exact) > 0 {
		rows = append(rows, row{kind: theoryKind(p), cells: exactCells(exact, want)})
	}
	if p.Simulated != nil && len(simulated) > 0 {
		kind := "simulated" + b.noteMarks(p, "")
		rows = append(rows, row{kind: kind, cells: b.simulatedCells(p, simulated, want)})
	}
	return append(rows, realRows(p, want)...)
}

func theoryKind(p *Point) string {
	if p.Analytic != nil && !p.Analytic.Exact {
		return "approx."
	}
	return "exact"
}

// noSteadyState says why a point has no numbers.
func noSteadyState(p *Point) string {
	if p.OfferedLoad == 0 {
		return "no steady state: more arrives than can be done"
	}
	load := brief(float64(p.OfferedLoad))
	if c, ok := serversOf(p.Kendall); ok && p.OfferedLoad >= Number(c)*(1-1e-12) {
		noun := "servers"
		if c == 1 {
			noun = "server"
		}
		return fmt.Sprintf("no steady state: offered load %s on %d %s", load, c, noun)
	}
	return fmt.Sprintf("no steady state: offered load %s, more than can be done", load)
}

// serversOf reads c of A/S/c.
func serversOf(kendall string) (int, bool) {
	parts := strings.Split(kendall, "/")
	if len(parts) < 3 {
		return 0, false
	}
	c, err := strconv.Atoi(strings.TrimSpace(parts[2]))
	return c, err == nil && c > 0
}

func points(n int) string {
	if n == 1 {
		return "1 point"
	}
	return fmt.Sprintf("%d points", n)
}
