package scenarios

func clientSpec(dist spec) spec {
	return &mapping{noun: "a client", fields: []field{
		may("timeout", dist, "How long the caller waits for the answer, from the offer."),
		{name: "on_timeout", spec: &enum{values: []string{"keep_working", "cancel"}}, preset: "keep_working", doc: "What becomes of the work that nobody waits for."},
		may("breaker", &mapping{noun: "a circuit breaker", fields: []field{
			must("errors", probability(), "The share of failed calls from which on it opens."),
			must("window", positiveTime(), "Over which time the share is taken."),
			{name: "minimum", spec: countFrom(1), preset: "20", doc: "How many calls the window must hold."},
			must("open", positiveTime(), "How long it stays open; calls fail at once."),
			{name: "probes", spec: countFrom(1), preset: "1", doc: "How many calls then try whether the pool is well."},
		}}, "The caller's circuit breaker."),
	}}
}

func admissionSpec() spec {
	share := may("probability", probability(), "")
	share.preset, share.doc = "1", "How likely a task is then refused."
	policies := []field{
		may("throttle", &mapping{noun: "a throttle", fields: []field{
			must("rate", rateSpec(), "Tokens per second; a task takes one."),
			must("burst", countFrom(1), "The size of the bucket, which starts full."),
			{name: "excess", spec: &enum{values: []string{"shed", "delay"}}, preset: "shed", doc: "What becomes of a task that finds no token: it is refused, or waits for one."},
		}}, "A token bucket."),
		may("shed", &mapping{noun: "load shedding", fields: []field{
			must("when", &enum{values: []string{"queue_length", "wait", "utilization"}}, "What it looks at: the waiting tasks, how long the first of them has waited, or the busy share of the servers."),
			must("above", shedBound{}, "Above which value tasks are refused: a count, a duration or a ratio."),
			share,
		}}, "Load shedding."),
		may("concurrency", &mapping{noun: "a limit of concurrency", fields: []field{
			must("limit", countFrom(1), "How many tasks may be in the system."),
		}}, "A limit of the tasks in the system."),
		may("codel", &mapping{noun: "controlled delay", fields: []field{
			{name: "target", spec: positiveTime(), preset: "5ms", doc: "The delay that is acceptable."},
			{name: "interval", spec: positiveTime(), preset: "100ms", doc: "Over which time the delay has to be above it."},
		}}, "Controlled delay at the head of the queue (RFC 8289)."),
		may("adaptive_concurrency", &mapping{noun: "an adaptive limit", fields: []field{
			must("algorithm", &enum{values: []string{"aimd", "gradient", "vegas"}}, "How the limit follows the latency."),
			{name: "min", spec: countFrom(1), preset: "1", doc: "The least limit."},
			{name: "max", spec: countFrom(1), preset: "1000", doc: "The largest limit."},
		}}, "A limit of concurrency that finds itself."),
	}
	var sets []set
	for _, f := range policies {
		sets = append(sets, need(f.name))
	}
	return &list{noun: "a list of policies", item: &mapping{noun: "a policy of admission", fields: policies, sets: sets}, min: 1}
}

// shedBound is a count, a duration or a ratio.
type shedBound struct{}

func (shedBound) want() string { return "a count, a duration or a ratio of at least 0" }

func (s shedBound) check(c *checker, n *node, path string) *value {
	for _, u := range []unit{pure, duration, ratio} {
		q := &quantity{unit: u, min: least(0)}
		if x, _, ok := q.read(n); ok && q.inside(x) {
			return q.check(c, n, path)
		}
	}
	c.refuse(n, path, s.want(), "")
	return bad(n, path)
}

func (s shedBound) schema(g *generator) object {
	var all []object
	for _, u := range []unit{pure, duration, ratio} {
		all = append(all, (&quantity{unit: u, min: least(0)}).schema(g))
	}
	return object{"anyOf": all}
}

// either is one spec for a mapping that has a key, and another for the rest.
type either struct {
	key           string
	with, without spec
}

func (e *either) want() string { return e.without.want() + "; or " + e.with.want() }

func (e *either) check(c *checker, n *node, path string) *value {
	if n.kind == mappingKind && n.get(e.key) != nil {
		return e.with.check(c, n, path)
	}
	return e.without.check(c, n, path)
}

func (e *either) schema(g *generator) object {
	return object{"anyOf": []object{e.with.schema(g), e.without.schema(g)}}
}
