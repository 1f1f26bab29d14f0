// Package arrivals describes when tasks arrive: Poisson and renewal processes,
// evenly spaced arrivals, and the sizes of batches.
//
// A Process is a description, immutable and shared; Start makes a Source, which
// is one realisation. A source gives absolute epochs in blocks, so that what it
// costs to call it is paid once a block. Processes with a memory (modulated,
// on-off, with a profile) and recorded logs are to be further implementations
// of the same two interfaces.
package arrivals
