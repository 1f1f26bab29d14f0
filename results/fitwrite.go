package results

import (
	"fmt"
	"io"
	"math"
	"strings"
)

// WriteFit writes what a log says for people to read.
func WriteFit(w io.Writer, f *Fit) error {
	r, err := f.report()
	return writeReport(w, r, err)
}

// WriteFitMarkdown writes what WriteFit writes, as Markdown.
func WriteFitMarkdown(w io.Writer, f *Fit) error {
	r, err := f.report()
	return writeReportMarkdown(w, r, err)
}

// report arranges what a log says.
func (f *Fit) report() (*report, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	r := &report{name: clean(f.Log.File), conclusion: strings.Join(f.Sentences, " ")}
	add := func(key, text string) {
		if text != "" {
			r.facts = append(r.facts, fact{key, clean(text)})
		}
	}
	add("log", f.Log.words())
	add("guessed", strings.Join(f.Log.Guessed, "; "))
	add("made by", strings.Join([]string{"spillway " + f.Program.Version, f.Program.Go, f.Program.Arch, "sha256 " + f.Log.SHA256[:min(12, len(f.Log.SHA256))]}, ", "))
	for i := range f.Parts {
		r.parts = append(r.parts, f.Parts[i].tables()...)
	}
	if len(f.Distances) > 0 {
		r.parts = append(r.parts, f.distanceTable())
		r.legend = fmt.Sprintf("intervals of %s over replications; the replay of a log with service times has nothing random", percent(f.Log.Confidence))
	}
	for i := range f.Parts {
		r.parts = append(r.parts, f.Parts[i].remarks()...)
	}
	if f.Scenario != "" {
		r.parts = append(r.parts, listing{"the fitted scenario", f.Scenario})
	}
	return r, nil
}

// words are how the log was read.
func (l *FitLog) words() string {
	parts := []string{whole(l.Rows) + " rows", fmt.Sprintf("time %s (%s)", l.Time, l.TimeFormat)}
	for _, c := range []struct{ what, column string }{{"service", l.Service}, {"started", l.Started}, {"finished", l.Finished}, {"class", l.Class}} {
		if c.column != "" {
			parts = append(parts, c.what+" "+c.column)
		}
	}
	return strings.Join(parts, ", ")
}

// listing is text as it is.
type listing struct{ title, text string }

func (l listing) lines(int) []string {
	out := []string{l.title, strings.Repeat("─", width(l.title))}
	return append(out, strings.Split(strings.TrimRight(l.text, "\n"), "\n")...)
}

func (l listing) markdown(b *strings.Builder) {
	b.WriteString("\n### " + escape(l.title) + "\n\n```yaml\n" + strings.TrimRight(l.text, "\n") + "\n```\n")
}

// tables are those of a part.
func (p *FitPart) tables() []part {
	title := func(text string) string {
		if p.Class == "" {
			return text
		}
		return clean(p.Class) + " · " + text
	}
	a := &p.Analysis
	out := []part{facing(title("arrivals"), a.arrivalRows())}
	if len(a.Arrivals.Dispersion) > 0 {
		out = append(out, a.dispersionTable(title("index of dispersion of the counts: 1 for Poisson arrivals at every time scale")))
	}
	if len(a.Arrivals.Models) > 0 {
		out = append(out, a.modelTable(title("arrival models, best first")))
	}
	if s := a.Services; s != nil {
		out = append(out, facing(title("service times"), s.rows()))
		if len(s.Laws.Fitted) > 0 {
			out = append(out, lawTable(title("laws of the service time, best first"), s.Laws.Fitted))
		}
	}
	return out
}

// remarks are the notes of a part, and what could not be fitted.
func (p *FitPart) remarks() []part {
	var texts []string
	for _, text := range p.Passed {
		texts = append(texts, clean(text))
	}
	for _, n := range p.Analysis.Notes {
		texts = append(texts, clean(n.About)+": "+clean(n.Text))
	}
	refused := func(what string, all []FitRefused) {
		var parts []string
		for _, x := range all {
			parts = append(parts, x.Name+" ("+clean(x.Reason)+")")
		}
		if parts != nil {
			texts = append(texts, what+" not fitted: "+strings.Join(parts, "; ")+".")
		}
	}
	refused("arrival models", p.Analysis.Arrivals.RefusedModels)
	if s := p.Analysis.Services; s != nil {
		refused("service laws", s.Laws.Refused)
	}
	if texts == nil {
		return nil
	}
	heading := "notes"
	if p.Class != "" {
		heading = clean(p.Class) + " · notes"
	}
	return []part{sayings{heading, texts}}
}

// sayings are sentences, each on its own.
type sayings struct {
	title string
	texts []string
}

func (t sayings) lines(n int) []string {
	out := []string{t.title, strings.Repeat("─", width(t.title))}
	for _, text := range t.texts {
		out = append(out, hang("· ", text, n)...)
	}
	return out
}

func (t sayings) markdown(b *strings.Builder) {
	b.WriteString("\n### " + escape(t.title) + "\n\n")
	for _, text := range t.texts {
		b.WriteString("- " + escape(text) + "\n")
	}
}

// statements are what, how much, and what to make of it.
type statements struct {
	title string
	rows  [][]string
}

func facing(title string, rows [][]string) part { return &statements{title, rows} }

func (t *statements) lines(n int) []string {
	names, values := 0, 0
	for _, row := range t.rows {
		names, values = max(names, width(row[0])), max(values, width(row[1]))
	}
	out := []string{t.title, strings.Repeat("─", n)}
	for _, row := range t.rows {
		out = append(out, hang(padRight(row[0], names)+gap+padRight(row[1], values)+gap, row[2], n)...)
	}
	return out
}

func (t *statements) markdown(b *strings.Builder) {
	g := grid{title: t.title, rows: append([][]string{{"", "value", ""}}, t.rows...), right: []bool{false, false, false}}
	g.markdown(b)
}

// timeValue is a time, with at most three digits and a unit.
func timeValue(x float64) string {
	if x == 0 {
		return "0 s"
	}
	number, unit, _ := strings.Cut(shortTime(x), " ")
	if strings.Contains(number, ".") {
		number = strings.TrimRight(strings.TrimRight(number, "0"), ".")
	}
	return number + " " + unit
}

func optional(x *float64, show func(float64) string) string {
	if x == nil {
		return unknown
	}
	return show(*x)
}

// signedDigits has three digits and a minus sign as the tables have it.
func signedDigits(x float64) string {
	text := threeDigits(x)
	if math.Abs(x) < 0.0005 {
		text = "0"
	}
	return strings.Replace(text, "-", "−", 1)
}

func rateText(x float64) string {
	s := scaleFor(rate, []float64{x})
	return threeDigits(x/s.factor) + s.unit
}

func (f *Fit) distanceTable() part {
	var words [][]string
	var means, p99s, meanRatios, p99Ratios []*Estimate
	for i := range f.Distances {
		d := &f.Distances[i]
		words = append(words, distanceWords(d.Name))
		means, p99s = append(means, d.Mean), append(p99s, d.P99)
		meanRatios, p99Ratios = append(meanRatios, bareOf(d.MeanRatio)), append(p99Ratios, bareOf(d.P99Ratio))
	}
	unit := scale{unit: "s", factor: 1}
	if first := f.Distances[0].Mean; first != nil {
		unit = unitFor(first)
	}
	column := func(factor float64, cells []*Estimate) []string {
		return (&numbers{factor, mostDecimals, cells}).texts()
	}
	title := fmt.Sprintf("the wait on %s at a load of %s: the replay, and what a model makes of it", servers(f.Servers), threeDigits(float64(f.Load)))
	return lay(title, words, []string{"arrivals", "service", "mean (" + unit.unit + ")", "× replay", "p99 (" + unit.unit + ")", "× replay"},
		column(unit.factor, means), column(1, meanRatios), column(unit.factor, p99s), column(1, p99Ratios))
}

func servers(n int) string {
	if n == 1 {
		return "1 server"
	}
	return whole(int64(n)) + " servers"
}

func distanceWords(name string) []string {
	switch name {
	case "replay":
		return []string{"recorded", "recorded"}
	case "recorded_arrivals":
		return []string{"recorded", "fitted"}
	case "recorded_demands":
		return []string{"fitted", "recorded, any order"}
	}
	return []string{"fitted", "fitted"}
}
