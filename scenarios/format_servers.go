package scenarios

func serversSpec(dist spec) spec {
	number := &quantity{unit: count, min: least(1), max: least(1e7)}
	bare := *number
	bare.words = []string{"infinite"}
	return &union{
		scalar: &bare,
		mapping: &mapping{noun: "a pool", fields: []field{
			may("count", number, "The number of servers."),
			may("speeds", listOf("speeds", positiveReal()), "The speed of each server: service time over speed."),
			{name: "choose", spec: &enum{values: []string{"fastest", "slowest", "random", "longest_idle"}}, preset: "fastest", doc: "Which idle server takes a task."},
			may("failures", failuresSpec(dist), "Failures and repairs of each server."),
			may("schedule", &mapping{noun: "a schedule", fields: []field{
				must("period", positiveTime(), "When the schedule begins anew."),
				must("steps", listOf("steps", &mapping{noun: "a step", fields: []field{
					must("at", timeSpec(), "When, a duration from the beginning of the period."),
					must("count", &quantity{unit: count, min: least(0), max: least(1e7)}, "The number of servers from then on."),
				}}), "The number of servers over a period."),
			}}, "The number of servers over time. A server that leaves ends its task first."),
			may("setup", dist, "The time that a server takes to start. A server without work switches off."),
			may("autoscale", autoscaleSpec(dist), "A controller of the number of servers."),
		}, sets: oneOf(
			set{need: []string{"count"}, may: []string{"speeds", "choose", "failures", "setup"}},
			need("schedule"), need("autoscale"),
		)},
	}
}

func failuresSpec(dist spec) spec {
	return &mapping{noun: "failures", fields: []field{
		must("up", dist, "The time from a repair to the next failure."),
		must("repair", dist, "The time that a repair takes."),
		{name: "on_failure", spec: &enum{values: []string{"resume", "restart", "lose"}}, preset: "resume", doc: "What becomes of the task in service: it goes on after the repair, begins anew, or is lost."},
		{name: "clock", spec: &enum{values: []string{"always", "busy"}}, preset: "always", doc: "When a server ages: always, or only while it works."},
	}}
}

func autoscaleSpec(dist spec) spec {
	number := &quantity{unit: count, min: least(1), max: least(1e7)}
	share := &quantity{unit: ratio, min: least(0)}
	return &mapping{noun: "an autoscaler", fields: []field{
		must("min", number, "The least number of servers."),
		must("max", number, "The largest number of servers."),
		must("metric", &enum{values: []string{"utilization", "queue_length", "queue_per_server", "wait"}}, "What it looks at: the mean over the last interval."),
		must("target", &quantity{unit: pure, min: above(0)}, "The value of the metric that it aims at."),
		{name: "tolerance", spec: share, preset: "10%", doc: "How far from the target nothing is done, as a share of it."},
		must("interval", positiveTime(), "How often it looks."),
		{name: "metric_delay", spec: timeSpec(), preset: "0s", doc: "How old the metric is when it sees it."},
		{name: "startup", spec: dist, preset: "0s", doc: "The time that a new server takes to start."},
		{name: "up_cooldown", spec: timeSpec(), preset: "0s", doc: "How long after a step it adds no server."},
		{name: "down_cooldown", spec: timeSpec(), preset: "0s", doc: "How long after a step it removes no server."},
		{name: "step", spec: &quantity{unit: count, min: least(1), max: least(1e7), words: []string{"proportional"}}, preset: "1", doc: "How many servers it adds or removes at a time; proportional: servers × metric / target, rounded up."},
	}}
}

func queueSpec(dist spec) spec {
	return &mapping{noun: "a queue", fields: []field{
		{name: "discipline", spec: &enum{values: []string{
			"fifo", "lifo", "random", "sjf", "priority", "preemptive_lifo", "psjf", "srpt", "preemptive_priority", "processor_sharing", "fair",
		}}, preset: "fifo", doc: "Which waiting task is served next. fifo is the one that has waited longest; psjf, srpt and those that are called preemptive interrupt the task in service, which goes on later."},
		may("limit", countFrom(0), "How many tasks may wait, those in service not counted; 0 is no waiting room. Default: unlimited."),
		may("memory_limit", &quantity{unit: size, min: above(0)}, "How much memory the waiting tasks may hold, instead of limit or beside it."),
		{name: "overflow", spec: &enum{values: []string{"shed", "drop_oldest", "block"}}, preset: "shed", doc: "What happens to a task that finds no room: it is refused, it takes the place of the oldest, or its source stops until there is room."},
		may("patience", dist, "How long a task waits before it leaves. Default: for ever."),
		may("retry", retrySpec(dist), "What a task does that was refused, that left, or whose caller's time ran out."),
	}}
}

func retrySpec(dist spec) spec {
	backoff := &mapping{noun: "a delay that grows", fields: []field{
		must("backoff", &mapping{noun: "a backoff", fields: []field{
			must("initial", positiveTime(), "The delay of the first retry."),
			must("factor", &quantity{unit: pure, min: least(1)}, "By how much each delay is longer than the one before."),
			must("max", positiveTime(), "The longest delay."),
			{name: "jitter", spec: &enum{values: []string{"full", "none"}}, preset: "full", doc: "full: uniform between 0 and the delay."},
		}}, "Delays that grow with each retry."),
	}}
	return &mapping{noun: "retries", fields: []field{
		{name: "probability", spec: probability(), preset: "1", doc: "How likely a task tries again."},
		must("delay", &either{key: "backoff", with: backoff, without: dist}, "How long it waits until then: a distribution, or a backoff."),
		may("limit", countFrom(0), "How often it tries again. Default: for ever."),
		may("budget", &quantity{unit: ratio, min: above(0)}, "The share of first tries that retries may add, as a token bucket."),
	}}
}

func dispatchSpec() spec {
	policies := &enum{values: []string{"central", "random", "round_robin", "join_shortest_queue", "least_work", "join_idle_queue"}}
	powerOf := must("power_of", &quantity{unit: count, min: least(2), max: least(1e7)}, "How many queues are looked at; the shortest is taken.")
	policy := &union{scalar: policies, mapping: &mapping{noun: "a policy", fields: []field{powerOf}}}
	powerOf.required = false
	return &union{
		scalar: policies,
		mapping: &mapping{noun: "a dispatch", fields: []field{
			powerOf,
			may("policy", policy, "Which queue a task joins."),
			{name: "stealing", spec: boolean{}, preset: "false", doc: "True where an idle server takes a task from another's queue."},
		}, sets: oneOf(need("power_of"), set{need: []string{"policy"}, may: []string{"stealing"}})},
	}
}
