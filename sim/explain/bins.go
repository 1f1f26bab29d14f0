package explain

import (
	"fmt"
	"math"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

// binned has as many arrivals of a process in each bin of time as that has,
// uniform inside the bin: whatever the process does faster than a bin has
// become Poisson. The bins begin at time zero; the tasks keep their order.
type binned struct {
	arrivals.Process
	width float64 // seconds, > 0
}

func (b binned) String() string { return fmt.Sprintf("%s, Poisson inside %g s", b.Process, b.width) }

// Start begins a realisation: the process draws what it draws by itself.
func (b binned) Start(s *distributions.Stream) arrivals.Source {
	unit, err := distributions.NewExponential(1)
	if err != nil {
		panic(err) // it takes every positive rate
	}
	v := &binSource{width: b.width, unit: unit, stream: derived(s).For(0, "bins"), inner: b.Process.Start(s)}
	v.tasks, _ = v.inner.(arrivals.Tasks)
	return v
}

// block is how many tasks are asked for at a time.
const block = 512

// tasks are times and, where something knows them, service times and classes.
type tasks struct {
	epochs, services []float64
	classes          []int32
	at               int // those before have been given out
}

// binSource holds the tasks of one bin.
type binSource struct {
	width  float64
	unit   distributions.Exponential
	stream *distributions.Stream
	inner  arrivals.Source
	tasks  arrivals.Tasks // inner; nil where it does not know its tasks
	ahead  tasks          // of inner, that are still to come
	bin    tasks
	last   float64 // the epoch given out before
	err    error
	ended  bool
}

// Fill writes epochs alone.
func (v *binSource) Fill(epochs []float64) int {
	n, _ := v.FillTasks(epochs, nil, nil)
	return n
}

// FillTasks writes the tasks as arrivals.Tasks says.
func (v *binSource) FillTasks(epochs, services []float64, classes []int32) (int, error) {
	for i := range epochs {
		if v.bin.at == len(v.bin.epochs) && !v.collect() {
			return i, v.err
		}
		k := v.bin.at
		v.last = max(v.last, v.bin.epochs[k]) // the ends of bins are rounded
		epochs[i] = v.last
		if services != nil && v.tasks != nil {
			services[i] = v.bin.services[k]
		}
		if classes != nil && v.tasks != nil {
			classes[i] = v.bin.classes[k]
		}
		v.bin.at++
	}
	return len(epochs), nil
}

// collect takes in the next bin that has tasks, and scatters them: n uniform
// points in their order are the first n of n + 1 sums of exponential variates
// over the last (Devroye, "Non-Uniform Random Variate Generation", 1986, section
// V.3.1).
func (v *binSource) collect() bool {
	b := &v.bin
	b.epochs, b.services, b.classes, b.at = b.epochs[:0], b.services[:0], b.classes[:0], 0
	number := 0.0
	for v.readAhead() {
		a := &v.ahead
		k := math.Floor(a.epochs[a.at] / v.width)
		if len(b.epochs) > 0 && k != number {
			break
		}
		number = k
		b.epochs = append(b.epochs, 0)
		b.services = append(b.services, a.services[a.at])
		b.classes = append(b.classes, a.classes[a.at])
		a.at++
	}
	n := len(b.epochs)
	if n == 0 {
		return false
	}
	b.epochs = append(b.epochs, 0)
	total := v.unit.FillSums(v.stream, 0, b.epochs)
	b.epochs = b.epochs[:n]
	for i, x := range b.epochs {
		b.epochs[i] = float64(number*v.width) + float64(v.width*(x/total))
	}
	return true
}

// readAhead says whether there is a task to come.
func (v *binSource) readAhead() bool {
	a := &v.ahead
	if a.at < len(a.epochs) {
		return true
	}
	if v.ended {
		return false
	}
	if a.services == nil {
		a.epochs, a.services, a.classes = make([]float64, block), make([]float64, block), make([]int32, block)
	}
	a.epochs, a.at = a.epochs[:block], 0
	n := 0
	if v.tasks != nil {
		n, v.err = v.tasks.FillTasks(a.epochs, a.services, a.classes)
	} else {
		n = v.inner.Fill(a.epochs)
	}
	a.epochs = a.epochs[:n]
	v.ended = n < block
	return n > 0
}

// HasService says that the process is a log with service times.
func (b binned) HasService() bool {
	log, ok := b.Process.(replay)
	return ok && log.HasService()
}

// Summary is that of the log, where the process is one.
func (b binned) Summary() arrivals.Summary {
	if log, ok := b.Process.(replay); ok {
		return log.Summary()
	}
	return arrivals.Summary{}
}
