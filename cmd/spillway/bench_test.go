package main

import "testing"

// BenchmarkShipped runs the shipped scenarios that take longest, from the
// command line to the table. It is also what the profile of the
// profile-guided build is made of:
//
//	go test ./cmd/spillway -trimpath -run '^$' -bench Shipped -benchtime 10x -cpuprofile cmd/spillway/default.pgo
func BenchmarkShipped(b *testing.B) {
	for _, name := range []string{"mmc", "distributed", "saturation", "loss", "two-classes", "batches", "bursts", "burst-shed"} {
		b.Run("scenario="+name, func(b *testing.B) {
			for b.Loop() {
				ok(b, "run", name, "--parallel", "1")
			}
		})
	}
}
