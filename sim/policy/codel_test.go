package policy

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// look is a task that is taken off the head of the queue.
type look struct {
	now, sojourn float64
	left         int
	drop         bool
}

func runCoDel(t *testing.T, c *CoDel, looks []look) {
	t.Helper()
	for i, l := range looks {
		if got := c.Drops(l.now, l.sojourn, l.left); got != l.drop {
			t.Fatalf("look %d, at %v: dropped %v, want %v", i, l.now, got, l.drop)
		}
	}
}

// episode drives a CoDel of target 0.5 and interval 1 through what is traced by
// hand with the control law of RFC 8289, t + interval/√count:
//
//	drop at                       count   next drop
//	11 (above since 10)           1       11 + 1    = 12
//	12                            2       12 + 1/√2 = 12.707107
//	12.71                         3       12.707107 + 1/√3 = 13.284457
//	15, four at once              4       13.284457 + 1/2  = 13.784457
//	                              5       13.784457 + 1/√5 = 14.231671
//	                              6       14.231671 + 1/√6 = 14.639919
//	                              7       14.639919 + 1/√7 = 15.017884
//
// and ends it at 15.01, with count 7, entered with 1.
func episode(t *testing.T) CoDel {
	t.Helper()
	c := must[CoDel](t)(NewCoDel(0.5, 1))
	runCoDel(t, &c, []look{
		{9, 0.499, 50, false}, // below the target
		{10, 0.5, 50, false},  // at the target is above: the interval begins
		{10.5, 3, 50, false},
		{10.999, 3, 50, false},
		{11, 3, 50, true}, {11, 3, 50, false}, // enters, and serves the next
		{11.999, 3, 50, false},
		{12, 3, 50, true}, {12, 3, 50, false},
		{12.707, 3, 50, false},
		{12.71, 3, 50, true}, {12.71, 3, 50, false}, // the law goes on from 12.7071, not from 12.71
		{13.2844, 3, 50, false},
		{15, 3, 50, true}, {15, 3, 49, true}, {15, 3, 48, true}, {15, 3, 47, true}, {15, 3, 46, false},
		{15.01, 0.4, 45, false}, // below: leaves the drop state
	})
	near(t, "next drop", c.dropNext, 12+1/math.Sqrt(2)+1/math.Sqrt(3)+1.0/2+1/math.Sqrt(5)+1/math.Sqrt(6)+1/math.Sqrt(7))
	return c
}

func TestCoDelByHand(t *testing.T) { episode(t) }

// TestCoDelComesBackAtItsPace: soon after an episode, the count begins at what
// the last one added to the count it was entered with: 7 − 1 = 6.
func TestCoDelComesBackAtItsPace(t *testing.T) {
	c := episode(t)
	runCoDel(t, &c, []look{
		{16, 1, 50, false}, {16.999, 1, 50, false},
		{17, 1, 50, true}, {17, 1, 50, false},
		{17.408, 1, 50, false},
		{17.409, 1, 50, true}, {17.409, 1, 50, false}, // 17 + 1/√6 = 17.40825
		{17.786, 1, 50, false},
		{17.787, 1, 50, true}, {17.787, 1, 50, false}, // 17.40825 + 1/√7 = 17.78621
		{17.9, 0.1, 50, false},
		// Entered with 6, left with 8: begins at 2.
		{18, 1, 50, false},
		{19, 1, 50, true}, {19, 1, 50, false},
		{19.707, 1, 50, false},
		{19.708, 1, 50, true}, {19.708, 1, 50, false}, // 19 + 1/√2
		{19.8, 0.1, 50, false},
		// Entered with 2, left with 3: a difference of 1 begins at 1.
		{20, 1, 50, false},
		{21, 1, 50, true}, {21, 1, 50, false},
		{21.999, 1, 50, false},
		{22, 1, 50, true},
	})
}

// TestCoDelForgets: the pace is forgotten 16 intervals after the next drop
// would have been, which was at 15.017884.
func TestCoDelForgets(t *testing.T) {
	for _, c := range []struct{ at, pace float64 }{{31.017, 6}, {31.018, 1}} {
		codel := episode(t)
		runCoDel(t, &codel, []look{{c.at - 1, 1, 50, false}, {c.at, 1, 50, true}, {c.at, 1, 50, false}})
		near(t, "next drop", codel.dropNext, c.at+1/math.Sqrt(c.pace))
	}
}

// TestCoDelLeavesTheServerWork: with at most one task left nothing is dropped,
// and the interval begins anew.
func TestCoDelLeavesTheServerWork(t *testing.T) {
	c := must[CoDel](t)(NewCoDel(0.5, 1))
	runCoDel(t, &c, []look{
		{10, 1, 2, false}, {11, 1, 1, false}, // nearly empty
		{11.5, 1, 2, false}, {12.4, 1, 2, false}, {12.5, 1, 2, true}, {12.5, 1, 1, false},
		{14, 1, 0, false}, {14.1, 1, 50, false}, {15, 1, 50, false}, {15.1, 1, 50, true},
	})
}

// TestCoDelLeavesWhileDropping: of several drops at one instant, the task that
// ends the drop state is served, and the next drop is not put off.
func TestCoDelLeavesWhileDropping(t *testing.T) {
	c := must[CoDel](t)(NewCoDel(0.5, 1))
	runCoDel(t, &c, []look{
		{10, 1, 50, false}, {11, 1, 50, true}, {11, 1, 50, false},
		{13, 1, 50, true}, {13, 1, 50, true}, {13, 0.3, 50, false},
	})
	near(t, "next drop", c.dropNext, 12+1/math.Sqrt(2))
	if c.count != 3 {
		t.Errorf("count %v, want 3", c.count)
	}
}

// plainCoDel is a queue with CoDel as the RFC writes it: one function that takes
// tasks off until it has one to serve. It is the oracle of the state machine.
type plainCoDel struct {
	arrived              []float64
	target, interval     float64
	firstAbove, dropNext float64
	count, lastCount     int
	dropping             bool
	dropped              []float64
}

func (q *plainCoDel) take(now float64) (arrived float64, found, ok bool) {
	if len(q.arrived) == 0 {
		q.firstAbove = 0
		return 0, false, false
	}
	arrived = q.arrived[0]
	q.arrived = q.arrived[1:]
	switch {
	case now-arrived < q.target || len(q.arrived) <= 1:
		q.firstAbove = 0
	case q.firstAbove == 0:
		q.firstAbove = now + q.interval
	default:
		ok = now >= q.firstAbove
	}
	return arrived, true, ok
}

func (q *plainCoDel) law(t float64) float64 { return t + q.interval/math.Sqrt(float64(q.count)) }

func (q *plainCoDel) serve(now float64) (float64, bool) {
	arrived, found, ok := q.take(now)
	if q.dropping {
		q.dropping = ok
		for q.dropping && now >= q.dropNext {
			q.dropped = append(q.dropped, arrived)
			q.count++
			arrived, found, ok = q.take(now)
			if q.dropping = ok; ok {
				q.dropNext = q.law(q.dropNext)
			}
		}
	} else if ok {
		q.dropped = append(q.dropped, arrived)
		arrived, found, _ = q.take(now)
		q.dropping = true
		delta := q.count - q.lastCount
		q.count = 1
		if delta > 1 && now-q.dropNext < 16*q.interval {
			q.count = delta
		}
		q.dropNext = q.law(now)
		q.lastCount = q.count
	}
	return arrived, found
}

// TestCoDelAgainstTheQueue: one call per task drops the same tasks as the
// queue of the RFC, which may also be asked when it is empty.
func TestCoDelAgainstTheQueue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		target := rapid.Float64Range(0.01, 2).Draw(t, "target")
		plain := plainCoDel{target: target, interval: 1}
		c := must[CoDel](t)(NewCoDel(target, 1))
		var queue, dropped []float64
		now := 1.0
		for range rapid.IntRange(1, 300).Draw(t, "steps") {
			now += rapid.Float64Range(0, 0.4).Draw(t, "gap")
			for range rapid.IntRange(0, 3).Draw(t, "arrivals") {
				queue = append(queue, now-rapid.Float64Range(0, 0.3).Draw(t, "age"))
				plain.arrived = append(plain.arrived, queue[len(queue)-1])
			}
			want, found := plain.serve(now)
			for len(queue) > 0 {
				head := queue[0]
				queue = queue[1:]
				if !c.Drops(now, now-head, len(queue)) {
					if !found || head != want {
						t.Fatalf("at %v serves the task of %v, want that of %v", now, head, want)
					}
					break
				}
				dropped = append(dropped, head)
			}
			if len(dropped) != len(plain.dropped) || len(queue) != len(plain.arrived) {
				t.Fatalf("at %v: dropped %v, left %d; want %v, %d", now, dropped, len(queue), plain.dropped, len(plain.arrived))
			}
		}
	})
}

func TestCoDelRefusesParameters(t *testing.T) {
	for _, x := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		_, err := NewCoDel(x, x)
		refused(t, err, "target", "interval")
	}
}

func TestCoDelAllocatesNothing(t *testing.T) {
	c := must[CoDel](t)(NewCoDel(0.005, 0.1))
	allocates(t, "Drops", func(now float64) { c.Drops(now, 1, 9) })
}

func BenchmarkCoDel(b *testing.B) {
	c := must[CoDel](b)(NewCoDel(0.005, 0.1))
	free(b, func(now float64) { c.Drops(now, 1, 9) })
}
