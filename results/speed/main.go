//go:build unix

// Command speed measures how fast Spillway is, next to C programs that do the
// same work and measure nothing but a mean (limit/limit.c), on one machine. The two
// are run in turn, several times, and what is compared is the median of the
// ratios, so that a machine that is slower for a while is slower for both. It
// needs Go and a C compiler:
//
//	go run ./results/speed -o results/speed/speed.md
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

func main() {
	rounds := flag.Int("rounds", 11, "how often each pair is run")
	source := flag.String("c", "results/speed/limit/limit.c", "the C `file`")
	compiler := flag.String("cc", "cc", "the C compiler")
	out := flag.String("o", "", "write the table to a `file` instead of standard output")
	flag.Parse()
	if *rounds < 1 {
		fmt.Fprintln(os.Stderr, "speed: -rounds is 1 or more")
		os.Exit(2)
	}
	if err := measure(*rounds, *source, *compiler, *out); err != nil {
		fmt.Fprintln(os.Stderr, "speed:", err)
		os.Exit(1)
	}
}

// bench is what is run: the programs, built.
type bench struct {
	rounds                  int
	limit, kernels, program string // paths
	report                  *bytes.Buffer
}

func measure(rounds int, source, compiler, out string) error {
	dir, err := os.MkdirTemp("", "speed")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := bench{
		rounds: rounds, report: new(bytes.Buffer),
		limit: filepath.Join(dir, "limit"), kernels: filepath.Join(dir, "kernels"), program: filepath.Join(dir, "spillway"),
	}
	for _, command := range [][]string{
		{compiler, "-O3", "-march=native", "-o", b.limit, source, "-lm"},
		{"go", "test", "-c", "-pgo=cmd/spillway/default.pgo", "-o", b.kernels, "./sim"},
		{"go", "build", "-o", b.program, "./cmd/spillway"},
	} {
		if _, err := output(command...); err != nil {
			return err
		}
	}
	if err := b.title(compiler); err != nil {
		return err
	}
	for _, table := range []func() error{b.kernelTable, b.programTable} {
		if err := table(); err != nil {
			return err
		}
	}
	if out == "" {
		_, err = os.Stdout.Write(b.report.Bytes())
		return err
	}
	return os.WriteFile(out, b.report.Bytes(), 0o644)
}

func (b *bench) printf(format string, args ...any) { fmt.Fprintf(b.report, format, args...) }

func (b *bench) title(compiler string) error {
	version, err := output(compiler, "--version")
	if err != nil {
		return err
	}
	version, _, _ = strings.Cut(version, "\n")
	b.printf("# How fast Spillway is\n\nMeasured on %s by\n\n    go run ./results/speed -rounds %d -o results/speed/speed.md\n\n", time.Now().Format("2 January 2006"), b.rounds)
	b.printf("on %s, %d processors, %s, %s.\n", processor(), runtime.NumCPU(), runtime.Version(), version)
	return nil
}

// processor is the machine's name for its processor, where it has one.
func processor() string {
	info, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(info)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}

// output runs a command.
func output(command ...string) (string, error) {
	cmd := exec.Command(command[0], command[1:]...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	text, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", strings.Join(command, " "), err, bytes.TrimSpace(errs.Bytes()))
	}
	return string(text), nil
}
