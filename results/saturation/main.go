// Command saturation measures how long package saturation's detector takes to a
// false alarm and how soon it finds an overload, next to two fixed rules:
//
//	go run ./results/saturation -traces DIR -o results/saturation/table.md
//
// DIR has a folder for each recorded trace, with a CSV file whose first column is
// the time of arrival in seconds. Without it, there are no traces in the table.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"strings"

	"spillway/distributions"
)

func main() {
	s := study{}
	flag.IntVar(&s.seeds, "seeds", 200, "runs of each workload and load")
	flag.Uint64Var(&s.streams.Seed, "seed", 1, "seed of all random numbers")
	flag.IntVar(&s.workers, "workers", runtime.GOMAXPROCS(0), "runs at a time; the table does not depend on it")
	traces := flag.String("traces", "", "the `folder` of recorded traces")
	out := flag.String("o", "", "write the table to a `file` instead of standard output")
	flag.Parse()
	if s.seeds < 1 || s.workers < 1 || flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "saturation: -seeds and -workers are 1 or more, and there are no arguments")
		os.Exit(2)
	}
	if err := s.publish(*traces, *out); err != nil {
		fmt.Fprintln(os.Stderr, "saturation:", err)
		os.Exit(1)
	}
}

func (s study) publish(traces, out string) error {
	workloads := drawn()
	if traces != "" {
		more, err := recorded(traces)
		if err != nil {
			return err
		}
		workloads = append(workloads, more...)
	}
	text, err := s.report(workloads)
	if err != nil {
		return err
	}
	if out == "" {
		_, err = os.Stdout.WriteString(text)
		return err
	}
	return os.WriteFile(out, []byte(text), 0o644)
}

// study is how much is run.
type study struct {
	seeds, workers int
	streams        distributions.Streams
}

// report runs everything and is the document.
func (s study) report(workloads []workload) (string, error) {
	var text strings.Builder
	fmt.Fprintf(&text, introduction, s.seeds, s.streams.Seed)
	text.WriteString(heading("Loads below capacity: false alarms", append([]string{"workload, length of a run", "ρ", "overloaded"}, twice("alarms", "time to one")...)...))
	if err := s.rows(&text, workloads, inOrder, quiet); err != nil {
		return "", err
	}
	text.WriteString(heading("Overload: detections", append([]string{"workload, length of a run", "ρ"}, twice("found", "after, s")...)...))
	if err := s.rows(&text, workloads, overload, loud); err != nil {
		return "", err
	}
	text.WriteString(changes)
	text.WriteString(heading("Changes of the load", "load", "service", "alarms before", "found", "after, s", "over after, s"))
	for _, service := range []float64{0.1, 1} {
		for _, e := range episodes() {
			row, err := changeRow(e, service, s.streams, s.seeds)
			if err != nil {
				return "", err
			}
			text.WriteString(row)
		}
	}
	return text.String(), nil
}

// twice is a pair of columns for each judge.
func twice(a, b string) []string {
	var columns []string
	for _, name := range judgeNames {
		columns = append(columns, name+": "+a, b)
	}
	return columns
}

// rows writes a row for each workload at each load.
func (s study) rows(text *strings.Builder, workloads []workload, loads []float64, row func(workload, float64, []outcome) string) error {
	for _, w := range workloads {
		for _, load := range loads {
			outcomes, err := watch(w, load, s.streams, s.seeds, s.workers)
			if err != nil {
				return fmt.Errorf("%s at a load of %g: %w", w.name, load, err)
			}
			text.WriteString(row(w, load, outcomes))
		}
	}
	return nil
}
