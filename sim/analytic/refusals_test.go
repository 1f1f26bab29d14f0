package analytic

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

// TestRefusalNamesObstacle: what stands in the way is said, not something that
// does not.
func TestRefusalNamesObstacle(t *testing.T) {
	e2 := must(distributions.NewErlangMean(2, 1))
	uniform := arrivals.Renewal{Gap: must(distributions.NewUniform(0.5, 1.5))}
	pareto := must(distributions.NewPareto(1.5, 0.1))
	twice := func(s *System) {
		s.Streams = append(s.Streams, Stream{Class: "b", Priority: 1, Process: poisson(0.1), Service: s.Streams[0].Service})
	}
	patient := func(s *System) { s.Patience = exponential(1) }
	batches := func(s *System) { s.Streams[0].Batch = must(arrivals.NewFixedBatch(2)) }
	speeds := func(x ...float64) func(*System) { return func(s *System) { s.Speeds = x } }
	thirds := labelled(poisson(0.1), exponential(1), 2, discipline(Priority), twice, twice)
	thirds.Streams[2].Priority, thirds.Streams[2].Service = 2, exponential(2)
	for _, c := range []struct {
		sys  System
		want string
	}{
		{labelled(poisson(1), e2, 5, patient), "service is erlang; with c = 5 servers, a queue and patience, the only model here is of exponential service"},
		{labelled(poisson(1), e2, 3, dispatch(JoinShortestQueue)), "service is erlang; with c = 3 servers and a queue at each, of which the shortest is joined, the only model here is of exponential service"},
		{labelled(poisson(1), e2, 3, dispatch(RoundRobin)), "a queue at each, joined in turn, the only model here is of exponential service"},
		{labelled(poisson(1), e2, 3, discipline(Priority), twice), "service is erlang; with c = 3 servers, a queue and priorities, the only model here is of exponential service"},
		{labelled(poisson(1), e2, 3, discipline(PreemptivePriority), twice), "preemptive priorities"},
		{thirds, "there are 3 priorities with different mean services"},
		{labelled(poisson(1), e2, 1, speeds(2)), "service is erlang; with c = 1 server, a queue and servers of given speeds, the only model here is of exponential service"},
		{labelled(slowMMPP(), constant(1), 2), "service is deterministic, which has no finite number of phases"},
		{labelled(slowMMPP(), lognormal(0.5, 1), 1), "service is lognormal, which has no finite number of phases"},
		{labelled(slowMMPP(), exponential(1), 1_000_000), "1000000 servers are too many for a chain of 2 phases a level"},
		{labelled(uniform, exponential(1), 2, places(5)), "the gaps between arrivals are uniform, which has no finite number of phases"},
		{labelled(arrivals.Renewal{Gap: pareto}, lognormal(0.1, 1), 2), "the variance of the gaps between arrivals is infinite"},
		{labelled(poisson(0.1), e2, 250, places(5)), "a level of the chain has more than 200 phases"},
		{labelled(slowMMPP(), lognormal(1, 1), 2, dispatch(RandomServer)), "service is lognormal, which has no finite number of phases"},
		{labelled(uniform, exponential(1), 2, dispatch(RandomServer)), "join a queue at random, and arrive neither as a Poisson nor as a Markovian process"},
		{labelled(poisson(1), exponential(1), 2, dispatch(RandomServer), batches, func(s *System) { s.Streams[0].Service = exponential(9) }), "arrive in batches, of which each task joins a queue of its own"},
		{labelled(poisson(1), lognormal(0.1, 1), 2, batches), "service is lognormal, not exponential"},
		{labelled(poisson(1), exponential(9), 2, batches, places(5)), "tasks arrive in batches, and the queue has a limit"},
		{labelled(must(arrivals.NewSinusoid(1, 0.5, 10, 0)), exponential(1), 2), "the rate of the arrivals changes over time, and the long run is asked for"},
		{labelled(poisson(1), exponential(1), 2, discipline(Fair), twice), "the discipline is fair: classes are served in turn"},
		{labelled(poisson(1), exponential(1), 2, dispatch(JoinIdleQueue)), "tasks join an idle queue"},
		{labelled(poisson(1), exponential(1), 2, dispatch(LeastWork), speeds(1, 2)), "tasks join the queue with the least work, and servers differ in speed"},
		{labelled(poisson(1), exponential(1), 2, dispatch(LeastWork), places(3)), "tasks join the queue with the least work, and the queues have a limit"},
		{labelled(poisson(1), exponential(1), 2, dispatch(LeastWork), patient), "tasks join the queue with the least work, and tasks leave when they have waited too long"},
		{labelled(poisson(1), exponential(1), 2, dispatch(LeastWork), discipline(LIFO)), "tasks join the queue with the least work, and tasks are not served first come, first served"},
	} {
		sol, err := Solve(c.sys)
		if !errors.Is(err, ErrNoModel) || sol != nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want %q", Kendall(c.sys), err, c.want)
		}
	}
}

// TestSources: a source supports what it is given for.
func TestSources(t *testing.T) {
	two := func(d Discipline) System {
		return labelled(poisson(0.5), exponential(1), 2, discipline(d), func(s *System) {
			s.Streams = append(s.Streams, Stream{Class: "b", Priority: 1, Process: poisson(0.1), Service: exponential(1)})
		})
	}
	jsq := func(d Dispatch, c int) System { return labelled(poisson(1), exponential(1), c, dispatch(d)) }
	fast := func(c Choose) System { return withSpeeds(mmc(0.5, 1, 2), c, 1, 0.5) }
	for _, c := range []struct {
		sys             System
		has, lacks, why string
	}{
		{two(PreemptivePriority), "section 3.4", "4.4", "4.4 is of cyclic queues"},
		{jsq(JoinShortestQueue, 2), "Kingman", "Vvedenskaya", "of two queues"},
		{jsq(JoinShortestQueue, 3), "the chain's own balance equations", "Kingman", "who has two queues"},
		{jsq(PowerOf, 3), "the chain's own balance equations", "Vvedenskaya", "who have infinitely many queues"},
		{fast(Fastest), "balance equations of their chain", "Adan", "whose order is that of idleness"},
		{fast(Slowest), "balance equations of their chain", "Adan", "whose order is that of idleness"},
		{fast(LongestIdle), "Adan", "balance equations", "a product form"},
		{fast(RandomIdle), "Gumbel", "Adan", "random choice is Gumbel's"},
	} {
		if s := solve(t, c.sys).Source; !strings.Contains(s, c.has) || strings.Contains(s, c.lacks) {
			t.Errorf("source %q; want %q, not %q (%s)", s, c.has, c.lacks, c.why)
		}
	}
}

// TestSolversAreDocumented reads the comment of each solver: it says what it
// assumes, the formula, the source, the stability condition, and the method with
// its limits.
func TestSolversAreDocumented(t *testing.T) {
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	solvers := 0
	for _, f := range files {
		if name := f.Name(); !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range tree.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && isSolver(fn) {
				solvers++
				for _, heading := range []string{"\nAssumptions", "\nStability", "\nFormulas", "\nSource", "\nMethod", "imits"} {
					if !strings.Contains(fn.Doc.Text(), heading) {
						t.Errorf("%s: %s lacks %q", f.Name(), fn.Name.Name, strings.TrimSpace(heading))
					}
				}
			}
		}
	}
	if solvers < len(families()) {
		t.Errorf("%d solvers of %d families", solvers, len(families()))
	}
}

// isSolver reports whether a function is that of a family, or of networks.
func isSolver(fn *ast.FuncDecl) bool {
	switch fn.Name.Name {
	case "solveShare", "solveOrderMarkov", "solveMAP":
		return false // parts of others
	case "SolveNetwork":
		return true
	}
	results := fn.Type.Results
	if fn.Recv != nil || !strings.HasPrefix(fn.Name.Name, "solve") || results == nil || len(results.List) != 2 {
		return false
	}
	star, ok := results.List[0].Type.(*ast.StarExpr)
	if !ok {
		return false
	}
	name, ok := star.X.(*ast.Ident)
	return ok && name.Name == "Solution"
}
