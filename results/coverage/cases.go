package main

// repeated is one system, run one way, many times.
type repeated struct {
	name, mode string
	scenario   string // YAML without run
	plan       string // run
	metrics    []string
	plain      bool // without control variates
	short      bool // too short on purpose: the intervals are to cover too little, and to say so
}

// The systems.
const (
	mm1 = `
version: 1
arrivals: {process: poisson, rate: 0.9/s}
service: {distribution: exponential, rate: 1/s}
servers: 1
`
	mm8 = `
version: 1
arrivals: {process: poisson, rate: 7.6/s}
service: {distribution: exponential, rate: 1/s}
servers: 8
`
	renewal = `
version: 1
arrivals: {process: renewal, interarrival: {distribution: uniform, min: 0s, max: 0.8s}}
service: {distribution: exponential, rate: 1/s}
servers: 3
`
	// bursts are arrivals at 64/s half of the time, in stretches of 0.6 s on
	// average: an index of dispersion of 20.
	bursts = `
version: 1
arrivals: {process: mmpp, rates: [64/s, 0/s], generator: [[-1.684, 1.684], [1.684, -1.684]]}
service: {distribution: exponential, rate: 10/s}
servers: 4
`
	limited = `
version: 1
arrivals: {process: poisson, rate: 3.8/s}
service: {distribution: exponential, rate: 1/s}
servers: 4
queue: {limit: 20}
`
	variable = `
version: 1
arrivals: {process: poisson, rate: 0.7/s}
service: {distribution: lognormal, mean: 1s, cv: 2}
servers: 1
`
)

func cases() []repeated {
	all := []string{"wait.mean", "queue_length.mean", "latency.mean", "in_system.mean", "wait.p99"}
	shed := append([]string{"shed_ratio.mean"}, all...)
	const sequential, fixed = "until ±5 %", "fixed length"
	precise := func(of string) string { return "{precision: 5%, of: [" + of + "], replications: 32}" }
	length := func(tasks string) string { return "{tasks: " + tasks + ", replications: 32}" }
	return []repeated{
		{name: "M/M/1, ρ = 0.9", mode: fixed, scenario: mm1, plan: length("20_000"), metrics: all},
		{name: "M/M/1, ρ = 0.9", mode: fixed + ", no controls", scenario: mm1, plan: length("20_000"), metrics: all, plain: true},
		{name: "M/M/1, ρ = 0.9", mode: sequential, scenario: mm1, plan: precise("wait.mean"), metrics: all},
		{name: "M/M/1, ρ = 0.9", mode: "until ±1 %", scenario: mm1, plan: "{precision: 1%, of: [wait.mean], replications: 32}", metrics: all},
		{name: "U/M/3, ρ = 0.83", mode: sequential, scenario: renewal, plan: precise("wait.mean"), metrics: all},
		{name: "M/M/1, ρ = 0.9", mode: sequential + ", no controls", scenario: mm1, plan: precise("wait.mean"), metrics: all, plain: true},
		{name: "M/M/8, ρ = 0.95", mode: fixed, scenario: mm8, plan: length("100_000"), metrics: all},
		{name: "M/M/8, ρ = 0.95", mode: sequential, scenario: mm8, plan: precise("wait.mean"), metrics: all},
		{name: "MMPP(2)/M/4, ρ = 0.8, IDC 20", mode: fixed, scenario: bursts, plan: length("20_000"), metrics: all},
		{name: "MMPP(2)/M/4, ρ = 0.8, IDC 20", mode: sequential, scenario: bursts, plan: precise("wait.mean"), metrics: all},
		{name: "M/M/4, limit 20, load 3.8", mode: fixed, scenario: limited, plan: length("20_000"), metrics: shed},
		{name: "M/M/4, limit 20, load 3.8", mode: sequential, scenario: limited, plan: precise("shed_ratio.mean"), metrics: shed},
		{name: "M/lognormal(cv 2)/1, ρ = 0.7", mode: fixed, scenario: variable, plan: length("50_000"), metrics: all},
		{name: "M/lognormal(cv 2)/1, ρ = 0.7", mode: sequential, scenario: variable, plan: precise("wait.mean"), metrics: all},
		{name: "M/M/1, ρ = 0.9", mode: "too short", scenario: mm1, short: true,
			plan: "{tasks: 1000, replications: 32}", metrics: all},
	}
}
