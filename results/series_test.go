package results

import (
	"bytes"
	"io"
	"math"
	"strings"
	"testing"
)

// burst is a transient run with values over time, beside theory that has some
// of them.
func burst() Document {
	nan := math.NaN()
	p := Point{Kendall: "M/M/1", OfferedLoad: 1.2, Stable: false, Simulated: simulated(Metrics{})}
	p.Simulated.State, p.Simulated.Precision = "transient", nil
	p.Simulated.Series = &Series{
		Time:        []Number{0.5, 1},
		QueueLength: &Band{Sparse{1.5, 2.5}, Sparse{1, 2}, Sparse{2, 3}},
		InSystem:    &Band{Sparse{2, 3}, Sparse{1.5, 2.5}, Sparse{2.5, 3.5}},
		Latency:     &Band{Sparse{nan, 0.25}, Sparse{nan, 0.2}, Sparse{nan, 0.3}},
	}
	p.Analytic = &Analytic{Model: "M/M/1(t)", Exact: true, Metrics: map[string]map[string]Number{}, Series: map[string][]Number{"time": {1, 2}, "in_system": {3.01, 4}}}
	return newDocument("burst", "", p)
}

func TestSeries(t *testing.T) {
	docs := []Document{burst()}
	table := render(t, func(w io.Writer) error { return WriteTable(w, docs, Options{}) })
	narrow(t, table)
	golden(t, "series.txt", table)
	for _, want := range []string{"1.50 ±0.50", "3.00 ±0.50", "3.01", "250.00 ±50.00"} {
		if !strings.Contains(string(table), want) {
			t.Errorf("the table lacks %s", want)
		}
	}
	text := render(t, func(w io.Writer) error { return WriteJSON(w, docs) })
	validates(t, Schema(), text)
	back, err := ReadJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if again := render(t, func(w io.Writer) error { return WriteJSON(w, back) }); string(again) != string(text) {
		t.Errorf("read and written again it is another:\n%s", again)
	}
	if !strings.Contains(string(text), "null") {
		t.Error("what cannot be had is not null")
	}
	rows := string(render(t, func(w io.Writer) error { return WriteCSV(w, docs) }))
	for _, want := range []string{"series.queue_length@0.5,", "series.in_system@1.low,", "series.latency@1,"} {
		if !strings.Contains(rows, want) {
			t.Errorf("the CSV lacks %s:\n%s", want, rows)
		}
	}
	if strings.Contains(rows, "series.latency@0.5") {
		t.Error("a column of what cannot be had")
	}
}
