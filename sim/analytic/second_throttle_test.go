package analytic

import (
	"fmt"
	"testing"
)

// lossMD1 is the share of arrivals that M/D/1 with k places in all refuses, by the embedded chain
// at departures, from the flow between what has and has not more than a number.
func lossMD1(load float64, k int) float64 {
	arrivals := func(n int) float64 { // P(n or fewer arrive in a service)
		return severalTail(n+1, load)
	}
	p := make([]float64, k) // left behind by a departure
	p[0] = 1
	sum := 1.0
	for n := 0; n+1 < k; n++ {
		// up from n or less: more than what leads to n; down from n + 1: no arrival
		up := p[0] * (1 - arrivals(n))
		for i := 1; i <= n; i++ {
			up += p[i] * (1 - arrivals(n+1-i))
		}
		p[n+1] = up / arrivals(0)
		sum += p[n+1]
	}
	return 1 - 1/(p[0]/sum+load)
}

// TestSecondPolicer: what is missing in a bucket of k tokens is the workload of M/D/1, and
// a whole token is there where fewer than k tasks are; so the share shed is the loss
// of M/D/1 with k places.
func TestSecondPolicer(t *testing.T) {
	for _, load := range []float64{0.3, 0.8, 1, 1.4} {
		for _, burst := range []int{1, 2, 5, 12} {
			m := familySolve(t, behindBucket(load*40, 40, float64(burst), false), obstacleThrottle, solveThrottle).Metrics
			name := fmt.Sprintf("burst %d at ρ = %g: ", burst, load)
			want := lossMD1(load, burst)
			if want > 1e-5 { // below, the subtraction has lost its digits
				within(t, name+"shed", m["shed_ratio"]["mean"], want, 1e-9)
			}
			within(t, name+"throughput", m["throughput"]["mean"], load*40*(1-want), 1e-9)
		}
	}
}

// TestSecondShaper: the time that a task is held is the wait in M/D/1 less the burst; the wait is
// a geometric sum of uniform times, added up on a grid.
func TestSecondShaper(t *testing.T) {
	const steps, load = 2000, 0.7 // to a service
	for _, burst := range []float64{1, 2.5, 4} {
		m := familySolve(t, behindBucket(load*10, 10, burst, true), obstacleThrottle, solveThrottle).Metrics
		from := int((burst - 1) * steps)
		law := geometricUniform(load, steps, 30*steps)
		above, mean := 0.0, 0.0
		tail := make([]float64, len(law))
		for i := len(law) - 1; i >= 0; i-- {
			tail[i] = above // P(V > i/steps), to half a step's mass
			above += law[i]
			tail[i] += law[i] / 2
		}
		tail[0], mean = load, 0
		for i := from; i < len(tail); i++ {
			mean += tail[i] / steps
		}
		mean -= tail[from] / 2 / steps
		name := fmt.Sprintf("burst %g: ", burst)
		within(t, name+"delay", m["throttle_delay"]["mean"], mean/10, 1e-5)
		for _, q := range percentiles {
			x := m["throttle_delay"][q.name] * 10
			if x == 0 {
				continue
			}
			at := x*steps + float64(from)
			i := int(at)
			within(t, name+q.name, tail[i]+(at-float64(i))*(tail[i+1]-tail[i]), q.tail, 1e-4)
		}
	}
}

// geometricUniform is the law of the sum of a geometric number of times that are uniform over steps
// places: V = 0 with 1 − ρ, and one more with ρ, from the equation of renewal.
func geometricUniform(load float64, steps, most int) []float64 {
	v := make([]float64, most)
	v[0] = 1 - load
	// v(i) = ρ Σ w(j) v(i − j), w by the trapezoidal rule: half at both ends
	w := load / float64(steps)
	v[0] /= 1 - w/2
	window := v[0] // Σ v over the last steps places
	for i := 1; i < most; i++ {
		last := 0.0
		if i >= steps {
			last = v[i-steps]
		}
		v[i] = w * (window - last/2) / (1 - w/2)
		window += v[i] - last
	}
	return v
}
