package scenarios

import "regexp"

var (
	namePattern  = regexp.MustCompile(`^[A-Za-z0-9-]+$`)
	classPattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)
	pathPattern  = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$`)
)

// format is the whole of a scenario file: SCENARIO.md in specs.
func format() *mapping {
	dist := distributionSpec()
	service := field{name: "service", spec: dist, doc: "How long a server works on a task, where its stream does not say otherwise. A duration is a constant."}
	arrivals := field{name: "arrivals", spec: arrivalsSpec(dist), required: true, doc: "What arrives: one stream of tasks, or a list of streams that are superposed."}
	servers := field{name: "servers", spec: serversSpec(), required: true, doc: "The number of servers of the pool, at least 1, or `infinite`: nothing ever waits."}
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
			may("queue", queueSpec(), "Where tasks wait for a server."),
			{name: "dispatch", spec: &union{
				scalar:  &enum{values: []string{"central"}, later: []string{"random", "round_robin", "join_shortest_queue", "least_work", "join_idle_queue"}},
				mapping: &notYet{"central"},
			}, preset: "central", doc: "Which queue a task joins: central is one queue for all servers. Queues at each server are not supported yet."},
			later("client", "The caller's timeout, what it does then, and its circuit breaker."),
			later("admission", "Throttling, load shedding, concurrency limits and controlled delay before the queue."),
			may("run", runSpec(), "How long, how often and how precisely each point is simulated."),
			may("sweep", sweepSpec(), "Values to go through: the cross product of the keys, the first varying slowest; a list of such mappings is their union. Each point is one run. `{}` is no sweep."),
			{name: "compare", spec: &list{noun: "a list of what to compare with", item: &enum{values: []string{"analytic"}, later: []string{"real"}}, unique: true}, preset: "[analytic]", doc: "What the simulation is compared with."},
			later("real", "How the workload is run by a real scheduler."),
			later("slo", "Bounds that the results have to keep."),
			later("stations", "Stations of a network, in place of arrivals, service, servers and queue at the top."),
			later("routes", "Where a task goes after each station."),
		},
	}
}

// later is a key of the contract that this version does not have.
func later(name, doc string) field { return field{name: name, doc: doc, spec: &notYet{}} }

func arrivalsSpec(dist spec) spec {
	stream := &named{name: "stream", spec: streamSpec(dist)}
	return &union{
		noun:    "a stream of arrivals, or a list of streams: each a mapping with process and its parameters",
		mapping: stream,
		list:    &list{noun: "a list of streams", item: stream, min: 1},
	}
}

func streamSpec(dist spec) *choice {
	rate := may("rate", rateSpec(), "Arrivals per second on average; a batch counts once.")
	notYetProcess := func(name, doc string) option { return option{name: name, doc: doc, later: true} }
	return &choice{
		noun: "a stream of arrivals", key: "process", doc: "The process of arrivals; it decides which parameters there are.",
		options: []option{
			{name: "poisson", doc: "Arrivals at random, independent of one another.", fields: []field{must("rate", rateSpec(), rate.doc)}},
			{name: "deterministic", doc: "Arrivals like clockwork; the first after a full interval.", fields: []field{
				rate, may("interval", positiveTime(), "The time from one arrival to the next, a duration."),
			}, sets: oneOf(need("rate"), need("interval"))},
			{name: "renewal", doc: "Independent gaps of one distribution; the first arrival after a full gap.", fields: []field{
				must("interarrival", dist, "The distribution of the gaps; its mean is positive and finite."),
			}},
			notYetProcess("mmpp", "A Markov-modulated Poisson process."),
			notYetProcess("map", "A Markovian arrival process."),
			notYetProcess("onoff", "Sources that are silent between periods of arrivals."),
			notYetProcess("profile", "A Poisson process whose rate follows a profile."),
			notYetProcess("sinusoid", "A Poisson process whose rate is a sinusoid."),
			notYetProcess("trace", "A recorded log."),
			notYetProcess("closed", "Callers that wait for their answer."),
		},
		common: []field{
			{name: "class", spec: &text{noun: "a name of letters, digits, _ and -, a letter first", pattern: classPattern, example: "interactive"}, preset: "default", doc: "The class of the stream's tasks; results are also given for each class. Streams may share one. A class can stand in a path: arrivals.interactive.rate."},
			later("priority", "Which class is served first: 0 before 1."),
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

func serversSpec() spec {
	number := &quantity{unit: count, min: least(1), max: least(1e7)}
	bare := *number
	bare.words = []string{"infinite"}
	return &union{
		scalar: &bare,
		mapping: &mapping{noun: "a pool", fields: []field{
			must("count", number, "The number of servers."),
			later("speeds", "The speed of each server: service time over speed."),
			later("choose", "Which idle server takes a task."),
			later("failures", "Failures and repairs of servers."),
			later("schedule", "The number of servers over time."),
			later("setup", "The time that a server takes to switch on."),
			later("autoscale", "A controller of the number of servers."),
		}},
	}
}

func queueSpec() spec {
	return &mapping{noun: "a queue", fields: []field{
		{name: "discipline", spec: &enum{values: []string{"fifo"}, later: []string{
			"lifo", "random", "sjf", "priority", "preemptive_lifo", "psjf", "srpt", "preemptive_priority", "processor_sharing", "fair",
		}}, preset: "fifo", doc: "Which waiting task is served next: fifo is the one that has waited longest."},
		may("limit", countFrom(0), "How many tasks may wait, those in service not counted; 0 is no waiting room. Default: unlimited."),
		later("memory_limit", "How much memory the waiting tasks may hold."),
		{name: "overflow", spec: &enum{values: []string{"shed"}, later: []string{"drop_oldest", "block"}}, preset: "shed", doc: "What happens to a task that finds no room: shed refuses it."},
		later("patience", "How long a task waits before it leaves."),
		later("retry", "What a task does that was refused or left."),
	}}
}
