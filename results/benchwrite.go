package results

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strings"
)

// WriteBenchJSON writes a benchmark as WriteJSON does a document.
func WriteBenchJSON(w io.Writer, b *Bench) error {
	whole := *b
	if whole.Rows == nil {
		whole.Rows = []BenchRow{} // an empty list, not null
	}
	return encode(w, whole)
}

// benchColumn is a value of a row, by the name that it has in JSON and CSV.
type benchColumn struct {
	name, title string // the title is empty where people are not shown it
	quantity    quantity
	of          func(*BenchRow) *Number // nil where there is none
}

// benchColumns are those of all rows, or of an open load.
func benchColumns(open bool) []benchColumn {
	is := func(of func(*BenchRow) Number) func(*BenchRow) *Number {
		return func(r *BenchRow) *Number { x := of(r); return &x }
	}
	all := []benchColumn{
		{"throughput.mean", "throughput", rate, is(func(r *BenchRow) Number { return r.Throughput.Mean })},
		{"throughput.sd", "", rate, func(r *BenchRow) *Number { return r.Throughput.SD }},
		{"latency_from_throughput", "inverse", duration, is(func(r *BenchRow) Number { return r.LatencyFromThroughput })},
		{"latency.mean", "latency", duration, is(func(r *BenchRow) Number { return r.Latency.Mean })},
		{"latency.sd", "", duration, is(func(r *BenchRow) Number { return r.Latency.SD })},
		{"latency.p50", "", duration, is(func(r *BenchRow) Number { return r.Latency.P50 })},
		{"latency.p99", "p99", duration, is(func(r *BenchRow) Number { return r.Latency.P99 })},
		{"latency.max", "", duration, is(func(r *BenchRow) Number { return r.Latency.Max })},
		{"queue_length_at_95", "queue", average, func(r *BenchRow) *Number { return r.QueueLengthAt95 }},
		{"cpu_seconds", "CPU", duration, is(func(r *BenchRow) Number { return r.CPUSeconds })},
		{"resident_bytes", "memory", size, residentOf},
	}
	if !open {
		return all
	}
	for _, i := range []int{0, 2, 8, 9} {
		all[i].title = ""
	}
	o := func(name, title string, q quantity, of func(*BenchOpen) *Number) benchColumn {
		return benchColumn{name, title, q, func(r *BenchRow) *Number { return of(r.Open) }}
	}
	return append(all[:9:9],
		o("open.latency_expected", "expected", duration, func(x *BenchOpen) *Number { return x.Expected }),
		o("open.wait.mean", "wait", duration, func(x *BenchOpen) *Number { return &x.Wait.Mean }),
		o("open.service.mean", "", duration, func(x *BenchOpen) *Number { return &x.Service.Mean }),
		o("open.queue_length", "queue", average, func(x *BenchOpen) *Number { return &x.QueueLength }),
		o("open.queue_length_expected", "expected", average, func(x *BenchOpen) *Number { return x.QueueExpected }),
		o("open.utilization", "busy", ratio, func(x *BenchOpen) *Number { return &x.Utilization }),
		o("open.lateness.p99", "", duration, func(x *BenchOpen) *Number { return &x.Lateness.P99 }),
		all[9], all[10])
}

func residentOf(r *BenchRow) *Number {
	if r.ResidentBytes == nil {
		return nil
	}
	x := Number(*r.ResidentBytes)
	return &x
}

func (b *Bench) open() bool { return b.Settings.Rate != nil }

// WriteBenchCSV writes one row for each number of workers; see WriteCSV.
func WriteBenchCSV(w io.Writer, b *Bench) error {
	columns := benchColumns(b.open())
	header := []string{"workers", "tasks"}
	for _, c := range columns {
		header = append(header, c.name)
	}
	records := [][]string{header}
	for i := range b.Rows {
		r := &b.Rows[i]
		record := []string{fmt.Sprint(r.Workers), fmt.Sprint(r.Tasks)}
		for _, c := range columns {
			text := ""
			if x := c.of(r); x != nil {
				if math.IsNaN(float64(*x)) {
					return errNaN
				}
				text = exactly(float64(*x))
			}
			record = append(record, text)
		}
		records = append(records, record)
	}
	return csv.NewWriter(w).WriteAll(records)
}

// WriteBench writes a benchmark for people to read, at most 100 columns wide.
func WriteBench(w io.Writer, b *Bench) error {
	var text strings.Builder
	for _, line := range b.report().lines() {
		text.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// WriteBenchMarkdown writes a benchmark as Markdown.
func WriteBenchMarkdown(w io.Writer, b *Bench) error {
	var text strings.Builder
	b.report().markdown(&text)
	_, err := io.WriteString(w, text.String())
	return err
}

// report arranges a benchmark.
func (b *Bench) report() *report {
	e, s := &b.Environment, &b.Settings
	r := &report{name: "bench", conclusion: b.conclusion()}
	made := fmt.Sprintf("spillway %s, %s %s/%s, %d CPUs, GOMAXPROCS %d", e.Program, e.Go, e.OS, e.Arch, e.CPUs, e.MaxProcs)
	if e.CPU != "" {
		made += ", " + e.CPU
	}
	r.facts = []fact{{"tasks", s.words()}, {"made by", clean(made)}}
	r.parts = []part{b.sheet()}
	r.legend = "± is the 95 % interval of the mean over samples; inverse is one over the throughput; latency is from the start on a worker to the end; " +
		"queue is that of M/M/c at 95 % of the throughput; CPU is for a sample"
	if b.open() {
		r.legend = "latency is from the intended time to the end; expected is what theory gives for the services that were asked for"
	}
	var invalid []string
	for i := range b.Rows {
		if o := b.Rows[i].Open; o != nil && o.Invalid != "" {
			invalid = append(invalid, workers(b.Rows[i].Workers)+": "+clean(o.Invalid))
		}
	}
	if invalid != nil {
		r.alarm = "INVALID, " + strings.Join(invalid, "; ")
	}
	return r
}

// words say what a task was.
func (s *BenchWork) words() string {
	text := "sleep " + amount(duration, s.Sleep)
	if s.Exponential {
		text += " on average, exponential"
	}
	if s.Memory > 0 {
		text += ", hold " + amount(size, float64(s.Memory))
	}
	if s.Rate != nil {
		text += fmt.Sprintf("; %s/s, Poisson", brief(*s.Rate))
	}
	return text
}

func (b *Bench) sheet() *sheet {
	s := &sheet{params: []string{"workers"}}
	var shown []benchColumn
	for _, c := range benchColumns(b.open()) {
		if c.title != "" {
			shown = append(shown, c)
			s.columns = append(s.columns, column{title: c.title, quantity: c.quantity})
		}
	}
	for i := range b.Rows {
		x := &b.Rows[i]
		line := row{first: true, params: []Parameter{{Path: "workers", Value: int64(x.Workers), Text: fmt.Sprint(x.Workers)}}}
		for _, c := range shown {
			v := c.of(x)
			if v == nil {
				line.cells = append(line.cells, cell{})
				continue
			}
			one := cell{known: true, value: float64(*v)}
			if n := len(x.Throughput.Samples); c.name == "throughput.mean" && n > 1 {
				one.interval, one.half = true, Student(0.95, n-1)*float64(*x.Throughput.SD)/math.Sqrt(float64(n))
			}
			line.cells = append(line.cells, one)
		}
		s.rows = append(s.rows, line)
	}
	s.setScales(false)
	return s
}

// conclusion says how the throughput grows with the workers.
func (b *Bench) conclusion() string {
	if len(b.Rows) == 0 {
		return "Nothing was measured."
	}
	first, last := &b.Rows[0], &b.Rows[len(b.Rows)-1]
	if b.open() {
		return fmt.Sprintf("Mean latency: %s with %s, %s with %d.", amount(duration, float64(first.Latency.Mean)), workers(first.Workers),
			amount(duration, float64(last.Latency.Mean)), last.Workers)
	}
	gain := float64(last.Throughput.Mean / first.Throughput.Mean)
	ideal := float64(last.Workers) / float64(first.Workers)
	busy := min(1, float64(last.Throughput.Mean*last.Latency.Mean)/float64(last.Workers)) // above by noise
	return fmt.Sprintf("%s: %.3g times the throughput of %d, where %.3g would be ideal; each is busy for %s of the time.",
		workers(last.Workers), gain, first.Workers, ideal, percent(busy))
}

// workers is a number of them.
func workers(n int) string {
	if n == 1 {
		return "1 worker"
	}
	return fmt.Sprintf("%d workers", n)
}
