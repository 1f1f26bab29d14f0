package eventlog

import (
	"encoding/json"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"

	"spillway/sim/monitor"
)

// Trace writes the Chrome trace event format, a JSON array: a lane for each
// server with the tasks that it served, a lane of arrivals with an arrow from each
// task to its service, and counters of the tasks waiting and in service. What
// befalls tasks otherwise is a mark on the lane of arrivals. Perfetto also opens a
// file that was never closed.
//
// Source: Google, "Trace Event Format", 2016.
type Trace struct {
	w             writer
	classes       []string // as JSON
	begun         bool
	now           float64
	waiting, busy int
	serving       map[int]service // by server
	lanes         map[int]bool    // those that have been given a name
}

// service is what a server is doing.
type service struct {
	task  int64
	class int
	start float64 // seconds
}

var _ monitor.Observer = (*Trace)(nil)

// NewTrace writes to w, in blocks; Close writes the last and ends the array. It
// does not close w. The classes are the names of the classes of tasks, in order;
// a class without a name is shown by its number.
func NewTrace(w io.Writer, classes ...string) *Trace {
	t := &Trace{w: newWriter(w), serving: map[int]service{}, lanes: map[int]bool{}}
	for _, name := range classes {
		quoted, err := json.Marshal(name)
		if err != nil {
			quoted = []byte(`""`) // which does not happen: any text is a JSON string
		}
		t.classes = append(t.classes, string(quoted))
	}
	return t
}

// arrivalLane is the lane of arrivals; server n has lane n + 1.
const arrivalLane = 0

// Observe writes what the transition ends or marks.
func (t *Trace) Observe(x monitor.Transition) {
	if x.Time > t.now && x.Time <= math.MaxFloat64 {
		t.now = x.Time
	}
	switch x.Kind {
	case monitor.Offered:
		t.arrive(x)
	case monitor.Started:
		t.start(x)
	case monitor.Finished:
		t.finish(x.Server)
	case monitor.Emitted, monitor.Queued, monitor.Answered:
	case monitor.Lost, monitor.Discarded:
		t.finishTask(x.Task)
		t.mark(x)
	default:
		t.mark(x)
	}
	t.waiting = t.count("waiting", t.waiting, x.Waiting)
	t.busy = t.count("busy", t.busy, x.Busy)
}

func (t *Trace) arrive(x monitor.Transition) {
	t.name(arrivalLane, "arrivals")
	t.slice(arrivalLane, service{x.Task, x.Class, t.now})
	t.flow("s", arrivalLane, x.Task)
}

func (t *Trace) start(x monitor.Transition) {
	if x.Server < 0 {
		return
	}
	t.finish(x.Server)
	t.name(x.Server+1, "server "+strconv.Itoa(x.Server))
	t.serving[x.Server] = service{x.Task, x.Class, t.now}
	t.flow("f", x.Server+1, x.Task)
}

// finish ends what a server does, if it does anything.
func (t *Trace) finish(server int) {
	if s, ok := t.serving[server]; ok {
		t.slice(server+1, s)
		delete(t.serving, server)
	}
}

// finishTask ends the service of a task, wherever it is served.
func (t *Trace) finishTask(task int64) {
	for server, s := range t.serving {
		if s.task == task {
			t.finish(server)
			return
		}
	}
}

// Close ends the services that go on, and the array, and returns the first error
// of all writing. Nothing may be observed after it.
func (t *Trace) Close() error {
	for _, server := range slices.Sorted(maps.Keys(t.serving)) {
		t.finish(server)
	}
	if !t.begun {
		t.w.text("[")
	}
	t.w.text("\n]\n")
	t.w.flush()
	return t.w.close()
}
