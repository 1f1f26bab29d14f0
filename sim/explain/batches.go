package explain

import (
	"fmt"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

// unbatched is a process of batches as one of tasks, of which those of a batch
// come at one time.
type unbatched struct {
	arrivals.Process
	batch arrivals.Batch
}

// Rate is tasks per second.
func (u unbatched) Rate() float64 { return u.Process.Rate() * u.batch.Mean() }

func (u unbatched) String() string { return fmt.Sprintf("%s × %s", u.Process, u.batch) }

// Start begins a realisation.
func (u unbatched) Start(s *distributions.Stream) arrivals.Source {
	return &unbatchedSource{batch: u.batch, stream: derived(s).For(0, "batches"), inner: u.Process.Start(s), epochs: make([]float64, 0, block)}
}

type unbatchedSource struct {
	batch  arrivals.Batch
	stream *distributions.Stream
	inner  arrivals.Source
	epochs []float64 // of batches to come
	at     int
	left   int // tasks to come of the batch before epochs[at]
	ended  bool
}

func (v *unbatchedSource) Fill(epochs []float64) int {
	for i := range epochs {
		if v.left == 0 && !v.next() {
			return i
		}
		epochs[i] = v.epochs[v.at-1]
		v.left--
	}
	return len(epochs)
}

// next moves on to the next batch that has a task.
func (v *unbatchedSource) next() bool {
	for v.left == 0 {
		if v.at == len(v.epochs) {
			if v.ended {
				return false
			}
			v.epochs, v.at = v.epochs[:v.inner.Fill(v.epochs[:block])], 0
			v.ended = len(v.epochs) < block
			continue
		}
		v.at++
		v.left = v.batch.Draw(v.stream)
	}
	return true
}

// tasksOf is a stream's process as one of tasks.
func tasksOf(p arrivals.Process, batch arrivals.Batch) arrivals.Process {
	if batch == nil {
		return p
	}
	return unbatched{p, batch}
}
