package analytic

import (
	"fmt"
	"testing"
)

// TestSecondJackson writes two stations with feedback down as a chain: means, the shares of visits
// that wait, and the p99 of the queues.
func TestSecondJackson(t *testing.T) {
	outside, mu, servers := [2]float64{0.5, 0.4}, [2]float64{1, 1.6}, [2]int{3, 1}
	routes := [][]float64{{0.15, 0.4}, {0.35, 0.1}}
	k := explore(func(x [2]int16, add func([2]int16, float64)) {
		for i := range x {
			y := x
			if y[i] < 90 {
				y[i]++
				add(y, outside[i])
			}
			if x[i] == 0 {
				continue
			}
			r := mu[i] * float64(min(int(x[i]), servers[i]))
			leaves := 1.0
			for j, p := range routes[i] {
				leaves -= p
				y = x
				y[i]--
				if y[j] < 90 {
					y[j]++
				}
				add(y, r*p)
			}
			y = x
			y[i]--
			add(y, r*leaves)
		}
	}, [2]int16{})
	p := k.law(t)
	network := Network{Routes: routes}
	for i := range outside {
		network.Stations = append(network.Stations, Station{Name: fmt.Sprint(i), Rate: outside[i], Servers: servers[i], Service: exponential(mu[i])})
	}
	sol := solveNetwork(t, network)
	present := k.mean(p, func(x [2]int16) float64 { return float64(x[0]) + float64(x[1]) })
	within(t, "in system", sol.Metrics["in_system"]["mean"], present, 1e-9)
	within(t, "latency", sol.Metrics["latency"]["mean"], present/0.9, 1e-9)
	for i, c := range servers {
		m := sol.Stations[fmt.Sprint(i)]
		name := fmt.Sprintf("station %d: ", i)
		within(t, name+"in system", m["in_system"]["mean"], k.mean(p, func(x [2]int16) float64 { return float64(x[i]) }), 1e-9)
		within(t, name+"queue length", m["queue_length"]["mean"], k.mean(p, func(x [2]int16) float64 { return max(0, float64(int(x[i])-c)) }), 1e-9)
		visits, waits := 0.0, 0.0
		for s, x := range k.states { // a task that comes back does not see itself
			for j := range x {
				r := mu[j] * float64(min(int(x[j]), servers[j])) * routes[j][i] * p[s]
				seen := int(x[i])
				if j == i {
					seen--
				}
				visits += r
				if seen >= c {
					waits += r
				}
			}
			visits += p[s] * outside[i]
			if int(x[i]) >= c {
				waits += p[s] * outside[i]
			}
		}
		within(t, name+"throughput", m["throughput"]["mean"], visits, 1e-9)
		within(t, name+"wait ratio", m["wait_ratio"]["mean"], waits/visits, 1e-9)
	}
}

// TestSecondTandem follows a task through M/M/1 and M/M/2 in a row, by the tagged chain: those
// before it at the first station and, when it comes there, at the second, or none of
// these and in service.
func TestSecondTandem(t *testing.T) {
	const rate, first, second = 1.0, 1.8, 0.8
	type state struct{ ahead, there int16 } // ahead −1: in line at the second; there −1: served there
	k := explore(func(x state, add func(state, float64)) {
		switch {
		case x == state{-1, -2}: // done
		case x.there == -1:
			add(state{-1, -2}, second)
		case x.ahead < 0: // another leaves the second of which both servers are busy
			if x.there == 2 {
				add(state{-1, -1}, 2*second)
			} else {
				add(state{-1, x.there - 1}, 2*second)
			}
		default:
			if x.there > 0 {
				add(state{x.ahead, x.there - 1}, second*float64(min(x.there, 2)))
			}
			switch {
			case x.ahead > 0 && x.there < 70:
				add(state{x.ahead - 1, x.there + 1}, first)
			case x.ahead > 0:
				add(state{x.ahead - 1, x.there}, first)
			case x.there < 2:
				add(state{-1, -1}, first)
			default:
				add(state{-1, x.there}, first)
			}
		}
	}, tandemStarts[state](func(a, b int16) state { return state{a, b} })...)
	n := Network{Stations: []Station{
		{Name: "a", Rate: rate, Servers: 1, Service: exponential(first)}, {Name: "b", Servers: 2, Service: exponential(second)},
	}, Routes: [][]float64{{0, 1}, nil}}
	latency := solveNetwork(t, n).Metrics["latency"]
	one := chainOfStation(1, rate/first)
	two := chainOfStation(2, rate/second)
	start := k.spread(func(add func(state, float64)) {
		for a, v := range one {
			for b, w := range two {
				add(state{int16(a), int16(b)}, v*w)
			}
		}
	})
	for _, q := range percentiles {
		within(t, "latency at "+q.name, k.notEnded(start, latency[q.name]), q.tail, 1e-8)
	}
}

// tandemStarts are all numbers of up to 70 at both stations.
func tandemStarts[S any](of func(a, b int16) S) []S {
	var all []S
	for a := range int16(71) {
		for b := range int16(71) {
			all = append(all, of(a, b))
		}
	}
	return all
}

// chainOfStation is the law of M/M/c up to 70, by its births and deaths.
func chainOfStation(c int, load float64) []float64 {
	p, sum := []float64{1}, 1.0
	for n := 1; n <= 70; n++ {
		p = append(p, p[n-1]*load/float64(min(n, c)))
		sum += p[n]
	}
	for n := range p {
		p[n] /= sum
	}
	return p
}
