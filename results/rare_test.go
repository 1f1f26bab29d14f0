package results

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// TestRare: a rare event reads back from JSON, holds to the schema, and is a
// line under the table.
func TestRare(t *testing.T) {
	least := Number(0.05)
	d := newDocument("rare", "")
	p := Point{Kendall: "M/M/1", OfferedLoad: 0.8, Stable: true, Simulated: simulated(Metrics{})}
	p.Simulated.Rare = &Rare{
		Event: "wait", AtLeast: &least, Levels: 9, Branches: 3, Tasks: 12_000_000, Replications: 32,
		Probability: Estimate{Value: 2.04e-10, Low: 1.9e-10, High: 2.2e-10, HalfWidth: 1.51e-11, Interval: true, Level: 0.95, N: 32},
	}
	d.Points = []Point{p}
	var text, out bytes.Buffer
	if err := WriteTable(&text, []Document{d}, Options{}); err != nil {
		t.Fatal(err)
	}
	if want := "\nP(wait ≥ 50 ms) = 2.04e-10 ± 1.6e-11 (9 levels, 1.2e+07 tasks)\n"; !strings.Contains(text.String(), want) {
		t.Errorf("no line %q in\n%s", want, text.String())
	}
	if err := WriteJSON(&out, []Document{d}); err != nil {
		t.Fatal(err)
	}
	var back Document
	if err := json.Unmarshal(out.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	if got := back.Points[0].Simulated.Rare; !reflect.DeepEqual(got, p.Simulated.Rare) {
		t.Errorf("reads back as %+v, want %+v", got, p.Simulated.Rare)
	}
}
