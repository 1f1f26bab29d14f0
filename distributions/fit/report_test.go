package fit

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"spillway/distributions"
)

// TestYAML: what a scenario gets, and what JSON gets.
func TestYAML(t *testing.T) {
	law := Law{Name: "hyperexponential", Parameters: Parameters{
		{Name: "probabilities", List: []float64{0.25, 0.75}}, {Name: "rates", List: []float64{1e-7, 2}}}, Mean: Number(math.Inf(1))}
	if got, want := law.YAML(), "{distribution: hyperexponential, probabilities: [0.25, 0.75], rates: [1e-07, 2]}"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	m := Model{Name: "renewal", Parameters: Parameters{{Name: "interarrival", Law: &law}}}
	if got, want := m.YAML(), "{process: renewal, interarrival: {distribution: hyperexponential, probabilities: [0.25, 0.75], rates: [1e-07, 2]}}"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	m = Model{Name: "mmpp", Parameters: Parameters{{Name: "rates", List: []float64{0, 2}}, {Name: "generator", Matrix: [][]float64{{-1, 1}, {0.5, -0.5}}}}}
	if got, want := m.YAML(), "{process: mmpp, rates: [0, 2], generator: [[-1, 1], [0.5, -0.5]]}"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	got := string(must(json.Marshal(law)))
	const want = `{"distribution":"hyperexponential","parameters":{"probabilities":[0.25,0.75],"rates":[1e-7,2]},"free_parameters":0,"ks":0,"ks_scaled":0,"mean":"inf","scv":0}`
	if got != want {
		t.Errorf("%s, want %s", got, want)
	}
	got = string(must(json.Marshal(Parameters{{Name: "interarrival", Law: &Law{Name: "exponential", Parameters: Parameters{{Name: "rate", Value: 2}}}}, {Name: "x"}})))
	if want := `{"interarrival":{"distribution":"exponential","rate":2},"x":0}`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// checker is what testing.T and rapid.T have in common here.
type checker interface{ Fatalf(string, ...any) }

// checkReport wants a report to be fit for print: JSON has neither NaN nor
// infinity (the encoder refuses them), laws and models are in order and can be
// simulated, notes are whole sentences, everything refused has a reason.
func checkReport(t checker, r *Report) {
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatalf("JSON: %v", err)
	}
	var back map[string]any
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatalf("JSON: %v", err)
	}
	for _, n := range r.Notes {
		if n.About == "" || !strings.HasSuffix(n.Text, ".") || strings.Contains(n.Text, "NaN") {
			t.Fatalf("note %+v", n)
		}
	}
	checkLaws(t, r.Arrivals.Laws)
	if r.Services != nil {
		checkLaws(t, r.Services.Laws)
	}
	for i, m := range r.Arrivals.Models {
		if s := m.YAML(); strings.Contains(s, "NaN") || strings.Contains(s, "Inf") {
			t.Fatalf("model %s", s)
		}
		if i > 0 && *m.AIC < *r.Arrivals.Models[i-1].AIC {
			t.Fatalf("models are out of order: %+v", r.Arrivals.Models)
		}
		if m.AIC != nil && *m.AIC != 2*float64(m.Free)-2**m.LogLikelihood {
			t.Fatalf("model %s has AIC %v with likelihood %v", m.YAML(), *m.AIC, *m.LogLikelihood)
		}
		first := make([]float64, 10)
		if n := m.Process.Start(distributions.Streams{}.For(0, "check")).Fill(first); n != 10 || !slices.IsSorted(first) {
			t.Fatalf("model %s gives %v", m.YAML(), first)
		}
	}
}

func checkLaws(t checker, laws Laws) {
	for i, l := range laws.Fitted {
		if s := l.YAML(); strings.Contains(s, "NaN") || strings.Contains(s, "Inf") || !(l.KS >= 0 && l.KS <= 1) {
			t.Fatalf("law %s with distance %v", s, l.KS)
		}
		if i > 0 && *l.AIC < *laws.Fitted[i-1].AIC {
			t.Fatalf("laws are out of order: %+v", laws.Fitted)
		}
	}
	for _, r := range laws.Refused {
		if r.Name == "" || r.Reason == "" || strings.Contains(r.Reason, "NaN") {
			t.Fatalf("refused %+v", r)
		}
	}
}

// TestAnyLogHasAReport: ties, constants, huge and tiny numbers, in any mixture.
func TestAnyLogHasAReport(t *testing.T) {
	times := func(t *rapid.T, name string, n int) []float64 {
		if n == 0 {
			return nil
		}
		kind := rapid.IntRange(0, 5).Draw(t, name+" kind")
		one := rapid.Custom(func(t *rapid.T) float64 {
			switch kind {
			case 0:
				return rapid.Just(1.0).Draw(t, "one")
			case 1:
				return float64(rapid.IntRange(0, 3).Draw(t, "ticks"))
			case 2:
				return rapid.Float64Range(0, 1e100/1000).Draw(t, "any")
			case 3:
				return rapid.SampledFrom([]float64{0, 5e-324, 1e-300, 1, 1e90}).Draw(t, "extreme")
			case 4:
				return 1 + 1e-15*float64(rapid.IntRange(0, 3).Draw(t, "rounding"))
			}
			return rapid.Float64Range(0, 1).Draw(t, "fraction")
		})
		return rapid.SliceOfN(one, n, n).Draw(t, name)
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SampledFrom([]int{1, 2, 3, 12, 120, 400}).Draw(t, "records")
		xs := cumulated(times(t, "gaps", n-1))
		if offset := rapid.SampledFrom([]float64{0, -7, 1.7e9}).Draw(t, "offset"); offset != 0 {
			for i := range xs {
				xs[i] += offset
			}
		}
		var demands []float64
		if rapid.Bool().Draw(t, "with demands") {
			demands = times(t, "demands", n)
		}
		r, err := Analyse(xs, demands, Options{Stretch: MinStretch})
		if err != nil {
			t.Fatalf("refused: %v", err)
		}
		checkReport(t, r)
	})
}

func TestErrorText(t *testing.T) {
	_, err := Analyse([]float64{0, 2, 1}, nil, DefaultOptions())
	const want = "fit: record 2 has an arrival at 1 after one at 2, want ascending times"
	if got := fmt.Sprint(err); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
