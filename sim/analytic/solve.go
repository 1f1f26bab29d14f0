package analytic

import (
	"errors"
	"fmt"
	"strings"

	"spillway/distributions"
)

// Solve matches a system to the most exact model known and solves it. The
// error matches ErrUnstable where there is no steady state, and ErrNoModel,
// saying what stands in the way, where no model fits. A solver that finds its
// own result inconsistent returns an error, never the numbers.
func Solve(sys System) (*Solution, error) {
	if sys.Beyond != "" {
		return nil, fmt.Errorf("%w: no model covers %s", ErrNoModel, sys.Beyond)
	}
	if err := validate(sys); err != nil {
		return nil, err
	}
	if sys.Transient == nil && !Stable(sys) {
		return nil, unstable(sys)
	}
	asked := sys
	sys = undisguised(sys)
	if o := obstacleNetwork(sys); o != "" {
		return nil, fmt.Errorf("%w: %s", ErrNoModel, o)
	}
	p := describe(sys)
	var refused error
	for _, f := range families() {
		if f.obstacle(p) != "" {
			continue
		}
		sol, err := f.solve(p)
		switch {
		case err == nil:
			sol.noteDelays(sys)
			sol.disguise(asked)
			return sol, sol.check()
		case !errors.Is(err, ErrNoModel):
			return nil, err
		case refused == nil:
			refused = err // another family may have fewer scruples
		}
	}
	if refused != nil {
		return nil, refused
	}
	return nil, fmt.Errorf("%w: %s", ErrNoModel, obstacle(p))
}

// family is a class of systems with one method of solution. obstacle says
// what keeps a system from being of the family, nothing where it is.
type family struct {
	obstacle func(*problem) string
	solve    func(*problem) (*Solution, error)
}

// families are tried in this order, exact before approximate, special before
// general.
func families() []family {
	return []family{
		{obstacleMGInf, solveMGInf},
		{obstacleMMc, solveMMc},
		{obstacleMMcK, solveMMcK},
		{obstacleTransient, solveTransient},
		{obstaclePopulation, solvePopulation},
		{obstacleRetrial, solveRetrial},
		{obstacleMMcM, solveMMcM},
		{obstacleMMcGI, solveMMcGI},
		{obstacleThrottle, solveThrottle},
		{obstacleFailures, solveFailures},
		{obstacleSetup, solveSetup},
		{obstacleSpeeds, solveSpeeds},
		{obstacleRandomServer, solveRandomServer},
		{obstacleRoundRobin, solveRoundRobin},
		{obstacleShortest, solveShortest},
		{obstaclePriorityMulti, solvePriorityMulti},
		{obstaclePriority, solvePriority},
		{obstaclePriorityChain, solvePriorityChain},
		{obstacleSharing, solveSharing},
		{obstaclePreemptiveLIFO, solvePreemptiveLIFO},
		{obstacleSizeBased, solveSizeBased},
		{obstacleOrder, solveOrder},
		{obstacleMDc, solveMDc},
		{obstacleMG1, solveMG1},
		{obstacleBatch, solveBatch},
		{obstacleBatchG, solveBatchG},
		{obstacleGIMc, solveGIMc},
		{obstacleMAPPH, solveMAPPH},
		{obstacleMAPPHK, solveMAPPHK},
		{obstacleMGcc, solveMGcc},
		{obstacleGGInf, solveGGInf},
		{obstacleApproximate, solveApproximate},
	}
}

// maxSize bounds servers and waiting places: beyond it no accuracy is claimed.
const maxSize = 1_000_000_000

// problem is a system with what the solvers need to know of it.
type problem struct {
	sys     System
	rate    pair    // λ, tasks per second
	load    pair    // erlangs
	spare   float64 // 1 − ρ; of finitely many servers
	classes []class

	meanService float64 // of the first stream
}

// class is the streams that share a name.
type class struct {
	name    string
	streams []Stream
	share   float64 // of the tasks
}

func describe(sys System) *problem {
	p := &problem{sys: sys, load: offeredLoad(sys.Streams), meanService: sys.Streams[0].Service.Mean()}
	if !sys.Infinite {
		p.spare = spareShare(p.load, sys.Servers)
	}
	position := map[string]int{}
	for _, s := range sys.Streams {
		p.rate = p.rate.plus(s.rate())
		i, seen := position[s.Class]
		if !seen {
			i = len(p.classes)
			position[s.Class] = i
			p.classes = append(p.classes, class{name: s.Class})
		}
		p.classes[i].streams = append(p.classes[i].streams, s)
	}
	for i, c := range p.classes {
		p.classes[i].share = mixture(c.streams).rate() / p.rate.hi
	}
	return p
}

// classMetrics are the metrics of each class, nil where there is one.
func (p *problem) classMetrics(of func(class) outcome) map[string]Metrics {
	if len(p.classes) < 2 {
		return nil
	}
	m := make(map[string]Metrics, len(p.classes))
	for _, c := range p.classes {
		m[c.name] = of(c).metrics(p.sys)
	}
	return m
}

// check holds the metrics, of all, of each class and of each station, and the
// series to what must be true.
func (s *Solution) check() error {
	for _, parts := range []map[string]Metrics{s.Classes, s.Stations} {
		for _, m := range parts {
			if err := m.check(); err != nil {
				return err
			}
		}
	}
	for name, values := range s.Series {
		for _, v := range values {
			if !(v >= 0) {
				return fmt.Errorf("analytic: numerical failure: %s over time came out as %g", name, v)
			}
		}
	}
	return s.Metrics.check()
}

func plural(n int, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}

func ofClass(s Stream) string {
	if s.Class == "" {
		return ""
	}
	return " of class " + s.Class
}

// lawName is the name of a law without its parameters.
func lawName(d distributions.Distribution) string {
	name, _, _ := strings.Cut(d.String(), "(")
	return name
}

func erlangs(load float64) string {
	if load == 1 {
		return "erlang"
	}
	return "erlangs"
}

// validate refuses what is not a system.
func validate(sys System) error {
	switch {
	case len(sys.Streams) == 0:
		return errors.New("analytic: a system without arrivals")
	case !sys.Infinite && sys.Servers < 1:
		return fmt.Errorf("analytic: %d servers, want at least 1", sys.Servers)
	case sys.Limited && sys.Limit < 0:
		return fmt.Errorf("analytic: a queue limit of %d, want 0 or more", sys.Limit)
	case !(sys.Memory >= 0):
		return fmt.Errorf("analytic: %g bytes of memory a task, want 0 or more", sys.Memory)
	}
	for i, s := range sys.Streams {
		if s.Process == nil && sys.Closed == nil || s.Service == nil {
			return fmt.Errorf("analytic: stream %d%s lacks a process or a service", i, ofClass(s))
		}
		if s.Process == nil {
			continue
		}
		if r := s.Process.Rate(); !(r >= 0) || r > maxRate {
			return fmt.Errorf("analytic: stream %d%s has a rate of %g, want a finite one", i, ofClass(s), r)
		}
	}
	return nil
}

// maxRate is the largest rate that can be computed with.
const maxRate = 1e300
