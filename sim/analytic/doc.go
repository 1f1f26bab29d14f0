// Package analytic gives exact solutions of queueing systems, the reference
// against which simulations are judged. It shares no code with the simulator.
//
// Solve matches a System to the most exact model known and returns a Solution
// that says which model, method and source it is from. Kendall, OfferedLoad and
// Stable answer for every system, also for those that no model fits.
//
//	model               what                                                      file
//	M/M/c               Poisson, exponential, one queue                           mmc.go
//	M/M/c/K, M/M/c/c    the same with a limit, tasks without room shed            mmck.go
//	M/G/∞, G/G/∞        a server for every task                                   mginf.go, gginf.go
//	M/G/c/c             no room to wait, any service                              mgcc.go
//	M/M/c//N            a closed population                                       population.go
//	M/M/c+M, +D, +GI    tasks that wait too long leave                            patience.go
//	M/G/1               any service                                               mg1.go
//	M/D/c               constant service                                          mdc.go
//	GI/M/c              independent gaps of any law                               gimc.go
//	M[X]/M/c, M[X]/G/1  batches                                                   batch.go
//	MAP/PH/c            Markovian arrivals, MMPP and on-off among them, and
//	                    phase-type service; with or without a limit               mapph.go
//	M/PH/c              Poisson classes with services of their own                mapphmix.go
//	M/G/1, M/M/c        priorities, preemptive or not                             priority.go
//	M/G/1               processor sharing, preemptive LIFO, SRPT, PSJF, SJF,
//	                    LIFO and random order                                     sharing.go, sizebased.go
//	M/M/1               failures of the server; setup times                       failures.go, setup.go
//	M/M/c               servers of different speed                                speeds.go
//	c × M/M/1           a queue at each server: random, round robin, join the
//	                    shortest queue, power of d                                dispatch.go, shortest.go
//	G/G/c               a queue at each server, the one with the least work
//	                    joined: one queue in disguise                             equivalent.go
//	M/M/c retrial       tasks without room try again                              retrial.go
//	token bucket        before infinitely many servers                            throttle.go
//	Jackson networks    SolveNetwork                                              jackson.go
//	M(t)/M/c/K, M/M/∞   from empty on, at given times                             transient.go
//	G/G/c               everything else, approximately, and said so               approximate.go
//
// Only the last is an approximation. A family refuses what it cannot answer
// with its full accuracy, and says why.
//
// Several streams are superposed: Poisson streams make one Poisson stream.
// Constant and random delays before the queue and after service are in
// delay.go; the law of the latency is then a convolution, computed to 1e-9 of
// the tail or left out (delaylaw.go). The documentation of each solver gives
// assumptions, stability condition, formulas, source, numerical method and its
// limits.
//
// # Numbers
//
// Times are in seconds, rates per second, loads in erlangs. Values of M/M/c,
// M/M/c/K and M/G/∞ are right to 1e-10 relative or better from one to a million
// servers, up to ρ = 1 − 1e-9, with up to a million waiting places; the tests
// hold them to 768-bit evaluations of the balance equations. The limits of the
// other families are said where they are. Up to a thousand million
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
