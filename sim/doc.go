// Package sim simulates a station of servers: tasks are emitted by their
// sources, travel through a network, are admitted or refused, wait in one queue,
// first come, first served, are served by one of c servers, and are answered.
//
// A Model says what there is; a Run is one run of it, with random numbers of its
// own, in one goroutine. Two engines compute runs. Replication goes by events and
// runs every model; an observer (see package monitor) may watch every transition.
// Recursion goes from task to task, which is faster, and runs what is Recursive.
// From the same streams both give every task the same wait, to the last bit.
//
// Nothing is allocated per task, and memory does not grow with the number of
// tasks. What happens is measured in a window between Begin and End: tasks that
// arrive in the window are followed until they have left, time averages are
// integrals over it.
//
// Events of one instant happen in this order: completions, answers, arrivals;
// within a kind, in the order in which they were scheduled.
package sim
