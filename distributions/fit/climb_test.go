package fit

import (
	"math"
	"testing"
)

// slope is a hill of log-likelihood −(x₀ − 3)²/2 − x₁²/2, whose steps go half of the way
// in x₀ and a hundredth in x₁.
func slope(v vector) expectation {
	return expectation{
		likelihood: -squared(v[0]-3)/2 - v[1]*v[1]/2,
		gradient:   vector{3 - v[0], -v[1]},
		next:       vector{v[0] + (3-v[0])/2, v[1] * 0.99, v[2], v[3]},
	}
}

func TestClimbAndPolishFindTheTop(t *testing.T) {
	start := vector{-50, 20, 7, 8}
	climbed := climb(start, slope, 1000)
	polished := polish(climb(start, slope, 2), slope, 200)
	for _, c := range []candidate{climbed, polished} {
		if !c.converged {
			t.Fatalf("%+v has not converged", c)
		}
		near(t, "x₀", c.at[0], 3, 0.01)
		near(t, "x₁", c.at[1], 0, 0.01)
		if c.at[2] != 7 || c.at[3] != 8 {
			t.Errorf("%v: parameters that do not matter were changed", c.at)
		}
		near(t, "likelihood", c.likelihood, slope(c.at).likelihood, 0)
	}
}

// TestClimbDropsBadJumps: steps of nearly the same length make the
// extrapolation jump far over the top, by about a thousand steps.
func TestClimbDropsBadJumps(t *testing.T) {
	em := func(v vector) expectation {
		return expectation{likelihood: -v[0] * v[0], gradient: vector{1}, next: vector{v[0] + 1 + 0.001*v[0]}}
	}
	c := climb(vector{-10}, em, 1)
	near(t, "likelihood", c.likelihood, -squared(-8.01901), 1e-6) // two plain steps: −10, −9.01, −8.01901
	if c.converged {
		t.Error("it says that it has converged")
	}
}

// TestClimbKeepsTheBest: where every step loses, the start is the result.
func TestClimbKeepsTheBest(t *testing.T) {
	em := func(v vector) expectation {
		return expectation{likelihood: -math.Abs(v[0]), gradient: vector{1}, next: vector{v[0] + 1}}
	}
	if c := climb(vector{0}, em, 5); c.at[0] != 0 || c.likelihood != 0 {
		t.Errorf("%+v", c)
	}
}
