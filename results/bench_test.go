package results

import (
	"bytes"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

func pointer[T any](x T) *T { return &x }

// publishedBench is the benchmark with the throughputs that were published.
func publishedBench() *Bench {
	b := &Bench{Schema: SchemaBench, Settings: BenchWork{Sleep: 1e-3, Seed: 1},
		Environment: Environment{Program: "0.1.0", Go: "go1.26.8", OS: "linux", Arch: "amd64", CPUs: 2, MaxProcs: 2, CPU: "AMD EPYC"}}
	for i, mean := range []float64{823.69, 1648.93, 3270.70, 5551.16} {
		b.Rows = append(b.Rows, BenchRow{
			Workers: 1 << i, Tasks: 1000, Throughput: NewThroughput([]float64{mean - 4, mean, mean + 4}), LatencyFromThroughput: Number(1 / mean),
			Latency:         BenchTimes{Mean: 1.2e-3, SD: 1e-4, P50: 1.1e-3, P99: 2.1e-3, Max: 4e-3},
			QueueLengthAt95: pointer(Number([]float64{18.05, 17.587, 16.937, 16.04}[i])), CPUSeconds: 0.0123, ResidentBytes: pointer(int64(4_000_000)),
		})
	}
	return b
}

func openBench() *Bench {
	b := publishedBench()
	b.Settings = BenchWork{Sleep: 0.02, Exponential: true, Memory: 500_000, Seed: 1, Rate: pointer(45.0)}
	b.Rows = b.Rows[:2]
	for i := range b.Rows {
		r := &b.Rows[i]
		r.Throughput, r.QueueLengthAt95, r.ResidentBytes = NewThroughput([]float64{44.5}), nil, nil
		r.Open = &BenchOpen{Wait: r.Latency, Service: r.Latency, Lateness: r.Latency, QueueLength: 1.5, Utilization: 0.9, Expected: pointer(Number(0.2))}
	}
	b.Rows[1].Open.Expected = pointer(Number(math.Inf(1)))
	b.Rows[1].Open.Invalid = "the generator could not keep its schedule"
	return b
}

func TestBenchGolden(t *testing.T) {
	for name, b := range map[string]*Bench{"bench": publishedBench(), "bench-open": openBench()} {
		table := render(t, func(w io.Writer) error { return WriteBench(w, b) })
		narrow(t, table)
		golden(t, name+".txt", table)
		golden(t, name+".md", render(t, func(w io.Writer) error { return WriteBenchMarkdown(w, b) }))
		golden(t, name+".csv", render(t, func(w io.Writer) error { return WriteBenchCSV(w, b) }))
		golden(t, name+".json", render(t, func(w io.Writer) error { return WriteBenchJSON(w, b) }))
	}
}

func benchSchemaCompiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(BenchSchema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("bench.json", value); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("bench.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestBenchSchema(t *testing.T) {
	s := benchSchemaCompiled(t)
	valid := ""
	for _, b := range []*Bench{{Schema: SchemaBench, Environment: publishedBench().Environment}, openBench(), publishedBench()} {
		valid = string(render(t, func(w io.Writer) error { return WriteBenchJSON(w, b) }))
		if err := validate(t, s, valid); err != nil {
			t.Error(err)
		}
	}
	for _, mutant := range [][2]string{
		{`spillway/bench/v1`, `spillway/bench/v2`}, {`"workers": 1,`, ``}, {`"samples"`, `"sample"`}, {`"p99"`, `"p98"`},
		{`"queue_length_at_95"`, `"queue_at_95"`}, {`"resident_bytes": 4000000`, `"resident_bytes": 0`}, {`"cpu_seconds": 0.0123`, `"cpu_seconds": null`},
		{`"go": "go1.26.8",`, ``}, {`"memory": 0`, `"memory": -1`},
	} {
		text := strings.Replace(valid, mutant[0], mutant[1], 1)
		if text == valid {
			t.Errorf("%s is not in the document", mutant[0])
		} else if err := validate(t, s, text); err == nil {
			t.Errorf("%s in place of %s is valid", mutant[1], mutant[0])
		}
	}
}

// TestThroughput: 1, 2, 6 have mean 3 and variance (4 + 1 + 9)/2 = 7.
func TestThroughput(t *testing.T) {
	x := NewThroughput([]float64{1, 2, 6})
	if !near(float64(x.Mean), 3, 1e-12) || !near(float64(*x.SD), math.Sqrt(7), 1e-12) || len(x.Samples) != 3 {
		t.Errorf("%+v", x)
	}
	if x := NewThroughput([]float64{5}); x.SD != nil || x.Mean != 5 {
		t.Errorf("%+v", x)
	}
}

func TestBenchRefusesNaN(t *testing.T) {
	b := publishedBench()
	b.Rows[2].CPUSeconds = Number(math.NaN())
	var out bytes.Buffer
	for _, write := range []func(io.Writer, *Bench) error{WriteBenchJSON, WriteBenchCSV} {
		if err := write(&out, b); err == nil || out.Len() > 0 {
			t.Errorf("%v, %d bytes", err, out.Len())
		}
	}
}
