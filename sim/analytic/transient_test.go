package analytic

import (
	"fmt"
	"testing"

	"spillway/distributions/arrivals"
)

func sinusoid(rate, amplitude, period, phase float64) arrivals.Process {
	return must(arrivals.NewSinusoid(rate, amplitude, period, phase))
}

// overTime is M(t)/M/c from empty, with a limit unless that is negative; no
// servers are infinitely many.
func overTime(process arrivals.Process, mu float64, c, limit int, times ...float64) System {
	sys := System{Streams: []Stream{{Process: process, Service: exponential(mu)}}, Servers: c, Infinite: c == 0}
	if limit >= 0 {
		sys.Limited, sys.Limit = true, limit
	}
	sys.Transient = &Transient{Times: times}
	return sys
}

func solveOverTime(t testing.TB, sys System) map[string][]float64 {
	t.Helper()
	p := describe(sys)
	if o := obstacleTransient(p); o != "" {
		t.Fatalf("%s is refused: %s", Kendall(sys), o)
	}
	sol, err := solveTransient(p)
	if err != nil {
		t.Fatalf("%s: %v", Kendall(sys), err)
	}
	return sol.Series
}

// TestTransientTruth holds the means to the public pack. It claims twelve
// digits, eleven for mt/mt-m-5-K20.
func TestTransientTruth(t *testing.T) {
	for _, c := range []struct {
		id   string
		sys  System
		want []float64
	}{
		{"trans/r0.8", overTime(poisson(8), 10, 1, -1, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20), []float64{0.3233045246045395, 0.5515518582734864, 0.8775838333055983, 1.469460827785539, 2.0302815635789804, 2.6476349239576633, 3.4050389779982737, 3.7918726925843633, 3.9629822772266503}},
		{"trans/r1.0-critical", overTime(poisson(10), 10, 1, -1, 0.1, 1, 5, 20), []float64{0.7018093848820528, 3.0906208373047073, 7.488825422072238, 15.46267877447836}},
		{"trans/mm3-r0.7", overTime(poisson(21), 10, 3, -1, 0.05, 0.1, 0.3, 1, 3), []float64{0.827791212955455, 1.3453509683064278, 2.2634920636535796, 2.989108478921483, 3.228911648856636}},
		{"mt/mt-mm-inf-slow", overTime(sinusoid(100, 0.5, 86.4, 0), 1, 0, -1, 1, 10, 21.6, 43.2, 64.8, 86.4), []float64{64.5490390967913, 130.35858327410196, 149.7369661697028, 103.61697425130991, 50.263033790188395, 96.38302574869009}},
		{"mt/mt-m-5-K20", overTime(sinusoid(40, 0.6, 10, 0), 10, 5, 20, 1, 2.5, 5, 7.5, 10, 20), []float64{9.271846456579512, 19.717466202094, 13.944005757686606, 1.6236227111744803, 4.654257375699496, 4.654257375699473}},
		{"mt/mt-m-20-K0-loss", overTime(sinusoid(18, 0.8, 24, 0), 1, 20, 0, 3, 6, 12, 18, 24, 48), []float64{18.33075731761221, 18.77925911990315, 16.6713657565094, 4.498127870519522, 14.174387474285597, 14.174387474285545}},
	} {
		got := solveOverTime(t, c.sys)
		for i, want := range c.want {
			tolerance := 2e-12
			if c.id == "mt/mt-m-5-K20" {
				tolerance = 1e-11
			}
			within(t, fmt.Sprintf("%s at %g", c.id, c.sys.Transient.Times[i]), got["in_system"][i], want, tolerance)
			within(t, c.id+": waiting and busy", got["queue_length"][i]+got["busy"][i], want, tolerance)
		}
	}
}
