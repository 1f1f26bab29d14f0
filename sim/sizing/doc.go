// Package sizing finds how much of something is enough: the least value of a
// setting that keeps what was promised, or the largest. It knows nothing of
// simulations: whoever asks tries a value and says whether it keeps the
// promise, misses it, or cannot tell.
//
// A search starts where theory points, widens until it has a value that keeps
// and one that misses, and halves what is between them. Where the answer of a
// trial needs more or less work, Effort says how the work grows and Alpha how
// the chance of an error is shared among all looks at all values.
package sizing
