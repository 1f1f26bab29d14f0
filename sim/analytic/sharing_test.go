package analytic

import (
	"testing"

	"spillway/distributions"
)

// disciplined is M/G/1 under a discipline.
func disciplined(d Discipline, rate float64, service distributions.Distribution) System {
	return System{Streams: []Stream{{Process: poisson(rate), Service: service}}, Servers: 1, Policies: Policies{Discipline: d}}
}

// TestDisciplineTruth has the disc cases of the public pack, at the digits that
// are claimed and at least 9.
func TestDisciplineTruth(t *testing.T) {
	for name, c := range map[string]struct {
		sys  System
		want expectations
	}{
		"mm1-ps-r0.8": {disciplined(ProcessorSharing, 8, exponential(10)), expectations{
			"utilization.mean": {0.8, 12}, "throughput.mean": {8, 12}, "in_system.mean": {4, 12}, "latency.mean": {0.5, 12},
			"latency.p50": {0.2351687048414351, 9}, "latency.p90": {1.2537888055582074, 9}, "latency.p95": {1.8748111311800428, 9},
			"latency.p99": {3.6940989235718646, 9}, "latency.p999": {7.124776674646784, 9},
		}},
		"mE2-ps-r0.6": {disciplined(ProcessorSharing, 6, must(distributions.NewErlang(2, 20))), expectations{
			"utilization.mean": {0.6, 12}, "throughput.mean": {6, 12}, "in_system.mean": {1.5, 12}, "latency.mean": {0.25, 12},
		}},
		"mm1-srpt-r0.8": {disciplined(SRPT, 8, exponential(10)), expectations{
			"utilization.mean": {0.8, 12}, "throughput.mean": {8, 12}, "in_system.mean": {1.8822186181219942, 8},
			"wait.mean": {0.13527732726524927, 8}, "latency.mean": {0.23527732726524928, 8},
		}},
		"mBP1.5-srpt-r0.7": {disciplined(SRPT, 7, must(distributions.NewBoundedPareto(1.5, 0.0343, 10))), expectations{
			"utilization.mean": {0.6782510132712589, 12}, "throughput.mean": {7, 12}, "in_system.mean": {1.1724721141170558, 10},
			"wait.mean": {0.07060301440654242, 10}, "latency.mean": {0.16749601630243655, 10},
		}},
		"mm1-psjf-r0.8": {disciplined(PSJF, 8, exponential(10)), expectations{
			"utilization.mean": {0.8, 12}, "in_system.mean": {2.1271174597335785, 9},
			"wait.mean": {0.1658896824666973, 8}, "latency.mean": {0.2658896824666973, 9},
		}},
		"mm1-sjf-r0.8": {disciplined(SJF, 8, exponential(10)), expectations{
			"utilization.mean": {0.8, 12}, "in_system.mean": {2.3057748946575947, 9},
			"wait.mean": {0.18822186183219933, 8}, "latency.mean": {0.28822186183219933, 9},
		}},
		"mLN-cv2-lifopr-r0.7": {disciplined(PreemptiveLIFO, 7, must(distributions.NewLognormal(-3.1073040492110957, 1.2686362411795196))), expectations{
			"utilization.mean": {0.7, 12}, "throughput.mean": {7, 12}, "in_system.mean": {2.333333333333334, 12}, "latency.mean": {0.3333333333333334, 12},
		}},
	} {
		t.Run(name, func(t *testing.T) { c.want.judge(t, name, solveDiscipline(t, c.sys)) })
	}
}
