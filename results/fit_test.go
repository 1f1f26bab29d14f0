package results

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"strings"
	"testing"
)

// fittedLog is a log of one part whose replay and model wait so long.
func fittedLog(replay, model float64) *Fit {
	f := &Fit{
		Schema: SchemaFit, Program: Program{Version: "v0.1.0", Go: "go1.26.8", Arch: "amd64"},
		Log:      FitLog{File: "log.csv", SHA256: "0123456789abcdef", Rows: 100, Time: "t", TimeFormat: "seconds", Seed: 1, Confidence: 0.95},
		Scenario: "version: 1\n", Servers: 2, Load: 0.65,
	}
	analysis := `{"records": 100, "arrivals": {"first": 0, "span": 50, "rate": 2, "gap_laws": {},
		"models": [{"process": "poisson", "parameters": {"rate": 2}, "free_parameters": 1, "aic": 5, "rate": 2}]},
		"services": {"mean": 0.5, "min": 0, "max": 3, "zeros": 2, "laws": {"fitted": [
		{"distribution": "lognormal", "parameters": {"mu": -1.5, "sigma": 0.83}, "free_parameters": 2, "aic": 7, "ks": 0.1, "ks_scaled": 2, "mean": 0.5, "scv": "inf"}]}}}`
	part := FitPart{Arrivals: "poisson", Service: "lognormal"}
	if err := json.Unmarshal([]byte(analysis), &part.Analysis); err != nil {
		panic(err)
	}
	f.Parts = []FitPart{part}
	for i, name := range []string{"replay", "recorded_arrivals", "recorded_demands", "model"} {
		mean := NewEstimate([]float64{replay, replay, model, model}[i], 0.01, 32, 0.95, "ratio")
		f.Distances = append(f.Distances, FitDistance{Name: name, Mean: &mean, P99: &mean})
		f.Distances[i].Relate(&f.Distances[0])
	}
	TellFit(f)
	return f
}

func TestFitWriters(t *testing.T) {
	f := fittedLog(2, 0.5)
	table := render(t, func(w io.Writer) error { return WriteFit(w, f) })
	narrow(t, table)
	golden(t, "fit.txt", table)
	golden(t, "fit.md", render(t, func(w io.Writer) error { return WriteFitMarkdown(w, f) }))
	text := string(render(t, func(w io.Writer) error { return WriteFitJSON(w, f) }))
	s := compile(t, FitSchema())
	if err := validate(t, s, text); err != nil {
		t.Error(err)
	}
	for _, mutant := range [][2]string{{`"system": "replay"`, `"system": "fish"`}, {`"rows": 100`, `"rows": -1`}, {`"records"`, `"tasks"`}} {
		if validate(t, s, strings.Replace(text, mutant[0], mutant[1], 1)) == nil {
			t.Errorf("%s is accepted for %s", mutant[1], mutant[0])
		}
	}
	f.Distances[1].P99.Value = Number(math.NaN())
	for _, write := range []func(io.Writer, *Fit) error{WriteFit, WriteFitMarkdown, WriteFitJSON} {
		var b bytes.Buffer
		if write(&b, f) == nil || b.Len() > 0 {
			t.Error("a NaN is written")
		}
	}
}

func TestTellFit(t *testing.T) {
	for _, c := range []struct {
		f    *Fit
		says string
	}{
		{fittedLog(2, 0.5), "4.00 times too little; at p99"},
		{fittedLog(2, 0.5), "What the model loses: fitted arrivals alone make it 4.00 times smaller."},
		{fittedLog(2, 2.02), "within 5 %"},
		{fittedLog(0, 1), "In the replay nobody waits"},
		{fittedLog(2, 2), "a lognormal law that the sample differs from by more than chance"},
	} {
		if said := strings.Join(c.f.Sentences, " "); !strings.Contains(said, c.says) {
			t.Errorf("%q lacks %q", said, c.says)
		}
	}
	f := fittedLog(1, 1)
	f.Scenario = ""
	if TellFit(f); f.Sentences[1] != "No model could be fitted that can be simulated." {
		t.Error(f.Sentences)
	}
}

func TestParametersText(t *testing.T) {
	for raw, want := range map[string]string{
		`{"rate":2}`: "rate 2", `{"mu":-1.5,"sigma":0.8333}`: "mu -1.5, sigma 0.833",
		`{"probabilities":[0.25,0.75],"rates":[1,20]}`:                "probabilities [0.25, 0.75], rates [1, 20]",
		`{"interarrival":{"distribution":"weibull","shape":0.5}}`:     "interarrival (distribution weibull, shape 0.5)",
		`{"rates":[0,3],"generator":[[-1,1],[2,-2]]}`:                 "rates [0, 3], generator [[-1, 1], [2, -2]]",
		`{"interarrival":{"distribution":"h","p":[1,2],"q":3},"x":4}`: "interarrival (distribution h, p [1, 2], q 3), x 4",
	} {
		if got := parametersText(json.RawMessage(raw)); got != want {
			t.Errorf("%s is %q, want %q", raw, got, want)
		}
	}
}
