package eventlog

import (
	"io"

	"spillway/sim/monitor"
)

// Lines writes each transition as a line of JSON:
//
//	{"time":1.25,"kind":"started","task":3,"class":0,"server":1,"waiting":2,"busy":4,"servers":4}
//
// The fields are those of monitor.Transition.
type Lines struct{ w writer }

var _ monitor.Observer = (*Lines)(nil)

// NewLines writes to w, in blocks; Close writes the last. It does not close w.
func NewLines(w io.Writer) *Lines { return &Lines{newWriter(w)} }

// Observe writes a line, unless one could not be written before.
func (l *Lines) Observe(t monitor.Transition) {
	w := &l.w
	w.text(`{"time":`)
	w.number(t.Time, -1)
	w.text(`,"kind":"`)
	w.text(t.Kind.String())
	w.text(`"`)
	for _, f := range [...]struct {
		name  string
		value int64
	}{
		{"task", t.Task}, {"class", int64(t.Class)}, {"server", int64(t.Server)},
		{"waiting", int64(t.Waiting)}, {"busy", int64(t.Busy)}, {"servers", int64(t.Servers)},
	} {
		w.text(`,"`)
		w.text(f.name)
		w.text(`":`)
		w.int(f.value)
	}
	w.text("}\n")
	w.flush()
}

// Close writes what is left and returns the first error of all writing.
func (l *Lines) Close() error { return l.w.close() }
