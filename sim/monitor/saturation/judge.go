package saturation

// test is a CUSUM: a sum that is never below zero.
type test struct {
	sum    float64
	blocks int64 // since it was zero
}

func (t *test) add(x float64) {
	t.sum += x
	t.blocks++
	if !(t.sum > 0) {
		*t = test{}
	}
}

const (
	// worthwhile is the smallest limit, as a share of the window: who falls
	// behind by less does not fall behind.
	worthwhile = 0.01
	// hopeless is the largest limit, in windows: what has fallen behind by more
	// does not absorb a burst.
	hopeless = 5
	// A warning begins at half the limit and ends at a quarter.
	warnAt, calmAt = 0.5, 0.25
)

// judge takes the load of a block into account.
func (d *Detector) judge(x float64) {
	d.deficit.add((x - 1) * d.block)
	d.limit = d.newLimit()
	before := d.State()
	after := before
	switch {
	case d.spread[0].seen < perWindow:
	case before == Saturated:
		after = d.relieved(x)
	default:
		after = d.strained(before)
	}
	if after != before {
		d.since = d.now
		d.state.Store(int32(after))
	}
}

func (d *Detector) newLimit() float64 {
	l := d.config.limit(d.spread.rate(d.block), d.spread.freedom())
	return min(max(l, worthwhile*d.config.Window), hopeless*d.config.Window)
}

// strained is the next state of a pool that is not saturated.
func (d *Detector) strained(before State) State {
	switch {
	case d.deficit.sum >= d.limit && d.deficit.blocks >= perWindow && d.spread.latest() >= 1:
		d.surplus = test{}
		return Saturated
	case d.deficit.sum >= warnAt*d.limit:
		return Warning
	case before == Warning && (d.deficit.sum > calmAt*d.limit || d.backlog() > calmAt*d.limit):
		return Warning
	}
	return OK
}

// relieved is the next state of a pool that is saturated. After it, what is
// left of the queue is not evidence any more.
func (d *Detector) relieved(x float64) State {
	d.surplus.add((1 - x) * d.block)
	if d.surplus.sum < d.limit {
		return Saturated
	}
	d.deficit = test{}
	if d.backlog() > calmAt*d.limit {
		return Warning
	}
	return OK
}

// backlog is the time in seconds in which the pool would work off its queue.
func (d *Detector) backlog() float64 {
	return float64(d.waiting) * d.meanService() / d.servers
}
