package fit

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"spillway/distributions"
)

// leastSample is how many values a law of more than one value is fitted to.
const leastSample = 10

// sample is a sample of one law and what the likelihoods need of it.
type sample struct {
	sorted   []float64 // ascending, not negative
	n        float64
	mean     float64
	meanLog  float64 // of log(x/mean); −Inf when there are zeros
	zeros    int
	least    float64 // the smallest positive value; 0 if there is none
	constant bool    // all equal, but for rounding
}

// newSample keeps the slice, which must be in ascending order. Values that
// differ by no more than slack are taken to be equal.
func newSample(sorted []float64, slack float64) *sample {
	s := &sample{sorted: sorted, n: float64(len(sorted)), constant: equal(sorted, slack)}
	for _, x := range sorted {
		s.mean += x
		if x == 0 {
			s.zeros++
		} else if s.least == 0 {
			s.least = x
		}
	}
	s.mean /= s.n
	s.meanLog = math.Inf(-1)
	if s.zeros == 0 {
		s.meanLog = 0
		logMean := math.Log(s.mean)
		for _, x := range sorted {
			s.meanLog += (math.Log(x) - logMean) / s.n
		}
	}
	return s
}

// equal reports whether values in ascending order are equal but for rounding.
func equal(sorted []float64, slack float64) bool {
	low, high := sorted[0], sorted[len(sorted)-1]
	return high-low <= math.Max(slack, 1e-12*high)
}

// fitted is what a method of estimation gives.
type fitted struct {
	law        distributions.Distribution
	parameters Parameters
	free       int
	likelihood float64 // its logarithm
}

// method estimates the parameters of one law; the error is the reason why it
// cannot.
type method struct {
	name     string
	estimate func(*sample) (fitted, error)
}

// methods of the laws that are tried on values that differ.
func methods() []method {
	return []method{
		{"exponential", fitExponential},
		{"erlang", fitErlang},
		{"gamma", fitGamma},
		{"hyperexponential", fitHyperexponential},
		{"lognormal", fitLognormal},
		{"weibull", fitWeibull},
		{"pareto", fitPareto},
		{"lomax", fitLomax},
	}
}

// fitLaws fits every law to a sample, best first.
func fitLaws(s *sample) Laws {
	if s.constant {
		return constantLaws(s)
	}
	out := Laws{Refused: []Refused{{"deterministic", "the values differ"}}}
	for _, m := range methods() {
		law, err := s.fit(m)
		if err != nil {
			out.Refused = append(out.Refused, Refused{m.name, err.Error()})
			continue
		}
		out.Fitted = append(out.Fitted, law)
	}
	slices.SortStableFunc(out.Fitted, func(a, b Law) int { return cmp.Compare(*a.AIC, *b.AIC) })
	return out
}

func constantLaws(s *sample) Laws {
	var out Laws
	if d, err := distributions.NewDeterministic(s.sorted[len(s.sorted)/2]); err != nil {
		out.Refused = append(out.Refused, Refused{"deterministic", err.Error()})
	} else {
		out.Fitted = []Law{{Name: "deterministic", Parameters: Parameters{{Name: "value", Value: d.Value()}},
			Distribution: d, Free: 1, Mean: Number(d.Mean())}}
	}
	for _, m := range methods() {
		out.Refused = append(out.Refused, Refused{m.name, "all values are equal"})
	}
	return out
}

// fit is one law with its figures of merit.
func (s *sample) fit(m method) (Law, error) {
	if len(s.sorted) < leastSample {
		return Law{}, fmt.Errorf("there are %d values; it takes at least %d", len(s.sorted), leastSample)
	}
	f, err := m.estimate(s)
	if err != nil {
		return Law{}, err
	}
	aic := 2*float64(f.free) - 2*f.likelihood
	ks := s.distance(f.law)
	if known(aic) == nil || known(ks) == nil {
		return Law{}, errors.New("its likelihood is out of the range of floating-point numbers")
	}
	return Law{
		Name: m.name, Parameters: f.parameters, Distribution: f.law, Free: f.free,
		LogLikelihood: known(f.likelihood), AIC: known(aic), KS: ks, ScaledKS: ks * math.Sqrt(s.n),
		Mean: Number(f.law.Mean()), SCV: Number(f.law.SCV()),
	}, nil
}

// distance is the Kolmogorov–Smirnov distance from a continuous law: the
// greatest distance of its CDF from the steps of the sample's. Ties need no
// care, since the step over all of them reaches further on both sides than
// those of each.
func (s *sample) distance(d distributions.Distribution) float64 {
	cdf, ok := distributions.CDFOf(d)
	if !ok {
		return math.NaN()
	}
	worst := 0.0
	for i, x := range s.sorted {
		f := cdf(x)
		worst = max(worst, f-float64(i)/s.n, float64(i+1)/s.n-f)
	}
	return worst
}

// errZeros refuses a law that gives zero no probability.
func (s *sample) errZeros() error {
	if s.zeros == 0 {
		return nil
	}
	return fmt.Errorf("%d of the %d values are zero, where the law has no mass", s.zeros, len(s.sorted))
}

// fitExponential: the rate is one over the mean.
func fitExponential(s *sample) (fitted, error) {
	d, err := distributions.NewExponential(1 / s.mean)
	return fitted{d, Parameters{{Name: "rate", Value: d.Rate()}}, 1, -s.n * (math.Log(s.mean) + 1)}, err
}

// fitLognormal: mu and sigma are the mean and the standard deviation, with
// divisor n, of the logarithms.
func fitLognormal(s *sample) (fitted, error) {
	if err := s.errZeros(); err != nil {
		return fitted{}, err
	}
	logMean, variance := math.Log(s.mean), 0.0
	for _, x := range s.sorted {
		variance += squared(math.Log(x)-logMean-s.meanLog) / s.n
	}
	mu, sigma := logMean+s.meanLog, math.Sqrt(variance)
	d, err := distributions.NewLognormal(mu, sigma)
	likelihood := -s.n * (mu + math.Log(sigma) + (math.Log(2*math.Pi)+1)/2)
	return fitted{d, Parameters{{Name: "mu", Value: mu}, {Name: "sigma", Value: sigma}}, 2, likelihood}, err
}

// fitPareto: the minimum is the sample's, alpha one over the mean of
// log(x/minimum).
func fitPareto(s *sample) (fitted, error) {
	if err := s.errZeros(); err != nil {
		return fitted{}, err
	}
	excess := 0.0
	for _, x := range s.sorted {
		excess += math.Log(x/s.least) / s.n
	}
	alpha := 1 / excess
	d, err := distributions.NewPareto(alpha, s.least)
	likelihood := s.n * (math.Log(alpha/s.least) - (1+alpha)*excess)
	return fitted{d, Parameters{{Name: "alpha", Value: alpha}, {Name: "minimum", Value: s.least}}, 2, likelihood}, err
}
