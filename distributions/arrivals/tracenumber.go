package arrivals

import (
	"math"
	"strconv"
)

// powersOfTen are those that a float64 holds exactly.
var powersOfTen = [...]float64{
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
}

// parseNumber reads a number as strconv.ParseFloat does, to the last bit; false
// where that fails. A decimal whose digits, and whose power of ten, a float64
// holds exactly takes one rounding, which is the right one (Clinger, "How to
// read floating point numbers accurately", PLDI 1990); every other is left to
// strconv.
func parseNumber(text []byte) (float64, bool) {
	d, ok := parseDecimal(text)
	if !ok || d.digits >= 1<<53 || d.exponent < -22 || d.exponent > 22 {
		x, err := strconv.ParseFloat(string(text), 64)
		return x, err == nil
	}
	x := float64(d.digits)
	if d.exponent < 0 {
		x /= powersOfTen[-d.exponent]
	} else {
		x *= powersOfTen[d.exponent]
	}
	if d.negative {
		x = -x
	}
	return x, true
}

// decimal is ±digits·10^exponent.
type decimal struct {
	negative bool
	digits   uint64
	exponent int
}

// parseDecimal reads a plain decimal number of at most 18 digits, leading zeros
// counted, with or without an exponent of at most three digits.
func parseDecimal(text []byte) (d decimal, ok bool) {
	if len(text) > 0 && (text[0] == '-' || text[0] == '+') {
		d.negative = text[0] == '-'
		text = text[1:]
	}
	count, i := 0, 0
	for ; i < len(text) && isDigit(text[i]); i++ {
		d.digits = d.digits*10 + uint64(text[i]-'0')
		count++
	}
	if i < len(text) && text[i] == '.' {
		for i++; i < len(text) && isDigit(text[i]); i++ {
			d.digits = d.digits*10 + uint64(text[i]-'0')
			count++
			d.exponent--
		}
	}
	if count == 0 || count > 18 {
		return d, false
	}
	if i < len(text) && (text[i] == 'e' || text[i] == 'E') {
		e, ok := parseExponent(text[i+1:])
		d.exponent += e
		return d, ok
	}
	return d, i == len(text)
}

func parseExponent(text []byte) (e int, ok bool) {
	sign := 1
	if len(text) > 0 && (text[0] == '-' || text[0] == '+') {
		if text[0] == '-' {
			sign = -1
		}
		text = text[1:]
	}
	if len(text) == 0 || len(text) > 3 {
		return 0, false
	}
	for _, c := range text {
		if !isDigit(c) {
			return 0, false
		}
		e = e*10 + int(c-'0')
	}
	return sign * e, true
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// parseFinite is parseNumber without infinities and NaN; −0 is 0.
func parseFinite(text []byte) (float64, bool) {
	x, ok := parseNumber(text)
	return x + 0, ok && math.Abs(x) <= math.MaxFloat64
}
