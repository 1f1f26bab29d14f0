//go:build race

package scheduler_test

// floods is how many callers come at once: the race detector bears 8128 goroutines.
const floods = 5_000
