package analytic

import (
	"fmt"
	"math"
	"testing"

	"spillway/distributions"
)

// TestThrottleTruth holds the expected values of the public pack to their claimed digits.
func TestThrottleTruth(t *testing.T) {
	for _, c := range []familyCase{
		{"token/shaper-r0.8-B5", behindBucket(80, 100, 5, true), []expectedValue{
			{"throttle_delay.mean", 0.0035887844242946092, 12},
			{"throttle_delay.p50", 0.0, 11},
			{"throttle_delay.p90", 0.010115114984460454, 11},
			{"throttle_delay.p95", 0.026203249968407238, 11},
			{"throttle_delay.p99", 0.06355886791994952, 11},
			{"throttle_delay.p999", 0.11700268194066434, 11},
			{"throughput.mean", 80.0, 8},
		}},
		{"token/shaper-r0.5-B1", behindBucket(50, 100, 1, true), []expectedValue{
			{"throttle_delay.mean", 0.005, 12},
			{"throttle_delay.p50", 0.0, 11},
			{"throttle_delay.p90", 0.015157448413818438, 11},
			{"throttle_delay.p95", 0.020506384073026476, 11},
			{"throttle_delay.p99", 0.03336255957002204, 11},
			{"throttle_delay.p999", 0.05168385030961704, 11},
			{"throughput.mean", 50.0, 8},
		}},
		{"token/police-r0.9-B10", behindBucket(90, 100, 10, false), []expectedValue{
			{"shed_ratio.mean", 0.01663174782894645, 12},
			{"throughput.mean", 88.50314269539481, 12},
		}},
		{"token/police-r1-B20", behindBucket(10, 10, 20, false), []expectedValue{
			{"shed_ratio.mean", 0.025210084033613446, 12},
			{"throughput.mean", 9.747899159663865, 12},
		}},
	} {
		c.judge(t, obstacleThrottle, solveThrottle)
	}
}

// behindBucket is a token bucket before infinitely many servers of constant
// service.
func behindBucket(lambda, rate, burst float64, delay bool) System {
	return System{
		Streams:  []Stream{{Process: poisson(lambda), Service: constant(0.001)}},
		Infinite: true,
		Policies: Policies{Throttle: &Throttle{Rate: rate, Burst: burst, Delay: delay}},
	}
}

// erlangGrown is H(x) by Erlang's sum, whose terms alternate: of small x.
func erlangGrown(load, x float64) float64 {
	sum := 0.0
	for k := 0.0; k <= x; k++ {
		gamma := math.Gamma(k + 1)
		sum += math.Pow(load*(k-x), k) / gamma * math.Exp(-load*(k-x))
	}
	return sum
}

func newTestBucket(t *testing.T, load float64) *bucket {
	t.Helper()
	b, err := newBucket(pair{hi: load})
	if err != nil {
		t.Fatalf("ρ = %g: %v", load, err)
	}
	return b
}

func TestBucketErlang(t *testing.T) {
	for _, load := range []float64{1e-6, 0.2, 0.9, 0.999, 1, 1.001, 1.5, 4} {
		b := newTestBucket(t, load)
		for _, x := range []float64{0, 0.3, 0.999, 1, 1.5, 2.75, 5} {
			want := erlangGrown(load, x)
			name := fmt.Sprintf("H(%g) at ρ = %g", x, load)
			within(t, name, b.grown(x), want, 1e-10)
			if load < 1 && load > 0.1 {
				within(t, "tail for "+name, b.tail(x), 1-(1-load)*want, 1e-8)
			}
		}
	}
}

// TestBucketFar: powers of e^-y and the exact sums agree in the last step of
// the exact ones, H with its equation.
func TestBucketFar(t *testing.T) {
	for _, load := range []float64{0.05, 0.5, 0.9, 0.9999, 1 - 1e-9, 1, 1 + 1e-9, 1.0001, 1.3} {
		b := newTestBucket(t, load)
		x := bucketExact - 0.4
		before, now := b.grown(x-1), b.grown(x)
		within(t, fmt.Sprintf("H at ρ = %g", load), now, before+(before-b.grown(x-2))*math.Exp(-b.root), 1e-11)
		far := b.grown(x + 1000)
		if steps := b.root * 1001; math.Abs(steps) < 1e-3 {
			within(t, "H far away", far, before+(before-b.grown(x-2))*1001, 1e-3)
		}
		if load < 1 {
			within(t, fmt.Sprintf("tail at ρ = %g", load), b.tail(x), b.tail(x-1)*math.Exp(-b.root), 1e-11)
			within(t, "tail far away", b.tail(x+300), b.tail(x)*math.Exp(-300*b.root), 1e-11)
		}
	}
}

// TestBucketExcess integrates the tail by Simpson's rule, between the kinks.
func TestBucketExcess(t *testing.T) {
	for _, load := range []float64{0.3, 0.8} {
		b := newTestBucket(t, load)
		for _, from := range []float64{0, 2, 7} {
			sum := 0.0
			const steps = 400
			for k := range 90 {
				for i := range steps {
					at := from + float64(k) + float64(i)/steps
					h := 1.0 / steps
					sum += h / 6 * (b.tail(at+1e-12) + 4*b.tail(at+h/2) + b.tail(at+h-1e-12))
				}
			}
			got, _ := b.excess(from)
			within(t, fmt.Sprintf("E(V − %g)⁺ at ρ = %g", from, load), got, sum, 2e-9)
		}
	}
	// E V² of M/D/1: the second moment of the wait by Takács.
	b := newTestBucket(t, 0.7)
	_, second := b.excess(0)
	first := 0.7 / (2 * 0.3)
	within(t, "E V²", 2*second, 2*first*first+0.7/(3*0.3), 1e-12)
}

// TestPolicer: room for one token is a loss system of one server, and the share
// shed passes smoothly through ρ = 1.
func TestPolicer(t *testing.T) {
	for _, load := range []float64{1e-3, 0.5, 1, 2, 50} {
		m := familySolve(t, behindBucket(load, 1, 1, false), obstacleThrottle, solveThrottle).Metrics
		within(t, "share shed", m["shed_ratio"]["mean"], load/(1+load), 1e-12)
	}
	for _, burst := range []float64{2, 20, 1e4} {
		var shed [3]float64
		for i, load := range []float64{1 - 1e-8, 1, 1 + 1e-8} {
			shed[i] = familySolve(t, behindBucket(load, 1, burst, false), obstacleThrottle, solveThrottle).Metrics["shed_ratio"]["mean"]
		}
		within(t, "middle of the shares shed", shed[1], (shed[0]+shed[2])/2, 1e-8)
		if !(shed[0] < shed[1] && shed[1] < shed[2]) {
			t.Errorf("shares shed %v are not in order", shed)
		}
	}
	over := familySolve(t, behindBucket(4, 1, 1e6, false), obstacleThrottle, solveThrottle).Metrics
	within(t, "share shed of overload", over["shed_ratio"]["mean"], 0.75, 1e-12)
}

// TestShaperCorners: near saturation the delay is that of M/D/1, less the burst.
func TestShaperCorners(t *testing.T) {
	near := familySolve(t, behindBucket(100*(1-1e-6), 100, 50, true), obstacleThrottle, solveThrottle).Metrics["throttle_delay"]
	within(t, "delay", near["mean"], (1-1e-6)/2e-6/100-49./100, 1e-5)
	within(t, "p999 over mean", near["p999"]/near["mean"], math.Log(1000), 2e-4)
	light := familySolve(t, behindBucket(1, 100, 100, true), obstacleThrottle, solveThrottle).Metrics
	if d := light["throttle_delay"]; d["mean"] > 1e-100 || d["p999"] != 0 {
		t.Errorf("delay of a light load %v", d)
	}
	within(t, "latency", light["latency"]["mean"], 0.001, 1e-12)
	random := behindBucket(50, 100, 3, true)
	random.Streams[0].Service = exponential(10)
	sol := familySolve(t, random, obstacleThrottle, solveThrottle)
	within(t, "latency", sol.Metrics["latency"]["mean"], sol.Metrics["throttle_delay"]["mean"]+0.1, 1e-12)
	if _, ok := sol.Metrics["latency"]["p99"]; !ok || sol.Note != "" {
		t.Errorf("quantiles of the latency are left out: %q", sol.Note)
	}
}

// TestShaperLatency: with a burst of one a task is held as long as it waits in
// M/D/1, whose transform is known.
func TestShaperLatency(t *testing.T) {
	sys := behindBucket(70, 100, 1, true)
	sys.Streams[0].Service = exponential(20)
	got := familySolve(t, sys, obstacleThrottle, solveThrottle).Metrics["latency"]
	q := newMG1Queue(describe(System{Servers: 1, Streams: []Stream{{Process: poisson(70), Service: constant(0.01)}}}))
	want := summary{transform: q.waitTransform}.plusByTransform([]distributions.Distribution{exponential(20)}, 0.05)
	for i, p := range percentiles {
		within(t, "latency."+p.name, got[p.name], want[i], 1e-9)
	}
}

func TestThrottleRefused(t *testing.T) {
	finite := behindBucket(1, 2, 3, true)
	finite.Infinite, finite.Servers = false, 2
	for _, sys := range []System{mmc(1, 2, 1), finite, behindBucket(1, 2, 0.5, true), behindBucket(1e6, 2, 3, false), failing(behindBucket(1, 2, 3, true), 1, 1)} {
		if obstacleThrottle(describe(sys)) == "" {
			t.Errorf("%+v is not refused", sys)
		}
	}
}

func BenchmarkThrottle(b *testing.B) {
	p := describe(behindBucket(80, 100, 20, true))
	for b.Loop() {
		if _, err := solveThrottle(p); err != nil {
			b.Fatal(err)
		}
	}
}

// TestThrottleClasses: classes are shed and held alike, and differ in service.
func TestThrottleClasses(t *testing.T) {
	for _, delay := range []bool{true, false} {
		sys := behindBucket(30, 100, 3, delay)
		sys.Streams[0].Class = "a"
		sys.Streams = append(sys.Streams, Stream{Class: "b", Process: poisson(60), Service: exponential(5)})
		sol := familySolve(t, sys, obstacleThrottle, solveThrottle)
		all, a, b := sol.Metrics, sol.Classes["a"], sol.Classes["b"]
		within(t, "in system", all["in_system"]["mean"], a["in_system"]["mean"]+b["in_system"]["mean"], 1e-12)
		within(t, "throughput", all["throughput"]["mean"], 90*(1-all["shed_ratio"]["mean"]), 1e-12)
		within(t, "in system, Little's law", all["in_system"]["mean"], all["throughput"]["mean"]*all["service"]["mean"], 1e-12)
		within(t, "latency", all["latency"]["mean"], (a["latency"]["mean"]+2*b["latency"]["mean"])/3, 1e-12)
		if delay {
			within(t, "delay of a class", b["throttle_delay"]["p999"], all["throttle_delay"]["p999"], 1e-12)
		}
	}
}
