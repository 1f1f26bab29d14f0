package main

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"spillway/results"
	"spillway/scenarios"
	"spillway/sim/experiment"
)

// plans are the formats of a plan.
var plans = map[string]func(io.Writer, *results.Plan) error{
	"table":    results.WritePlan,
	"markdown": results.WritePlanMarkdown,
	"json":     results.WritePlanJSON,
	"csv":      results.WritePlanCSV,
}

// planFlags are those of plan alone.
type planFlags struct {
	slo        []string
	vary       string
	confidence string
	tolerance  string
}

func (p *program) planCommand() *cobra.Command {
	var f flags
	var own planFlags
	c := &cobra.Command{
		Use:   "plan FILE",
		Short: "The least servers, or the most of something else, that keep an slo",
		Long: "Searches for the least number of servers that keeps every slo, or with --vary for the value of any key: it simulates\n" +
			"a value only as long as it takes to tell, and starts where theory points. With a trace it sizes for that trace.\n" +
			"Exit status 3: nothing in the range keeps the slo for certain.",
		Example: "  spillway plan mmc --slo latency.p99=50ms\n" +
			"  spillway plan mmc --slo 'wait<=5ms' --slo 'throughput>=70/s' --vary servers=1..500\n" +
			"  spillway plan mmc --slo latency.p99=50ms --vary arrivals.rate=10/s..390/s\n" +
			"  spillway plan bounded-queue --slo 'latency.within={200ms: 99.5%}' --vary queue.limit=0..1000",
		Args: files(1),
		RunE: func(c *cobra.Command, args []string) error { return p.plan(c, &f, &own, args[0]) },
	}
	s := c.Flags()
	s.StringArrayVar(&own.slo, "slo", nil, "METRIC=BOUND, METRIC<=BOUND or METRIC>=BOUND, in place of the scenario's slo (may be repeated)")
	s.StringVar(&own.vary, "vary", "servers", "KEY=LOW..HIGH: what to vary, and how far: servers=1..500, arrivals.rate=10/s..200/s, queue.limit=0..1000")
	s.StringVar(&own.confidence, "confidence", "", "of all verdicts together: 99%, instead of the scenario's run.confidence")
	s.StringVar(&own.tolerance, "tolerance", "1%", "how near to the bound to search values that are not whole numbers")
	f.add(c, true)
	return c
}

func (p *program) plan(c *cobra.Command, f *flags, own *planFlags, name string) error {
	if err := f.check(c); err != nil {
		return err
	}
	if c.Flags().Changed("precision") {
		return usagef("%s: --precision: every value is simulated until it can be told, and no further; the most is run.max_tasks", c.CommandPath())
	}
	vary, err := parseVary(own.vary, own.tolerance, c.Flags().Changed("tolerance"))
	if err != nil {
		return usagef("%s: %v", c.CommandPath(), err)
	}
	set, err := own.overrides(f.overrides(c))
	if err != nil {
		return usagef("%s: %v", c.CommandPath(), err)
	}
	pl := &planner{program: p, flags: f, name: name, set: set, vary: vary}
	if err := pl.read(); err != nil {
		return err
	}
	plan, err := pl.run()
	if err != nil {
		return err
	}
	plan.Conclude()
	var text bytes.Buffer
	if err := plans[f.format](&text, plan); err != nil {
		return err
	}
	if err := p.deliver(f.output, text.Bytes()); err != nil {
		return err
	}
	switch {
	case !plan.Complete:
		return &exit{interrupted, "spillway: interrupted: what was tried is printed"}
	case plan.Answer.Value == nil:
		return &exit{disagrees, "spillway: " + plan.Answer.Text}
	}
	return nil
}

// overrides adds those that plan has flags for.
func (own *planFlags) overrides(set []string) ([]string, error) {
	if own.confidence != "" {
		set = append(set, "run.confidence="+own.confidence)
	}
	var bounds []string
	for _, text := range own.slo {
		bound, err := sloOperand(text)
		if err != nil {
			return nil, err
		}
		bounds = append(bounds, bound)
	}
	if bounds != nil {
		set = append(set, "slo={"+strings.Join(bounds, ", ")+"}")
	}
	return set, nil
}

// sloOperand is an operand of --slo as an entry of the scenario's slo.
func sloOperand(text string) (string, error) {
	for _, sign := range []string{"<=", ">=", "="} {
		metric, bound, found := strings.Cut(text, sign)
		if !found || strings.TrimSpace(metric) == "" || strings.TrimSpace(bound) == "" {
			continue
		}
		if sign == ">=" {
			bound = "{min: " + bound + "}"
		}
		return "'" + strings.ReplaceAll(strings.TrimSpace(metric), "'", "''") + "': " + bound, nil
	}
	return "", errors.New("--slo " + text + ": want METRIC=BOUND, METRIC<=BOUND or METRIC>=BOUND, like latency.p99=50ms or 'throughput>=70/s'")
}

// newPlan is a plan before anything was tried.
func (pl *planner) newPlan(s *scenarios.Study) *results.Plan {
	scenario := results.Scenario{Name: s.Name, Description: s.Description, File: s.File, Seed: s.Seed, SHA256: s.SHA256,
		Text: string(pl.content), Set: pl.set}
	if pl.flags.engine != "auto" {
		scenario.Engine = pl.flags.engine
	}
	return &results.Plan{
		Schema: results.SchemaPlan, Scenario: scenario, Complete: true,
		Program:    results.Program{Version: version, Go: runtime.Version(), Arch: runtime.GOARCH},
		Confidence: s.Points[0].Run.Confidence,
		Vary: results.Vary{Key: pl.vary.key, Low: results.Number(pl.vary.Low), High: results.Number(pl.vary.High),
			Whole: pl.vary.Whole, Unit: pl.vary.unit},
	}
}

// run searches, with progress on a terminal.
func (pl *planner) run() (*results.Plan, error) {
	base, err := pl.prepare()
	if err != nil {
		return nil, err
	}
	plan := pl.newPlan(base)
	took, err := pl.timed(pl.vary.Trials(), pl.flags, func(o experiment.Options) error {
		pl.options = o
		return pl.search(plan)
	})
	if err != nil && pl.ctx.Err() == nil {
		return nil, err
	}
	plan.Complete = pl.ctx.Err() == nil
	if pl.flags.timing {
		plan.Timing = &took
	}
	pl.say(pl.flags, took)
	return plan, nil
}
