package main

import (
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress is a bar on standard error: points done, tasks simulated. It is
// silent where standard error is no terminal.
type progress struct {
	bar   *progressbar.ProgressBar // nil: silent
	quit  chan struct{}
	ended sync.WaitGroup
}

func (p *program) startProgress(points int, tasks *atomic.Int64, quiet bool) *progress {
	b := &progress{quit: make(chan struct{})}
	stderr, ok := p.stderr.(*os.File)
	if quiet || !ok || !term.IsTerminal(int(stderr.Fd())) || points == 0 {
		return b
	}
	b.bar = progressbar.NewOptions(points,
		progressbar.OptionSetWriter(stderr), progressbar.OptionSetWidth(30), progressbar.OptionClearOnFinish(),
		progressbar.OptionShowCount(), progressbar.OptionSetPredictTime(false), progressbar.OptionSetElapsedTime(true))
	b.ended.Go(func() {
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-b.quit:
				return
			case <-tick.C:
				b.bar.Describe(fmt.Sprintf("%s tasks, points", count(float64(tasks.Load()))))
			}
		}
	})
	return b
}

func (b *progress) pointDone() {
	if b.bar != nil {
		_ = b.bar.Add(1) // a bar that cannot be drawn is no reason to stop
	}
}

func (b *progress) stop() {
	close(b.quit)
	b.ended.Wait()
	if b.bar != nil {
		_ = b.bar.Clear()
	}
}

// cpuSeconds is the processor time of this process so far, 0 where it cannot
// be had.
func cpuSeconds() float64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}
