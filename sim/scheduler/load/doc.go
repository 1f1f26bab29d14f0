// Package load offers tasks to a pool at times that were drawn beforehand, whatever
// the pool does, and measures what became of them: an open-loop load generator.
//
// Latency counts from the time at which a task was intended, not from that at which
// it was offered, so that a generator that falls behind does not hide the wait that
// its tasks would have had (coordinated omission). How late the generator was is
// measured too, and a run whose generator could not keep its schedule says so.
package load
