// Package sim simulates a station of servers: tasks are emitted by their
// sources, travel through a network, are admitted or refused, wait in one queue,
// are served by one of c servers, and are answered. Callers may lose their
// patience and try again; servers may come and go. Policies says what there is.
//
// A Model says what there is; a Run is one run of it, with random numbers of its
// own, in one goroutine. Three engines compute runs. Managed goes by events, may
// take each of them back, and runs every model. Replication goes by events, first
// come, first served or by priority, and loses no time with what it cannot do.
// Recursion goes from task to task, which is faster still, and runs what is
// Recursive. From the same streams all give every task the same wait, to the last
// bit. An observer (see package monitor) may watch every transition of the first
// two.
//
// The wait of a task that tried again is all the time from its first offer to its
// last, and in the queue from then on; what a throttle, or backpressure, held it
// for is that of its last try. So the latency is the sum of network delay, hold,
// wait, service and response.
//
// Nothing is allocated per task, and memory does not grow with the number of
// tasks. What happens is measured in a window between Begin and End: tasks that
// arrive in the window are followed until they have left, time averages are
// integrals over it.
//
// Events of one instant happen in this order: completions, answers, servers that
// have started, callers that give up, tasks that lose patience, changes of the
// number of servers, releases of a throttle, arrivals; within a kind, in the order
// in which they were scheduled.
package sim
