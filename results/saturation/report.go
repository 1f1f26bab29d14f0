package main

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

var (
	inOrder  = []float64{0.5, 0.7, 0.9, 0.95}
	overload = []float64{1.02, 1.05, 1.1, 1.5}
)

// seconds is the mean and the 90 % quantile of some times.
func seconds(times []float64) string {
	if len(times) == 0 {
		return ""
	}
	sum := 0.0
	for _, t := range times {
		sum += t
	}
	slices.Sort(times)
	return fmt.Sprintf("%.0f (%.0f)", sum/float64(len(times)), times[(len(times)*9+9)/10-1])
}

// verdicts are what a judge made of all runs of a cell.
type verdicts struct {
	runs, alarms int
	unfounded    int     // alarms while less than capacity was offered over the window before
	total        float64 // seconds until the alarm or the end, of all runs
	delays       []float64
}

func verdictsOf(outcomes []outcome, judge int) verdicts {
	v := verdicts{runs: len(outcomes)}
	for _, o := range outcomes {
		a := o.alarms[judge]
		v.total += a.time
		if !a.raised {
			continue
		}
		v.alarms++
		v.delays = append(v.delays, a.time)
		if a.load < 1 {
			v.unfounded++
		}
	}
	return v
}

// alarmsOf is the number of alarms and, in brackets, of those that the load of the
// two minutes before did not justify.
func (v verdicts) alarmsOf() string { return fmt.Sprintf("%d (%d)", v.alarms, v.unfounded) }

// runLength is the mean time to an alarm in hours, as if alarms came at a constant
// rate; where there was none, the bound that it exceeds with 95 % confidence.
func (v verdicts) runLength() string {
	if v.alarms == 0 {
		return "> " + twoDigits(v.total/3600/-math.Log(0.05)) + " h"
	}
	return twoDigits(v.total/3600/float64(v.alarms)) + " h"
}

// twoDigits is a positive number with two significant digits, without an exponent.
func twoDigits(x float64) string {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(x, 'e', 1, 64), 64)
	if err != nil {
		return strconv.FormatFloat(x, 'g', -1, 64) // which does not happen
	}
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}

// overloaded is in how many runs five minutes had 5 % more work than capacity.
func overloaded(outcomes []outcome) int {
	n := 0
	for _, o := range outcomes {
		if o.peak > 1.05 {
			n++
		}
	}
	return n
}

func heading(title string, columns ...string) string {
	return "\n## " + title + "\n\n| " + strings.Join(columns, " | ") + " |\n| --- |" + strings.Repeat(" ---: |", len(columns)-1) + "\n"
}

// quiet is the row of a cell that is in order.
func quiet(w workload, load float64, outcomes []outcome) string {
	row := fmt.Sprintf("| %s, %s | %g | %d |", w.name, hours(w.horizon), load, overloaded(outcomes))
	for j := range judgeNames {
		v := verdictsOf(outcomes, j)
		row += fmt.Sprintf(" %s | %s |", v.alarmsOf(), v.runLength())
	}
	return row + "\n"
}

// loud is the row of a cell that is overloaded.
func loud(w workload, load float64, outcomes []outcome) string {
	row := fmt.Sprintf("| %s, %s | %g |", w.name, hours(w.horizon), load)
	for j := range judgeNames {
		v := verdictsOf(outcomes, j)
		row += fmt.Sprintf(" %d / %d | %s |", v.alarms, v.runs, seconds(v.delays))
	}
	return row + "\n"
}

// hours is a length of time.
func hours(seconds float64) string {
	if seconds < 3600 {
		return fmt.Sprintf("%g min", seconds/60)
	}
	return fmt.Sprintf("%g h", seconds/3600)
}
