package results

import (
	"bytes"
	"encoding/csv"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestScale(t *testing.T) {
	for _, test := range []struct {
		q      quantity
		values []float64
		want   []string // of the values, with the unit behind the last
	}{
		{duration, []float64{0.0383333333, 0.0188528, 0.0176445, 0.0175149358}, []string{"38.33", "18.85", "17.64", "17.51 ms"}},
		{duration, []float64{3e-9}, []string{"3.00 ns"}},
		{duration, []float64{4.2e-5}, []string{"42.00 µs"}},
		{duration, []float64{90}, []string{"90.00 s"}},
		{duration, []float64{600}, []string{"10.00 min"}},
		{duration, []float64{86400}, []string{"24.00 h"}},
		{duration, []float64{3.6e12}, []string{"1.000e+09 h"}},
		{duration, []float64{1e-12}, []string{"0.00100 ns"}},
		// Most of them would vanish in the unit of the largest.
		{duration, []float64{2, 1e-3, 2e-3, 3e-3}, []string{"2000.0", "1.0", "2.0", "3.0 ms"}},
		{duration, []float64{math.Inf(1), 0.05}, []string{"∞", "50.00 ms"}},
		{duration, []float64{0}, []string{"0 s"}},
		{average, []float64{1.0416667, 0.0676, 0.00722, 0.000747, 0}, []string{"1.04", "0.07", "0.01", "0.00", "0"}},
		{average, []float64{0.000747}, []string{"0.000747"}},
		{average, []float64{7.47e-8}, []string{"7.470e-08"}},
		{average, []float64{123456}, []string{"123456"}},
		{ratio, []float64{0.9, 0.225}, []string{"0.900", "0.225"}},
		{ratio, []float64{1}, []string{"1.000"}},
		{rate, []float64{50, 120}, []string{"50.00", "120.00 /s"}},
		{rate, []float64{3.0 / 60}, []string{"3.00 /min"}},
		{size, []float64{2.5e6}, []string{"2.50 MB"}},
	} {
		s := scaleFor(test.q, test.values)
		var got []string
		for _, v := range test.values {
			got = append(got, s.value(v))
		}
		if s.unit != "" {
			got[len(got)-1] += " " + s.unit
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%v: %q, want %q", test.values, got, test.want)
		}
	}
}

func TestHalfWidthIsRoundedUp(t *testing.T) {
	s := scale{factor: 1e-3, decimals: 2}
	for _, test := range []struct {
		half float64
		want string
	}{
		{0.00012, "±0.12"}, {0.0001201, "±0.13"}, {1e-9, "±0.01"}, {0, "±0"},
		{math.Inf(1), "±∞"}, {0.0123, "±12.30"}, {2.12e7, "±2.2e+10"}, {1e306, "±∞"},
	} {
		if got := s.half(test.half); got != test.want {
			t.Errorf("half(%v) = %s, want %s", test.half, got, test.want)
		}
	}
}

func TestWhole(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", -1234567: "-1,234,567"} {
		if got := whole(n); got != want {
			t.Errorf("whole(%d) = %s, want %s", n, got, want)
		}
	}
}

func TestShortNames(t *testing.T) {
	paths := []string{"arrivals.rate", "service.mean", "servers", "queue.limit", "arrivals.0.rate", "admission.limit", "servers.count"}
	want := map[string]string{
		"arrivals.rate": "arrivals", "service.mean": "service", "servers": "servers", "servers.count": "servers.count",
		"queue.limit": "queue.limit", "admission.limit": "admission.limit", "arrivals.0.rate": "arrivals.0",
	}
	if diff := cmp.Diff(want, shortNames(paths)); diff != "" {
		t.Error(diff)
	}
}

func TestWrap(t *testing.T) {
	for _, test := range []struct {
		text string
		want []string
	}{
		{"", []string{""}}, {"one two", []string{"one", "two"}}, {"a b c", []string{"a b c"}},
		{"unbreakable", []string{"unbre", "akabl", "e"}}, {"日本語", []string{"日本", "語"}},
	} {
		if got := wrap(test.text, 5); !slices.Equal(got, test.want) {
			t.Errorf("wrap(%q) = %q, want %q", test.text, got, test.want)
		}
	}
	if got := clean(" a\n\tb\x1b[31m\x00 "); got != "a b [31m" {
		t.Errorf("clean: %q", got)
	}
	if got := cut("日本語の名前", 6); got != "日本…" {
		t.Errorf("cut: %q", got)
	}
}

// The published table, at its printed digits. Source: the twelve rows of the
// issue that asked for the program, recomputed with 50 digits.
func TestPublishedNumbers(t *testing.T) {
	latency := strings.Fields("38.33 18.85 17.64 17.51 55.00 16.90 15.24 15.03 38.33 12.94 11.82 11.69")
	queue := strings.Fields("1.04 0.07 0.01 0.00 3.20 0.15 0.02 0.00 3.20 0.15 0.02 0.00")
	table := render(t, func(w io.Writer) error { return WriteTable(w, []Document{distributed()}, Options{}) })
	row := 0
	for _, line := range strings.Split(string(table), "\n") {
		fields := strings.Fields(line)
		if len(fields) < 5 || fields[1] != "exact" {
			continue
		}
		if fields[2] != latency[row] || fields[4] != queue[row] {
			t.Errorf("row %d: latency %s, queue length %s, want %s, %s", row, fields[2], fields[4], latency[row], queue[row])
		}
		row++
	}
	if row != 12 {
		t.Errorf("%d rows, want 12", row)
	}
}

func TestCSVColumns(t *testing.T) {
	d := classes()
	d.Points[0].Analytic = &Analytic{Model: "M/G/2", Metrics: map[string]map[string]Number{"wait": {"mean": 1}}}
	d.Points[0].Simulated.Metrics = Metrics{
		"zeal": {"mean": BareEstimate(1, "")}, "wait": {"max": BareEstimate(1, ""), "mean": NewEstimate(1, 1, 3, 0.95, "")},
	}
	d.Points[0].Simulated.Classes = map[string]Metrics{"a.b": {"latency": {"p50": BareEstimate(1, "")}}}
	d.Points[0].Parameters = Parameters{counted("servers", 2)}
	var b bytes.Buffer
	if err := WriteCSV(&b, []Document{d, unstable()}); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i, column := range rows[0] {
		if rows[1][i] != "" {
			got = append(got, column)
		}
	}
	want := strings.Fields(`scenario kendall offered_load stable complete parameters.servers state tasks replications
		wait.mean wait.mean.low wait.mean.high wait.max zeal.mean classes.a.b.latency.p50
		analytic.model analytic.exact analytic.wait.mean`)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
