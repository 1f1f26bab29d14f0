package fit

import (
	"errors"
	"math"

	"spillway/distributions"
)

// fitLomax finds the scale that is best with the alpha that is best for it,
// one over A = mean of log(1 + x/scale). With B = mean of x/(scale + x), the
// derivative of the logarithm of the likelihood by that of the scale is n times
//
//	slope = B/A + B − 1.
//
// It is positive for small scales (unless values are zero) and, when the tail
// is heavier than exponential, negative for large ones. With zeros the
// likelihood has no bound as the scale goes to zero, and the maximum is the
// local one at the greatest scale.
func fitLomax(s *sample) (fitted, error) {
	low, high, err := bracketLomax(s)
	if err != nil {
		return fitted{}, err
	}
	u := root(func(u float64) float64 { slope, _ := lomaxSlope(s, u); return slope }, low, high)
	_, a := lomaxSlope(s, u)
	alpha, scale := 1/a, s.mean*math.Exp(u)
	d, err := distributions.NewLomax(alpha, scale)
	likelihood := -s.n * (math.Log(a) + u + math.Log(s.mean) + a + 1)
	return fitted{d, Parameters{{Name: "alpha", Value: alpha}, {Name: "scale", Value: scale}}, 2, likelihood}, err
}

// lomaxSlope is the slope and A at the scale mean·exp(u).
func lomaxSlope(s *sample, u float64) (slope, a float64) {
	b, factor := 0.0, math.Exp(-u)/s.mean
	for _, x := range s.sorted {
		y := x * factor
		a += math.Log1p(y)
		b += y / (1 + y)
	}
	a, b = a/s.n, b/s.n
	return b/a + b - 1, a
}

// bracketLomax goes down from a scale at which the law is exponential in all
// but name until the slope turns positive.
func bracketLomax(s *sample) (low, high float64, err error) {
	const most, step = 14.0, 1.5 // e^14 is a million mean values
	if slope, _ := lomaxSlope(s, most); !(slope < 0) {
		return 0, 0, errors.New("the tail is not heavier than that of the exponential law")
	}
	for high = most; ; high = low {
		low = high - step
		if slope, _ := lomaxSlope(s, low); slope > 0 {
			return low, high, nil
		}
		if math.Exp(low)*s.mean < s.least {
			return 0, 0, errors.New("its likelihood has no maximum: too many values are zero")
		}
	}
}

// root is where a function that is positive at low and negative at high is
// zero, to 1e-12, by the Illinois method (Dowell and Jarratt, BIT 11, 1971).
func root(f func(float64) float64, low, high float64) float64 {
	fl, fh, side := f(low), f(high), 0
	for range 200 {
		x := (low*fh - high*fl) / (fh - fl)
		if !(x > low && x < high) {
			x = low + (high-low)/2
		}
		fx := f(x)
		if fx == 0 || high-low <= 1e-12*math.Max(1, math.Abs(x)) {
			return x
		}
		switch {
		case fx > 0:
			if low, fl = x, fx; side > 0 {
				fh /= 2
			}
			side = 1
		default:
			if high, fh = x, fx; side < 0 {
				fl /= 2
			}
			side = -1
		}
		if math.Abs(fx) < 1e-15 {
			return x
		}
	}
	return low + (high-low)/2
}
