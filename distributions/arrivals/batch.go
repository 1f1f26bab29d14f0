package arrivals

import (
	"fmt"
	"math"
	"sort"
	"strconv"

	"spillway/distributions"
)

// MaxBatch is the largest number of tasks that may arrive together.
const MaxBatch = 1 << 30

// Batch is the law of the number of tasks that arrive together. Values are
// immutable.
type Batch interface {
	// Mean is the expected number of tasks.
	Mean() float64
	// SCV is the squared coefficient of variation of the number.
	SCV() float64
	// Draw is the size of the next batch, from 1 to MaxBatch.
	Draw(s *distributions.Stream) int
	// String is the law as a person would write it.
	String() string
}

// FixedBatch is a constant number of tasks. The zero value is not usable.
type FixedBatch struct{ n int }

// NewFixedBatch is a batch of n tasks, 1 ≤ n ≤ MaxBatch.
func NewFixedBatch(n int) (FixedBatch, error) {
	if n < 1 || n > MaxBatch {
		return FixedBatch{}, sizeError("batch", -1, n)
	}
	return FixedBatch{n}, nil
}

// Mean is the number itself.
func (b FixedBatch) Mean() float64 { return float64(b.n) }

// SCV is 0.
func (b FixedBatch) SCV() float64 { return 0 }

// Draw is the number itself; the stream is not drawn from.
func (b FixedBatch) Draw(*distributions.Stream) int { return b.n }

func (b FixedBatch) String() string { return strconv.Itoa(b.n) }

// GeometricBatch is the geometric law from 1 up, P(n) = (1−q) q^(n−1) with
// mean 1/(1−q). The zero value is not usable.
type GeometricBatch struct {
	mean float64
	logQ float64 // log q; -Inf for mean 1
}

// NewGeometricBatch is the geometric law of a mean from 1 to a million.
func NewGeometricBatch(mean float64) (GeometricBatch, error) {
	if !(mean >= 1 && mean <= 1e6) {
		return GeometricBatch{}, &distributions.ParameterError{Parameter: "mean", Index: -1,
			Found: strconv.FormatFloat(mean, 'g', -1, 64), Want: "a mean batch from 1 to 1000000"}
	}
	return GeometricBatch{mean, math.Log1p(-1 / mean)}, nil
}

// Mean is the mean that was given.
func (b GeometricBatch) Mean() float64 { return b.mean }

// SCV is q = 1 − 1/mean.
func (b GeometricBatch) SCV() float64 { return 1 - 1/b.mean }

// Draw inverts the distribution function: 1 + floor(log U / log q).
func (b GeometricBatch) Draw(s *distributions.Stream) int {
	if b.mean == 1 {
		return 1
	}
	return 1 + int(math.Log(s.Float64())/b.logQ) // at most 1 + 37.4e6, below MaxBatch
}

func (b GeometricBatch) String() string { return fmt.Sprintf("geometric(mean=%g)", b.mean) }

// DiscreteBatch is any law on finitely many sizes. The zero value is not
// usable.
type DiscreteBatch struct {
	values    []int
	cumulated []float64 // cumulated[i] = P(size is one of values[..i]); the last is 1
	mean, scv float64
}

// NewDiscreteBatch takes values[i] with probability proportional to
// weights[i]; weights nil is equal weights.
func NewDiscreteBatch(values []int, weights []float64) (DiscreteBatch, error) {
	if len(values) == 0 {
		return DiscreteBatch{}, &distributions.ParameterError{Parameter: "values", Index: -1,
			Found: "empty", Want: "at least one batch size"}
	}
	total, err := weigh(values, weights)
	if err != nil {
		return DiscreteBatch{}, err
	}
	b := DiscreteBatch{values: append([]int(nil), values...), cumulated: make([]float64, len(values))}
	var sum, m1, m2 float64
	for i, v := range values {
		p := weight(weights, i) / total
		sum += p
		b.cumulated[i] = sum
		m1 += p * float64(v)
		m2 += p * float64(v) * float64(v)
	}
	b.cumulated[len(values)-1] = 1
	b.mean, b.scv = m1, math.Max(0, m2/(m1*m1)-1)
	return b, nil
}

// weigh checks sizes and weights and returns the total weight.
func weigh(values []int, weights []float64) (float64, error) {
	if weights != nil && len(weights) != len(values) {
		return 0, &distributions.ParameterError{Parameter: "weights", Index: -1,
			Found: fmt.Sprintf("a list of %d", len(weights)), Want: fmt.Sprintf("as many weights as values: %d", len(values))}
	}
	total := 0.0
	for i, v := range values {
		if v < 1 || v > MaxBatch {
			return 0, sizeError("values", i, v)
		}
		w := weight(weights, i)
		if !(w >= 0) || math.IsInf(w, 1) {
			return 0, &distributions.ParameterError{Parameter: "weights", Index: i,
				Found: strconv.FormatFloat(w, 'g', -1, 64), Want: "a finite number, zero or more"}
		}
		total += w
	}
	if !(total > 0) || math.IsInf(total, 1) {
		return 0, &distributions.ParameterError{Parameter: "weights", Index: -1,
			Found: fmt.Sprintf("a sum of %g", total), Want: "a positive finite sum"}
	}
	return total, nil
}

func weight(weights []float64, i int) float64 {
	if weights == nil {
		return 1
	}
	return weights[i]
}

func sizeError(parameter string, index, found int) error {
	return &distributions.ParameterError{Parameter: parameter, Index: index,
		Found: strconv.Itoa(found), Want: fmt.Sprintf("a whole number from 1 to %d", MaxBatch)}
}

// Mean is the expected number of tasks.
func (b DiscreteBatch) Mean() float64 { return b.mean }

// SCV is the squared coefficient of variation of the number.
func (b DiscreteBatch) SCV() float64 { return b.scv }

// Values are the sizes, in the order in which they were given.
func (b DiscreteBatch) Values() []int { return append([]int(nil), b.values...) }

// Probabilities are those of the values.
func (b DiscreteBatch) Probabilities() []float64 {
	p := make([]float64, len(b.cumulated))
	last := 0.0
	for i, sum := range b.cumulated {
		p[i] = sum - last
		last = sum
	}
	return p
}

// Draw searches the cumulated probabilities.
func (b DiscreteBatch) Draw(s *distributions.Stream) int {
	u := s.Float64()
	return b.values[sort.Search(len(b.values)-1, func(i int) bool { return u < b.cumulated[i] })]
}

func (b DiscreteBatch) String() string { return fmt.Sprintf("discrete(values=%v)", b.values) }
