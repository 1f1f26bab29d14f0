package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/pprof"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/results"
	"spillway/scenarios"
	"spillway/sim/analytic"
	"spillway/sim/scheduler/bench"
	"spillway/sim/scheduler/load"
)

// benches are the formats of a benchmark.
var benches = map[string]func(io.Writer, *results.Bench) error{
	"table":    results.WriteBench,
	"markdown": results.WriteBenchMarkdown,
	"json":     results.WriteBenchJSON,
	"csv":      results.WriteBenchCSV,
}

// benchFlags are those of bench. Quantities are written as in a scenario.
type benchFlags struct {
	tasks, samples      int
	workers             []int
	sleep, memory, rate string
	exponential         bool
	seed                uint64
	cpuprofile          string
	format, output      string
	quiet               bool
	set                 []string // of a scenario
	monitor, events     string   // of its real run
}

func (p *program) benchCommand() *cobra.Command {
	var f benchFlags
	c := &cobra.Command{
		Use:   "bench [FILE]",
		Short: "How many tasks per second real workers do, over numbers of workers",
		Long: "Runs real tasks in a real pool of workers. A task sleeps, and holds memory if asked to. All tasks of a sample are\n" +
			"offered at once, and the throughput is measured; or with --rate they come as a Poisson process, whatever the\n" +
			"pool does, and latency counts from the time at which each was to come.\n" +
			"With a FILE it runs that scenario for real, as its key real says, and simulates nothing.",
		Example: "  spillway bench\n" +
			"  spillway bench --sleep 20ms --exponential --memory 0.5MB --tasks 100 --rate 45/s --workers 1,2,3,4",
		Args: func(c *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usagef("%s: %d scenarios given, want one, or none", c.CommandPath(), len(args))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 1 {
				return p.benchReal(c, &f, args[0])
			}
			for _, flag := range []string{"set", "monitor", "events"} {
				if c.Flags().Changed(flag) {
					return usagef("%s: --%s goes with a scenario, and none is given", c.CommandPath(), flag)
				}
			}
			return p.bench(c, &f)
		},
	}
	s := c.Flags()
	s.SortFlags = false
	s.IntVar(&f.tasks, "tasks", 1000, "tasks of each sample")
	s.IntVar(&f.samples, "samples", 5, "samples for each number of workers, after one that does not count")
	s.IntSliceVar(&f.workers, "workers", []int{1, 2, 4, 8}, "numbers of workers")
	s.StringVar(&f.sleep, "sleep", "1ms", "how long a task sleeps")
	s.BoolVar(&f.exponential, "exponential", false, "sleeps are exponential with that mean")
	s.StringVar(&f.memory, "memory", "0", "what a task allocates, touches, and holds while it sleeps: 0.5MB")
	s.StringVar(&f.rate, "rate", "", "tasks come at this rate, whatever the pool does: 45/s, instead of all at once")
	s.StringArrayVar(&f.set, "set", nil, "with FILE: replace or add a value by its dotted path: --set real.duration=1m (may be repeated)")
	s.StringVar(&f.monitor, "monitor", "", "with FILE: serve Prometheus metrics at `ADDR`/metrics while running: :9090")
	s.StringVar(&f.events, "events", "", "with FILE: write every event to `FILE`: JSON lines, or for Perfetto where its name ends in .trace.json")
	s.Uint64Var(&f.seed, "seed", 1, "seed of the random numbers")
	s.StringVar(&f.cpuprofile, "cpuprofile", "", "write a CPU profile to `FILE`, for go tool pprof")
	s.StringVar(&f.format, "format", "table", "table, json, csv or markdown")
	s.StringVarP(&f.output, "output", "o", "", "write to `FILE` instead of standard output, whole or not at all")
	s.BoolVar(&f.quiet, "quiet", false, "nothing on standard error but errors")
	return c
}

func (p *program) bench(c *cobra.Command, f *benchFlags) error {
	o, doc, err := f.read(c)
	if err != nil {
		return err
	}
	stop, err := profile(f.cpuprofile)
	if err != nil {
		return err
	}
	var tasks atomic.Int64
	bar := p.startProgress(len(o.Workers), &tasks, f.quiet)
	o.Done = func() {
		tasks.Add(int64(o.Tasks * o.Samples))
		bar.pointDone()
	}
	rows, err := bench.Run(p.ctx, o)
	bar.stop()
	if err := stop(); err != nil {
		return fmt.Errorf("spillway: --cpuprofile: %w", err)
	}
	if err != nil && p.ctx.Err() == nil {
		return usagef("%s: %s", c.CommandPath(), strings.TrimPrefix(err.Error(), "bench: "))
	}
	for i := range rows {
		row, err := benchRow(&o, &rows[i])
		if err != nil {
			return err
		}
		doc.Rows = append(doc.Rows, row)
	}
	var text bytes.Buffer
	if err := benches[f.format](&text, doc); err != nil {
		return err
	}
	if err := p.deliver(f.output, text.Bytes()); err != nil {
		return err
	}
	if err != nil {
		return &exit{interrupted, "spillway: interrupted: what was finished is printed"}
	}
	return nil
}

// read is what the flags ask for, and a document without rows.
func (f *benchFlags) read(c *cobra.Command) (bench.Options, *results.Bench, error) {
	o := bench.Options{Workers: f.workers, Tasks: f.tasks, Samples: f.samples, Exponential: f.exponential, Seed: f.seed, Open: f.rate != ""}
	if _, ok := benches[f.format]; !ok {
		return o, nil, usagef("%s: --format %s: want table, json, csv or markdown", c.CommandPath(), f.format)
	}
	if err := checkOutput(f.output); err != nil {
		return o, nil, err
	}
	point, err := f.point(c, "network.delay", "sleep", f.sleep)
	if err != nil {
		return o, nil, err
	}
	if law := point.Network; law != nil {
		if _, constant := law.(distributions.Deterministic); !constant {
			return o, nil, usagef("%s: --sleep %s: want a duration like 5ms", c.CommandPath(), f.sleep)
		}
		o.Sleep = time.Duration(law.Mean()*1e9 + 0.5)
	}
	if point, err = f.point(c, "memory", "memory", f.memory); err != nil {
		return o, nil, err
	}
	o.Memory = int(point.Memory)
	doc := newBench(&o)
	if o.Open {
		if point, err = f.point(c, "arrivals.rate", "rate", f.rate); err != nil {
			return o, nil, err
		}
		o.Rate = point.Streams[0].Process.Rate()
		doc.Settings.Rate = &o.Rate
	}
	return o, doc, nil
}

// benchScenario is of which the flags set a value each.
const benchScenario = "{version: 1, name: bench, arrivals: {process: poisson, rate: 1/s}, service: 1ms, memory: 0, servers: infinite}"

// point reads a flag as the value of a key of a scenario.
func (f *benchFlags) point(c *cobra.Command, key, flag, text string) (*scenarios.Point, error) {
	set := key + "=" + text
	s, err := scenarios.Load("bench", []byte(benchScenario), scenarios.Options{Set: []string{set}})
	if err != nil {
		said := strings.ReplaceAll(err.Error(), fmt.Sprintf("--set %s: %s: ", set, key), "")
		return nil, usagef("%s: --%s %s: %s", c.CommandPath(), flag, text, said)
	}
	return &s.Points[0], nil
}

// newBench is a document without rows.
func newBench(o *bench.Options) *results.Bench {
	e := load.ThisMachine()
	return &results.Bench{Schema: results.SchemaBench,
		Environment: results.Environment{Program: version, Go: e.Go, OS: e.OS, Arch: e.Arch, CPUs: e.CPUs, MaxProcs: e.MaxProcs, CPU: e.CPU},
		Settings:    results.BenchWork{Sleep: o.Sleep.Seconds(), Exponential: o.Exponential, Memory: int64(o.Memory), Seed: o.Seed},
	}
}

// benchRow adds to what was measured what theory says of it.
func benchRow(o *bench.Options, r *bench.Row) (results.BenchRow, error) {
	row := results.BenchRow{Workers: r.Workers, Tasks: o.Tasks, Throughput: results.NewThroughput(r.Throughputs),
		Latency: benchTimes(&r.Latency), CPUSeconds: results.Number(r.CPU)}
	row.LatencyFromThroughput = 1 / row.Throughput.Mean
	if r.Resident > 0 {
		row.ResidentBytes = &r.Resident
	}
	if !o.Open {
		capacity := float64(row.Throughput.Mean)
		s, err := theory(0.95*capacity, float64(r.Workers)/capacity, true, r.Workers)
		if err != nil {
			return row, err
		}
		row.QueueLengthAt95 = &s.queue
		return row, nil
	}
	row.Open = &results.BenchOpen{Wait: benchTimes(&r.Wait), Service: benchTimes(&r.Service), Lateness: benchTimes(&r.Lateness),
		QueueLength: results.Number(r.Queue), Utilization: results.Number(r.Busy), Invalid: r.Invalid}
	s, err := theory(o.Rate, o.Sleep.Seconds(), o.Exponential, r.Workers)
	switch {
	case err == nil:
		row.Open.Expected, row.Open.QueueExpected = &s.latency, &s.queue
	case !errors.Is(err, analytic.ErrUnstable) && !errors.Is(err, analytic.ErrNoModel):
		return row, err
	}
	return row, nil
}

func benchTimes(s *load.Summary) results.BenchTimes {
	return results.BenchTimes{Mean: results.Number(s.Mean), SD: results.Number(s.SD), P50: results.Number(s.P50), P99: results.Number(s.P99), Max: results.Number(s.Max)}
}

// expected is what theory gives of a pool.
type expected struct{ latency, queue results.Number }

// theory is the mean latency and queue of Poisson arrivals of a rate at so many
// servers, whose services are exponential with a mean, or constant.
func theory(rate, service float64, exponential bool, servers int) (expected, error) {
	process, err := arrivals.NewPoisson(rate)
	if err != nil {
		return expected{}, err
	}
	var law distributions.Distribution
	if exponential {
		law, err = distributions.NewExponential(1 / service)
	} else {
		law, err = distributions.NewDeterministic(service)
	}
	if err != nil {
		return expected{}, err
	}
	s, err := analytic.Solve(analytic.System{Streams: []analytic.Stream{{Class: "default", Process: process, Service: law}}, Servers: servers})
	if err != nil {
		return expected{}, err
	}
	return expected{results.Number(s.Metrics["latency"]["mean"]), results.Number(s.Metrics["queue_length"]["mean"])}, nil
}

// profile begins a CPU profile, where a file is named; stop ends it.
func profile(file string) (stop func() error, err error) {
	if file == "" {
		return func() error { return nil }, nil
	}
	f, err := os.Create(file)
	if err != nil {
		return nil, fmt.Errorf("spillway: --cpuprofile: %w", err)
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, fmt.Errorf("spillway: --cpuprofile: %w", errors.Join(err, f.Close()))
	}
	return func() error {
		pprof.StopCPUProfile()
		return f.Close()
	}, nil
}
