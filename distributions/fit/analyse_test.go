package fit

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

// about are the parts of the report that notes are on.
func about(r *Report) []string {
	var out []string
	for _, n := range r.Notes {
		out = append(out, n.About)
	}
	return slices.Compact(out)
}

func TestOneRecord(t *testing.T) {
	r := must(Analyse([]float64{5}, []float64{2}, DefaultOptions()))
	if r.Records != 1 || r.Arrivals.First != 5 || r.Arrivals.Span != 0 || r.Arrivals.Rate != nil || r.Arrivals.Gaps != nil || r.OfferedLoad != nil {
		t.Errorf("%+v", r.Arrivals)
	}
	if s := r.Services; s.Mean != 2 || s.Min != 2 || s.Max != 2 || s.SCV != nil || s.Consecutive != nil || s.Quantiles != nil {
		t.Errorf("%+v", s)
	}
	want := []string{"arrivals", "services.tail", "services"}
	if diff := cmp.Diff(want, about(r)); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	checkReport(t, r)
}

func TestTwoRecords(t *testing.T) {
	r := must(Analyse([]float64{5, 7}, []float64{2, 4}, DefaultOptions()))
	near(t, "rate", value(r.Arrivals.Rate), 0.5, 0)
	near(t, "load", value(r.OfferedLoad), 1.5, 0)
	near(t, "scv", value(r.Services.SCV), 2.0/9, 1e-15)
	if g := r.Arrivals.Gaps; g.Number != 1 || g.Mean != 2 || g.SCV != nil || g.Autocorrelation != nil {
		t.Errorf("%+v", g)
	}
	checkReport(t, r)
	r = must(Analyse([]float64{5, 5}, nil, DefaultOptions()))
	if r.Arrivals.Rate != nil || r.Arrivals.Gaps.Zeros != 1 || r.Services != nil || len(r.Arrivals.RefusedModels) != 3 {
		t.Errorf("%+v", r.Arrivals)
	}
	checkReport(t, r)
}

func TestConstantData(t *testing.T) {
	r := must(Analyse(ramp(2001, 0.1), equalTo(0.3, 2001), DefaultOptions()))
	a := r.Arrivals
	near(t, "scv", value(a.Gaps.SCV), 0, 0)
	near(t, "resolution", value(a.Resolution), 0.1, 0)
	if len(a.Models) != 1 || a.Models[0].Name != "deterministic" || len(a.RefusedModels) != 3 {
		t.Errorf("models %+v, refused %+v", a.Models, a.RefusedModels)
	}
	near(t, "interval", a.Models[0].Parameters[0].Value, 0.1, 1e-14)
	if got := r.Services.Laws.Fitted[0].YAML(); got != "{distribution: deterministic, value: 0.3}" {
		t.Errorf("service law %s", got)
	}
	if r.Services.Consecutive != nil || r.Services.WithGap != nil || r.Services.Tail != nil || a.Gaps.Autocorrelation != nil || a.Hurst != nil {
		t.Error("a constant has correlations, a tail or a Hurst parameter")
	}
	near(t, "load", value(r.OfferedLoad), 3, 1e-14)
	checkReport(t, r)
}

// TestRoundedPoisson: epochs cut to whole seconds, three to a second, so that
// most gaps are zero. The statistics are of what was recorded; the models are
// those of the process before it was cut.
func TestRoundedPoisson(t *testing.T) {
	xs := epochs(must(arrivals.NewPoisson(3)), "cut", records)
	for i := range xs {
		xs[i] = math.Floor(xs[i])
	}
	r := must(Analyse(xs, nil, DefaultOptions()))
	a := r.Arrivals
	near(t, "resolution", value(a.Resolution), 1, 0)
	// A gap is zero when no second begins in it: 1 − (1 − e⁻³)/3 of them.
	share := 1 + math.Expm1(-3)/3
	near(t, "share of zeros", float64(a.Gaps.Zeros)/(records-1), share, sigmas*math.Sqrt(share*(1-share)/records))
	near(t, "rate", value(a.Rate)/3, 1, sigmas/math.Sqrt(records)+1e-4)
	for _, l := range a.Laws.Fitted {
		if l.Name == "exponential" && !(l.ScaledKS < 2.7) {
			t.Errorf("√n·D of the exponential law is %v", l.ScaledKS)
		}
	}
	for _, m := range a.Models { // as in TestPoissonIsNotBursty
		if m.Name == "poisson" && *m.AIC-*a.Models[0].AIC > 24 {
			t.Errorf("AIC prefers %s by %v", a.Models[0].YAML(), *m.AIC-*a.Models[0].AIC)
		}
	}
	if !slices.Contains(about(r), "arrivals.gap_laws") {
		t.Errorf("no note on the zeros: %v", r.Notes)
	}
	checkReport(t, r)
}

func TestResolution(t *testing.T) {
	for _, row := range []struct {
		xs   []float64
		want float64 // 0: none
	}{
		{ramp(100, 60), 60},
		{ramp(100, 0.25), 0.01},
		{ramp(100, 1e-6), 1e-6},
		{ramp(100, 1.0/3), 0},
		{ramp(10, 1), 0}, // too few
		{epochs(must(arrivals.NewPoisson(1)), "resolution", 1000), 0},
	} {
		for _, first := range []float64{0, 86400} {
			xs := slices.Clone(row.xs)
			for i := range xs {
				xs[i] += first
			}
			if got, ok := newRecord(xs).resolution(); got != row.want || ok != (got > 0) {
				t.Errorf("resolution of %v, %v, … is %v, want %v", xs[0], xs[1], got, row.want)
			}
		}
	}
}

func TestInputRefused(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, row := range []struct {
		arrivals, services []float64
		record             int
	}{
		{[]float64{0, 2, 1}, nil, 2},
		{[]float64{0, nan}, nil, 1},
		{[]float64{-inf, 1}, nil, 0},
		{[]float64{0, 1e101}, nil, 1},
		{[]float64{0, 1}, []float64{1, -1}, 1},
		{[]float64{0, 1}, []float64{nan, 1}, 0},
		{[]float64{0, 1}, []float64{inf, 1}, 0},
	} {
		_, err := Analyse(row.arrivals, row.services, DefaultOptions())
		var e *InputError
		if !errors.As(err, &e) || e.Record != row.record || e.Found == "" || e.Want == "" {
			t.Errorf("%v, %v: error %v, want one on record %d", row.arrivals, row.services, err, row.record)
		}
	}
	for _, err := range []error{
		func() error { _, err := Analyse(nil, nil, DefaultOptions()); return err }(),
		func() error { _, err := Analyse([]float64{1, 2}, []float64{1}, DefaultOptions()); return err }(),
		func() error { _, err := Analyse([]float64{1, 2}, nil, Options{}); return err }(),
	} {
		if err == nil || !strings.HasPrefix(err.Error(), "fit: ") {
			t.Errorf("error %v", err)
		}
	}
}

// TestStretch: a longer log than the limit is fitted by its middle, and the
// likelihoods are of all gaps.
func TestStretch(t *testing.T) {
	p := must(arrivals.NewMMPP([]float64{2, 20}, [][]float64{{-0.5, 0.5}, {2, -2}}))
	xs := epochs(p, "stretch", 20_000)
	r := must(Analyse(xs, nil, Options{Stretch: 5000}))
	best := r.Arrivals.Models[0]
	if best.Name != "mmpp" || !slices.Contains(about(r), "arrivals.models") {
		t.Fatalf("best %s, notes %v", best.Name, r.Notes)
	}
	relative(t, "log-likelihood", *best.LogLikelihood, modelOf(best).likelihood(newRecord(xs).gaps), 1e-12)
	whole := must(Analyse(xs, nil, DefaultOptions())).Arrivals.Models[0]
	if loss := *whole.LogLikelihood - *best.LogLikelihood; !(loss > 0 && loss < 50) {
		t.Errorf("the stretch loses %v of log-likelihood", loss)
	}
}

// workload is a log of 6000 bursty arrivals and heavy demands.
func workload() (xs, demands []float64) {
	p := must(arrivals.NewMMPP([]float64{2, 20}, [][]float64{{-0.5, 0.5}, {2, -2}}))
	return epochs(p, "workload", 6000), draw(must(distributions.NewLognormal(-3, 1.2)), "workload", 6000)
}

func TestSameInputSameReport(t *testing.T) {
	xs, demands := workload()
	xsBefore, demandsBefore := slices.Clone(xs), slices.Clone(demands)
	one, two := must(Analyse(xs, demands, DefaultOptions())), must(Analyse(xs, demands, DefaultOptions()))
	if a, b := string(must(json.Marshal(one))), string(must(json.Marshal(two))); a != b {
		t.Error("two reports of one log differ")
	}
	if !slices.Equal(xs, xsBefore) || !slices.Equal(demands, demandsBefore) {
		t.Error("the input was changed")
	}
}

// TestUnitOfTime: with all times four times as long, a power of two so that
// nothing rounds, ratios stay and times are four times as long.
func TestUnitOfTime(t *testing.T) {
	xs, demands := workload()
	one := must(Analyse(xs, demands, DefaultOptions()))
	four := must(Analyse(scaled(xs, 4), scaled(demands, 4), DefaultOptions()))
	relative(t, "rate", *four.Arrivals.Rate, *one.Arrivals.Rate/4, 1e-15)
	relative(t, "load", *four.OfferedLoad, *one.OfferedLoad, 1e-14)
	approx := cmpopts.EquateApprox(1e-12, 1e-12)
	if diff := cmp.Diff(one.Arrivals.Gaps.Autocorrelation, four.Arrivals.Gaps.Autocorrelation, approx) +
		cmp.Diff(one.Services.WithGap, four.Services.WithGap, approx) +
		cmp.Diff(one.Services.Tail.Index, four.Services.Tail.Index, approx) +
		cmp.Diff(one.Arrivals.Hurst[1].Value, four.Arrivals.Hurst[1].Value, approx); diff != "" {
		t.Errorf("ratios (-1 +4):\n%s", diff)
	}
	a, b := modelOf(one.Arrivals.Models[0]), modelOf(four.Arrivals.Models[0])
	for i := range 2 {
		relative(t, "rate of the model", b.rates[i], a.rates[i]/4, 1e-9)
		relative(t, "change of the model", b.changes[i], a.changes[i]/4, 1e-9)
	}
	for i, law := range one.Services.Laws.Fitted {
		other := four.Services.Laws.Fitted[i]
		if law.Name != other.Name {
			t.Fatalf("law %d is %s, then %s", i, law.Name, other.Name)
		}
		if !math.IsInf(float64(law.Mean), 1) {
			relative(t, "mean of "+law.Name, float64(other.Mean), 4*float64(law.Mean), 1e-6)
		}
		// A density is a quarter as high.
		relative(t, "log-likelihood of "+law.Name, *other.LogLikelihood, *law.LogLikelihood-6000*math.Log(4), 1e-9)
	}
}
