// Package experiment makes estimates of simulations: it runs independent
// replications of a model on all cores, removes the warm-up, stops when the
// intervals are narrow enough, and combines the replications into values with
// confidence intervals and warnings.
//
// A result is a function of the points alone. Replications are combined in the
// order of their numbers and every replication draws from streams keyed by its
// number, so that the same bytes come out at any degree of parallelism.
package experiment
