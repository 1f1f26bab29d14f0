package analytic

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"spillway/distributions"
)

// truthCase is a scenario with values that were computed by two independent
// methods elsewhere; digits is to how many they agree.
type truthCase struct {
	ID, Family string
	Scenario   struct {
		Arrivals struct{ Rate float64 }
		Network  struct{ Delay float64 }
		Service  struct {
			Distribution    string
			Rate, Mu, Sigma float64
		}
		Servers json.RawMessage
		Queue   *struct{ Limit int }
	}
	Expected map[string]float64
	Digits   map[string]int
}

func (c truthCase) system(t *testing.T) System {
	s := c.Scenario
	var service distributions.Distribution
	switch s.Service.Distribution {
	case "exponential":
		service = exponential(s.Service.Rate)
	case "lognormal":
		service = must(distributions.NewLognormal(s.Service.Mu, s.Service.Sigma))
	default:
		t.Fatalf("%s: service %s", c.ID, s.Service.Distribution)
	}
	sys := System{Streams: []Stream{{Process: poisson(s.Arrivals.Rate), Service: service}}}
	if s.Network.Delay > 0 {
		sys.Network = constant(s.Network.Delay)
	}
	if sys.Infinite = string(s.Servers) == `"infinite"`; !sys.Infinite {
		sys.Servers = must(strconv.Atoi(string(s.Servers)))
	}
	if s.Queue != nil {
		sys.Limited, sys.Limit = true, s.Queue.Limit
	}
	return sys
}

// TestTruth judges as the public pack does: 10^-min(digits, 8) relative, or
// 1e-11 of the mean latency for times that are nearly zero.
func TestTruth(t *testing.T) {
	var cases []truthCase
	readJSON(t, "cases.json", &cases)
	values := 0
	for _, c := range cases {
		sol := solve(t, c.system(t))
		if !sol.Exact {
			t.Errorf("%s: not exact", c.ID)
		}
		for path, want := range c.Expected {
			metric, statistic, _ := strings.Cut(path, ".")
			got, ok := sol.Metrics[metric][statistic]
			tolerance := math.Pow(10, -math.Min(float64(c.Digits[path]), 8)) * math.Abs(want)
			if strings.Contains("wait latency service", metric) {
				tolerance = math.Max(tolerance, 1e-11*c.Expected["latency.mean"])
			} else {
				tolerance = math.Max(tolerance, 1e-11)
			}
			if !ok || !(math.Abs(got-want) <= tolerance) {
				t.Errorf("%s: %s = %.16g, want %.16g", c.ID, path, got, want)
			}
			values++
		}
		if c.ID == "mmck/mm1k-r0.3-K50-tinyPb" {
			within(t, "tiny shed ratio", sol.Metrics["shed_ratio"]["mean"], c.Expected["shed_ratio.mean"], 1e-12)
		}
	}
	if len(cases) != 18 || values < 150 {
		t.Errorf("judged %d values of %d cases, want all", values, len(cases))
	}
}

// TestPublished holds the published table to its printed digits, and to the
// twelve digits of the exact values.
func TestPublished(t *testing.T) {
	var rows []struct {
		Table, Quantity    string
		Lam, Mu, Published float64
		C                  int
		Exact              string
	}
	readJSON(t, "published.json", &rows)
	if len(rows) != 36 {
		t.Fatalf("%d rows, want 36", len(rows))
	}
	for _, r := range rows {
		sys := mmc(r.Lam, r.Mu, r.C)
		if strings.HasPrefix(r.Table, "latency_ms") {
			sys.Network = constant(0.005)
		}
		m := solve(t, sys).Metrics
		got := map[string]float64{
			"W_ms": 1000 * m["latency"]["mean"], "Lq": m["queue_length"]["mean"], "rho": m["utilization"]["mean"],
		}[r.Quantity]
		name := fmt.Sprintf("%s λ=%g µ=%g c=%d %s", r.Table, r.Lam, r.Mu, r.C, r.Quantity)
		if math.Abs(got-r.Published) > 0.005+1e-12 { // half a unit of the last printed digit
			t.Errorf("%s = %g, published as %g", name, got, r.Published)
		}
		within(t, name, got, must(strconv.ParseFloat(r.Exact, 64)), 1e-11)
	}
}
