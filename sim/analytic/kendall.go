package analytic

import (
	"reflect"
	"strconv"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

// Kendall is the notation A/S/c, A/S/c/K or A/S/∞ for a system that need not be
// one that is solved. K is the most tasks that fit, those in service counted:
// servers + limit. With infinitely many servers a limit has no meaning and is
// not written.
//
// The letters of arrivals A (single stream, or several Poisson ones, whose
// superposition is Poisson) and of service S:
//
//	M       Markov: Poisson arrivals, exponential service
//	D       deterministic
//	E3      Erlang of three stages
//	H2      hyperexponential of two phases
//	C2      Coxian of two phases
//	PH      phase-type, hypoexponential
//	LN      lognormal
//	Γ       gamma
//	W       Weibull
//	U       uniform
//	P       Pareto and its relatives (lomax, bounded)
//	N       normal, truncated
//	GI      any other law of independent gaps
//	G       any other service, services that differ between streams, and
//	        arrivals of which several streams are superposed that are not all
//	        Poisson: such gaps are not independent
//	MMPP, MAP, M(t)
//	        Markov-modulated, Markovian and time-dependent Poisson arrivals
//	M[X]    arrivals in batches, here Poisson; with any A
//
// A law has the letter of the simplest that it is: a gamma law of shape 1 is M,
// of shape 2 E2. Arrivals of on-off sources with exponential periods are MMPP.
//
// A closed population of N callers is A/S/c//N, A the law of the thinking of
// each; patience is written A/S/c+M by its law, and a discipline other than
// first come, first served behind a hyphen. Where each of c servers has a queue
// of its own it is A/S/1 × c, A the arrivals at all of them together: of
// M/M/1 × c, a single queue is M/M/1 only where tasks join one at random.
//
// Source: D. G. Kendall, "Stochastic processes occurring in the theory of
// queues and their analysis by the method of the imbedded Markov chain",
// Annals of Mathematical Statistics 24(3), 1953.
func Kendall(sys System) string {
	s := letterOfArrivals(sys) + "/" + letterOfServices(sys.Streams) + "/"
	population := ""
	if sys.Closed != nil {
		population = "//" + strconv.Itoa(sys.Closed.Population)
	}
	if sys.Infinite {
		return s + "∞" + population
	}
	servers, queues := sys.Servers, ""
	if sys.Dispatch != Central && sys.Servers > 1 {
		servers, queues = 1, " × "+strconv.Itoa(sys.Servers)
	}
	s += strconv.Itoa(servers)
	if sys.Limited {
		s += "/" + strconv.FormatUint(uint64(servers)+uint64(sys.Limit), 10)
	}
	s += population
	if sys.Patience != nil {
		s += "+" + letterOf(sys.Patience)
	}
	return s + disciplineNames[sys.Discipline] + queues
}

// disciplineNames are written behind the notation; that of FIFO is not.
var disciplineNames = map[Discipline]string{
	LIFO: "-LIFO", RandomOrder: "-SIRO", SJF: "-SJF", Priority: "-PRIO", Fair: "-FAIR", PreemptiveLIFO: "-LIFO-PR",
	PSJF: "-PSJF", SRPT: "-SRPT", PreemptivePriority: "-PRIO-PR", ProcessorSharing: "-PS",
}

func letterOfArrivals(sys System) string {
	if sys.Closed != nil && sys.Closed.Think != nil {
		return letterOf(sys.Closed.Think)
	}
	streams := sys.Streams
	poisson, batches := true, ""
	for _, s := range streams {
		poisson = poisson && isPoisson(s.Process)
		if isBatch(s.Batch) {
			batches = "[X]"
		}
	}
	switch {
	case poisson:
		return "M" + batches
	case len(streams) > 1:
		return "G" + batches
	}
	return letterOfProcess(streams[0].Process) + batches
}

func letterOfProcess(p arrivals.Process) string {
	switch p := p.(type) {
	case arrivals.Deterministic:
		return "D"
	case arrivals.Renewal:
		if l := letterOf(p.Gap); l != "G" {
			return l
		}
		return "GI"
	case arrivals.MAP:
		return letterOfMAP(p)
	case arrivals.OnOff:
		if p.Sources() > mapPhaseLimit {
			return "G" // too many phases to write down
		}
		if m, ok := p.AsMAP(); ok {
			return letterOfMAP(m)
		}
	case arrivals.Sinusoid, arrivals.Profile:
		return "M(t)"
	}
	return "G"
}

// letterOfMAP is MMPP where arrivals leave the phase as it is.
func letterOfMAP(p arrivals.MAP) string {
	for i, row := range p.D1() {
		for j, x := range row {
			if i != j && x != 0 {
				return "MAP"
			}
		}
	}
	return "MMPP" + strconv.Itoa(p.Phases())
}

func letterOfServices(streams []Stream) string {
	if len(streams) == 0 || !mixture(streams).same() {
		return "G"
	}
	return letterOf(streams[0].Service)
}

// letterOf is the letter of a law: by its type where it has a number of
// stages, otherwise by its name as it is written.
func letterOf(d distributions.Distribution) string {
	if isConstant(d) {
		return "D"
	}
	if _, ok := asExponential(d); ok {
		return "M"
	}
	if e, ok := asErlang(d); ok {
		return "E" + strconv.Itoa(e.Stages())
	}
	switch d := d.(type) {
	case distributions.Hyperexponential:
		return "H" + strconv.Itoa(len(d.Rates()))
	case distributions.Coxian:
		return "C" + strconv.Itoa(len(d.Rates()))
	}
	switch lawName(d) {
	case "hypoexponential", "phase_type":
		return "PH"
	case "lognormal":
		return "LN"
	case "gamma":
		return "Γ"
	case "weibull":
		return "W"
	case "uniform":
		return "U"
	case "pareto", "lomax", "bounded_pareto":
		return "P"
	case "normal":
		return "N"
	}
	return "G"
}

// sameLaw reports whether two laws are one. Exponentials given by rate and by
// mean are compared by what each has exactly.
func sameLaw(a, b distributions.Distribution) bool {
	x, xok := asExponential(a)
	y, yok := asExponential(b)
	if xok && yok {
		return x.Rate() == y.Rate() || x.Mean() == y.Mean()
	}
	return xok == yok && reflect.DeepEqual(a, b)
}
