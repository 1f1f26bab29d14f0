package results

import (
	"encoding/json"
	"errors"
	"fmt"
)

// NewEstimate returns value with the Student interval that belongs to a standard
// error from n independent replications: value ± Student(level, n−1)·stdErr.
// With n below 2 nothing is known of the error and there is no interval.
func NewEstimate(value, stdErr float64, n int, level float64, method string) Estimate {
	e := Estimate{Value: Number(value), Level: level, N: n, Method: method}
	if n < 2 {
		return e
	}
	half := 0.0
	if stdErr != 0 { // not 0·∞ when the quantile is out of range
		half = Student(level, n-1) * stdErr
	}
	e.Interval = true
	e.HalfWidth = Number(half)
	e.Low, e.High = Number(value-half), Number(value+half)
	return e
}

// NewControlled returns a value that was made with control variates, a number
// of them between 1 and n − 2: their coefficients are estimates too, so that
// the interval has n − 1 − controls degrees of freedom. The variance ratio is
// that of VarianceRatio.
func NewControlled(value, stdErr float64, n, controls int, ratio, level float64) Estimate {
	e := NewEstimate(value, stdErr, n-controls, level, "controlled")
	e.N, e.Controls, e.VarianceRatio = n, controls, ratio
	return e
}

// degrees are the degrees of freedom of the interval.
func (e Estimate) degrees() int { return e.N - 1 - e.Controls }

// BareEstimate returns a value that has no interval, such as a maximum.
func BareEstimate(value float64, method string) Estimate {
	return Estimate{Value: Number(value), Method: method}
}

// estimateJSON is Estimate as it is written.
type estimateJSON struct {
	Value     *Number `json:"value"`
	Low       *Number `json:"low,omitempty"`
	High      *Number `json:"high,omitempty"`
	HalfWidth *Number `json:"half_width,omitempty"`
	Ratio     float64 `json:"variance_ratio,omitempty"`
}

// MarshalJSON implements json.Marshaler: value, low, high and half_width, or the
// value alone where there is no interval.
func (e Estimate) MarshalJSON() ([]byte, error) {
	out := estimateJSON{Value: &e.Value}
	if e.Interval {
		out.Low, out.High, out.HalfWidth, out.Ratio = &e.Low, &e.High, &e.HalfWidth, e.VarianceRatio
	}
	return json.Marshal(out)
}

// UnmarshalJSON implements json.Unmarshaler. Level, N and Controls are not part of an
// estimate's JSON: they come from the Simulated around it.
func (e *Estimate) UnmarshalJSON(b []byte) error {
	var in estimateJSON
	if err := json.Unmarshal(b, &in); err != nil {
		return err
	}
	if in.Value == nil {
		return errors.New("results: an estimate without a value")
	}
	*e = Estimate{Value: *in.Value}
	switch {
	case in.Low == nil && in.High == nil && in.HalfWidth == nil:
		return nil
	case in.Low == nil || in.High == nil || in.HalfWidth == nil:
		return errors.New("results: an estimate has low, high and half_width, or none of them")
	}
	e.Interval = true
	e.Low, e.High, e.HalfWidth, e.VarianceRatio = *in.Low, *in.High, *in.HalfWidth, in.Ratio
	return nil
}

// MarshalJSON implements json.Marshaler: no metrics are an empty object, never null.
func (m Metrics) MarshalJSON() ([]byte, error) {
	if m == nil {
		return []byte("{}"), nil
	}
	return json.Marshal(map[string]map[string]Estimate(m))
}

// UnmarshalJSON implements json.Unmarshaler. It gives each interval the
// level, the replications and the controls that the block states once for all.
func (s *Simulated) UnmarshalJSON(b []byte) error {
	type plain Simulated // without this method
	if err := json.Unmarshal(b, (*plain)(s)); err != nil {
		return fmt.Errorf("simulated: %w", err)
	}
	s.Metrics.state(s)
	if r := s.Rare; r != nil && r.Probability.Interval {
		r.Probability.Level, r.Probability.N = s.Confidence, r.Replications
	}
	for _, m := range s.Classes {
		m.state(s)
	}
	return nil
}

func (m Metrics) state(s *Simulated) {
	for _, stats := range m {
		for name, e := range stats {
			if e.Interval {
				e.Level, e.N = s.Confidence, s.Replications
				if s.Batches != nil {
					e.N = s.Batches.Degrees + 1
				}
				if e.VarianceRatio > 0 {
					e.Controls = len(s.ControlVariates)
				}
				stats[name] = e
			}
		}
	}
}

// at returns the estimate of a metric and statistic.
func (m Metrics) at(metric, stat string) (Estimate, bool) {
	e, ok := m[metric][stat]
	return e, ok
}
