package results

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// scale is how people see the values of a column: all in one unit, with the same
// number of decimals.
type scale struct {
	unit     string
	factor   float64 // of the unit, in that of the value
	decimals int
	// powers: the values are so small or so large that they need a power of ten.
	powers bool
}

// unitStep is a unit and the smallest value that is shown in it.
type unitStep struct {
	unit   string
	factor float64
	from   float64
}

func unitsOf(q quantity) []unitStep {
	switch q {
	case duration:
		return []unitStep{
			{"ns", 1e-9, 0}, {"µs", 1e-6, 1e-6}, {"ms", 1e-3, 1e-3},
			{"s", 1, 1}, {"min", 60, 120}, {"h", 3600, 7200},
		}
	case size:
		return []unitStep{{"B", 1, 0}, {"KB", 1e3, 1e3}, {"MB", 1e6, 1e6}, {"GB", 1e9, 1e9}, {"TB", 1e12, 1e12}}
	case rate:
		return []unitStep{{"/h", 1.0 / 3600, 0}, {"/min", 1.0 / 60, 1.0 / 600}, {"/s", 1, 0.1}}
	}
	return []unitStep{{"", 1, 0}}
}

// scaleFor chooses the unit that suits the largest value, or a smaller one where
// most of the values would vanish in that.
func scaleFor(q quantity, values []float64) scale {
	units := unitsOf(q)
	finite := finitePositive(values)
	if len(finite) == 0 {
		return scale{unit: usualUnit(q), factor: 1, decimals: 2}
	}
	largest := slices.Max(finite)
	i := len(units) - 1
	for i > 0 && largest < units[i].from {
		i--
	}
	for i > 0 && vanishing(finite, units[i].factor) && largest/units[i-1].factor < 1e5 {
		i--
	}
	s := scale{unit: units[i].unit, factor: units[i].factor}
	s.decimals, s.powers = decimalsFor(q, largest/s.factor)
	return s
}

// usualUnit is the unit of a column without a positive value.
func usualUnit(q quantity) string {
	switch q {
	case duration:
		return "s"
	case rate:
		return "/s"
	case size:
		return "B"
	}
	return ""
}

// vanishing reports that more than half of the values would be below one unit.
func vanishing(values []float64, factor float64) bool {
	lost := 0
	for _, v := range values {
		if v/factor < 1 {
			lost++
		}
	}
	return 2*lost > len(values)
}

func finitePositive(values []float64) []float64 {
	var out []float64
	for _, v := range values {
		if v > 0 && !math.IsInf(v, 1) {
			out = append(out, v)
		}
	}
	return out
}

// decimalsFor returns the decimals of a column with this largest value: two, more
// where that leaves fewer than three digits, fewer where there are enough.
func decimalsFor(q quantity, largest float64) (decimals int, powers bool) {
	switch {
	case largest >= 1e7:
		return 3, true
	case largest >= 1e4:
		return 0, false
	case largest >= 1e3:
		return 1, false
	case largest >= 1 && q == ratio:
		return 3, false
	case largest >= 1:
		return 2, false
	}
	decimals = 2 - int(math.Floor(math.Log10(largest)))
	if decimals > 6 {
		return 3, true
	}
	return decimals, false
}

// value formats a value.
func (s scale) value(v float64) string {
	switch {
	case math.IsInf(v, 1):
		return "∞"
	case math.IsInf(v, -1):
		return "-∞"
	case v == 0:
		return "0"
	case s.powers:
		return fmt.Sprintf("%.*e", s.decimals, v/s.factor)
	}
	return strconv.FormatFloat(v/s.factor, 'f', s.decimals, 64)
}

// half formats a half-width, rounded up.
func (s scale) half(h float64) string {
	switch {
	case h == 0:
		return "±0"
	case math.IsInf(h, 0) || math.IsInf(h/s.factor, 0):
		return "±∞"
	case s.powers || h/s.factor >= 1e7:
		return "±" + fmt.Sprintf("%.1e", roundUp(h/s.factor, 1-exponent(h/s.factor)))
	}
	return "±" + strconv.FormatFloat(roundUp(h/s.factor, s.decimals), 'f', s.decimals, 64)
}

// roundUp rounds to so many decimals, upward, but for what floating point adds.
func roundUp(v float64, decimals int) float64 {
	power := math.Pow10(decimals)
	up := math.Ceil(v*power*(1-1e-12)) / power
	if power == 0 || math.IsInf(power, 0) || math.IsInf(up, 0) || math.IsNaN(up) {
		return v // at the ends of the range of a float64
	}
	return up
}

func exponent(v float64) int { return int(math.Floor(math.Log10(v))) }

// whole formats a count with a comma between thousands.
func whole(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	var parts []string
	for len(digits) > 3 {
		parts = append([]string{digits[len(digits)-3:]}, parts...)
		digits = digits[:len(digits)-3]
	}
	return sign + strings.Join(append([]string{digits}, parts...), ",")
}

// brief formats a number for a sentence, with four digits.
func brief(v float64) string {
	if math.IsInf(v, 0) {
		return scale{}.value(v)
	}
	return strconv.FormatFloat(v, 'g', 4, 64)
}

// percent formats a share.
func percent(v float64) string {
	if math.IsInf(v, 0) {
		return scale{}.value(v)
	}
	return strconv.FormatFloat(v*100, 'g', 3, 64) + " %"
}
