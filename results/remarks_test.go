package results

import "testing"

func TestRemarks(t *testing.T) {
	doc := Document{Points: make([]Point, 4)}
	for i, note := range []string{
		"An approximation within 15 %. The bound by J. Kingman is 0.03 s.", "An approximation within 15 %. The bound by J. Kingman is 1e-3 s.", "", "Quantiles are left out.",
	} {
		doc.Points[i].Analytic = &Analytic{Note: note}
	}
	want := "An approximation within 15 %. The bound by J. Kingman is 0.03 s at the first point it concerns. Quantiles are left out."
	if got := remarks(&doc); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := remarks(&Document{Points: []Point{{}}}); got != "" {
		t.Errorf("%q of nothing", got)
	}
}
