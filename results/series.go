package results

import (
	"encoding/json"
	"math"
)

// Series are simulated values over time, with pointwise intervals: each of them
// holds the true value with the confidence of the simulation, not all together.
type Series struct {
	// Time is in seconds from the start.
	Time []Number `json:"time"`
	// QueueLength, InSystem and Busy are numbers at that instant.
	QueueLength *Band `json:"queue_length,omitempty"`
	InSystem    *Band `json:"in_system,omitempty"`
	Busy        *Band `json:"busy,omitempty"`
	// Servers are those switched on; nil where their number never changes.
	Servers *Band `json:"servers,omitempty"`
	// Latency is that of the tasks answered in the window that ends there, and
	// ShedRatio the share refused of those that arrived in it.
	Latency   *Band `json:"latency,omitempty"`
	ShedRatio *Band `json:"shed_ratio,omitempty"`
}

// Band is a value and the ends of its interval at each time. Low and High are
// nil of one replication.
type Band struct {
	Value Sparse `json:"value"`
	Low   Sparse `json:"low,omitempty"`
	High  Sparse `json:"high,omitempty"`
}

// Sparse is a list of numbers of which some cannot be had: these are NaN, and
// null in JSON.
type Sparse []float64

// MarshalJSON implements json.Marshaler.
func (s Sparse) MarshalJSON() ([]byte, error) {
	out := make([]*Number, len(s))
	for i, x := range s {
		if !math.IsNaN(x) {
			n := Number(x)
			out[i] = &n
		}
	}
	return json.Marshal(out)
}

// UnmarshalJSON implements json.Unmarshaler.
func (s *Sparse) UnmarshalJSON(b []byte) error {
	var in []*Number
	if err := json.Unmarshal(b, &in); err != nil {
		return err
	}
	*s = make(Sparse, len(in))
	for i, n := range in {
		(*s)[i] = math.NaN()
		if n != nil {
			(*s)[i] = float64(*n)
		}
	}
	return nil
}

// namedBand is a band with its metric.
type namedBand struct {
	name string
	*Band
}

// bands are those that there are, in the order of output.
func (s *Series) bands() []namedBand {
	var all []namedBand
	if s == nil {
		return nil
	}
	for _, b := range []namedBand{
		{"queue_length", s.QueueLength}, {"in_system", s.InSystem}, {"busy", s.Busy}, {"servers", s.Servers}, {"latency", s.Latency}, {"shed_ratio", s.ShedRatio},
	} {
		if b.Band != nil {
			all = append(all, b)
		}
	}
	return all
}

// cell is a value of a band for a table.
func (b *Band) cell(i int) cell {
	if b == nil || math.IsNaN(b.Value[i]) {
		return cell{}
	}
	c := cell{known: true, value: b.Value[i]}
	if b.Low != nil && !math.IsNaN(b.Low[i]) {
		c.interval, c.half = true, (b.High[i]-b.Low[i])/2
	}
	return c
}

// csvSeries puts a series into a row: series.metric@time.
func csvSeries(s *Series, put putter) error {
	for _, b := range s.bands() {
		for i, t := range s.Time {
			column := "series." + b.name + "@" + exactly(float64(t))
			for _, v := range []struct {
				list Sparse
				end  string
			}{{b.Value, ""}, {b.Low, ".low"}, {b.High, ".high"}} {
				if v.list == nil || math.IsNaN(v.list[i]) {
					continue
				}
				if err := put(column+v.end, Number(v.list[i])); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
