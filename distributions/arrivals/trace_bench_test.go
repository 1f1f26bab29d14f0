package arrivals_test

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"spillway/distributions/arrivals"
)

// opened is a log that lies in memory.
func opened(text []byte) arrivals.Opener {
	return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }
}

// regularLog has rows like those of the recorded logs, n of them.
func regularLog(n int) []byte {
	var b bytes.Buffer
	b.WriteString("arrival_s,context_tokens,generated_tokens,class\n")
	for i := range n {
		fmt.Fprintf(&b, "%d.%06d,%d,%d,%s\n", i/5, i%5*200_000, 100+i*7919%4000, 1+i*104729%500, [...]string{"chat", "batch"}[i%2])
	}
	return b.Bytes()
}

// BenchmarkTrace reports rows per second of a replay; nothing is allocated for
// a row.
func BenchmarkTrace(b *testing.B) {
	const rows = 100_000
	log := regularLog(rows)
	for name, o := range map[string]arrivals.TraceOptions{
		"columns=time":              {},
		"columns=time,service":      {Service: "generated_tokens"},
		"columns=formula":           {Service: "0.02 + 0.001*generated_tokens + 2.8e-06*context_tokens"},
		"columns=formula,and,class": {Service: "0.02 + 0.001*generated_tokens + 2.8e-06*context_tokens", Class: "class"},
	} {
		o.Time, o.Speedup = "arrival_s", 1
		b.Run(name, func(b *testing.B) {
			trace := must[*arrivals.Trace](b)(arrivals.NewTrace(opened(log), o))
			epochs, services, classes := make([]float64, 512), make([]float64, 512), make([]int32, 512)
			b.ReportAllocs()
			b.SetBytes(int64(len(log)))
			for b.Loop() {
				r, total := trace.Replay(), 0
				for {
					n, err := r.FillTasks(epochs, services, classes)
					if total += n; err != nil {
						b.Fatal(err)
					}
					if n < len(epochs) {
						break
					}
				}
				if total != rows {
					b.Fatal(total)
				}
			}
			b.ReportMetric(float64(b.N)*rows/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
