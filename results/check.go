package results

import "math"

// check refuses a document with a NaN in it.
func check(d *Document) error {
	bad := false
	see := func(numbers ...Number) {
		for _, n := range numbers {
			bad = bad || math.IsNaN(float64(n))
		}
	}
	for i := range d.Points {
		p := &d.Points[i]
		see(p.OfferedLoad)
		for _, a := range p.Agreement {
			see(a.Simulated, a.Reference)
			if a.Z != nil {
				see(*a.Z)
			}
		}
		for _, j := range p.SLO {
			see(j.numbers()...)
		}
		if p.Simulated != nil && p.Simulated.Rare != nil {
			e := p.Simulated.Rare.Probability
			see(e.Value, e.Low, e.High, e.HalfWidth)
		}
		for _, class := range append([]string{""}, classesOf(p)...) {
			exact, simulated := blocks(p, class)
			checkBlock(exact, simulated, see)
		}
	}
	if bad {
		return errNaN
	}
	return nil
}

func checkBlock(exact map[string]map[string]Number, simulated Metrics, see func(...Number)) {
	for _, stats := range exact {
		for _, n := range stats {
			see(n)
		}
	}
	for _, stats := range simulated {
		for _, e := range stats {
			see(e.Value)
			if e.Interval {
				see(e.Low, e.High, e.HalfWidth)
			}
		}
	}
}
