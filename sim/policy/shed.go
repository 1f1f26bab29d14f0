package policy

import "errors"

// Shedder refuses tasks while a metric is above a bound.
type Shedder struct {
	when        Metric
	above       float64
	probability float64
}

// NewShedder refuses a task with a probability (0 to 1) while the metric when
// is greater than above (in the unit of the metric, at least 0; below 1 for
// utilization, which is at most 1).
func NewShedder(when Metric, above, probability float64) (Shedder, error) {
	errs := []error{checkMetric("when", when), checkNotNegative("above", above), checkRange("probability", probability, 0, 1)}
	if when == Utilization && above >= 1 {
		errs = append(errs, wrong("above", above, "less than 1, since the utilization is at most 1"))
	}
	if err := errors.Join(errs...); err != nil {
		return Shedder{}, err
	}
	return Shedder{when, above, probability}, nil
}

// Draws says whether Sheds looks at its uniform number: not where the
// probability is 0 or 1.
func (s *Shedder) Draws() bool { return s.probability > 0 && s.probability < 1 }

// Sheds says whether a task that arrives at this view is refused; u is uniform
// on [0, 1), of any value where nothing Draws.
func (s *Shedder) Sheds(v View, u float64) bool {
	if !(v.Of(s.when) > s.above) {
		return false
	}
	return s.probability == 1 || u < s.probability
}
