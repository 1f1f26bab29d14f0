package analytic

import (
	"errors"
	"fmt"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

// Network is stations among which tasks move.
type Network struct {
	Stations []Station
	// Routes[i][j] is the probability that a task goes from station i to j; what
	// is left of one leaves the network. A nil row is that all leave.
	Routes [][]float64
	// Memory is the bytes that a task holds while it is in the network.
	Memory float64
	// Beyond names what else there is, that no model covers; empty is nothing.
	Beyond string
}

// Station is servers and a queue, first come first served.
type Station struct {
	Name string
	Rate float64 // of Poisson arrivals from outside; may be 0
	// Servers is at least 1; not looked at where Infinite is true.
	Servers  int
	Infinite bool
	Service  distributions.Distribution
}

// SolveNetwork solves an open Jackson network.
//
// Assumptions: Poisson arrivals from outside; at each station c servers, or
// infinitely many, a queue without limit, first come first served, exponential
// service (any, with infinitely many servers); routes drawn independently of
// everything; no time between stations.
//
// Stability: the flow λ(i) of the traffic equations λ = γ + λP leaves every
// station spare servers, and every task leaves in the end.
//
// Formulas: the numbers at the stations are independent, each that of
// M/M/c with Poisson arrivals of rate λ(i), though with feedback the flow is not
// Poisson; an arriving task sees the same law, so that the wait of a visit is
// that of M/M/c too. The number in the network is the sum, and the
// latency of a task, all its visits together, that number over Σγ.
//
// Where any two stations are joined by one path at most, tasks cannot overtake
// by another way: if stations within a path have one server, and its ends
// any number, then the times at them are independent, and the latency is a mixture over
// paths of sums of them, with quantiles.
//
// Source: J. R. Jackson, "Jobshop-like queueing systems", Management Science
// 10(1), 1963; F. Baskett, K. M. Chandy, R. R. Muntz, F. G. Palacios, Journal
// of the ACM 22(2), 1975, for infinitely many servers; P. J. Burke, "The output
// process of a stationary M/M/s queueing system", Annals of Mathematical
// Statistics 39(4), 1968, and J. Walrand, P. Varaiya, "Sojourn times and the
// overtaking condition in Jacksonian networks", Advances in Applied Probability
// 12(4), 1980, for the latency.
//
// Method and limits: the equations are solved by LU with one step of
// refinement, the balance of flows in and out of the network is held to
// the result, and stations are solved as M/M/c. For quantiles see
// networkLatency.
func SolveNetwork(n Network) (*Solution, error) {
	if n.Beyond != "" {
		return nil, fmt.Errorf("%w: no model covers %s", ErrNoModel, n.Beyond)
	}
	if err := n.validate(); err != nil {
		return nil, err
	}
	flow, err := n.flow()
	if err != nil {
		return nil, err
	}
	sol := &Solution{
		Model:    "open Jackson network",
		Method:   "traffic equations and product form",
		Source:   "J. R. Jackson, Jobshop-like queueing systems, Management Science 10(1), 1963",
		Exact:    true,
		Stations: map[string]Metrics{},
	}
	inSystem, waiting := 0.0, 0.0
	for i, s := range n.Stations {
		m, err := s.solve(flow[i])
		if err != nil {
			return nil, err
		}
		sol.Stations[s.Name] = m
		inSystem += m["in_system"]["mean"]
		waiting += m["queue_length"]["mean"]
	}
	rate := n.outside()
	sol.Metrics = Metrics{
		"throughput":   {"mean": rate},
		"arrival_rate": {"mean": rate},
		"shed_ratio":   {"mean": 0},
		"in_system":    {"mean": inSystem},
		"queue_length": {"mean": waiting},
		"latency":      {"mean": inSystem / rate},
	}
	if n.Memory > 0 {
		sol.Metrics["memory"] = map[string]float64{"mean": n.Memory * inSystem}
	}
	latency, why, err := n.latency(flow)
	if err != nil {
		return nil, err
	}
	if sol.Note = why; why == "" {
		if err := agree("latency by Little's law and by paths", latency.mean, inSystem/rate); err != nil {
			return nil, err
		}
		latency.put(sol.Metrics, "latency")
	}
	return sol, sol.check()
}

// solve gives the metrics of a station that a flow passes.
func (s Station) solve(flow float64) (Metrics, error) {
	if flow == 0 {
		m := Metrics{}
		for _, name := range []string{"throughput", "arrival_rate", "in_system", "queue_length", "utilization"} {
			m[name] = map[string]float64{"mean": 0}
		}
		if s.Infinite {
			delete(m, "utilization")
		}
		return m, nil
	}
	p, err := arrivals.NewPoisson(flow)
	if err != nil {
		return nil, fmt.Errorf("analytic: station %s: %w", s.Name, err)
	}
	sys := System{Streams: []Stream{{Process: p, Service: s.Service}}, Servers: s.Servers, Infinite: s.Infinite}
	if !Stable(sys) {
		return nil, fmt.Errorf("%w: station %s: %s", ErrUnstable, s.Name, loadText(sys))
	}
	solver := solveMMc
	if s.Infinite {
		solver = solveMGInf
	}
	sol, err := solver(describe(sys))
	if err != nil {
		return nil, fmt.Errorf("station %s: %w", s.Name, err)
	}
	return sol.Metrics, nil
}

// loadText is the load of a station in words.
func loadText(sys System) string {
	load := OfferedLoad(sys)
	if sys.Infinite {
		return "the offered load is infinite"
	}
	return fmt.Sprintf("offered load %.6g %s on %d %s", load, erlangs(load), sys.Servers, plural(sys.Servers, "server"))
}

// outside is the rate of arrivals from outside.
func (n Network) outside() float64 {
	sum := 0.0
	for _, s := range n.Stations {
		sum += s.Rate
	}
	return sum
}

// route is the probability of going from i to j.
func (n Network) route(i, j int) float64 {
	if i >= len(n.Routes) || n.Routes[i] == nil {
		return 0
	}
	return n.Routes[i][j]
}

// leave is the probability of leaving the network from i.
func (n Network) leave(i int) float64 {
	rest := 1.0
	for j := range n.Stations {
		rest -= n.route(i, j)
	}
	if rest < routeSlack {
		return 0
	}
	return rest
}

// routeSlack is how far from one the routes of a station may be by rounding of
// decimal numbers.
const routeSlack = 1e-12

func (n Network) validate() error {
	if len(n.Stations) == 0 {
		return errors.New("analytic: a network without stations")
	}
	if !(n.Memory >= 0) {
		return fmt.Errorf("analytic: %g bytes of memory a task, want 0 or more", n.Memory)
	}
	if len(n.Routes) > len(n.Stations) {
		return fmt.Errorf("analytic: routes of %d stations, there are %d", len(n.Routes), len(n.Stations))
	}
	names := map[string]bool{}
	for _, s := range n.Stations {
		if names[s.Name] {
			return fmt.Errorf("analytic: two stations are called %q", s.Name)
		}
		names[s.Name] = true
		if err := s.validate(); err != nil {
			return err
		}
	}
	for i, row := range n.Routes {
		if row != nil && len(row) != len(n.Stations) {
			return fmt.Errorf("analytic: station %s has routes to %d stations, there are %d", n.Stations[i].Name, len(row), len(n.Stations))
		}
		sum := 0.0
		for _, r := range row {
			if !(r >= 0 && r <= 1) {
				return fmt.Errorf("analytic: a route from station %s has the probability %g", n.Stations[i].Name, r)
			}
			sum += r
		}
		if sum > 1+routeSlack {
			return fmt.Errorf("analytic: the routes from station %s have the probability %g together", n.Stations[i].Name, sum)
		}
	}
	if !(n.outside() > 0) {
		return errors.New("analytic: a network without arrivals")
	}
	return nil
}

func (s Station) validate() error {
	switch {
	case s.Service == nil:
		return fmt.Errorf("analytic: station %s lacks a service", s.Name)
	case !(s.Rate >= 0) || s.Rate > maxRate:
		return fmt.Errorf("analytic: station %s has a rate of %g, want a finite one", s.Name, s.Rate)
	case s.Infinite:
		return nil
	case s.Servers < 1:
		return fmt.Errorf("analytic: station %s has %d servers, want at least 1", s.Name, s.Servers)
	case s.Servers > maxSize:
		return fmt.Errorf("%w: station %s has more than %d servers", ErrNoModel, s.Name, maxSize)
	}
	if _, ok := asExponential(s.Service); !ok {
		return fmt.Errorf("%w: station %s: service is %s; a network has a product form with exponential service alone", ErrNoModel, s.Name, lawName(s.Service))
	}
	return nil
}
