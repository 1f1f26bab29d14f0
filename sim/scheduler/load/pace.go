package load

import (
	"context"
	"runtime"
	"time"
)

// Pacing is how the generator waits for the next intended time.
type Pacing int

// The pacings. A sleep wakes up late, by some 60 µs to a millisecond; a spin is
// on time, and keeps a core busy that the pool may need.
const (
	Hybrid Pacing = iota // sleep, and spin for the last stretch
	Sleep                // sleep only: for pools whose tasks keep every core busy
	Spin                 // spin only: where there is a core to spare
)

// stretch is what the hybrid spins for: as late as most sleeps wake up.
const stretch = 200 * time.Microsecond

// until waits for an instant, or for the end of the context. Who spins lets
// others have the core that want it.
func (p Pacing) until(ctx context.Context, at time.Time) {
	margin := time.Duration(0)
	switch p {
	case Spin:
		margin = time.Until(at)
	case Hybrid:
		margin = stretch
	}
	if d := time.Until(at) - margin; d > 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			return
		}
	}
	for margin > 0 && time.Until(at) > 0 && ctx.Err() == nil {
		runtime.Gosched()
	}
}
