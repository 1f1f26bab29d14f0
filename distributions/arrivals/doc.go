// Package arrivals describes when tasks arrive: Poisson and renewal processes,
// evenly spaced arrivals, Markovian arrival processes (MAP, the Markov-modulated
// Poisson process among them), superposed on-off sources (OnOff), Poisson
// processes whose rate follows a wave (Sinusoid) or a profile of points
// (Profile), and the sizes of batches.
//
// A Process is a description, immutable and shared; Start makes a Source, which
// is one realisation. A source gives absolute epochs in blocks, so that what it
// costs to call it is paid once a block; the epochs do not depend on the sizes
// of the blocks. Processes with a memory (MAP, OnOff) begin in their stationary
// state; those whose rate depends on the time begin at the time zero of it.
// A Trace replays a recorded log; its source knows the service time and the class
// of each task too (Tasks).
package arrivals
