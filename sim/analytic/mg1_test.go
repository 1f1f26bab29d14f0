package analytic

import (
	"math"
	"strings"
	"testing"

	"spillway/distributions"
)

// mg1Truth is a value of the public pack with its claimed digits.
type mg1Truth struct {
	path   string
	want   float64
	digits int
}

// mg1System is M/G/1.
func mg1System(rate float64, service distributions.Distribution) System {
	return System{Streams: []Stream{{Process: poisson(rate), Service: service}}, Servers: 1}
}

func solveMG1As(t testing.TB, sys System, obstacle func(*problem) string, solve func(*problem) (*Solution, error)) *Solution {
	t.Helper()
	p := describe(sys)
	if o := obstacle(p); o != "" {
		t.Fatalf("%s: %s", Kendall(sys), o)
	}
	sol, err := solve(p)
	if err == nil {
		err = sol.check()
	}
	if err != nil {
		t.Fatalf("%s: %v", Kendall(sys), err)
	}
	return sol
}

func solveAsMG1(t testing.TB, sys System) *Solution {
	t.Helper()
	return solveMG1As(t, sys, obstacleMG1, solveMG1)
}

// holdMG1Truth judges as the public pack does.
func holdMG1Truth(t *testing.T, id string, sol *Solution, values []mg1Truth) {
	t.Helper()
	for _, v := range values {
		metric, statistic, _ := strings.Cut(v.path, ".")
		got, ok := sol.Metrics[metric][statistic]
		tolerance := math.Pow(10, -math.Min(float64(v.digits), 8)) * math.Abs(v.want)
		if !ok || !(math.Abs(got-v.want) <= tolerance) {
			t.Errorf("%s: %s = %.16g, want %.16g (relative error %.2g)", id, v.path, got, v.want, got/v.want-1)
		}
	}
}

func TestMG1Truth(t *testing.T) {
	for _, c := range []struct {
		id      string
		rate    float64
		service distributions.Distribution
		values  []mg1Truth
	}{
		{"mg1/md1-r0.55", 5.5, constant(0.1), []mg1Truth{
			{"utilization.mean", 0.55, 8},
			{"throughput.mean", 5.5, 8},
			{"queue_length.mean", 0.3361111111111112, 12},
			{"in_system.mean", 0.8861111111111112, 12},
			{"wait.mean", 0.06111111111111112, 12},
			{"latency.mean", 0.16111111111111112, 12},
			{"wait_ratio.mean", 0.55, 12},
			{"wait.p50", 0.019156457392332068, 12},
			{"wait.p90", 0.17685299661877363, 12},
			{"wait.p95", 0.2404494050799298, 12},
			{"wait.p99", 0.3869656239489774, 12},
			{"wait.p999", 0.5969577301061875, 12},
		}},
		{"mg1/mE4-r0.8", 8.0, must(distributions.NewErlang(4, 40.0)), []mg1Truth{
			{"utilization.mean", 0.8, 8},
			{"throughput.mean", 8.0, 8},
			{"queue_length.mean", 2.0, 12},
			{"in_system.mean", 2.8, 12},
			{"wait.mean", 0.25, 12},
			{"latency.mean", 0.35, 12},
			{"wait_ratio.mean", 0.8, 12},
			{"wait.p50", 0.15502321886293793, 8},
			{"wait.p90", 0.6360223990863443, 8},
			{"wait.p95", 0.8431907058867079, 8},
			{"wait.p99", 1.3242206177845104, 8},
			{"wait.p999", 2.012418832310301, 8},
		}},
		{"mg1/mH2-scv10-r0.9", 9.0, must(distributions.NewHyperexponential([]float64{0.9522670168666454, 0.04773298313335461}, []float64{19.045340337332906, 0.9546596626670922})), []mg1Truth{
			{"utilization.mean", 0.9, 7},
			{"throughput.mean", 9.0, 7},
			{"queue_length.mean", 44.549999999999976, 12},
			{"in_system.mean", 45.44999999999998, 12},
			{"wait.mean", 4.9499999999999975, 12},
			{"latency.mean", 5.049999999999998, 12},
			{"wait_ratio.mean", 0.9, 12},
			{"wait.p50", 3.0178199765741502, 7},
			{"wait.p90", 12.606339608772826, 7},
			{"wait.p95", 16.735890247130822, 7},
			{"wait.p99", 26.324409860144474, 7},
			{"wait.p999", 40.042478887003654, 7},
		}},
		{"mg1/mLN-cv2-r0.7", 7.0, must(distributions.NewLognormal(-3.1073040492110957, 1.2686362411795196)), []mg1Truth{
			{"utilization.mean", 0.7000000000000001, 7},
			{"throughput.mean", 7.0, 7},
			{"queue_length.mean", 4.083333333333333, 12},
			{"in_system.mean", 4.783333333333333, 12},
			{"wait.mean", 0.5833333333333333, 12},
			{"latency.mean", 0.6833333333333333, 12},
			{"wait_ratio.mean", 0.7000000000000001, 11},
			{"wait.p50", 0.15716250626538933, 7},
			{"wait.p90", 1.6448276543103666, 7},
			{"wait.p95", 2.522532674916509, 7},
			{"wait.p99", 5.132066534618183, 7},
			{"wait.p999", 11.088971601619761, 7},
		}},
		{"mg1/mLN-cv0.5-r0.99", 99.0, must(distributions.NewLognormal(-4.716741961645196, 0.47238072707743883)), []mg1Truth{
			{"utilization.mean", 0.99, 7},
			{"throughput.mean", 99.0, 7},
			{"queue_length.mean", 61.2562500000002, 12},
			{"in_system.mean", 62.2462500000002, 12},
			{"wait.mean", 0.618750000000002, 12},
			{"latency.mean", 0.628750000000002, 12},
			{"wait_ratio.mean", 0.99, 10},
			{"wait.p50", 0.42726833702793876, 7},
			{"wait.p90", 1.4314861643846657, 7},
			{"wait.p95", 1.8639792394239039, 7},
			{"wait.p99", 2.8681971332054577, 7},
			{"wait.p999", 4.30490838030633, 7},
		}},
		{"mg1/mWeib0.5-r0.8", 0.8, must(distributions.NewWeibull(0.5, 0.5)), []mg1Truth{
			{"utilization.mean", 0.8, 7},
			{"throughput.mean", 0.8, 7},
			{"queue_length.mean", 9.6, 12},
			{"in_system.mean", 10.4, 12},
			{"wait.mean", 12.0, 12},
			{"latency.mean", 13.0, 12},
			{"wait_ratio.mean", 0.8, 12},
			{"wait.p50", 5.858213647310578, 7},
			{"wait.p90", 32.77661567074917, 7},
			{"wait.p95", 44.96648773560022, 7},
			{"wait.p99", 73.71692151562539, 7},
			{"wait.p999", 115.46960116372433, 7},
		}},
		{"mg1/mBP1.5-r0.7", 7.0, must(distributions.NewBoundedPareto(1.5, 0.0343, 10.0)), []mg1Truth{
			{"utilization.mean", 0.6782510132712589, 8},
			{"throughput.mean", 7.0, 8},
			{"queue_length.mean", 4.321040807301263, 12},
			{"in_system.mean", 4.999291820572521, 12},
			{"wait.mean", 0.6172915439001804, 12},
			{"latency.mean", 0.7141845457960745, 12},
			{"wait_ratio.mean", 0.6782510132712589, 11},
			{"wait.p50", 0.08026816278929633, 9},
			{"wait.p90", 1.8522492822419978, 9},
			{"wait.p95", 3.3126623156276094, 9},
			{"wait.p99", 6.898496810108311, 9},
			{"wait.p999", 11.014676166221665, 9},
		}},
		{"mg1/mGam3.7-r0.85", 17.0, must(distributions.NewGamma(3.7, 0.013513513513513514)), []mg1Truth{
			{"utilization.mean", 0.8500000000000001, 8},
			{"throughput.mean", 17.0, 8},
			{"queue_length.mean", 3.0592342342342365, 12},
			{"in_system.mean", 3.9092342342342365, 12},
			{"wait.mean", 0.1799549549549551, 12},
			{"latency.mean", 0.2299549549549551, 12},
			{"wait_ratio.mean", 0.8500000000000001, 10},
			{"wait.p50", 0.11570516668604675, 9},
			{"wait.p90", 0.446009524285359, 9},
			{"wait.p95", 0.5882640237472466, 9},
			{"wait.p99", 0.9185687422275033, 9},
			{"wait.p999", 1.391127961944761, 9},
		}},
	} {
		holdMG1Truth(t, c.id, solveAsMG1(t, mg1System(c.rate, c.service)), c.values)
	}
}
