// Package bench measures what a pool of workers achieves: how many tasks per second
// that do nothing but sleep, or hold memory, over numbers of workers; and how it
// fares under a load that comes whatever the pool does.
package bench

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"

	"spillway/distributions"
	"spillway/distributions/arrivals"
	"spillway/sim/scheduler"
	"spillway/sim/scheduler/load"
)

// Options say what is measured.
type Options struct {
	Workers []int // each is a row
	Tasks   int   // of each sample, at least 1
	Samples int   // at least 1
	Sleep   time.Duration
	// Exponential sleeps are of random lengths with that mean.
	Exponential bool
	Memory      int // bytes that a task allocates, touches, and holds while it sleeps
	// Open offers tasks at a Rate per second, as a Poisson process, whatever the
	// pool does. Otherwise all tasks of a sample are offered at once.
	Open bool
	Rate float64
	Seed uint64 // of the random numbers
	// Done is called after each row; nil is nobody.
	Done func()
}

// Row is what so many workers achieved.
type Row struct {
	Workers int
	// Throughputs are tasks per second, by sample. Of an open load it is that
	// of the load, unless the pool cannot keep up.
	Throughputs []float64
	// Latency is of a task on its worker, from the moment that it is the
	// worker's turn; of an open load, from the intended time.
	Latency load.Summary
	CPU     float64 // seconds of processor time for a sample, on average
	// Resident is how many bytes of memory the program had at the end; 0 where
	// it cannot be had.
	Resident int64

	// Of an open load alone.
	Wait, Service, Lateness load.Summary
	Queue                   float64 // tasks that wait, on average over time
	Busy                    float64 // share of the workers that were, on average over time
	Invalid                 string  // why the run says nothing about the pool; empty where it does
}

// check tells what is impossible.
func (o *Options) check() error {
	for _, w := range o.Workers {
		if w < 1 || w > 1<<20 {
			return fmt.Errorf("bench: %d workers, want 1 to %d", w, 1<<20)
		}
	}
	switch {
	case len(o.Workers) == 0:
		return fmt.Errorf("bench: no number of workers")
	case o.Tasks < 1 || o.Samples < 1:
		return fmt.Errorf("bench: %d samples of %d tasks, want 1 or more of each", o.Samples, o.Tasks)
	case o.Sleep < 0 || o.Memory < 0:
		return fmt.Errorf("bench: tasks that sleep %v and hold %d bytes, want 0 or more", o.Sleep, o.Memory)
	case o.Open && !(o.Rate > 0 && o.Rate <= math.MaxFloat64):
		return fmt.Errorf("bench: a rate of %g tasks a second, want a positive one", o.Rate)
	case o.Exponential && o.Sleep == 0:
		return fmt.Errorf("bench: exponential sleeps of mean 0, want a positive mean")
	}
	return nil
}

// Run measures row after row. When the context ends, it returns the rows that are
// complete, with the error of the context.
func Run(ctx context.Context, o Options) ([]Row, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	var rows []Row
	for _, workers := range o.Workers {
		measure := o.closed
		if o.Open {
			measure = o.open
		}
		row, err := measure(ctx, workers)
		if err != nil {
			return rows, err
		}
		row.Workers, row.Resident = workers, residentBytes()
		rows = append(rows, row)
		if o.Done != nil {
			o.Done()
		}
	}
	return rows, nil
}

// work is what a task does that takes so long.
func (o *Options) work(d time.Duration) scheduler.Work {
	if o.Memory == 0 {
		return scheduler.Sleep(d)
	}
	return scheduler.Memory(o.Memory, scheduler.Sleep(d))
}

// law is that of the sleeps.
func (o *Options) law() (distributions.Distribution, error) {
	if o.Exponential {
		return distributions.NewExponential(1 / o.Sleep.Seconds())
	}
	return distributions.NewDeterministic(o.Sleep.Seconds())
}

// works are the tasks of a sample that are offered at once.
func (o *Options) works(sample int) ([]scheduler.Work, error) {
	law, err := o.law()
	if err != nil {
		return nil, err
	}
	s := distributions.Streams{Seed: o.Seed}.For(sample, "service")
	list := make([]scheduler.Work, o.Tasks)
	for i := range list {
		list[i] = o.work(time.Duration(law.Sample(s)*1e9 + 0.5))
	}
	return list, nil
}

// closed offers all tasks of a sample at once, after a first sample that does not
// count: memory grows, clocks and caches warm up.
func (o *Options) closed(ctx context.Context, workers int) (Row, error) {
	p, err := scheduler.New(scheduler.Options{Servers: workers})
	if err != nil {
		return Row{}, err
	}
	defer p.Close()
	row := Row{}
	latencies := make([]float64, 0, o.Tasks*o.Samples)
	cpu := 0.0
	for sample := range o.Samples + 1 {
		works, err := o.works(sample)
		if err != nil {
			return Row{}, err
		}
		b := batch{results: make([]scheduler.Result, len(works))}
		before := cpuSeconds()
		if err := b.run(ctx, p, works); err != nil {
			return Row{}, err
		}
		if sample == 0 {
			continue
		}
		cpu += cpuSeconds() - before
		row.Throughputs = append(row.Throughputs, b.throughput())
		for _, r := range b.results {
			latencies = append(latencies, r.Finished-r.Started)
		}
	}
	row.Latency, row.CPU = load.Summarize(latencies), cpu/float64(o.Samples)
	return row, nil
}

// batch is tasks that are offered at once.
type batch struct {
	first   int64 // number of the first
	results []scheduler.Result
	left    sync.WaitGroup
}

func (b *batch) run(ctx context.Context, p *scheduler.Pool, works []scheduler.Work) error {
	b.first = p.Stats().Offered
	b.left.Add(len(works))
	end := b.note
	for i, w := range works {
		// The tasks have no context that ends: watching it would be measured too.
		err := ctx.Err()
		if err == nil {
			err = p.Go(context.WithoutCancel(ctx), scheduler.Task{Run: w}, end)
		}
		if err != nil {
			b.left.Add(i - len(works))
			b.left.Wait()
			return err
		}
	}
	b.left.Wait()
	return ctx.Err()
}

func (b *batch) note(r scheduler.Result) {
	b.results[r.Task-b.first] = r
	b.left.Done()
}

// throughput is tasks per second, from the first offer to the last end.
func (b *batch) throughput() float64 {
	last := 0.0
	for _, r := range b.results {
		last = max(last, r.Finished)
	}
	return float64(len(b.results)) / (last - b.results[0].Offered)
}

// open offers tasks whatever the pool does. Every sample is a new pool and a
// schedule of its own, the same for every number of workers.
func (o *Options) open(ctx context.Context, workers int) (Row, error) {
	row := Row{}
	var tasks []load.Task
	var seconds, cpu float64
	for sample := range o.Samples {
		list, err := o.schedule(sample)
		if err != nil {
			return Row{}, err
		}
		p, err := scheduler.New(scheduler.Options{Servers: workers})
		if err != nil {
			return Row{}, err
		}
		before := cpuSeconds()
		some, err := load.Run(ctx, p, load.Plan{Arrivals: list, Work: o.work, TimeScale: 1})
		p.Close()
		if err != nil {
			return Row{}, err
		}
		cpu += cpuSeconds() - before
		m := load.Measure(some, math.Inf(1))
		row.Throughputs = append(row.Throughputs, m.Throughput)
		s := p.Stats()
		seconds += m.Seconds
		row.Queue += s.WaitingSeconds
		row.Busy += s.BusySeconds / float64(workers)
		tasks = append(tasks, some...)
	}
	m := load.Measure(tasks, max(1e-3, o.Sleep.Seconds()/10))
	row.Latency, row.Wait, row.Service, row.Lateness, row.Invalid = m.Latency, m.Wait, m.Service, m.Lateness, m.Invalid
	row.Queue, row.Busy, row.CPU = row.Queue/seconds, row.Busy/seconds, cpu/float64(o.Samples)
	return row, nil
}

// schedule is the arrivals of a sample of an open load.
func (o *Options) schedule(sample int) ([]load.Arrival, error) {
	process, err := arrivals.NewPoisson(o.Rate)
	if err != nil {
		return nil, err
	}
	law, err := o.law()
	if err != nil {
		return nil, err
	}
	stream := load.Stream{Name: "bench", Process: process, Service: law}
	return load.Draw([]load.Stream{stream}, distributions.Streams{Seed: o.Seed}, sample, math.Inf(1), o.Tasks)
}
