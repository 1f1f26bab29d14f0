package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"spillway/sim"
)

// flags are those of the commands that read scenarios.
type flags struct {
	set          []string
	seed         string
	precision    string
	replications int
	parallel     int
	format       string
	output       string
	quiet        bool
	timing       bool
	engine       string
	monitor      string // of the commands that simulate one scenario
	events       string
	inconclusive string // of the commands that judge objectives
	real         bool   // of those that may run a scenario for real
}

// engines are the values of --engine.
var engines = map[string]sim.Engine{"auto": sim.Auto, "events": sim.Events, "recursion": sim.ByRecursion}

// later are the flags of the contract that this version recognises and refuses.
var later = []struct{ name, does string }{
	{"study", "keep a journal of a long study"},
	{"resume", "go on with a study"},
}

func (f *flags) add(c *cobra.Command, simulates bool) {
	s := c.Flags()
	s.SortFlags = false
	s.StringArrayVar(&f.set, "set", nil, "replace or add a value by its dotted path: --set servers=8 (may be repeated)")
	s.StringVar(&f.format, "format", "table", "table, json, csv or markdown")
	s.StringVarP(&f.output, "output", "o", "", "write to `FILE` instead of standard output, whole or not at all")
	s.BoolVar(&f.quiet, "quiet", false, "nothing on standard error but errors")
	for _, l := range later {
		s.String(l.name, "", l.does+" (not supported yet)")
		s.Lookup(l.name).Hidden = true
		s.Lookup(l.name).NoOptDefVal = "true"
	}
	if !simulates {
		return
	}
	s.StringVar(&f.seed, "seed", "", "seed of the random numbers, instead of the scenario's")
	s.StringVar(&f.precision, "precision", "", "go on until the intervals are this narrow: 1%, instead of the scenario's run length")
	s.IntVar(&f.replications, "replications", 0, "independent replications, instead of the scenario's")
	s.IntVar(&f.parallel, "parallel", 0, "replications at a time (default: all cores); the results are the same")
	s.BoolVar(&f.timing, "timing", false, "put the time that it took into the JSON, in a field 'timing'")
	s.StringVar(&f.monitor, "monitor", "", "serve Prometheus metrics of the first replication, then of the real run, at `ADDR`/metrics while running: :9090")
	s.StringVar(&f.events, "events", "", "write every event of the first replication to `FILE`: JSON lines, or for Perfetto where its name ends in .trace.json")
	s.StringVar(&f.engine, "engine", "auto", "auto, events or recursion: what computes the simulation")
}

// check refuses what flags cannot be.
func (f *flags) check(c *cobra.Command) error {
	for _, l := range later {
		if c.Flags().Changed(l.name) {
			return usagef("%s: --%s is not supported yet", c.CommandPath(), l.name)
		}
	}
	if _, ok := writers[f.format]; !ok {
		return usagef("%s: --format %s: want table, json, csv or markdown", c.CommandPath(), f.format)
	}
	if _, ok := engines[f.engine]; !ok && f.engine != "" {
		return usagef("%s: --engine %s: want auto, events or recursion", c.CommandPath(), f.engine)
	}
	if err := errors.Join(f.checkGate(c), checkOutput(f.output)); err != nil {
		return err
	}
	if c.Flags().Changed("parallel") && f.parallel < 1 {
		return usagef("%s: --parallel %d: want 1 or more", c.CommandPath(), f.parallel)
	}
	return nil
}

// overrides are the --set operands, those that have a flag of their own
// included.
func (f *flags) overrides(c *cobra.Command) []string {
	all := append([]string(nil), f.set...)
	if f.real {
		all = append(all, askReal)
	}
	if c.Flags().Changed("seed") {
		all = append(all, "seed="+f.seed)
	}
	if c.Flags().Changed("precision") {
		all = append(all, "run.precision="+f.precision)
	}
	if c.Flags().Changed("replications") {
		all = append(all, fmt.Sprintf("run.replications=%d", f.replications))
	}
	return all
}
