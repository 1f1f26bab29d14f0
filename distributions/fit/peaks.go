package fit

// peaks are the busiest windows of 1, 10 and 60 s.
func (r *Report) peaks(l *record) []Peak {
	var out []Peak
	for _, w := range []float64{1, 10, 60} {
		c := l.count(w)
		if c.windows < 2 {
			r.note("arrivals.peaks", "There is no peak in windows of %g s: the log has less than two of them, or too many.", w)
			continue
		}
		mean := float64(c.total) / float64(c.windows)
		out = append(out, Peak{w, c.windows, c.most, float64(c.busiest) * w, float64(c.most) / mean})
	}
	return out
}
