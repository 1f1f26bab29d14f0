package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// The exit statuses.
const (
	done        = 0
	failed      = 1
	invalid     = 2
	disagrees   = 3
	interrupted = 130
)

// exit is an error that knows the exit status that it means. Its text may be
// empty: then everything has been said.
type exit struct {
	status int
	text   string
}

func (e *exit) Error() string { return e.text }

// usagef is an error of the caller's: exit status 2.
func usagef(format string, args ...any) error {
	return &exit{invalid, fmt.Sprintf(format, args...)}
}

// program is one call of the command: its streams and its context.
type program struct {
	ctx            context.Context
	stdin          io.Reader
	stdout, stderr io.Writer
}

// run is the whole program; it returns the exit status.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	p := &program{ctx, stdin, stdout, stderr}
	root := p.root()
	root.SetArgs(args)
	err := root.Execute()
	if err == nil {
		return done
	}
	if text := err.Error(); text != "" {
		fmt.Fprintln(stderr, strings.TrimRight(text, "\n"))
	}
	var e *exit
	if errors.As(err, &e) {
		return e.status
	}
	return failed
}

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "spillway",
		Short: "Predict what a pool of workers does under load",
		Long: "Spillway predicts what a pool of workers does under load, bursts included, before production finds out.\n" +
			"It answers a YAML scenario exactly, where queueing theory can, and by simulation, side by side.",
		SilenceErrors: true,
		SilenceUsage:  true,
		// As far as a transposition: 'rnu' means 'run'.
		SuggestionsMinimumDistance: 2,
		Args:                       knownCommand,
		RunE:                       func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetIn(p.stdin)
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usagef("%s: %v; see '%s --help'", c.CommandPath(), err, c.CommandPath())
	})
	root.AddCommand(p.runCommand(), p.compareCommand(), p.analyticCommand(), p.planCommand(), p.explainCommand(), p.fitCommand(), p.validateCommand(),
		p.scenariosCommand(), p.schemaCommand(), p.versionCommand())
	root.AddCommand(p.benchCommand())
	for _, name := range []string{"report"} {
		root.AddCommand(laterCommand(name))
	}
	return root
}

// laterCommand is a command that a later version has.
func laterCommand(name string) *cobra.Command {
	return &cobra.Command{
		Use: name, Hidden: true, DisableFlagParsing: true,
		RunE: func(*cobra.Command, []string) error {
			return usagef("spillway: command %q is not supported yet", name)
		},
	}
}

// knownCommand refuses what is no command, with the near miss.
func knownCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := ""
	if near := c.SuggestionsFor(args[0]); len(near) > 0 {
		hint = fmt.Sprintf("; did you mean %q?", near[0])
	}
	return usagef("spillway: unknown command %q%s; see 'spillway --help'", args[0], hint)
}

// files checks the number of FILE operands: at least one, at most most.
func files(most int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		switch {
		case len(args) == 0:
			return usagef("%s: no scenario given: want a file, '-' for standard input, or one of those that 'spillway scenarios' lists", c.CommandPath())
		case len(args) > most:
			return usagef("%s: %d scenarios given, want at most %d", c.CommandPath(), len(args), most)
		}
		return nil
	}
}

// none refuses operands.
func none(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("%s: takes no operand, found %q", c.CommandPath(), args[0])
	}
	return nil
}
