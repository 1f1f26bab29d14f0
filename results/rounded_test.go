package results

import "strconv"

// rounded rounds every number of a document to eight digits, so that the goldens
// are the same on architectures that fuse multiplication and addition.
func rounded(d Document) Document {
	eachPoint([]Document{d}, func(p *Point) {
		for _, class := range append([]string{""}, classesOf(p)...) {
			exact, estimates := blocks(p, class)
			for _, stats := range exact {
				for stat, n := range stats {
					stats[stat] = eightDigits(n)
				}
			}
			for _, stats := range estimates {
				for stat, e := range stats {
					e.Value, e.Low, e.High = eightDigits(e.Value), eightDigits(e.Low), eightDigits(e.High)
					e.HalfWidth = eightDigits(e.HalfWidth)
					stats[stat] = e
				}
			}
		}
		for i := range p.Agreement {
			a := &p.Agreement[i]
			a.Simulated, a.Reference = eightDigits(a.Simulated), eightDigits(a.Reference)
			if a.Z != nil {
				*a.Z = eightDigits(*a.Z)
			}
		}
	})
	return d
}

func eightDigits(n Number) Number {
	f, err := strconv.ParseFloat(strconv.FormatFloat(float64(n), 'g', 8, 64), 64)
	if err != nil {
		panic(err) // a number that was just printed
	}
	return Number(f)
}
