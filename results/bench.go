package results

import (
	_ "embed" // the schema
	"math"
)

// SchemaBench names the format of Bench.
const SchemaBench = "spillway/bench/v1"

//go:embed bench.schema.json
var benchSchema string

// BenchSchema returns the JSON Schema (draft 2020-12) of what WriteBenchJSON writes.
func BenchSchema() []byte { return []byte(benchSchema) }

// Bench is what a pool of real workers achieved: the JSON of `bench`.
type Bench struct {
	Schema      string      `json:"schema"`
	Environment Environment `json:"environment"`
	Settings    BenchWork   `json:"settings"`
	Rows        []BenchRow  `json:"rows"`
}

// Environment is the machine that something was measured on.
type Environment struct {
	Program  string `json:"program"` // version of Spillway
	Go       string `json:"go"`
	OS       string `json:"os"`
	Arch     string `json:"arch"`
	CPUs     int    `json:"cpus"` // that the program may use
	MaxProcs int    `json:"gomaxprocs"`
	CPU      string `json:"cpu,omitempty"` // its model
}

// BenchWork is what the tasks were.
type BenchWork struct {
	Sleep       float64 `json:"sleep"` // seconds; the mean, of exponential ones
	Exponential bool    `json:"exponential"`
	Memory      int64   `json:"memory"` // bytes that a task holds
	Seed        uint64  `json:"seed"`
	// Rate is tasks per second of an open load; nil where all tasks of a sample
	// were offered at once.
	Rate *float64 `json:"rate,omitempty"`
}

// BenchRow is one number of workers.
type BenchRow struct {
	Workers    int        `json:"workers"`
	Tasks      int        `json:"tasks"` // of each sample
	Throughput Throughput `json:"throughput"`
	// LatencyFromThroughput is one over the throughput, in seconds.
	LatencyFromThroughput Number `json:"latency_from_throughput"`
	// Latency is of a task on its worker; of an open load from the intended
	// time to the end.
	Latency BenchTimes `json:"latency"`
	// QueueLengthAt95 is that of M/M/c at 95 % of the throughput, as far as
	// that is the capacity: nil of an open load.
	QueueLengthAt95 *Number `json:"queue_length_at_95,omitempty"`
	CPUSeconds      Number  `json:"cpu_seconds"` // for a sample, on average
	// ResidentBytes is the program's memory; nil where it cannot be had.
	ResidentBytes *int64 `json:"resident_bytes,omitempty"`
	// Open is nil where all tasks of a sample were offered at once.
	Open *BenchOpen `json:"open,omitempty"`
}

// Throughput is tasks per second, by sample.
type Throughput struct {
	Mean Number `json:"mean"`
	// SD is that of the samples; nil of one sample.
	SD      *Number  `json:"sd,omitempty"`
	Samples []Number `json:"samples"`
}

// NewThroughput sums up at least one sample.
func NewThroughput(samples []float64) Throughput {
	t := Throughput{}
	n, mean, squares := float64(len(samples)), 0.0, 0.0
	for _, x := range samples {
		t.Samples = append(t.Samples, Number(x))
		mean += x / n
	}
	for _, x := range samples {
		squares += (x - mean) * (x - mean)
	}
	t.Mean = Number(mean)
	if n > 1 {
		sd := Number(math.Sqrt(squares / (n - 1)))
		t.SD = &sd
	}
	return t
}

// BenchTimes are statistics of times in seconds.
type BenchTimes struct {
	Mean Number `json:"mean"`
	SD   Number `json:"sd"`
	P50  Number `json:"p50"`
	P99  Number `json:"p99"`
	Max  Number `json:"max"`
}

// BenchOpen is what an open load adds to a row.
type BenchOpen struct {
	Wait        BenchTimes `json:"wait"`
	Service     BenchTimes `json:"service"`  // that really happened
	Lateness    BenchTimes `json:"lateness"` // of the generator
	QueueLength Number     `json:"queue_length"`
	Utilization Number     `json:"utilization"`
	// Expected is the mean latency, and QueueExpected the queue, that theory
	// gives for the services that were asked for; nil where there are none.
	Expected      *Number `json:"latency_expected,omitempty"`
	QueueExpected *Number `json:"queue_length_expected,omitempty"`
	// Invalid says why the row says nothing about the pool.
	Invalid string `json:"invalid,omitempty"`
}
