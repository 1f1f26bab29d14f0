// Package saturation tells from the transitions of a pool of servers whether
// more work is offered than the pool can do: ok, warning or saturated.
//
// Saturated means that the work offered over the last minutes was above
// capacity. It is not a long queue, which a burst makes too, and not a high
// utilization, which a well-filled pool has.
//
// How it decides. Time is cut into blocks of a sixteenth of the window. In each
// block the work that was offered, as a share of what the servers could do, is
//
//	x = (work done + mean service time × (growth of the queue + tasks refused)) / (servers × length)
//
// since work that was offered was done, waits, or was turned away. Deficit is
// by how much the pool has fallen behind: the sum of x − 1 times the length of
// the block, in seconds, never below zero. This is the CUSUM test of a change
// of drift (Page, "Continuous inspection schemes", Biometrika 41, 1954) with the
// reference at capacity. While the load is below capacity the deficit returns
// to zero again and again; above, it grows without end.
//
// How large is too large depends on how irregular the work is: the limit is
// such that a load of 1 − Tolerance, with the variability that is observed, crosses
// it once in RunLength on average (see limit). The variability is measured over
// blocks of seven lengths, up to four windows, so that bursts that last count as
// such, and from differences of neighbouring blocks without the largest, so that a
// change of the load does not pass for irregularity.
//
// The pool is saturated when the deficit is above the limit, has been above zero
// for a whole window, and is not being worked off: the load of the last quarter of
// the window is 1 or more. It is no longer saturated when the same test says as clearly
// that it is catching up. The warning comes at half the limit and goes at a
// quarter.
//
// Memory is constant, work per transition too. The measured times to a false
// alarm and to detection are in results/saturation.
package saturation
