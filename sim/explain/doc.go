// Package explain tells where the wait of a system comes from: it makes the
// system again with one cause after another taken away, so that simulating all
// of them shows what each is worth.
//
// The arrivals become Poisson of the same rate, or keep their gaps in another
// order, or keep how many there are in bins of time and are uniform inside; the
// demands are shuffled, or become constant. What is left as it is keeps its
// random numbers, so that the waits differ by what was changed.
//
// A recorded log is held in memory, at most MaxRows of it; everything that is
// shuffled is shuffled anew in every replication. The variants of a process are
// made of its own laws.
//
// It also makes a scenario of what fits a log, and sets it beside the replay of
// the log: see NewStudy.
//
// Cases makes what is to be simulated, Simulate simulates it, and Case.Answer
// reads what came out.
package explain
