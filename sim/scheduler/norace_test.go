//go:build !race

package scheduler_test

// floods is how many callers come at once.
const floods = 100_000
