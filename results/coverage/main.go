// Command coverage checks what the intervals say of themselves: it repeats a
// simulation a thousand times with other random numbers and counts how often an
// interval of 95 % holds the exact value. It ends with status 1 where a count
// is outside the band that a true 95 % stays in.
//
//	go run ./results/coverage -o results/coverage/coverage.md
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"time"

	"spillway/scenarios"
	"spillway/sim/analytic"
	"spillway/sim/experiment"
)

func main() {
	n := flag.Int("n", 1000, "experiments of each case")
	parallel := flag.Int("parallel", 0, "replications at a time; 0 stands for all cores")
	only := flag.String("case", "", "only the cases whose name has this in it")
	out := flag.String("o", "", "write the table to a `file` instead of standard output")
	flag.Parse()
	if *n < 10 {
		fmt.Fprintln(os.Stderr, "coverage: -n is 10 or more")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	outside, err := study(ctx, *n, *parallel, *only, *out)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "coverage:", err)
		os.Exit(1)
	case outside > 0:
		fmt.Fprintf(os.Stderr, "coverage: %d counts are outside the band\n", outside)
		os.Exit(1)
	}
}

// study runs the cases and writes their table, anew after each of them, so that
// an interrupt leaves what is finished; outside is how many counts are not
// where they are expected.
func study(ctx context.Context, n, parallel int, only, out string) (outside int, err error) {
	t := table{n: n}
	for _, c := range cases() {
		if !strings.Contains(c.name+", "+c.mode, only) {
			continue
		}
		began := time.Now()
		rows, err := c.run(ctx, n, parallel)
		if err != nil {
			return 0, fmt.Errorf("%s, %s: %w", c.name, c.mode, err)
		}
		t.rows = append(t.rows, rows...)
		fmt.Fprintf(os.Stderr, "%s, %s: %.0f s\n", c.name, c.mode, time.Since(began).Seconds())
		if out != "" {
			if err := os.WriteFile(out, t.markdown(), 0o644); err != nil {
				return 0, err
			}
		}
	}
	if out == "" {
		_, err = os.Stdout.Write(t.markdown())
	}
	return t.outside(), err
}

// atOnce is how many experiments are kept in memory.
const atOnce = 50

// run repeats one case and counts.
func (c *repeated) run(ctx context.Context, n, parallel int) ([]row, error) {
	scenario, err := scenarios.Load(c.name, []byte(c.scenario+"\nrun: "+c.plan), scenarios.Options{})
	if err != nil {
		return nil, err
	}
	exact, err := analytic.Solve(scenario.Points[0].System())
	if err != nil {
		return nil, err
	}
	if !exact.Exact {
		return nil, fmt.Errorf("%s is an approximation", exact.Model)
	}
	rows := make([]row, len(c.metrics))
	for i, name := range c.metrics {
		metric, statistic, _ := strings.Cut(name, ".")
		value, known := exact.Metrics[metric][statistic]
		if !known {
			return nil, fmt.Errorf("%s has no %s", exact.Model, name)
		}
		rows[i] = row{repeated: c, metric: name, exact: value}
	}
	for seed := 1; seed <= n; seed += atOnce {
		var points []experiment.Point
		for k := seed; k < seed+atOnce && k <= n; k++ {
			p := scenario.Points[0].Experiment(uint64(k))
			p.Plan.Plain = c.plain
			points = append(points, p)
		}
		outcomes, err := experiment.Run(ctx, points, experiment.Options{Parallel: parallel})
		if err != nil {
			return nil, err
		}
		for i := range rows {
			for _, o := range outcomes {
				rows[i].add(o)
			}
		}
	}
	return rows, nil
}

func (t *table) markdown() []byte {
	var b bytes.Buffer
	t.write(&b)
	return b.Bytes()
}
