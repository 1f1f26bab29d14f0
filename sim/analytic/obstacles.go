package analytic

import (
	"fmt"

	"spillway/distributions/arrivals"
)

// obstacle is what stands in the way of the family that is nearest.
func obstacle(p *problem) string {
	if nearest := nearestPolicy(p); nearest != nil {
		return nearest(p)
	}
	if p.sys.Infinite {
		return obstacleEnough(p.sys)
	}
	return obstaclePlain(p)
}

// nearestPolicy is the obstacle of the family that regards the policy of a
// system, nil where it has none.
func nearestPolicy(p *problem) func(*problem) string {
	q := p.sys.Policies
	switch {
	case q.Transient != nil:
		return obstacleTransient
	case q.Closed != nil:
		return obstaclePopulation
	case q.Throttle != nil:
		return obstacleThrottle
	case q.Dispatch == RandomServer || q.Dispatch == PowerOf && q.Choices == 1:
		return obstacleRandomServer
	case q.Dispatch == RoundRobin:
		return obstacleRoundRobin
	case q.Dispatch == LeastWork:
		return func(p *problem) string { return obstacleLeastWork(p.sys) }
	case q.Dispatch == JoinIdleQueue:
		return func(*problem) string {
			return "tasks join an idle queue, or one at random where none is idle, of which no exact model is known"
		}
	case q.Dispatch != Central:
		return obstacleShortest
	case q.Failures != nil:
		return obstacleFailures
	case q.Setup != nil:
		return obstacleSetup
	case q.Speeds != nil:
		return obstacleSpeeds
	case q.Patience != nil:
		return obstacleMMcGI
	case q.Retry != nil:
		return obstacleRetrial
	}
	return nearestDiscipline(q.Discipline)
}

func nearestDiscipline(d Discipline) func(*problem) string {
	switch d {
	case FIFO:
		return nil
	case Priority, PreemptivePriority:
		return nearestPriority
	case Fair:
		return func(*problem) string {
			return "the discipline is fair: classes are served in turn, of which no exact model is known"
		}
	case ProcessorSharing:
		return obstacleSharing
	case PreemptiveLIFO:
		return obstaclePreemptiveLIFO
	case SJF, PSJF, SRPT:
		return obstacleSizeBased
	}
	return obstacleOrder
}

func obstacleMGInf(p *problem) string {
	if !p.sys.Infinite {
		return "the number of servers is finite"
	}
	return obstacleArrivals(p.sys)
}

func obstacleMMc(p *problem) string {
	if p.sys.Infinite || p.sys.Limited {
		return "the queue has a limit, or there is none"
	}
	return obstacleMarkov(p.sys)
}

func obstacleMMcK(p *problem) string {
	if p.sys.Infinite || !p.sys.Limited {
		return "the queue has no limit"
	}
	if p.sys.Limit > maxSize {
		return fmt.Sprintf("the queue has more than %d places", maxSize)
	}
	return obstacleMarkov(p.sys)
}

// obstacleQueue is what keeps a system from being servers, at most so many, and
// one unlimited queue, first come, first served.
func obstacleQueue(sys System, most int) string {
	switch {
	case sys.Beyond != "":
		return "there is " + sys.Beyond
	case sys.Infinite || sys.Limited:
		return "the queue has a limit, or there is none"
	case sys.Servers > most:
		return fmt.Sprintf("there are more than %d servers", most)
	}
	return obstaclePolicies(sys.Policies)
}

// obstacleArrivals is what keeps the arrivals from being single and Poisson.
func obstacleArrivals(sys System) string {
	if o := obstaclePolicies(sys.Policies); o != "" {
		return o
	}
	for _, s := range sys.Streams {
		if !isPoisson(s.Process) {
			return "the arrivals" + ofClass(s) + " are not Poisson"
		}
	}
	for _, s := range sys.Streams {
		if isBatch(s.Batch) {
			return "tasks" + ofClass(s) + " arrive in batches"
		}
	}
	return ""
}

// obstacleNetwork is what random delays before the queue spoil: they leave
// single Poisson arrivals as they are (see delay.go), and nothing else. Where there
// is a server for every task, it does not matter when they come, and callers of a
// closed population on their way are as those that think.
func obstacleNetwork(sys System) string {
	if sys.Network == nil || isConstant(sys.Network) || sys.Closed != nil || obstacleEnough(sys) == "" {
		return ""
	}
	for _, s := range sys.Streams {
		if !isPoisson(s.Process) || isBatch(s.Batch) {
			return "the delay in the network is random, and changes arrivals" + ofClass(s) + " that are not single and Poisson"
		}
	}
	return ""
}

// obstaclePolicies is what a system has beyond servers and a queue, first come
// first served.
func obstaclePolicies(p Policies) string {
	switch {
	case p.Discipline != FIFO:
		return "tasks are not served first come, first served"
	case p.Patience != nil:
		return "tasks leave when they have waited too long"
	case p.Retry != nil:
		return "refused tasks try again"
	case p.Dispatch != Central:
		return "each server has a queue of its own"
	case p.Speeds != nil:
		return "servers differ in speed"
	case p.Failures != nil:
		return "servers fail"
	case p.Setup != nil:
		return "servers need time to start"
	case p.Throttle != nil:
		return "a throttle stands before the queue"
	case p.Closed != nil:
		return "the population is closed"
	case p.Transient != nil:
		return "the time from empty on is asked for"
	}
	return ""
}

// obstacleMarkov is what keeps a system of finitely many servers from being a
// birth–death process.
func obstacleMarkov(sys System) string { return obstacleMarkovOf(sys, sys) }

// obstacleMarkovOf looks at a system without the policy that a family regards;
// whole is the system with it.
func obstacleMarkovOf(sys, whole System) string {
	if o := obstacleArrivals(sys); o != "" {
		return o
	}
	if sys.Servers > maxSize {
		return fmt.Sprintf("there are more than %d servers", maxSize)
	}
	for _, s := range sys.Streams {
		if _, ok := asExponential(s.Service); !ok {
			return fmt.Sprintf("service%s is %s; with %s%s", ofClass(s), lawName(s.Service), station(whole), missing(whole, "exponential service"))
		}
	}
	if !mixture(sys.Streams).same() {
		return fmt.Sprintf("the streams have different mean services; with %s%s", station(whole), missing(whole, "one mean service"))
	}
	return ""
}

// nearestPriority is the obstacle of priorities: of those with rates of service of
// their own where all service is exponential, which leaves the number of servers
// and of priorities.
func nearestPriority(p *problem) string {
	for _, s := range p.sys.Streams {
		if _, ok := asExponential(s.Service); !ok {
			return obstaclePriorityMulti(p)
		}
	}
	if mixture(p.sys.Streams).same() {
		return obstaclePriorityMulti(p)
	}
	return obstaclePriorityChain(p)
}

// obstaclePlain is that of finitely many servers and one queue, first come, first
// served, by what the arrivals are.
func obstaclePlain(p *problem) string {
	sys := p.sys
	poisson, batches, renewal, exponential := true, false, true, mixture(sys.Streams).same()
	for _, s := range sys.Streams {
		if _, varies := s.Process.(arrivals.NonHomogeneous); varies {
			return "the rate of the arrivals" + ofClass(s) + " changes over time, and the long run is asked for"
		}
		poisson, batches = poisson && isPoisson(s.Process), batches || isBatch(s.Batch)
		_, independent := gimcGapLaw(s.Process)
		_, markov := asExponential(s.Service)
		renewal, exponential = renewal && independent, exponential && markov
	}
	_, notPhases := mixture(sys.Streams).phases()
	switch {
	case batches && sys.Limited:
		return "tasks arrive in batches, and the queue has a limit"
	case batches && sys.Servers == 1:
		return obstacleBatchG(p)
	case batches:
		return obstacleBatch(p)
	case poisson && sys.Limited && (exponential || notPhases != ""):
		return obstacleMMcK(p)
	case poisson && (exponential || notPhases != ""):
		return obstacleMMc(p)
	case sys.Limited:
		return obstacleMAPPHK(p)
	case renewal:
		return obstacleApproximate(p)
	}
	return obstacleMAPPH(p)
}
