package scenarios

import "spillway/distributions/arrivals"

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
		{name: "trace", doc: "A recorded log, replayed.", fields: traceFields(dist)},
		{name: "closed", doc: "Callers that wait for their answer and think before they call again.", fields: []field{
			must("population", countFrom(1), "The number of callers."),
			must("think", dist, "How long a caller thinks between an answer and the next call."),
		}},
	}
}

func traceFields(dist spec) []field {
	column := &text{noun: "the name of a column", example: "started_at"}
	return []field{
		must("file", &text{noun: "the name of a CSV file", example: "requests.csv"}, "A CSV file with a header line, compressed with gzip or not, relative to the scenario, or to the working directory where the scenario comes from standard input. Rows are in the order of their arrivals."),
		must("time", column, "The column of the arrivals: plain seconds, or timestamps."),
		may("service", &union{
			noun: wantService, scalar: serviceFormula{}, mapping: dist,
		}, "The service time of each task: a column or a formula of + - * / and parentheses over columns and numbers, in seconds; or a distribution. A column whose name is more than letters, digits, _ and dots stands in double quotes or backquotes."),
		may("class", column, "The column of the class. Default: all tasks are of the class default."),
		may("started", column, "The column of when a scheduler started the task: the recorded wait is from the arrival to it."),
		may("finished", column, "The column of when it finished it, in place of service: the service time is from started to it."),
		may("time_format", &enum{values: arrivals.TimeFormats()}, "How times are written: plain seconds, RFC 3339 timestamps, or seconds, milliseconds, microseconds or nanoseconds since 1970. Default: found from the first row."),
		{name: "speedup", spec: positiveReal(), preset: "1", doc: "How many times faster than recorded the tasks arrive; their services stay as they are."},
		{name: "loop", spec: boolean{}, preset: "false", doc: "True to begin anew a mean gap after the last row. Without it the run is transient and goes over the whole trace once, unless run says otherwise."},
		may("limit", quantityOfRows(), "How many rows are used. Default: all."),
	}
}

// quantityOfRows is bounded as the tasks of a run are.
func quantityOfRows() spec { return &quantity{unit: count, min: least(1), max: least(1e15)} }

const wantService = "a column or a formula over columns like 0.02 + 0.001*tokens, or a mapping with distribution and its parameters"

// serviceFormula is what tells the service time of a row: a number is a formula
// too.
type serviceFormula struct{}

func (serviceFormula) want() string { return wantService }

func (s serviceFormula) check(c *checker, n *node, path string) *value {
	switch n.kind {
	case textKind:
		return &value{node: n, path: path, text: n.text, json: quote(n.text)}
	case numberKind:
		return &value{node: n, path: path, text: n.text, json: canonicalNumber(n)}
	}
	c.refuse(n, path, s.want(), oddHint(n))
	return bad(n, path)
}

func (serviceFormula) schema(*generator) object {
	return object{"type": []string{"string", "number"}, "examples": []any{"0.02 + 0.001*output_tokens"}}
}
