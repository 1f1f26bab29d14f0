package analytic

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// flow solves the traffic equations, for the stations that tasks reach.
func (n Network) flow() ([]float64, error) {
	reached := n.reached()
	if err := n.leaves(reached); err != nil {
		return nil, err
	}
	size := len(n.Stations)
	a, b := mat.NewDense(size, size, nil), mat.NewVecDense(size, nil)
	for i, s := range n.Stations {
		a.Set(i, i, 1)
		b.SetVec(i, s.Rate)
		for j := range n.Stations {
			if reached[i] && reached[j] {
				a.Set(i, j, a.At(i, j)-n.route(j, i))
			}
		}
	}
	var lu mat.LU
	lu.Factorize(a)
	var x, rest, step mat.VecDense
	if err := lu.SolveVecTo(&x, false, b); err != nil {
		return nil, fmt.Errorf("analytic: numerical failure: the traffic equations: %w", err)
	}
	rest.MulVec(a, &x)
	rest.SubVec(b, &rest)
	if err := lu.SolveVecTo(&step, false, &rest); err == nil {
		x.AddVec(&x, &step)
	}
	flow, out := make([]float64, size), 0.0
	for i := range flow {
		if reached[i] {
			flow[i] = math.Max(0, x.AtVec(i))
			out += flow[i] * n.leave(i)
		}
	}
	return flow, agree("arrivals at the network and departures from it", n.outside(), out)
}

// reached are the stations that tasks come to.
func (n Network) reached() []bool {
	reached := make([]bool, len(n.Stations))
	var visit func(i int)
	visit = func(i int) {
		if reached[i] {
			return
		}
		reached[i] = true
		for j := range n.Stations {
			if n.route(i, j) > 0 {
				visit(j)
			}
		}
	}
	for i, s := range n.Stations {
		if s.Rate > 0 {
			visit(i)
		}
	}
	return reached
}

// leaves is an error where tasks come to a station from which no way leads out.
func (n Network) leaves(reached []bool) error {
	out := make([]bool, len(n.Stations))
	for range n.Stations {
		for i := range n.Stations {
			out[i] = out[i] || n.leave(i) > 0
			for j := range n.Stations {
				out[i] = out[i] || n.route(i, j) > 0 && out[j]
			}
		}
	}
	for i, s := range n.Stations {
		if reached[i] && !out[i] {
			return fmt.Errorf("%w: tasks that come to station %s never leave the network", ErrUnstable, s.Name)
		}
	}
	return nil
}
