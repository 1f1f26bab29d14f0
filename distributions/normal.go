package distributions

import (
	"math"
	"math/cmplx"
)

// Normal is the normal law truncated at zero: that of a normal variate of mean
// m and standard deviation sd given that it is not negative. Its own mean and
// variance differ from m and sd² the more, the less m/sd is. All is in terms of
// a = -m/sd, the standardised point of truncation, and Y = X/sd, whose density
// is exp(-a·y − y²/2)/M(a), y > 0, with Mills' ratio M (Johnson, Kotz and
// Balakrishnan, "Continuous Univariate Distributions", vol. 1, 1994, section
// 13.10.1).
type Normal struct {
	m, sd     float64
	a         float64
	mean, scv float64
	alpha     float64 // rate of the proposals when a is positive
}

// NewNormal is the normal law of a mean, in seconds, finite, and a standard
// deviation, in seconds, positive and finite, truncated at zero. The mean may
// be negative, but by at most 1e6 standard deviations.
func NewNormal(mean, sd float64) (Normal, error) {
	if err := first(checkFinite("mean", mean), checkPositive("sd", sd)); err != nil {
		return Normal{}, err
	}
	a := -mean / sd
	if !(a <= 1e6 && a >= -1e100) {
		return Normal{}, wrongNumber("sd", sd, "a number not beyond comparison with the mean, which is "+number(mean))
	}
	d := Normal{m: mean, sd: sd, a: a, alpha: (a + math.Sqrt(a*a+4)) / 2}
	d.mean, d.scv = d.moments()
	if err := checkMean("mean", mean, d.mean); err != nil {
		return Normal{}, err
	}
	return d, nil
}

// moments: up to a = 2 by the hazard h = φ(a)/Q(a), mean sd·(h − a), variance
// sd²·(1 − h·(h − a)); beyond, where these cancel, by the ratios of the
// repeated integrals of Q, r₁ and r₂: mean sd·r₁, second moment 2·sd²·r₁·r₂.
func (d *Normal) moments() (mean, scv float64) {
	if d.a > 2 {
		r1, r2 := millsRatios(d.a)
		return d.sd * r1, 2*r2/r1 - 1
	}
	h := math.Exp(-d.a*d.a/2) / math.Sqrt(2*math.Pi) / normalUpper(d.a)
	over := h - d.a
	return d.sd * over, (1 - h*over) / over / over
}

// Location is the mean before truncation, in seconds: the one that was given.
func (d Normal) Location() float64 { return d.m }

// SD is the standard deviation before truncation, in seconds.
func (d Normal) SD() float64 { return d.sd }

// Mean is that of the truncated law.
func (d Normal) Mean() float64 { return d.mean }

// SCV is that of the truncated law.
func (d Normal) SCV() float64 { return d.scv }

// String is the law by its parameters.
func (d Normal) String() string {
	return "normal(mean=" + number(d.m) + ", sd=" + number(d.sd) + ", truncated at 0)"
}

// Sample draws one variate.
func (d Normal) Sample(s *Stream) float64 { return d.draw(s) }

// Fill draws len(dst) variates. The state of the generator stays in registers.
func (d Normal) Fill(s *Stream, dst []float64) {
	if d.a > mostlyKept {
		for i := range dst {
			dst[i] = d.draw(s)
		}
		return
	}
	s0, s1, s2, s3 := s.s0, s.s1, s.s2, s.s3
	for j := range dst {
		var b uint64
		b, s0, s1, s2, s3 = next(s0, s1, s2, s3)
		i, m := b&(layers-1), int64(b)>>10
		if uint64(m^m>>63) < zigNorm.inside[i] {
			if x := d.m + float64(d.sd*(float64(m)*zigNorm.width[i])); x >= 0 {
				dst[j] = x
				continue
			}
			*s = Stream{s0, s1, s2, s3}
			dst[j] = d.draw(s)
		} else {
			*s = Stream{s0, s1, s2, s3}
			if dst[j] = d.m + float64(d.sd*s.normalEdge(i, m)); dst[j] < 0 {
				dst[j] = d.draw(s)
			}
		}
		s0, s1, s2, s3 = s.s0, s.s1, s.s2, s.s3
	}
	*s = Stream{s0, s1, s2, s3}
}

// mostlyKept is the a up to which a plain normal variate is tried until it is
// not negative, which succeeds with at least probability 0.4.
const mostlyKept = 0.25

// draw is by plain rejection or, for a greater a, by exponential proposals of
// rate alpha = (a + √(a²+4))/2 that are kept with probability
// exp(-(a + y − alpha)²/2), hence with at least 0.76 (Robert, "Simulation of
// truncated normal variables", Statistics and Computing 5, 1995, section 2);
// alpha − a is 1/alpha.
func (d *Normal) draw(s *Stream) float64 {
	if d.a <= mostlyKept {
		for {
			if x := d.m + float64(d.sd*s.normal()); x >= 0 {
				return x
			}
		}
	}
	for {
		y := s.exponential() / d.alpha
		r := y - 1/d.alpha
		if 2*s.exponential() >= r*r {
			return y * d.sd
		}
	}
}

// CDF is that of the truncated law. Where it is small it is the integral of the
// density, for its relative precision.
func (d Normal) CDF(x float64) float64 {
	if x <= 0 {
		return 0
	}
	y, z := x/d.sd, (x-d.m)/d.sd
	if y*(math.Abs(d.a)+y) < 2 {
		density := func(t float64) float64 { return math.Exp(-t * (d.a + t/2)) }
		return min(1, gaussReal(0, y, density)*d.hazard())
	}
	if z < 0 {
		return (normalUpper(-z) - normalUpper(-d.a)) / normalUpper(d.a)
	}
	return 1 - d.survival(x)
}

// hazard is φ(a)/Q(a) = 1/M(a), the density of Y at 0.
func (d *Normal) hazard() float64 {
	if d.a > 2 {
		r1, _ := millsRatios(d.a)
		return d.a + r1
	}
	return math.Exp(-d.a*d.a/2) / math.Sqrt(2*math.Pi) / normalUpper(d.a)
}

func (d Normal) survival(x float64) float64 {
	if x <= 0 {
		return 1
	}
	if d.a <= 2 {
		return min(1, normalUpper((x-d.m)/d.sd)/normalUpper(d.a))
	}
	y := x / d.sd
	if math.IsInf(y, 1) {
		return 0
	}
	r1, _ := millsRatios(d.a)
	r1y, _ := millsRatios(d.a + y)
	return min(1, math.Exp(-y*(d.a+y/2))*((d.a+r1)/(d.a+y+r1y)))
}

// Quantile inverts the CDF numerically.
func (d Normal) Quantile(p float64) float64 { return invert(d, p, 0, inf) }

// LaplaceTransform is M(a + s·sd)/M(a) with Mills' ratio M of a complex number.
// To the left of the imaginary axis, M(b) = √(2π)·exp(b²/2) − M(-b).
func (d Normal) LaplaceTransform(s complex128) complex128 {
	if s == 0 {
		return 1
	}
	t := s * complex(d.sd, 0)
	b := complex(d.a, 0) + t
	h := complex(d.hazard(), 0)
	if real(b) >= 0 {
		return complexMills(b) * h
	}
	whole := cmplx.Exp(-s*complex(d.m, 0)+t*t/2) / complex(normalUpper(d.a), 0)
	return whole - complexMills(-b)*h
}

// complexMills is M(b) = ∫exp(-b·y − y²/2)dy over y > 0, for Re b ≥ 0, by the
// double exponential rule on a ray that is turned towards the one on which b·y
// is real, but no further than that y² keeps decaying.
func complexMills(b complex128) complex128 {
	size, angle := cmplx.Polar(b)
	psi := math.Copysign(min(math.Abs(angle), math.Pi/8), angle)
	ray := turned(-psi)
	return ray * halfLine(1/max(1, size), 60, 0.05, func(r float64) complex128 {
		y := ray * complex(r, 0)
		return cmplx.Exp(-y * (b + y/2))
	})
}
