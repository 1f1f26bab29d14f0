package main

import (
	"strings"
	"testing"

	"spillway/results"
)

// TestGate: the exit status of every command that judges objectives. The exact
// p99 of the latency of mmc is 68.9 ms; the bounds are far from it, but for the
// one that no run of this length can tell.
func TestGate(t *testing.T) {
	for _, c := range []struct {
		args   string
		status int
		want   string // on standard error
	}{
		{"run mmc --precision 5% --set slo={latency.p99:1s}", done, ""},
		{"run mmc --precision 5% --set slo={latency.p99:50ms}", disagrees, "spillway: slo: 1 missed"},
		{"run mmc --precision 5% --set slo={latency.p99:50ms,throughput:{min:300/s}} --inconclusive pass", disagrees, "spillway: slo: 1 met, 1 missed"},
		{"run mmc --precision 5% --set slo={latency.p99:68.9ms}", disagrees, "spillway: slo: 1 cannot be told"},
		{"run mmc --precision 5% --set slo={latency.p99:68.9ms} --inconclusive fail", disagrees, "1 cannot be told"},
		{"run mmc --precision 5% --set slo={latency.p99:68.9ms} --inconclusive pass", done, ""},
		{"run mmc --precision 5% --set slo={latency.max:100s}", disagrees, "1 cannot be told"},
		{"run mmc --precision 5% --set slo={latency.within:{100ms:99%,1s:99.9%}}", done, ""},
		{"run mmc --precision 5% --set slo={latency.within:{10ms:99%}}", disagrees, "1 missed"},
		{"run mmc mmc --precision 5% --set slo={latency.p99:50ms}", disagrees, "2 missed"},
		{"compare mmc --precision 5% --set slo={latency.p99:50ms}", disagrees, "1 missed"},
		{"compare mmc --precision 5% --set slo={latency.p99:1s}", done, ""},
		{"analytic mmc --set slo={latency.p99:50ms}", disagrees, "1 missed"},
		{"analytic mmc --set slo={latency.p99:1s}", done, ""},
		{"analytic mmc --set slo={latency.within:{1s:99%}}", disagrees, "1 cannot be told"},
		{"analytic mmc --set slo={latency.within:{1s:99%}} --inconclusive pass", done, ""},
		{"run mmc --inconclusive maybe", invalid, "--inconclusive maybe: want fail or pass"},
		{"run mmc --set slo={latency.p98:1s}", invalid, `found the metric "latency.p98"`},
	} {
		args := strings.Split(c.args, " ")
		for i := range args { // YAML wants a blank after a colon
			if strings.HasPrefix(args[i], "slo=") {
				args[i] = strings.ReplaceAll(args[i], ":", ": ")
			}
		}
		if args[0] != "analytic" {
			args = append(args, "--quiet")
		}
		status, _, errs := call(t, "", args...)
		if status != c.status || !strings.Contains(errs, c.want) || c.want == "" && errs != "" {
			t.Errorf("%s: status %d, want %d: %s", c.args, status, c.status, errs)
		}
	}
}

// TestJudgements are in the document, point by point; a point without a steady
// state misses all.
func TestJudgements(t *testing.T) {
	status, out, _ := call(t, "", "run", "mmc", "--set", "slo={latency.p99: 1s, shed_ratio: 0.1%}", "--set", "sweep.servers=[2, 4]",
		"--precision", "5%", "--format", "json", "--quiet")
	if status != disagrees {
		t.Fatalf("status %d", status)
	}
	validateAgainst(t, results.Schema(), out)
	d := document(t, out)
	var verdicts []string
	for _, p := range d.Points {
		for _, j := range p.SLO {
			verdicts = append(verdicts, j.Metric+" "+string(j.Verdict))
		}
	}
	want := "latency.p99 missed, shed_ratio.mean missed, latency.p99 met, shed_ratio.mean met"
	if got := strings.Join(verdicts, ", "); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if v := d.Points[1].SLO[0]; v.Value == nil || v.Low == nil || !(*v.Low < *v.Value && *v.Value < *v.High) || v.Bound != 1 || v.Kind != "max" {
		t.Errorf("%+v", v)
	}
}
