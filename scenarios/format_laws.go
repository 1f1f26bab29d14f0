package scenarios

import "slices"

// Specs of the parameters of distributions.
func timeSpec() spec     { return &quantity{unit: duration, min: least(0)} }
func positiveTime() spec { return &quantity{unit: duration, min: above(0)} }
func rateSpec() spec     { return &quantity{unit: rate, min: above(0)} }
func anyRate() spec      { return &quantity{unit: rate, min: least(0)} }
func realSpec() spec     { return &quantity{unit: pure} }
func positiveReal() spec { return &quantity{unit: pure, min: above(0)} }
func probability() spec  { return &quantity{unit: ratio, min: least(0), max: least(1)} }
func countFrom(n uint) *quantity {
	return &quantity{unit: count, min: least(float64(n)), max: least(1e9)}
}

func listOf(noun string, item spec) spec {
	return &list{noun: "a list of " + noun, item: item, min: 1}
}

// Sets of parameters of which one is given.
func oneOf(sets ...set) []set  { return sets }
func need(names ...string) set { return set{need: names} }

func must(name string, s spec, doc string) field {
	return field{name: name, doc: doc, spec: s, required: true}
}

func may(name string, s spec, doc string) field {
	return field{name: name, doc: doc, spec: s}
}

// distributionSpec is <dist> of the contract: a bare duration or a mapping. A
// component of a mixture is such a mapping with a weight.
func distributionSpec() spec {
	self := &named{name: "distribution"}
	component := &named{name: "component"}
	options := laws(self, component)
	of := func(beside ...field) *choice {
		return &choice{
			noun: "a distribution", key: "distribution", common: beside, options: options,
			doc: "The name of the distribution; the other keys are its parameters.",
		}
	}
	self.spec = &union{noun: wantLaw, scalar: constantTime{}, mapping: of()}
	component.spec = of(must("weight", weightSpec(), "How often this component is drawn, against the other weights."))
	return self
}

const wantLaw = "a distribution: a duration of at least 0 like 5ms, or a mapping with distribution and its parameters"

// constantTime is a duration where a distribution is wanted.
type constantTime struct{}

func (constantTime) quantity() *quantity { return &quantity{unit: duration, min: least(0)} }

func (constantTime) want() string { return wantLaw }

func (t constantTime) check(c *checker, n *node, path string) *value {
	q := t.quantity()
	if x, _, ok := q.read(n); ok && q.inside(x) {
		return q.check(c, n, path)
	}
	hint := q.hint(n)
	if n.kind == textKind && hint == "" {
		var names []string
		for _, o := range laws(nil, nil) {
			names = append(names, o.name)
		}
		if law := near(n.text, names); law != "" {
			hint = "did you mean {distribution: " + law + ", …}?"
		}
	}
	c.refuse(n, path, wantLaw, hint)
	return bad(n, path)
}

func (t constantTime) schema(g *generator) object { return t.quantity().schema(g) }

func weightSpec() spec { return &quantity{unit: pure, min: least(0)} }

func meanField() field { return may("mean", positiveTime(), "The mean, a duration.") }
func cvField() field {
	return may("cv", positiveReal(), "The coefficient of variation: standard deviation over mean.")
}

// laws are the rows of the contract's table, in its order.
func laws(self, component spec) []option {
	return slices.Concat(simpleLaws(), heavyLaws(), compositeLaws(self, component))
}

func simpleLaws() []option {
	return []option{
		{name: "deterministic", doc: "Always the same time.", fields: []field{
			must("value", timeSpec(), "The time, a duration."),
		}},
		{name: "exponential", doc: "The memoryless distribution, given by its mean or its rate.", fields: []field{
			meanField(), may("rate", rateSpec(), "One over the mean, a rate."),
		}, sets: oneOf(need("mean"), need("rate"))},
		{name: "uniform", doc: "Every time from min to max alike.", fields: []field{
			must("min", timeSpec(), "The shortest time, a duration."),
			must("max", positiveTime(), "The longest time, a duration."),
		}},
		{name: "triangular", doc: "From min to max, most often near mode.", fields: []field{
			must("min", timeSpec(), "The shortest time, a duration."),
			must("mode", timeSpec(), "The most frequent time, a duration from min to max."),
			must("max", positiveTime(), "The longest time, a duration."),
		}},
		{name: "erlang", doc: "The sum of k exponential stages.", fields: []field{
			must("k", countFrom(1), "The number of stages."),
			meanField(), may("rate", rateSpec(), "The rate of each stage."),
		}, sets: oneOf(need("mean"), need("rate"))},
		{name: "gamma", doc: "The gamma distribution.", fields: []field{
			may("shape", positiveReal(), "The shape: one over the squared coefficient of variation."),
			may("scale", positiveTime(), "The scale, a duration: mean over shape."),
			meanField(), cvField(),
		}, sets: oneOf(need("shape", "scale"), need("mean", "cv"))},
		{name: "hyperexponential", doc: "One of several exponentials, chosen at random: more variable than one.", fields: []field{
			may("probabilities", listOf("probabilities", probability()), "The probability of each branch; their sum is 1."),
			may("means", listOf("durations", positiveTime()), "The mean of each branch."),
			may("rates", listOf("rates", rateSpec()), "The rate of each branch."),
			meanField(),
			may("cv", &quantity{unit: pure, min: above(1)}, "The coefficient of variation, above 1; with mean, two branches of balanced means."),
		}, sets: oneOf(need("probabilities", "means"), need("probabilities", "rates"), need("mean", "cv"))},
		{name: "hypoexponential", doc: "The sum of exponential stages of different rates.", fields: []field{
			must("rates", listOf("rates", rateSpec()), "The rate of each stage."),
		}},
		{name: "coxian", doc: "Exponential stages, after each of which it may end.", fields: []field{
			must("rates", listOf("rates", rateSpec()), "The rate of each stage."),
			must("continue", &list{noun: "a list of probabilities, one fewer than rates", item: probability()},
				"The probability, after each stage but the last, of going on to the next."),
		}},
		{name: "phase_type", doc: "The time until a Markov chain is absorbed.", fields: []field{
			must("alpha", listOf("probabilities", probability()), "The probability of starting in each phase."),
			must("matrix", listOf("rows", listOf("numbers", realSpec())), "The rates between phases, per second: a row for each phase, its diagonal negative."),
		}},
	}
}

func heavyLaws() []option {
	tail := "The tail index: moments of this order and above are infinite."
	scale := "The scale, a duration."
	return []option{
		{name: "lognormal", doc: "The exponential of a normal variable.", fields: []field{
			may("mu", realSpec(), "The mean of the logarithm of the time in seconds."),
			may("sigma", positiveReal(), "The standard deviation of that logarithm."),
			meanField(), cvField(),
		}, sets: oneOf(need("mu", "sigma"), need("mean", "cv"))},
		{name: "weibull", doc: "The Weibull distribution; a shape below 1 has a heavy tail.", fields: []field{
			must("shape", positiveReal(), "The shape."), may("scale", positiveTime(), scale), meanField(),
		}, sets: oneOf(need("scale"), need("mean"))},
		{name: "pareto", doc: "Pareto I: the support is from minimum up.", fields: []field{
			must("alpha", positiveReal(), tail),
			may("minimum", positiveTime(), "The shortest time, a duration."),
			may("mean", positiveTime(), "The mean, a duration; alpha is then above 1."),
		}, sets: oneOf(need("minimum"), need("mean"))},
		{name: "lomax", doc: "Pareto II: the support is from zero.", fields: []field{
			must("alpha", positiveReal(), tail), may("scale", positiveTime(), scale),
			may("mean", positiveTime(), "The mean, a duration; alpha is then above 1."),
		}, sets: oneOf(need("scale"), need("mean"))},
		{name: "bounded_pareto", doc: "A Pareto distribution cut off at max.", fields: []field{
			must("alpha", positiveReal(), "The exponent of the tail up to max."),
			must("min", positiveTime(), "The shortest time, a duration."),
			must("max", positiveTime(), "The longest time, a duration."),
		}},
		{name: "normal", doc: "The normal distribution, truncated at zero: its mean is then a little above mean.", fields: []field{
			must("mean", timeSpec(), "The mean before truncation, a duration."),
			must("sd", positiveTime(), "The standard deviation before truncation, a duration."),
		}},
	}
}

func compositeLaws(self, component spec) []option {
	return []option{
		{name: "empirical", doc: "Measured times: a list, or a column of a CSV file.", fields: []field{
			may("values", listOf("durations", timeSpec()), "The times, durations."),
			may("weights", listOf("numbers", weightSpec()), "How often each value occurs, against the others; default all alike."),
			may("file", &text{noun: "the name of a CSV file", example: "times.csv"}, "A CSV file with a header line, relative to the scenario. Times are durations or plain seconds."),
			may("column", &text{noun: "the name of a column", example: "seconds"}, "The column of the file."),
			{name: "interpolate", spec: boolean{}, preset: "false", doc: "True for a continuous distribution that goes straight between the values."},
		}, sets: oneOf(set{need: []string{"values"}, may: []string{"weights"}}, need("file", "column"))},
		{name: "mixture", doc: "One of several distributions, chosen at random.", fields: []field{
			must("components", listOf("distributions with their weights", component), "The distributions, each with its weight."),
		}},
		{name: "shifted", doc: "A constant plus another distribution.", fields: []field{
			must("offset", timeSpec(), "What is added, a duration."),
			must("of", self, "The distribution that it is added to."),
		}},
	}
}
