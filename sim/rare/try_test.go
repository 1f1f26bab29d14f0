package rare

import (
	"context"
	"fmt"
	"math"
	"os"
	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/sim"
	"syscall"
	"testing"
)

func cpu() float64 {
	var u syscall.Rusage
	syscall.Getrusage(0, &u)
	return float64(u.Utime.Sec) + float64(u.Utime.Usec)/1e6 + float64(u.Stime.Sec) + float64(u.Stime.Usec)/1e6
}
func mm(rho float64, c int) *sim.Model {
	p, _ := arrivals.NewPoisson(rho * float64(c))
	s, _ := distributions.NewExponential(1)
	return &sim.Model{Classes: []string{"d"}, Streams: []sim.Stream{{Name: "0", Process: p, Service: s}}, Servers: c}
}
func TestTry(t *testing.T) {
	run := func(name string, m *sim.Model, e Event, at, exact float64) {
		c0 := cpu()
		r, err := Estimate(context.Background(), m, Options{Event: e, AtLeast: at, Seed: 1, Confidence: .95, Precision: .1, Replications: 32, MaxTasks: 1e9, Parallel: 1})
		fmt.Fprintf(os.Stderr, "%s: %.4g [%.4g %.4g] exact %.4g levels %d %.4v branches %.3g tasks %.3g cpu %.2f err %v reached %v\n", name, r.Probability.Value, r.Probability.Low, r.Probability.High, exact, r.Levels, r.LevelsAt, float64(r.Branches), float64(r.Tasks), cpu()-c0, err, r.Reached)
	}
	run("mm1", mm(.8, 1), InSystem, 100, math.Pow(.8, 100))
	run("mm1 wait", mm(.8, 1), Wait, 100, .8*math.Exp(-.2*100))
	run("mm1 lat", mm(.8, 1), Latency, 100, math.Exp(-.2*100))
	run("mm1 .1", mm(.1, 1), InSystem, 10, 1e-10)
	run("mm4", mm(.8, 4), InSystem, 100, 0.5964*math.Pow(.8, 96))
	run("mm4 wait", mm(.8, 4), Wait, 25, 0.5964*math.Exp(-.8*25))
}
