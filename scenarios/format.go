package scenarios

import "regexp"

var (
	namePattern  = regexp.MustCompile(`^[A-Za-z0-9-]+$`)
	classPattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)
	pathPattern  = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$`)
	timeWithin   = patterns[duration]
)

// format is the whole of a scenario file: SCENARIO.md in specs.
func format() *mapping {
	dist := distributionSpec()
	service := field{name: "service", spec: dist, doc: "How long a server works on a task, where its stream does not say otherwise. A duration is a constant."}
	arrivals := field{name: "arrivals", spec: arrivalsSpec(dist), required: true, doc: "What arrives: one stream of tasks, or a list of streams that are superposed."}
	servers := field{name: "servers", spec: serversSpec(dist), required: true, doc: "The number of servers of the pool, at least 1, or `infinite`: nothing ever waits."}
	queue := may("queue", queueSpec(dist), "Where tasks wait for a server.")
	dispatch := field{name: "dispatch", spec: dispatchSpec(), preset: "central", doc: "Which queue a task joins: central is one queue for all servers; with the others each server has a queue of its own. Lengths count the task in service, ties are broken at random."}
	admission := may("admission", admissionSpec(), "Throttling, load shedding, concurrency limits and controlled delay before the queue, in this order.")
	station := &named{name: "station", spec: &mapping{noun: "a station", fields: []field{
		may("arrivals", arrivalsSpec(dist), "What arrives from outside. Default: nothing."), service, servers, queue, dispatch, admission,
	}}}
	return &mapping{
		noun: "a scenario", instead: "stations",
		fields: []field{
			{name: "version", spec: version{}, required: true, firm: true, doc: "The version of this format: 1."},
			may("name", &text{noun: "a name of letters, digits and -", pattern: namePattern, example: "burst-stress"}, "The name in results. Default: the file's name."),
			may("description", &text{noun: "text"}, "What the scenario shows, for people."),
			{name: "seed", spec: &quantity{unit: count, min: least(0)}, preset: "1", doc: "The seed of all randomness: the same seed gives the same bytes of output."},
			arrivals,
			may("network", networkSpec(dist), "Delays between the callers and the pool."),
			service,
			{name: "memory", spec: &quantity{unit: size, min: least(0)}, preset: "0", doc: "The memory that a task holds while it is in the system."},
			servers,
			queue,
			dispatch,
			may("client", clientSpec(dist), "The caller's timeout, what it does then, and its circuit breaker."),
			admission,
			may("run", runSpec(), "How long, how often and how precisely each point is simulated."),
			may("sweep", sweepSpec(), "Values to go through: the cross product of the keys, the first varying slowest; a list of such mappings is their union. Each point is one run. `{}` is no sweep."),
			{name: "compare", spec: &list{noun: "a list of what to compare with", item: &enum{values: []string{"analytic", "real"}}, unique: true}, preset: "[analytic]", doc: "What the simulation is compared with."},
			may("real", realRunSpec(), "How the workload is run by a real scheduler."),
			may("slo", sloSpec(), "Bounds that the results have to keep: upper ones, or {min: …}. One is met, or missed, where the one-sided interval of the confidence of the run is on that side of it; in between it cannot be told."),
			may("stations", &nameMap{noun: "stations: a mapping of names", key: classPattern, example: "parse", values: station, min: 1}, "Stations of a network, in place of arrivals, service, servers, queue, dispatch and admission at the top."),
			may("routes", &nameMap{noun: "routes: a mapping of stations", key: classPattern, example: "parse", values: &nameMap{
				noun: "a mapping of the next stations to probabilities", key: classPattern, example: "store", values: probability(),
			}}, "Where a task goes after each station; what is left of 1 leaves the system."),
		},
	}
}

func arrivalsSpec(dist spec) spec {
	stream := &named{name: "stream", spec: streamSpec(dist)}
	return &union{
		noun:    "a stream of arrivals, or a list of streams: each a mapping with process and its parameters",
		mapping: stream,
		list:    &list{noun: "a list of streams", item: stream, min: 1},
	}
}

func streamSpec(dist spec) *choice {
	return &choice{
		noun: "a stream of arrivals", key: "process", doc: "The process of arrivals; it decides which parameters there are.",
		options: processes(dist),
		common: []field{
			{name: "class", spec: &text{noun: "a name of letters, digits, _ and -, a letter first", pattern: classPattern, example: "interactive"}, preset: "default", doc: "The class of the stream's tasks; results are also given for each class. Streams may share one. A class can stand in a path: arrivals.interactive.rate."},
			{name: "priority", spec: &quantity{unit: count, min: least(0), max: least(1e6)}, preset: "0", doc: "Which tasks are served first under a discipline of priorities: 0 before 1."},
			{name: "batch", spec: batchSpec(), preset: "1", doc: "How many tasks arrive together: a count, or a distribution of counts."},
			may("service", dist, "How long a server works on a task of this stream; in place of service at the top."),
		},
	}
}

func batchSpec() spec {
	return &union{
		scalar: countFrom(1),
		mapping: &mapping{
			noun: "a batch",
			fields: []field{
				may("geometric", &mapping{noun: "a geometric batch", fields: []field{
					must("mean", &quantity{unit: pure, min: least(1), max: least(1e6)}, "The mean number of tasks, at least 1."),
				}}, "A geometric number of tasks, from 1 up."),
				may("values", listOf("counts", countFrom(1)), "The numbers of tasks that occur."),
				may("weights", listOf("numbers", weightSpec()), "How often each occurs, against the others; default all alike."),
			},
			sets: oneOf(need("geometric"), set{need: []string{"values"}, may: []string{"weights"}}),
		},
	}
}

func networkSpec(dist spec) spec {
	return &mapping{noun: "a network", fields: []field{
		{name: "delay", spec: dist, preset: "0", doc: "The delay before a task reaches the queue."},
		{name: "response", spec: dist, preset: "0", doc: "The delay from the server back to the caller."},
	}}
}
