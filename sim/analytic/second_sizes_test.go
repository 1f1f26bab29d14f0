package analytic

import (
	"fmt"
	"math"
	"testing"

	"spillway/distributions"
)

// TestSecondSizes averages the waits by size over a grid of sizes, by the trapezoidal rule, from the
// distribution functions alone: no densities and no panels.
func TestSecondSizes(t *testing.T) {
	for _, law := range []distributions.Distribution{
		must(distributions.NewUniform(0.2, 1.8)), must(distributions.NewErlangMean(3, 1)), must(distributions.NewGammaMean(1, 0.8)),
		must(distributions.NewWeibullMean(0.8, 1)), must(distributions.NewLognormalMean(1, 1)), must(distributions.NewHyperexponentialCV(1, 1.5)),
	} {
		for _, d := range []Discipline{SJF, PSJF, SRPT} {
			for _, rate := range []float64{0.3, 0.85} {
				got := solveWith(t, disciplined(d, rate, law), family{obstacleSizeBased, solveSizeBased}).Metrics
				coarse, fine := waitOverSizes(law, rate, d, 4000), waitOverSizes(law, rate, d, 8000)
				want := fine + (fine-coarse)/3 // the error is of the second order
				name := fmt.Sprintf("discipline %d, %s, rate %g: ", d, law, rate)
				within(t, name+"wait", got["wait"]["mean"], want, 1e-7)
				within(t, name+"in system", got["in_system"]["mean"], rate*(want+law.Mean()), 1e-7)
			}
		}
	}
}

// waitOverSizes is the mean wait, with as many cells between sizes that are hardly ever
// below, or above. The parts of load and of E[S²] up to x are by parts,
// ∫ t dF = ∫ (1 − F) dt − x(1 − F(x)).
func waitOverSizes(law distributions.Distribution, rate float64, d Discipline, cells int) float64 {
	quantile, _ := distributions.QuantileOf(law)
	cdf, _ := distributions.CDFOf(law)
	low, high := quantile(1e-13), quantile(1-1e-14)
	step := math.Log(high/low) / float64(cells)
	total := rate * law.Mean() * law.Mean() * (1 + law.SCV())
	x, above := low, 1.0
	first, second, residence, busyBefore := low, low*low/2, 0.0, 0.0 // ∫ 1 − F, ∫ t(1 − F), ∫ ρ/(1 − ρ)
	mean, before := 0.0, 0.0
	for i := range cells + 1 {
		y := low * math.Exp(float64(i)*step)
		over := 1 - cdf(y)
		first += (y - x) * (above + over) / 2
		second += (y - x) * (x*above + y*over) / 2
		load, square := rate*(first-y*over), rate*(2*second-y*y*over)
		busy := load / (1 - load)
		residence += (y - x) * (busyBefore + busy) / 2
		var wait float64
		switch d {
		case SJF:
			wait = total / 2 / (1 - load) / (1 - load)
		case PSJF:
			wait = square/2/(1-load)/(1-load) + y*busy
		default:
			wait = (square+rate*y*y*over)/2/(1-load)/(1-load) + residence
		}
		if i > 0 {
			mean += (above - over) * (before + wait) / 2
		}
		x, above, before, busyBefore = y, over, wait, busy
	}
	return mean
}
