package analytic

import "fmt"

// obstacle is what stands in the way of the family that is nearest.
func obstacle(p *problem) string {
	if nearest := nearestPolicy(p); nearest != nil {
		return nearest(p)
	}
	switch {
	case p.sys.Infinite:
		return obstacleMGInf(p)
	case p.sys.Limited:
		return obstacleMMcK(p)
	}
	return obstacleMMc(p)
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
	case q.Dispatch == RandomServer:
		return obstacleRandomServer
	case q.Dispatch == RoundRobin:
		return obstacleRoundRobin
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
		return obstaclePriorityMulti
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
// single Poisson arrivals as they are (see delay.go), and nothing else.
func obstacleNetwork(sys System) string {
	if sys.Network == nil || isConstant(sys.Network) {
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
func obstacleMarkov(sys System) string {
	if o := obstacleArrivals(sys); o != "" {
		return o
	}
	if sys.Servers > maxSize {
		return fmt.Sprintf("there are more than %d servers", maxSize)
	}
	for _, s := range sys.Streams {
		if _, ok := asExponential(s.Service); !ok {
			return fmt.Sprintf("service%s is %s; with %s no exact model is known yet", ofClass(s), lawName(s.Service), station(sys))
		}
	}
	if !mixture(sys.Streams).same() {
		return fmt.Sprintf("the streams have different mean services; with %s no exact model is known yet", station(sys))
	}
	return ""
}
