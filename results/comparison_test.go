package results

import (
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"
)

// agreeing is one point without anything to complain of.
func agreeing() Document {
	p := mmcPoint(80, 100, 1, 0.005, rand.New(rand.NewPCG(21, 22)))
	docs := []Document{newDocument("agreeing", "Exact and simulated.", p)}
	Compare(docs, FalseAlarm)
	return docs[0]
}

// wrong is one point with a defect, warnings and a value without variance.
func wrong() Document {
	d := onePoint()
	m := d.Points[0].Simulated.Metrics
	m["wait"]["mean"] = NewEstimate(0.04*1.04, 0.04*0.004, 32, 0.95, "mean")
	m["utilization"]["mean"] = NewEstimate(0.8, 0, 32, 0.95, "mean")
	docs := []Document{d}
	Compare(docs, FalseAlarm)
	return docs[0]
}

// swept has too many points to show every value: one differs in a quantile, one is
// noisy in a value that is not shown, one has eight replications, and of two there is
// no exact model.
func swept() Document {
	d := distributed()
	d.Scenario.Name = "swept"
	p99 := d.Points[4].Simulated.Metrics["wait"]["p99"]
	p99.Value *= 1.05
	d.Points[4].Simulated.Metrics["wait"]["p99"] = p99
	d.Points[1].Simulated.Metrics["service"]["mean"] = NewEstimate(0.0124, 0.004, 32, 0.95, "mean")
	few := d.Points[2].Simulated
	few.Replications = 8
	for metric, stats := range few.Metrics {
		for stat, e := range stats {
			fewer := NewEstimate(float64(e.Value), float64(e.HalfWidth)/2, 8, 0.95, e.Method)
			fewer.Slack = e.Slack
			few.Metrics[metric][stat] = fewer
		}
	}
	d.Points[3].Analytic.Exact = false
	d.Points[5].Analytic = nil
	docs := []Document{d}
	Compare(docs, FalseAlarm)
	return docs[0]
}

// classified has two classes with an exact model, one of a very long name.
func classified() Document {
	rng := rand.New(rand.NewPCG(23, 24))
	p := mmcPoint(80, 100, 2, 0, rng)
	p.Analytic.Classes = map[string]map[string]map[string]Number{}
	p.Simulated.Classes = map[string]Metrics{}
	for i, class := range []string{"interactive", "the-batch-work-that-nobody-in-the-whole-company-waits-for"} {
		exact := mmc(60-40*float64(i), 100, 2, 0).Metrics
		p.Analytic.Classes[class] = map[string]map[string]Number{"wait": exact["wait"], "latency": exact["latency"]}
		p.Simulated.Classes[class] = simulate(p.Analytic.Classes[class], 0.004, rng)
	}
	docs := []Document{newDocument("classified", "", p)}
	Compare(docs, FalseAlarm)
	return docs[0]
}

func comparisonFixtures() []fixture {
	all := []fixture{
		{"compare-agrees", []Document{agreeing()}, Options{Fixed: []Parameters{{worded("network.delay", "5ms")}}}},
		{"compare-defect", []Document{wrong()}, Options{}},
		{"compare-sweep", []Document{swept()}, Options{}},
		{"compare-no-model", []Document{classes()}, Options{}},
		{"compare-classes", []Document{classified()}, Options{}},
		{"compare-unstable", []Document{unstable()}, Options{}},
		{"compare-two", []Document{agreeing(), nothingYet()}, Options{}},
	}
	for _, f := range all {
		for i := range f.docs {
			f.docs[i] = rounded(f.docs[i])
		}
	}
	return all
}

func TestComparisonGolden(t *testing.T) {
	for _, f := range comparisonFixtures() {
		t.Run(f.name, func(t *testing.T) {
			table := render(t, func(w io.Writer) error { return WriteComparison(w, f.docs, f.opts) })
			narrow(t, table)
			golden(t, f.name+".txt", table)
			golden(t, f.name+".md", render(t, func(w io.Writer) error { return WriteComparisonMarkdown(w, f.docs, f.opts) }))
		})
	}
}

// Every value that was judged has a row or is counted, and what differs has a row.
func TestNothingIsHidden(t *testing.T) {
	d := swept()
	hidden := 0
	b := newBuilder(&d)
	for i := range d.Points {
		p := &d.Points[i]
		duel := b.duel(p)
		counted, differ := len(duel.rows), 0
		for _, word := range strings.Fields(duel.others) {
			if n, err := strconv.Atoi(word); err == nil {
				counted += n
				hidden += n
			}
		}
		for _, r := range duel.rows {
			if r.verdict == Differs {
				differ++
			}
		}
		if want := len(sideBySide(p)); counted != want {
			t.Errorf("point %d: %d values shown or counted, want %d", i, counted, want)
		}
		if want := Count([]Document{{Points: []Point{*p}}}).Differ; differ != want {
			t.Errorf("point %d: %d rows that differ, want %d", i, differ, want)
		}
	}
	if hidden == 0 {
		t.Error("nothing is left out of twelve points")
	}
}

func TestRule(t *testing.T) {
	oneOf := func(points int) []Document {
		docs := single(points, 0)
		Compare(docs, FalseAlarm)
		return docs
	}
	fewer := single(10, 0)
	fewer[0].Points[3].Simulated.Metrics["wait"]["mean"] = NewEstimate(1, 0.001, 8, 0.95, "mean")
	Compare(fewer, FalseAlarm)
	exactly := single(1, 0)
	exactly[0].Points[0].Simulated.Metrics["wait"]["mean"] = NewEstimate(1, 0, 32, 0.95, "mean")
	Compare(exactly, FalseAlarm)
	quantile := single(1, 0)
	quantile[0].Points[0].Simulated.Metrics["wait"]["p99"] = NewEstimate(1, 0.001, 32, 0.95, "quantile")
	quantile[0].Points[0].Analytic.Metrics["wait"]["p99"] = 1
	Compare(quantile, FalseAlarm)
	// t31 at 1e-4/m: 4.46 for m = 1, 4.70 for m = 2 and 5.27 for m = 10; t7 at 1e-5: 11.2
	// (two-sided; mpmath, as in TestStudentFarTail).
	for _, test := range []struct {
		docs []Document
		want string
	}{
		{nil, ""},
		{[]Document{classes(), nothingYet()}, ""},
		{oneOf(1), "differs: |z| beyond 4.5, a false alarm of 1e-4 in one comparison"},
		{oneOf(10), "differs: |z| beyond 5.3, a false alarm of 1e-4 shared by 10 comparisons"},
		{slices.Concat(oneOf(4), oneOf(6)), "differs: |z| beyond 5.3, a false alarm of 1e-4 shared by 10 comparisons"},
		{fewer, "differs: |z| beyond 5.3 (31 degrees of freedom) to 11.2 (7), a false alarm of 1e-4 shared by 10 comparisons"},
		{exactly, "differs: not equal, for nothing has a variance, a false alarm of 1e-4 in one comparison"},
		{quantile, "differs: |z| beyond 4.7, a false alarm of 1e-4 shared by 2 comparisons; a quantile has the histogram's error as slack"},
	} {
		if got := rule(test.docs); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}

func TestRelativeGap(t *testing.T) {
	inf := math.Inf(1)
	for _, test := range []struct {
		simulated, exact float64
		want             string
	}{
		{1, 1, "0 %"}, {0, 0, "0 %"}, {0.987, 1, "−1.30 %"}, {1.02, 1, "2.00 %"}, {1 - 1e-9, 1, "0.00 %"},
		{1, 0, "—"}, {1, inf, "—"}, {inf, 1, "—"}, {inf, inf, "—"}, {-3, -2, "−50.00 %"},
		{1e9, 1, "1.0e+11 %"}, {1e300, 1e-300, "∞ %"},
	} {
		if got := relativeGap(test.simulated, test.exact); got != test.want {
			t.Errorf("%v beside %v: %s, want %s", test.simulated, test.exact, got, test.want)
		}
	}
}

func TestShortened(t *testing.T) {
	for _, test := range []struct {
		name string
		n    int
		want string
	}{
		{"classes.batch.wait.mean", 23, "classes.batch.wait.mean"},
		{"classes.batch.wait.mean", 22, "classes.bat….wait.mean"},
		{"classes.a.b.wait.p99", 19, "classes.a….wait.p99"},
		{"classes.batch.wait.mean", 9, "classes.…"},
		{"utilization.mean", 8, "utiliza…"},
	} {
		if got := shortened(test.name, test.n); got != test.want || width(got) > test.n {
			t.Errorf("%s in %d: %s, want %s", test.name, test.n, got, test.want)
		}
	}
}

// A verdict against something else than theory is shown, and is no comparison of the rule.
func TestOtherReference(t *testing.T) {
	d := agreeing()
	z := Number(1)
	d.Points[0].Agreement = append(d.Points[0].Agreement,
		Agreement{Metric: "wait.mean", Simulated: 0.04, Reference: 0.041, Against: "real", Z: &z, Verdict: Agrees})
	table := render(t, func(w io.Writer) error { return WriteComparison(w, []Document{d}, Options{}) })
	text := strings.Join(strings.Fields(string(table)), " ") // without the ends of lines
	for _, want := range []string{"wait.mean (real)", "shared by 12 comparisons"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

func TestWidthIgnoresTheLocale(t *testing.T) {
	saved, condition := runewidth.EastAsianWidth, runewidth.DefaultCondition.EastAsianWidth
	defer func() {
		runewidth.EastAsianWidth, runewidth.DefaultCondition.EastAsianWidth = saved, condition
	}()
	runewidth.EastAsianWidth, runewidth.DefaultCondition.EastAsianWidth = true, true
	for text, want := range map[string]int{"±·✓—−─µ∞": 8, "日本": 4, "e\u0301": 2} {
		if got := width(text); got != want {
			t.Errorf("%s takes %d places, want %d", text, got, want)
		}
	}
}

func TestMainValues(t *testing.T) {
	for path, want := range map[string]bool{
		"wait.mean": true, "shed_ratio.mean": true, "wait.p99": false, "service.mean": false,
		"classes.batch.wait.mean": false, "classes.wait.mean.wait.mean": false,
	} {
		if got := locate(path).isMain(); got != want {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
	if got, want := locate("classes.a.b.wait.p99"), (valuePath{"a.b", "wait", "p99"}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}
