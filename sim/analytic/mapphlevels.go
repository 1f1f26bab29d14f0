package analytic

import "fmt"

// mapPhaseLimit is the most phases of a level: the work grows with the third
// power of it.
const mapPhaseLimit = 200

// mapWorkLimit bounds the elimination of levels, in multiplications of about
// 10 ns; mapLevelWork is what a level takes however small it is.
const (
	mapWorkLimit = 60_000_000
	mapLevelWork = 400
)

// mapQueue is MAP/PH/c as a chain of levels, the tasks in the system. A phase is
// that of the arrivals, and within it, how the busy servers are spread over the
// phases of service.
type mapQueue struct {
	c        int
	arrivals *mapArrivals
	service  *phaseLaw
	spread   *occupancies
	phases   int // of a level from c up
	wide     bool

	rate    pair                             // λ
	levels  []mapLevel                       // 0 … c; that of c with replacement on departure
	serving struct{ stay, done *wideMatrix } // of c busy servers with a queue
}

// mapLevel are the rates from one level, to the next, within and to the last.
type mapLevel struct{ up, local, down *wideMatrix }

// obstacleMAPPH is what keeps a system from being MAP/PH/c.
func obstacleMAPPH(p *problem) string {
	if p.sys.Infinite || p.sys.Limited {
		return "the queue has a limit, or there is none"
	}
	if !(p.spare > saturationSlack) {
		return "the offered load is at least the servers"
	}
	if o := obstaclePolicies(p.sys.Policies); o != "" {
		return o
	}
	return obstacleMAP(p)
}

// obstacleMAP is what keeps arrivals and service from being Markovian, or
// makes the chain too large.
func obstacleMAP(p *problem) string {
	poisson := true
	for _, s := range p.sys.Streams {
		if isBatch(s.Batch) {
			return "tasks" + ofClass(s) + " arrive in batches"
		}
		poisson = poisson && isPoisson(s.Process)
	}
	switch d := p.sys.Network; {
	case !poisson && d != nil && !isConstant(d):
		return "the delay before the queue is random, which changes arrivals that are not Poisson"
	case !poisson && !mixture(p.sys.Streams).same():
		return "the streams have different laws of service, and are not all Poisson"
	}
	_, o := newMapQueue(p)
	return o
}

// newMapQueue builds the chain; the string says why it cannot be.
func newMapQueue(p *problem) (*mapQueue, string) {
	arrive, obstacle := arrivalMAP(p.classes)
	if obstacle != "" {
		return nil, obstacle
	}
	service, obstacle := mixture(p.sys.Streams).phases()
	if obstacle != "" {
		return nil, "service is " + obstacle
	}
	q := &mapQueue{c: p.sys.Servers, arrivals: arrive, service: service}
	a, s := arrive.d0.rows, countOccupancies(service.phases(), q.c, mapPhaseLimit)
	if a*s > mapPhaseLimit {
		return nil, fmt.Sprintf("a level of the chain has more than %d phases: %d of the arrivals times those of %d %s of %d phases each",
			mapPhaseLimit, a, q.c, plural(q.c, "server"), service.phases())
	}
	q.phases = a * s
	if q.c > mapWorkLimit/mapLevelWork || q.work(0) > mapWorkLimit {
		return nil, fmt.Sprintf("%d servers are too many for a chain of %d %s a level", q.c, a*s, plural(a*s, "phase"))
	}
	return q, ""
}

// work is about how many multiplications of 32 digits the elimination of
// levels takes, where so many tasks may wait.
func (q *mapQueue) work(limit int) float64 {
	sum, size := 0.0, 0.0
	of := func() float64 { return size*size*size + 50*size + mapLevelWork }
	for n := range q.c + 1 {
		size = float64(q.arrivals.d0.rows * countOccupancies(q.service.phases(), n, mapPhaseLimit))
		sum += of()
	}
	sum += float64(limit) * of()
	if q.phases > wideLimit {
		return sum / 8
	}
	return sum
}

// build makes the matrices.
func (q *mapQueue) build() error {
	q.spread = newOccupancies(q.service.phases(), q.c)
	if !q.wide {
		q.arrivals.d0, q.arrivals.d1 = q.arrivals.d0.narrow(), q.arrivals.d1.narrow()
		for k, m := range q.arrivals.marks {
			q.arrivals.marks[k] = m.narrow()
		}
		q.service = q.service.narrow()
	}
	x, err := q.arrivals.d0.plus(1, q.arrivals.d1).stationary()
	if err != nil {
		return err
	}
	q.rate = x.times(q.arrivals.d1).total()
	q.levels = make([]mapLevel, q.c+1)
	for n := range q.levels {
		q.levels[n] = q.level(n)
	}
	return nil
}

// level are the rates from level n, where n ≤ c.
func (q *mapQueue) level(n int) mapLevel {
	here := q.spread.lists[n]
	between, leave := newWide(len(here), len(here), q.wide), q.departures(n)
	for i, list := range here {
		for from, busy := range list {
			for to := range list {
				if r := q.service.jump.at(from, to); busy > 0 && r.hi > 0 {
					between.addTo(i, q.spread.moved(list, n, from, to), r.times(float64(busy)))
				}
			}
		}
	}
	a := wideIdentity(q.arrivals.d0.rows, q.wide)
	if n < q.c {
		between.balance(leave)
		l := mapLevel{up: q.arrivals.d1.kron(q.starts(n)), local: kronSum(q.arrivals.d0, between)}
		if n > 0 {
			l.down = a.kron(leave)
		}
		return l
	}
	q.serving.done = leave.times(q.starts(n - 1))
	between.balance(q.serving.done)
	q.serving.stay = between
	return mapLevel{
		up:    q.arrivals.d1.kron(wideIdentity(len(here), q.wide)),
		local: kronSum(q.arrivals.d0, between),
		down:  a.kron(q.serving.done),
	}
}

// starts is how one more task begins service beside n others.
func (q *mapQueue) starts(n int) *wideMatrix {
	m := newWide(len(q.spread.lists[n]), len(q.spread.lists[n+1]), q.wide)
	for i, list := range q.spread.lists[n] {
		for to := range list {
			if p := q.service.alpha.at(0, to); p.hi > 0 {
				m.addTo(i, q.spread.moved(list, n, -1, to), p)
			}
		}
	}
	return m
}

// departures are the rates at which one of n tasks ends its service.
func (q *mapQueue) departures(n int) *wideMatrix {
	if n == 0 {
		return newWide(1, 1, q.wide)
	}
	m := newWide(len(q.spread.lists[n]), len(q.spread.lists[n-1]), q.wide)
	for i, list := range q.spread.lists[n] {
		for from, busy := range list {
			if r := q.service.exit.at(from, 0); busy > 0 && r.hi > 0 {
				m.addTo(i, q.spread.moved(list, n, from, -1), r.times(float64(busy)))
			}
		}
	}
	return m
}

// above is the part of the chain from level c up.
func (q *mapQueue) above() qbd {
	return qbd(q.levels[q.c])
}

// at are the rates from any level; those above c repeat.
func (q *mapQueue) at(n int) mapLevel { return q.levels[min(n, q.c)] }

// downFrom is down of level n; from c, without a queue, nobody takes the place
// of who leaves.
func (q *mapQueue) downFrom(n int) *wideMatrix {
	if n == q.c {
		return wideIdentity(q.arrivals.d0.rows, q.wide).kron(q.departures(n))
	}
	return q.at(n).down
}

// weights are measures of the levels 0 … top, in proportion to the stationary
// probabilities, where leaving are the rates out of the top one of the chain
// that is not watched above it, negative off the diagonal.
//
// Method: levels are taken out of the chain one by one from the top; what is
// left is the chain watched below (block elimination, as in M. F. Neuts,
// Matrix-Geometric Solutions in Stochastic Models, Johns Hopkins 1981, chapter
// 1). The weights are then computed upwards, and scaled down as they grow.
func (q *mapQueue) weights(top int, leaving *wideMatrix) ([]*wideMatrix, error) {
	ratios := make([]*wideMatrix, top)
	for n := top - 1; n >= 0; n-- {
		l := q.at(n)
		r, err := leaving.solveLeft(l.up)
		if err != nil {
			return nil, err
		}
		ratios[n] = r
		leaving = l.local.plus(1, r.times(q.downFrom(n+1))).scaled(-1)
	}
	x, err := leaving.stationary()
	if err != nil {
		return nil, err
	}
	all := []*wideMatrix{x}
	for _, r := range ratios {
		if x = x.times(r); x.largest() > 0x1p300 {
			x = x.scaled(0x1p-300)
			for i := range all {
				all[i] = all[i].scaled(0x1p-300)
			}
		}
		all = append(all, x)
	}
	return all, nil
}
