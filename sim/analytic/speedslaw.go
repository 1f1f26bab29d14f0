package analytic

import (
	"errors"
	"fmt"
	"math"
)

// served is the share of tasks that a group serves.
func (q *speedsQueue) served(i int) float64 {
	return q.direct[i] + q.delay*q.picks(i)
}

// picks is the share of the waiting tasks that it serves.
func (q *speedsQueue) picks(i int) float64 {
	return float64(q.groups[i].servers) * q.groups[i].speed / q.total
}

func (q *speedsQueue) check() error {
	var errs []error
	for i, g := range q.groups {
		what := fmt.Sprintf("work offered to and done by servers of speed %g", g.speed)
		errs = append(errs, agree(what, q.load*q.served(i), g.speed*q.busy[i]))
	}
	return errors.Join(errs...)
}

func (q *speedsQueue) serviceTail(x float64) float64 {
	sum := 0.0
	for i, g := range q.groups {
		sum += q.served(i) * math.Exp(-g.speed*x)
	}
	return sum
}

func (q *speedsQueue) sojournTail(x float64) float64 {
	sum, decay := q.serviceTail(x), q.total*q.spare
	for i, g := range q.groups {
		slow, gap := math.Min(g.speed, decay), math.Abs(g.speed-decay)
		sum += q.delay * q.picks(i) * g.speed * x * math.Exp(-slow*x) * meanDecay(gap*x)
	}
	return sum
}

func (q *speedsQueue) outcome(p *problem) (outcome, error) {
	if err := q.check(); err != nil {
		return outcome{}, err
	}
	unit, decay := p.meanService, q.total*q.spare
	queue := delayQueue{c: 1, load: 1 - q.spare, spare: q.spare, delay: q.delay}
	o := outcome{
		wait:        queue.wait(unit / decay),
		queueLength: q.delay * (1 - q.spare) / q.spare,
		queueP99:    queue.queueQuantile(1),
		throughput:  p.rate.hi,
		offered:     p.rate.hi,
		waitRatio:   q.delay,
	}
	service, service2, cross := 0.0, 0.0, 0.0 // E S, E S², E WS
	for i, g := range q.groups {
		o.busy += q.busy[i]
		service += q.served(i) / g.speed
		service2 += 2 * q.served(i) / g.speed / g.speed
		cross += q.delay * q.picks(i) / decay / g.speed
	}
	o.utilization = o.busy / float64(p.sys.Servers)
	spread := service2 - service*service
	wait := q.delay / decay
	sd := math.Sqrt(spread + o.wait.sd/unit*(o.wait.sd/unit) + 2*(cross-wait*service))
	var err, other error
	o.service, err = tailSummary(service*unit, math.Sqrt(spread)*unit, unit, q.serviceTail)
	o.sojourn, other = tailSummary((wait+service)*unit, sd*unit, unit, q.sojournTail)
	return o, errors.Join(err, other)
}
