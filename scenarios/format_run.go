package scenarios

// metrics are what run.of can name: every estimate that has an interval.
func metrics() (names []string) {
	times := func(metric string) (all []string) {
		for _, s := range []string{"mean", "sd", "p50", "p90", "p95", "p99", "p999"} {
			all = append(all, metric+"."+s)
		}
		return all
	}
	for _, m := range []string{"latency", "wait", "service", "throttle_delay"} {
		names = append(names, times(m)...)
	}
	names = append(names, "in_system.mean", "queue_length.mean", "queue_length.p99", "in_network.mean", "utilization.mean",
		"throughput.mean", "arrival_rate.mean", "wait_ratio.mean", "shed_ratio.mean", "memory.mean")
	for _, m := range []string{
		"in_retry", "abandoned_ratio", "timed_out_ratio", "lost_ratio", "blocked_ratio", "goodput", "retry_ratio",
		"wasted_ratio", "server_seconds", "scale_changes", "servers",
	} {
		names = append(names, m+".mean")
	}
	return names
}

func runSpec() spec {
	names := metrics()
	tasks := &quantity{unit: count, min: least(1), max: least(1e15)}
	return &mapping{noun: "how to run", fields: []field{
		may("tasks", tasks, "The tasks of each replication, counted by arrival after the warm-up; it ends when the last of them has left."),
		may("duration", positiveTime(), "The simulated time of each replication after the warm-up."),
		may("precision", &quantity{unit: ratio, min: above(0), max: &bound{1, true}}, "Go on until the half-width of each interval of `of` is at most this share of its mean. Default 1%, where neither tasks nor duration is given. In a transient run, beside tasks or duration: replications are added."),
		{name: "of", spec: &list{noun: "a list of metrics", item: &enum{values: names}, min: 1, unique: true}, preset: "[latency.mean, in_system.mean]", doc: "What the precision is asked of: metric.statistic."},
		{name: "confidence", spec: &quantity{unit: ratio, min: above(0), max: &bound{1, true}}, preset: "95%", doc: "The level of intervals."},
		{name: "replications", spec: &quantity{unit: count, min: least(1), max: least(1e6)}, preset: "32", doc: "The number of independent replications. With a precision at least 2."},
		{name: "warmup", spec: &union{
			scalar: &quantity{unit: duration, min: least(0), withUnit: true, words: []string{"auto", "none"}},
			mapping: &mapping{noun: "a warm-up", fields: []field{
				must("tasks", &quantity{unit: count, min: least(0), max: least(1e15)}, "How many tasks are left out."),
			}},
		}, preset: "auto", doc: "What is left out at the start of each replication: found from the data (auto), nothing (none), a duration with its unit, or a number of tasks. A transient run leaves out nothing."},
		{name: "state", spec: &enum{values: []string{"steady", "transient"}}, preset: "steady", doc: "steady: the long run, warm-up removed. transient: from an empty system, everything counts; it needs tasks or duration."},
		{name: "max_tasks", spec: tasks, preset: "1e10", doc: "A stop for runs with a precision, all replications counted; results say when it is reached."},
		may("rare", &mapping{noun: "a rare event", fields: []field{
			must("event", &enum{values: []string{"in_system", "queue_length", "wait", "latency", "shed"}}, "What is large: tasks at a time, or the time of a task; or shed, a task that finds no room."),
			may("at_least", shedBound{}, "From which value on: a count, or a duration. Not for shed."),
		}}, "The share of time or of tasks of a rare event, by splitting, to 10% of it."),
		may("series", &union{scalar: positiveTime(), list: &list{noun: "a list of times", item: timeSpec(), min: 1}}, "Values over time: at each multiple of a duration, or at some times."),
	}}
}

func sweepSpec() spec {
	values := &union{
		noun: "a list of values, or a mapping of from, to, steps and scale",
		list: &list{noun: "a list of values", item: anything{}, min: 1},
		mapping: &mapping{noun: "steps", fields: []field{
			must("from", stepEnd{}, "The first value."),
			must("to", stepEnd{}, "The last value."),
			must("steps", &quantity{unit: count, min: least(2), max: least(maxPoints)}, "The number of values, both ends counted."),
			{name: "scale", spec: &enum{values: []string{"linear", "log"}}, preset: "linear", doc: "linear: equal differences; they have to be whole for a count. log: equal ratios, from a positive value; rounded for a count. Values between the ends are rounded to 12 digits."},
		}},
	}
	one := &named{name: "sweep", spec: &pathMap{noun: "a sweep: a mapping of paths, each with its values", values: values}}
	return &union{
		noun:    "a mapping of paths like arrivals.rate, each with a list of values, or a list of such mappings",
		mapping: one,
		list:    &list{noun: "a list of sweeps", item: one, min: 1},
	}
}

func realRunSpec() spec {
	return &mapping{noun: "a real run", fields: []field{
		{name: "work", spec: &enum{values: []string{"sleep", "spin", "memory"}}, preset: "sleep", doc: "What a task does while it is served."},
		{name: "time_scale", spec: positiveReal(), preset: "1", doc: "How many times slower than the scenario it runs, so that coarse timers matter less."},
		{name: "duration", spec: positiveTime(), preset: "10s", doc: "How long it runs."},
	}}
}

// sloSpec is a mapping of metrics to their bounds.
func sloSpec() spec {
	bound := sloBound{}
	least := &mapping{noun: "a lower bound", fields: []field{must("min", bound, "The least value.")}}
	return &nameMap{noun: "a mapping of metrics to bounds", key: pathPattern, example: "latency.p99", values: &union{
		noun: "an upper bound, {min: …}, or a mapping of durations to shares", scalar: bound,
		mapping: &either{key: "min", with: least, without: &nameMap{
			noun: "a mapping of durations to shares", key: timeWithin, example: "200ms", values: probability(), min: 1,
		}},
	}}
}
