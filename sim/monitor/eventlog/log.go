package eventlog

import (
	"context"
	"log/slog"
	"math"

	"spillway/sim/monitor"
	"spillway/sim/monitor/saturation"
)

// Log tells a slog.Logger what a person should know: changes of the detector's
// state (saturated is an error, warning a warning, the rest for information), and
// how many tasks were shed, gave up, timed out or were lost (warnings), and how
// often the number of servers changed, each at most once in an interval.
type Log struct {
	logger   *slog.Logger
	interval float64
	detector *saturation.Detector
	state    saturation.State
	now      float64
	tallies  [tallies]tally
}

// tally is what has not been logged of one kind.
type tally struct {
	kind    monitor.Kind
	message string
	level   slog.Level
	count   int64
	next    float64 // not to be logged before
	servers int
}

// tallies is how many kinds are counted.
const tallies = 5

var _ monitor.Observer = (*Log)(nil)

// NewLog logs to a logger. What is counted is logged at once, and then no sooner
// than an interval in seconds later, with all that has come meanwhile. The detector
// has to be told of each transition before the log is; nil is none.
func NewLog(logger *slog.Logger, interval float64, detector *saturation.Detector) *Log {
	l := &Log{logger: logger, interval: interval, detector: detector, state: saturation.Undecided}
	l.tallies = [tallies]tally{
		{kind: monitor.Shed, message: "tasks shed", level: slog.LevelWarn},
		{kind: monitor.Abandoned, message: "tasks gave up waiting", level: slog.LevelWarn},
		{kind: monitor.TimedOut, message: "tasks timed out", level: slog.LevelWarn},
		{kind: monitor.Lost, message: "tasks lost", level: slog.LevelWarn},
		{kind: monitor.Scaled, message: "servers changed", level: slog.LevelInfo},
	}
	for i := range l.tallies {
		l.tallies[i].next = math.Inf(-1)
	}
	return l
}

// Observe logs what is worth it.
func (l *Log) Observe(t monitor.Transition) {
	l.now = t.Time
	if l.detector != nil {
		if s := l.detector.State(); s != l.state {
			l.state = s
			l.change()
		}
	}
	for i := range l.tallies {
		y := &l.tallies[i]
		if t.Kind == y.kind {
			y.count++
			y.servers = t.Servers
		}
		if y.count > 0 && !(t.Time < y.next) {
			l.flush(y)
		}
	}
}

// change logs a change of the detector's state.
func (l *Log) change() {
	level := slog.LevelInfo
	switch l.state {
	case saturation.Warning:
		level = slog.LevelWarn
	case saturation.Saturated:
		level = slog.LevelError
	}
	r := l.detector.Report()
	l.logger.LogAttrs(context.Background(), level, "saturation", slog.String("state", l.state.String()),
		slog.Float64("at", l.now), slog.Float64("load", r.Load), slog.Float64("behind_seconds", r.Deficit))
}

// flush logs a tally and begins it anew.
func (l *Log) flush(y *tally) {
	l.logger.LogAttrs(context.Background(), y.level, y.message, slog.Int64("count", y.count),
		slog.Float64("at", l.now), slog.Int("servers", y.servers))
	y.count, y.next = 0, l.now+l.interval
}

// Close logs what has been counted and not logged.
func (l *Log) Close() error {
	for i := range l.tallies {
		if l.tallies[i].count > 0 {
			l.flush(&l.tallies[i])
		}
	}
	return nil
}
