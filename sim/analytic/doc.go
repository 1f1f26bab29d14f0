// Package analytic gives exact solutions of queueing systems, the reference
// against which simulations are judged. It shares no code with the simulator.
//
// Solve matches a System to the most exact model known and returns a Solution
// that says which model, method and source it is from. Kendall, OfferedLoad and
// Stable answer for every system, also for those that no model fits.
//
//	model      what                                             file
//	M/M/c      Poisson, exponential, one queue                  mmc.go
//	M/M/c/K    the same with a limit, tasks without room shed   mmck.go, mmckwait.go
//	M/M/c/c    no room to wait: Erlang's loss system            mmck.go
//	M/G/∞      a server for every task, M/M/∞ included          mginf.go
//
// Several streams are superposed: Poisson streams make one Poisson stream.
// Constant and random delays before the queue and after service are in
// delay.go. The documentation of each solver gives assumptions, stability
// condition, formulas, source, numerical method and its limits.
//
// # Numbers
//
// Times are in seconds, rates per second, loads in erlangs. Values are right
// to 1e-10 relative or better from one to a million servers, up to
// ρ = 1 − 1e-9, with up to a million waiting places; the tests hold them to
// 768-bit evaluations of the balance equations. Up to a thousand million
// servers or places are accepted. Probabilities below 1e-270 may come out as
// zero. A load within 2^-50 of the number of servers counts as equal to it.
//
// Each solver computes its central values in two ways and holds Little's law
// and the balance of flows against the result; where they disagree by 1e-9,
// Solve returns an error. A metric that cannot be had is absent, one that is
// infinite is +Inf, and NaN never occurs.
//
// # Quantiles
//
// A quantile p is the smallest x with P(X ≤ x) ≥ p; the p99 of the queue
// length is of time. Quantiles of the wait are zero up to the share of tasks
// that do not wait. With a limit, wait and latency are of accepted tasks.
//
// # Classes
//
// Where all streams have one law of service, tasks of each class see the same
// queue: times and ratios are the same, and counts, rates, utilization and
// memory are in proportion to the class's rate. The utilization of a class is
// the share of all servers that is busy with it.
package analytic
