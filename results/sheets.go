package results

import (
	"slices"
	"strings"
)

// mainSheet has what is asked for most, for every point.
func (b *builder) mainSheet() sheet {
	want := []wanted{
		{"", "latency", "mean"}, {"", "wait", "mean"}, {"", "queue_length", "mean"},
		{"", "utilization", "mean"}, {"", "throughput", "mean"},
	}
	if b.sheds() {
		want = append(want, wanted{"", "shed_ratio", "mean"})
	}
	s := b.newSheet("", want)
	for i := range b.doc.Points {
		p := &b.doc.Points[i]
		exact, simulated := blocks(p, "")
		rows := b.pointRows(p, exact, simulated, want)
		if !p.Stable && len(exact) == 0 {
			rows = append([]row{{kind: "exact", note: noSteadyState(p)}}, rows...)
		}
		if len(rows) == 0 && (p.Analytic == nil || p.Analytic.Series == nil) {
			rows = []row{{note: "nothing is known of this point"}}
		}
		s.add(b.params(p), nil, rows)
	}
	s.dropUnknown()
	s.setScales(false)
	return s
}

// sheds reports whether a task can be refused anywhere.
func (b *builder) sheds() bool {
	for _, p := range b.doc.Points {
		if strings.Count(p.Kendall, "/") >= 3 {
			return true
		}
		if p.Simulated != nil && (p.Simulated.Flow.Shed > 0 || p.Simulated.Metrics["shed_ratio"]["mean"].Value > 0) {
			return true
		}
		if p.Analytic != nil && p.Analytic.Metrics["shed_ratio"]["mean"] > 0 {
			return true
		}
	}
	return false
}

// moreSheet has the other means that are known.
func (b *builder) moreSheet() sheet {
	want := []wanted{
		{"", "service", "mean"}, {"", "in_system", "mean"}, {"", "wait_ratio", "mean"},
		{"", "in_retry", "mean"}, {"", "throttle_delay", "mean"},
		{"", "abandoned_ratio", "mean"}, {"", "timed_out_ratio", "mean"}, {"", "lost_ratio", "mean"},
		{"", "goodput", "mean"}, {"", "wasted_ratio", "mean"}, {"", "retry_ratio", "mean"}, {"", "blocked_ratio", "mean"},
		{"", "servers", "mean"}, {"", "server_seconds", "mean"}, {"", "scale_changes", "mean"},
		{"", "memory", "mean"}, {"", "memory", "max"},
	}
	s := b.newSheet("more", want)
	for i := range b.doc.Points {
		p := &b.doc.Points[i]
		exact, simulated := blocks(p, "")
		s.add(b.params(p), nil, b.pointRows(p, exact, simulated, want))
	}
	s.dropZero("abandoned ratio", "timed out ratio", "lost ratio", "blocked ratio", "memory", "memory max")
	s.dropUnknown()
	s.setScales(false)
	return s
}

// quantileSheet has the quantiles of latency and wait.
func (b *builder) quantileSheet() sheet {
	stats := []string{"p50", "p90", "p99", "p999"}
	s := sheet{title: "quantiles", params: b.titles, labels: []string{"of"}}
	for _, stat := range stats {
		s.columns = append(s.columns, column{title: stat, quantity: duration})
	}
	for i := range b.doc.Points {
		p := &b.doc.Points[i]
		exact, simulated := blocks(p, "")
		for _, metric := range []string{"latency", "wait", "throttle_delay"} {
			var want []wanted
			for _, stat := range stats {
				want = append(want, wanted{"", metric, stat})
			}
			rows := withValues(b.pointRows(p, exact, simulated, want))
			s.add(b.params(p), []string{strings.ReplaceAll(metric, "_", " ")}, rows)
		}
	}
	s.dropUnknown()
	s.setScales(true)
	return s
}

// classSheet has the means of each class.
func (b *builder) classSheet() sheet {
	metrics := []wanted{
		{"", "latency", "mean"}, {"", "wait", "mean"}, {"", "queue_length", "mean"},
		{"", "throughput", "mean"},
	}
	if b.sheds() {
		metrics = append(metrics, wanted{"", "shed_ratio", "mean"})
	}
	s := b.newSheet("by class", metrics)
	s.labels = []string{"class"}
	for i := range b.doc.Points {
		p := &b.doc.Points[i]
		for _, class := range classesOf(p) {
			exact, simulated := blocks(p, class)
			want := make([]wanted, len(metrics))
			for i, w := range metrics {
				want[i] = wanted{"classes." + class + ".", w.metric, w.stat}
			}
			s.add(b.params(p), []string{clean(class)}, b.pointRows(p, exact, simulated, want))
		}
	}
	s.dropUnknown()
	s.setScales(false)
	return s
}

// stationSheet has the means of each station of a network.
func (b *builder) stationSheet() sheet {
	want := []wanted{
		{"", "wait", "mean"}, {"", "queue_length", "mean"}, {"", "in_system", "mean"},
		{"", "utilization", "mean"}, {"", "throughput", "mean"},
	}
	s := b.newSheet("by station", want)
	s.labels = []string{"station"}
	for i := range b.doc.Points {
		p := &b.doc.Points[i]
		if p.Analytic == nil {
			continue
		}
		for _, name := range sortedKeys(p.Analytic.Stations) {
			s.add(b.params(p), []string{clean(name)}, []row{{kind: theoryKind(p), cells: exactCells(p.Analytic.Stations[name], want)}})
		}
	}
	s.dropUnknown()
	s.setScales(false)
	return s
}

// timeSeries is the name of the times of a series.
const timeSeries = "time"

// seriesSheet has the values over time.
func (b *builder) seriesSheet() sheet {
	want := []wanted{{"", "queue_length", "mean"}, {"", "in_system", "mean"}, {"", "busy", "mean"}, {"", "servers", "mean"}, {"", "wait", "mean"}, {"", "latency", "mean"}, {"", "shed_ratio", "mean"}}
	s := b.newSheet("over time", want)
	s.labels = []string{"time (s)"}
	for i := range b.doc.Points {
		p := &b.doc.Points[i]
		for _, t := range timesOf(p) {
			var rows []row
			if cells := exactAt(p, t, want); cells != nil {
				rows = append(rows, row{kind: theoryKind(p), cells: cells})
			}
			if cells := simulatedAt(p, t, want); cells != nil {
				rows = append(rows, row{kind: "simulated", cells: cells})
			}
			s.add(b.params(p), []string{brief(float64(t))}, rows)
		}
	}
	s.dropUnknown()
	s.setScales(false)
	return s
}

// timesOf are the times at which theory or simulation has values.
func timesOf(p *Point) []Number {
	var times []Number
	if p.Analytic != nil {
		times = append(times, p.Analytic.Series[timeSeries]...)
	}
	if p.Simulated != nil && p.Simulated.Series != nil {
		times = append(times, p.Simulated.Series.Time...)
	}
	slices.Sort(times)
	return slices.Compact(times)
}

// exactAt are the values of theory at a time; nil of none.
func exactAt(p *Point, t Number, want []wanted) []cell {
	if p.Analytic == nil {
		return nil
	}
	i := slices.Index(p.Analytic.Series[timeSeries], t)
	if i < 0 {
		return nil
	}
	cells := make([]cell, len(want))
	for k, w := range want {
		if values := p.Analytic.Series[w.metric]; values != nil {
			cells[k] = cell{known: true, value: float64(values[i])}
		}
	}
	return cells
}

// simulatedAt are the simulated values at a time; nil of none.
func simulatedAt(p *Point, t Number, want []wanted) []cell {
	if p.Simulated == nil || p.Simulated.Series == nil {
		return nil
	}
	i := slices.Index(p.Simulated.Series.Time, t)
	if i < 0 {
		return nil
	}
	cells := make([]cell, len(want))
	for _, b := range p.Simulated.Series.bands() {
		for k, w := range want {
			if w.metric == b.name {
				cells[k] = b.cell(i)
			}
		}
	}
	return cells
}

func classesOf(p *Point) []string {
	names := map[string]bool{}
	if p.Simulated != nil {
		for class := range p.Simulated.Classes {
			names[class] = true
		}
	}
	if p.Analytic != nil {
		for class := range p.Analytic.Classes {
			names[class] = true
		}
	}
	return sortedKeys(names)
}

// blocks returns the values of a class, or of all tasks where class is empty.
func blocks(p *Point, class string) (exact map[string]map[string]Number, simulated Metrics) {
	if p.Analytic != nil {
		exact = p.Analytic.Metrics
		if class != "" {
			exact = p.Analytic.Classes[class]
		}
	}
	if p.Simulated != nil {
		simulated = p.Simulated.Metrics
		if class != "" {
			simulated = p.Simulated.Classes[class]
		}
	}
	return exact, simulated
}
