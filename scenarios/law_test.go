package scenarios

import (
	"strings"
	"testing"
)

func TestQuantities(t *testing.T) {
	for _, c := range []struct {
		unit unit
		text string
		want float64
	}{
		{duration, "5ms", 0.005}, {duration, "1.5s", 1.5}, {duration, "2m", 120}, {duration, "1h30m", 5400},
		{duration, "7us", 7e-6}, {duration, "7µs", 7e-6}, {duration, "3ns", 3e-9}, {duration, "0.25", 0.25}, {duration, "1e-3", 1e-3},
		{duration, "2h45m30.5s", 9930.5},
		{rate, "80/s", 80}, {rate, "3/min", 0.05}, {rate, "36/h", 0.01}, {rate, "80", 80}, {rate, "1e3/s", 1000}, {rate, "1_000/s", 1000},
		{size, "512KB", 512e3}, {size, "0.5MB", 5e5}, {size, "64MiB", 64 << 20}, {size, "2GB", 2e9}, {size, "1KiB", 1024}, {size, "7B", 7}, {size, "7", 7},
		{ratio, "1%", 0.01}, {ratio, "0.01", 0.01}, {ratio, "99.5%", 0.995},
		{count, "1000000", 1e6}, {count, "1_000_000", 1e6}, {count, "1e6", 1e6}, {count, "2.0", 2},
		{pure, "-1.5", -1.5},
	} {
		q := &quantity{unit: c.unit}
		x, _, ok := q.read(&node{kind: plainKind(c.text), text: c.text})
		if !ok || x != c.want {
			t.Errorf("%q: %v, %t; want %v", c.text, x, ok, c.want)
		}
	}
	for u, texts := range map[unit][]string{
		duration: {"5", "5 ms", "ms", "5d", "5Ms", "-5ms", "1.2.3s", "."},
		rate:     {"80/m", "80/sec", "/s", "80 /s", "80", "-1/s", "1__0/s"},
		size:     {"5mb", "5K", "5kB"},
		ratio:    {"1 %", "%", "1"},
		count:    {"1_", "_1", "1__0", "1,000", "4"},
	} {
		for _, text := range texts {
			q := &quantity{unit: u}
			if x, _, ok := q.read(&node{kind: textKind, text: text}); ok {
				t.Errorf("%q was read as %v", text, x)
			}
		}
	}
}

// Every row of the contract's table, in each of its ways.
func TestDistributions(t *testing.T) {
	for _, c := range []struct {
		law  string
		mean float64
	}{
		{"10ms", 0.01},
		{"{distribution: deterministic, value: 10ms}", 0.01},
		{"{distribution: exponential, mean: 10ms}", 0.01},
		{"{distribution: exponential, rate: 100/s}", 0.01},
		{"{distribution: uniform, min: 0, max: 20ms}", 0.01},
		{"{distribution: triangular, min: 0, mode: 10ms, max: 20ms}", 0.01},
		{"{distribution: erlang, k: 3, mean: 10ms}", 0.01},
		{"{distribution: erlang, k: 2, rate: 200/s}", 0.01},
		{"{distribution: gamma, shape: 2, scale: 5ms}", 0.01},
		{"{distribution: gamma, mean: 10ms, cv: 0.5}", 0.01},
		{"{distribution: hyperexponential, probabilities: [50%, 0.5], means: [5ms, 15ms]}", 0.01},
		{"{distribution: hyperexponential, probabilities: [1], rates: [100/s]}", 0.01},
		{"{distribution: hyperexponential, mean: 10ms, cv: 3}", 0.01},
		{"{distribution: hypoexponential, rates: [200/s, 200/s]}", 0.01},
		{"{distribution: coxian, rates: [200/s, 200/s], continue: [1]}", 0.01},
		{"{distribution: phase_type, alpha: [1, 0], matrix: [[-200, 200], [0, -200]]}", 0.01},
		{"{distribution: lognormal, mu: 0, sigma: 1}", 1.6487212707001282},
		{"{distribution: lognormal, mean: 10ms, cv: 2}", 0.01},
		{"{distribution: weibull, shape: 1, scale: 10ms}", 0.01},
		{"{distribution: weibull, shape: 0.5, mean: 10ms}", 0.01},
		{"{distribution: pareto, alpha: 2, minimum: 5ms}", 0.01},
		{"{distribution: pareto, alpha: 2, mean: 10ms}", 0.01},
		{"{distribution: lomax, alpha: 2, scale: 10ms}", 0.01},
		{"{distribution: lomax, alpha: 2, mean: 10ms}", 0.01},
		{"{distribution: bounded_pareto, alpha: 1.5, min: 1ms, max: 1s}", 0.00290522},
		{"{distribution: normal, mean: 10s, sd: 1s}", 10},
		{"{distribution: empirical, values: [5ms, 15ms]}", 0.01},
		{"{distribution: empirical, values: [5ms, 15ms], weights: [1, 1], interpolate: true}", 0.01},
		{"{distribution: empirical, file: times.csv, column: seconds}", (0.5 + 0.02 + 1.25) / 3},
		{"{distribution: mixture, components: [{weight: 1, distribution: exponential, mean: 5ms}, {weight: 1, distribution: deterministic, value: 15ms}]}", 0.01},
		{"{distribution: shifted, offset: 5ms, of: {distribution: exponential, mean: 5ms}}", 0.01},
		{"{distribution: shifted, offset: 5ms, of: 5ms}", 0.01},
	} {
		study, err := Load("test.yaml", []byte(strings.Replace(smallest, "{distribution: exponential, rate: 100/s}", c.law, 1)),
			Options{Open: openIn("testdata/invalid")})
		if err != nil {
			t.Errorf("%s: %v", c.law, err)
			continue
		}
		// Means are computed in different ways; that of bounded_pareto is given
		// to five digits: α/(α−1) · (min^(1−α) − max^(1−α)) min^α / (1 − (min/max)^α).
		d := study.Points[0].Streams[0].Service
		if m := d.Mean(); m < c.mean*(1-2e-5) || m > c.mean*(1+2e-5) {
			t.Errorf("%s: mean %v, want %v", c.law, m, c.mean)
		}
	}
	covered := map[string]bool{}
	for _, o := range laws(nil, nil) {
		covered[o.name] = true
	}
	if len(covered) != 19 {
		t.Errorf("%d distributions, want the contract's 19", len(covered))
	}
}
