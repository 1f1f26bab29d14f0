package scenarios

// matrixSpec is a square matrix, row by row.
func matrixSpec() spec { return listOf("rows", listOf("numbers", realSpec())) }

func processes(dist spec) []option {
	rate := may("rate", rateSpec(), "Arrivals per second on average; a batch counts once.")
	mean := must("rate", rateSpec(), rate.doc)
	return []option{
		{name: "poisson", doc: "Arrivals at random, independent of one another.", fields: []field{mean}},
		{name: "deterministic", doc: "Arrivals like clockwork; the first after a full interval.", fields: []field{
			rate, may("interval", positiveTime(), "The time from one arrival to the next, a duration."),
		}, sets: oneOf(need("rate"), need("interval"))},
		{name: "renewal", doc: "Independent gaps of one distribution; the first arrival after a full gap.", fields: []field{
			must("interarrival", dist, "The distribution of the gaps; its mean is positive and finite."),
		}},
		{name: "mmpp", doc: "A Markov-modulated Poisson process: the rate changes with the state of a Markov chain. Given by the rate in each state and the chain's generator, or in short by its bursts.", fields: []field{
			may("rates", listOf("rates", anyRate()), "The rate of arrivals in each state."),
			may("generator", matrixSpec(), "The rates between the states, per second: a row for each state, whose sum is 0."),
			rate,
			may("burst_ratio", &quantity{unit: pure, min: above(1)}, "The rate inside a burst over the rate outside it, above 1."),
			may("burst_share", &quantity{unit: ratio, min: above(0), max: &bound{1, true}}, "The long-run share of time inside bursts."),
			may("burst_length", positiveTime(), "The mean length of one burst, a duration."),
		}, sets: oneOf(need("rates", "generator"), need("rate", "burst_ratio", "burst_share", "burst_length"))},
		{name: "map", doc: "A Markovian arrival process: changes of a Markov chain, with and without an arrival.", fields: []field{
			must("d0", matrixSpec(), "The rates of changes without an arrival, per second; the diagonal makes the rows of d0 and d1 sum to 0."),
			must("d1", matrixSpec(), "The rates of changes with an arrival, per second."),
		}},
		{name: "onoff", doc: "Sources that are silent between periods of Poisson arrivals; several are superposed.", fields: []field{
			must("on", dist, "The distribution of the periods of arrivals."),
			must("off", dist, "The distribution of the silences."),
			must("rate", rateSpec(), "Arrivals per second of one source while it is on."),
			{name: "sources", spec: &quantity{unit: count, min: least(1), max: least(1e4)}, preset: "1", doc: "The number of sources."},
		}},
		{name: "profile", doc: "A Poisson process whose rate follows a profile of points.", fields: []field{
			must("points", listOf("points", &mapping{noun: "a point", fields: []field{
				must("at", timeSpec(), "When, a duration from the start."),
				must("rate", anyRate(), "Arrivals per second there."),
			}}), "The rate at some times, in their order; the first at 0s."),
			{name: "interpolate", spec: &enum{values: []string{"step", "linear"}}, preset: "step", doc: "step: a rate holds until the next point. linear: straight from point to point."},
			may("period", positiveTime(), "When the profile begins anew. Default: the last rate holds for ever."),
		}},
		{name: "sinusoid", doc: "A Poisson process of the rate rate·(1 + amplitude·sin(2πt/period + phase)).", fields: []field{
			mean,
			must("amplitude", probability(), "How much the rate swings, as a share of its mean."),
			must("period", positiveTime(), "The length of one wave, a duration."),
			{name: "phase", spec: realSpec(), preset: "0", doc: "Where in the wave it starts, in radians."},
		}},
		{name: "trace", doc: "A recorded log, replayed.", fields: traceFields()},
		{name: "closed", doc: "Callers that wait for their answer and think before they call again.", fields: []field{
			must("population", countFrom(1), "The number of callers."),
			must("think", dist, "How long a caller thinks between an answer and the next call."),
		}},
	}
}

func traceFields() []field {
	column := &text{noun: "the name of a column", example: "started_at"}
	return []field{
		must("file", &text{noun: "the name of a CSV file", example: "requests.csv"}, "A CSV file with a header line, .gz or not, relative to the scenario."),
		must("time", column, "The column of the arrivals: plain seconds, or timestamps."),
		may("service", &text{noun: "a column, or a formula over columns", example: "0.02 + 0.001*output_tokens"}, "The service time of each task, in seconds."),
		may("class", column, "The column of the class."),
		may("started", column, "The column of when a scheduler started the task."),
		may("finished", column, "The column of when it finished it."),
		may("time_format", &text{noun: "a layout of timestamps", example: "2006-01-02 15:04:05"}, "How timestamps are written. Default: found from the first row."),
		{name: "speedup", spec: positiveReal(), preset: "1", doc: "How many times faster than recorded it is replayed."},
		{name: "loop", spec: boolean{}, preset: "false", doc: "True to begin anew at the end."},
		may("limit", countFrom(1), "How many rows are used. Default: all."),
	}
}
