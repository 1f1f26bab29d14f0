package scenarios

import (
	"fmt"
	"strings"
	"testing"
)

// Documents that are made to cost much are refused, or read, without costing
// it. A fault here shows as a test that takes minutes or dies of memory.
func TestHostileDocuments(t *testing.T) {
	var laughs strings.Builder
	laughs.WriteString("version: 1\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := range 30 {
		fmt.Fprintf(&laughs, "a%d: &a%d [%s*a%d]\n", i+1, i+1, strings.Repeat(fmt.Sprintf("*a%d, ", i), 9), i)
	}
	for name, content := range map[string]string{
		"aliases of aliases": laughs.String(),
		"brackets":           strings.Repeat("[", 1_000_000),
		"mappings":           strings.Repeat("{a: ", 100_000),
		"too many values":    "a: [" + strings.Repeat("1, ", 250_000) + "1]",
		"too many bytes":     strings.Repeat("# padding\n", maxBytes/8),
		"unknown keys":       strings.Repeat("unknown", 10_000) + ": 1\n",
		"steps":              smallest + "sweep: {servers: {from: 1, to: 2, steps: 1e9}}\n",
		"a product":          smallest + "sweep: {" + grid(40) + "}\n",
	} {
		if errs := refusal(t, content); len(errs) > maxErrors+1 || len(errs.Error()) > 1<<20 {
			t.Errorf("%s: %d errors, %d bytes", name, len(errs), len(errs.Error()))
		}
	}
}

// grid is a sweep of 2^n points.
func grid(n int) string {
	var keys []string
	for i := range n {
		keys = append(keys, fmt.Sprintf("arrivals.k%d: [1, 2]", i))
	}
	return strings.Join(keys, ", ")
}

// Of very many errors the first are told, and how many there are.
func TestManyErrors(t *testing.T) {
	var b strings.Builder
	for i := range maxErrors + 500 {
		fmt.Fprintf(&b, "k%d: 1\n", i)
	}
	errs := refusal(t, smallest+b.String())
	last := errs[len(errs)-1].Error()
	if len(errs) != maxErrors+1 || !strings.HasSuffix(last, "found 500 more errors from here on") {
		t.Errorf("%d errors, the last %s", len(errs), last)
	}
}

// An alias stands for a whole value, each time anew.
func TestAliasesAreCopies(t *testing.T) {
	p := load(t, `
version: 1
arrivals:
  - &stream {process: poisson, rate: 1/s}
  - *stream
service: 1s
servers: 4
`, "arrivals.1.rate=2/s").Points[0]
	if a, b := p.Streams[0].Process.Rate(), p.Streams[1].Process.Rate(); a != 1 || b != 2 {
		t.Errorf("rates %v and %v, want 1 and 2", a, b)
	}
}

// Points share what does not differ, so that a large document can be swept.
func TestSweepOfLargeDocument(t *testing.T) {
	study := load(t, smallest+"sweep: {servers: {from: 1, to: 100, steps: 100}}\n",
		"service={distribution: empirical, values: ["+strings.Repeat("1ms, ", 10_000)+"1ms]}")
	first, last := study.Points[0].Streams[0].Service, study.Points[99].Streams[0].Service
	if len(study.Points) != 100 || first.Mean() != last.Mean() {
		t.Errorf("%d points, means %v and %v", len(study.Points), first.Mean(), last.Mean())
	}
}
