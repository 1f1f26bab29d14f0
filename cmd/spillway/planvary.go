package main

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"spillway/sim/sizing"
)

// vary is what a plan varies.
type vary struct {
	sizing.Problem
	key    string // as it was given
	path   string // what is set: servers.count where servers is a mapping
	unit   string // written behind a value
	ranged bool   // the range was given
}

var quantityText = regexp.MustCompile(`^\s*([-+]?(?:[0-9][0-9_]*\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)\s*([^0-9\s].*)?$`)

// parseVary reads KEY or KEY=LOW..HIGH. Whole numbers without a unit are
// searched as whole numbers, unless a tolerance was given.
func parseVary(text, tolerance string, toleranceGiven bool) (vary, error) {
	v := vary{}
	share, err := parseShare(tolerance)
	if err != nil {
		return v, err
	}
	key, span, ranged := strings.Cut(text, "=")
	v.key, v.ranged = strings.TrimSpace(key), ranged
	v.path, v.Tolerance = v.key, share
	switch {
	case v.key == "":
		return v, fmt.Errorf("--vary %s: want KEY=LOW..HIGH, like servers=1..500", text)
	case !ranged && v.key != "servers":
		return v, fmt.Errorf("--vary %s: want the range too: %s=LOW..HIGH", text, v.key)
	case !ranged:
		v.Whole, v.Low, v.Goal = true, 1, sizing.Least // High comes from the load
		return v, nil
	}
	low, high, found := strings.Cut(span, "..")
	if !found {
		return v, fmt.Errorf("--vary %s: want KEY=LOW..HIGH, like servers=1..500", text)
	}
	if err := v.span(low, high, toleranceGiven); err != nil {
		return v, fmt.Errorf("--vary %s: %v", text, err)
	}
	return v, nil
}

// span reads the ends of the range.
func (v *vary) span(low, high string, toleranceGiven bool) error {
	a, b := quantityText.FindStringSubmatch(low), quantityText.FindStringSubmatch(high)
	if a == nil || b == nil {
		return fmt.Errorf("want two numbers with one unit, or none, around '..', like 10/s..200/s")
	}
	if a[2] == "" {
		a[2] = b[2]
	}
	if a[2] != b[2] {
		return fmt.Errorf("the units %q and %q differ: write both ends in one", a[2], b[2])
	}
	v.unit = strings.TrimSpace(a[2])
	whole := true
	for i, text := range []string{a[1], b[1]} {
		text = strings.ReplaceAll(text, "_", "")
		x, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return fmt.Errorf("%s is too large", text)
		}
		whole = whole && x == math.Trunc(x) && !strings.Contains(text, ".") && math.Abs(x) < 1e15
		if i == 0 {
			v.Low = x
		} else {
			v.High = x
		}
	}
	v.Whole = whole && v.unit == "" && (!toleranceGiven || v.key == "servers")
	if v.Low > v.High {
		return fmt.Errorf("want the lower end first")
	}
	if v.key == "servers" {
		v.Goal = sizing.Least
		if !v.Whole || v.Low < 1 {
			return fmt.Errorf("want whole numbers of servers from 1 on")
		}
	}
	return nil
}

// text is a value as a scenario has it.
func (v *vary) text(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) + v.unit }

// parseShare reads 1% or 0.01.
func parseShare(text string) (float64, error) {
	number, percent := strings.CutSuffix(strings.TrimSpace(text), "%")
	x, err := strconv.ParseFloat(number, 64)
	if percent {
		x /= 100
	}
	if err != nil || !(x > 0 && x < 1) {
		return 0, fmt.Errorf("--tolerance %s: want a share between 0 and 1, like 1%%", text)
	}
	return x, nil
}
