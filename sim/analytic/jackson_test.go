package analytic

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
)

// TestJacksonTruth holds the expected values of the public pack to their
// claimed digits.
func TestJacksonTruth(t *testing.T) {
	for _, c := range []struct {
		id      string
		network Network
		want    []expectedValue
	}{
		{"net/jackson3-feedback", jackson3(), []expectedValue{
			{"throughput.mean", 4.0, 12},
			{"in_system.mean", 2.7193976717590593, 12},
			{"latency.mean", 0.6798494179397648, 12},
			{"stations.n0.in_system.mean", 0.732484076433121, 12},
			{"stations.n1.in_system.mean", 1.5800170436018004, 12},
			{"stations.n2.in_system.mean", 0.4068965517241379, 12},
			{"stations.n0.utilization.mean", 0.4227941176470588, 12},
			{"stations.n1.utilization.mean", 0.5505514705882353, 12},
			{"stations.n2.utilization.mean", 0.28921568627450983, 12},
		}},
		{"net/tandem2-r0.8-0.6", tandem(8, 10, 13), []expectedValue{
			{"throughput.mean", 8.0, 12},
			{"in_system.mean", 5.6, 12},
			{"latency.mean", 0.7, 12},
			{"latency.p50", 0.5636925584917245, 8},
			{"latency.p90", 1.4037307925765, 8},
			{"latency.p95", 1.7522353712281122, 8},
			{"latency.p99", 2.557904918697579, 8},
			{"latency.p999", 3.709287511951812, 8},
			{"stations.n0.in_system.mean", 4.0, 12},
			{"stations.n1.in_system.mean", 1.6, 12},
			{"stations.n0.utilization.mean", 0.8, 12},
			{"stations.n1.utilization.mean", 0.6153846153846154, 12},
		}},
		{"net/bernoulli-feedback1-r0.9", Network{Stations: []Station{{Name: "n0", Rate: 4.5, Servers: 1, Service: exponential(10)}}, Routes: [][]float64{{0.5}}}, []expectedValue{
			{"throughput.mean", 4.5, 12},
			{"in_system.mean", 9.0, 12},
			{"latency.mean", 2.0, 12},
			{"stations.n0.in_system.mean", 9.0, 12},
			{"stations.n0.utilization.mean", 0.9, 12},
		}},
	} {
		sol, err := SolveNetwork(c.network)
		if err != nil {
			t.Errorf("%s: %v", c.id, err)
			continue
		}
		familyJudge(t, c.id, sol, c.want)
	}
}

func jackson3() Network {
	return Network{
		Stations: []Station{
			{Name: "n0", Rate: 3, Servers: 1, Service: exponential(10)},
			{Name: "n1", Rate: 1, Servers: 2, Service: exponential(4)},
			{Name: "n2", Servers: 1, Service: exponential(12)},
		},
		Routes: [][]float64{{0, 0.6, 0.3}, {0.2, 0, 0.5}, {0.1, 0.25, 0}},
	}
}

// tandem is M/M/1 queues in a row.
func tandem(lambda float64, rates ...float64) Network {
	n := Network{Routes: make([][]float64, len(rates))}
	for i, r := range rates {
		n.Stations = append(n.Stations, Station{Name: fmt.Sprintf("n%d", i), Servers: 1, Service: exponential(r)})
		n.Routes[i] = make([]float64, len(rates))
		if i+1 < len(rates) {
			n.Routes[i][i+1] = 1
		}
	}
	n.Stations[0].Rate = lambda
	return n
}

func solveNetwork(t testing.TB, n Network) *Solution {
	t.Helper()
	sol, err := SolveNetwork(n)
	if err != nil {
		t.Fatal(err)
	}
	return sol
}

// TestNetworkOne: a network of one station is that station.
func TestNetworkOne(t *testing.T) {
	want := solve(t, mmc(8, 3, 4)).Metrics
	sol := solveNetwork(t, Network{Stations: []Station{{Name: "a", Rate: 8, Servers: 4, Service: exponential(3)}}})
	for statistic, v := range want["latency"] {
		within(t, "latency."+statistic, sol.Metrics["latency"][statistic], v, 1e-10)
	}
	for metric, values := range want {
		for statistic, v := range values {
			within(t, "station's "+metric+"."+statistic, sol.Stations["a"][metric][statistic], v, 1e-14)
		}
	}
}

// TestNetworkLaw: equal rates in a row make an Erlang law; with several
// servers at the end, distinct rates have a closed form.
func TestNetworkLaw(t *testing.T) {
	row := solveNetwork(t, tandem(1, 2, 2, 2, 2)).Metrics["latency"]
	x := row["p999"]
	within(t, "tail of Erlang", math.Exp(-x)*(1+x+x*x/2+x*x*x/6), 1e-3, 1e-11)
	n := tandem(3, 5, 2)
	n.Stations[1].Servers = 2
	x = solveNetwork(t, n).Metrics["latency"]["p99"]
	busy := 1.5 * 1.5 / 2 / 0.25
	wait := busy / (1 + 1.5 + busy)
	two := math.Exp(-2*x) * (1 + 2*x)                // T₁ and S, both of rate 2
	three := 4*math.Exp(-x) - math.Exp(-2*x)*(3+2*x) // and the wait, of rate 1
	within(t, "tail of tandem", (1-wait)*two+wait*three, 0.01, 1e-10)
}

// TestNetworkBranches: ways that part and do not meet have a mixture; ways that
// meet, or come back, or pass several servers, have a mean alone.
func TestNetworkBranches(t *testing.T) {
	fork := tandem(1, 3, 2, 4)
	fork.Routes = [][]float64{{0, 0.25, 0.5}, nil, {0, 0, 0}}
	x := solveNetwork(t, fork).Metrics["latency"]["p90"]
	hypo := func(a, b float64) float64 { return (b*math.Exp(-a*x) - a*math.Exp(-b*x)) / (b - a) }
	within(t, "tail of a fork", 0.25*math.Exp(-2*x)+0.25*hypo(2, 1.75)+0.5*hypo(2, 3.5), 0.1, 1e-10)

	meet := tandem(1, 3, 3, 3)
	meet.Routes[0] = []float64{0, 0.5, 0.5}
	several := tandem(1, 3, 3, 3)
	several.Stations[1].Servers = 2
	for _, n := range []Network{meet, several, jackson3()} {
		sol := solveNetwork(t, n)
		if _, ok := sol.Metrics["latency"]["p50"]; ok || sol.Note == "" {
			t.Errorf("quantiles are given, or their absence is not said: %q", sol.Note)
		}
	}
	apart := solveNetwork(t, tandem(1, 2, 9e4)).Metrics["latency"]
	within(t, "p99 with a fast station", apart["p99"], -math.Log(0.01)+math.Log(1+1./9e4), 1e-8)
}

// TestNetworkStations: infinitely many servers may have any service, and
// stations without tasks are idle.
func TestNetworkStations(t *testing.T) {
	n := tandem(2, 3, 5, 7)
	n.Stations[1] = Station{Name: "n1", Infinite: true, Service: constant(4)}
	n.Routes[1][2] = 0
	sol := solveNetwork(t, n)
	within(t, "in system", sol.Metrics["in_system"]["mean"], 2+8, 1e-12)
	if v, ok := sol.Stations["n2"]["utilization"]["mean"]; !ok || v != 0 {
		t.Errorf("utilization of an idle station %g", v)
	}
}

func TestNetworkRefused(t *testing.T) {
	general, closed, busy := tandem(1, 2, 2), tandem(1, 2, 2), tandem(1, 2, 1)
	general.Stations[1].Service = constant(0.1)
	closed.Routes[1][0] = 1
	over := tandem(1, 2, 2)
	over.Routes[0][0] = 0.5
	for _, c := range []struct {
		n    Network
		want error
		text string
	}{
		{general, ErrNoModel, "n1"},
		{closed, ErrUnstable, "n0"},
		{busy, ErrUnstable, "n1"},
		{over, nil, "n0"},
		{tandem(0, 1), nil, "arrivals"},
		{Network{Beyond: "a limit"}, ErrNoModel, "a limit"},
		{Network{}, nil, "without stations"},
	} {
		_, err := SolveNetwork(c.n)
		if err == nil || c.want != nil && !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("error %v, want %v with %q", err, c.want, c.text)
		}
	}
}

func BenchmarkNetwork(b *testing.B) {
	n := tandem(8, 10, 13, 20)
	for b.Loop() {
		if _, err := SolveNetwork(n); err != nil {
			b.Fatal(err)
		}
	}
}
