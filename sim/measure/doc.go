// Package measure accumulates observations in memory that does not grow with
// their number: tallies of what happens to tasks (mean, spread, extremes and a
// histogram for quantiles), gauges of what changes over time (time averages,
// extremes and the law of a length over time), and the series of batch means
// from which the end of the warm-up is found.
//
// Everything merges: the merge of two accumulators is the accumulator of the
// observations of both.
package measure
