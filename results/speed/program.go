//go:build unix

package main

import (
	"fmt"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// oneQueue is an M/M/1 queue; %s is how long it runs.
const oneQueue = `version: 1
name: one-queue
arrivals: {process: poisson, rate: %d}
service: {distribution: exponential, rate: 100}
servers: 1
run: {%s}
`

// spent is what a process took.
type spent struct {
	wall, cpu float64 // seconds
	memory    float64 // megabytes at its peak
}

// spillway runs the program.
func (b *bench) spillway(stdin string, args ...string) (spent, error) {
	cmd := exec.Command(b.program, args...)
	cmd.Stdin = strings.NewReader(stdin)
	begun := time.Now()
	if text, err := cmd.CombinedOutput(); err != nil {
		return spent{}, fmt.Errorf("spillway %s: %w: %s", strings.Join(args, " "), err, text)
	}
	u := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	kilobytes := float64(u.Maxrss)
	if runtime.GOOS == "darwin" {
		kilobytes /= 1024
	}
	cpu := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return spent{time.Since(begun).Seconds(), cpu.Seconds(), kilobytes / 1024}, nil
}

// medians runs the program several times.
func (b *bench) medians(rounds int, stdin string, args ...string) (spent, error) {
	var wall, cpu, memory []float64
	for range rounds {
		s, err := b.spillway(stdin, args...)
		if err != nil {
			return s, err
		}
		wall, cpu, memory = append(wall, s.wall), append(cpu, s.cpu), append(memory, s.memory)
	}
	return spent{median(wall), median(cpu), median(memory)}, nil
}

// programTable runs the program as a user does.
func (b *bench) programTable() error {
	precise := []string{"run", "distributed", "--set", "run.of=[wait.mean]"}
	tasks := func(n int) string {
		return fmt.Sprintf(oneQueue, 80, "replications: 32, tasks: "+strconv.Itoa(n/32))
	}
	cases := []struct {
		what, stdin string
		args        []string
		aim         string
		rounds      int
	}{
		{"M/M/1, ρ = 0.9, the mean wait to ±1 %", fmt.Sprintf(oneQueue, 90, "precision: 1%, of: [wait.mean]"), []string{"run", "-"}, "0.8 s of CPU", b.rounds},
		{"`run distributed`", "", []string{"run", "distributed"}, "0.4 s of wall time on 2 cores", b.rounds},
		{"the same, its mean waits to ±1 %", "", precise, "2.5 s of wall time on 2 cores", b.rounds/2 + 1},
		{"the same, `--parallel 1`", "", append(precise, "--parallel", "1"), "1.85 × that of 2 cores", b.rounds/2 + 1},
		{"M/M/1, 10⁷ tasks", tasks(1e7), []string{"run", "-"}, "40 MB", 3},
		{"M/M/1, 10⁹ tasks", tasks(1e9), []string{"run", "-"}, "40 MB", 1},
	}
	b.printf("\n## The program, from its start to its end\n\n| | wall time (s) | CPU (s) | peak memory (MB) | aim |\n| --- | ---: | ---: | ---: | --- |\n")
	var all []spent
	for _, c := range cases {
		s, err := b.medians(c.rounds, c.stdin, c.args...)
		if err != nil {
			return err
		}
		all = append(all, s)
		b.printf("| %s | %.2f | %.2f | %.0f | %s |\n", c.what, s.wall, s.cpu, s.memory, c.aim)
	}
	b.printf("\n%d processors do the sweep %.2f times as fast as one.\n", runtime.NumCPU(), all[3].wall/all[2].wall)
	return nil
}
