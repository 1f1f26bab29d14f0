package analytic

import (
	"errors"
	"math"
)

// levels are laws of the shapes within each level, and the mean number of busy
// servers there. One level more than there are stands for all those above.
type levels struct {
	law    [][]float64
	busy   []float64
	weight []float64 // probability of each level
	beyond float64   // of those above the top
	ratio  ratio     // ρ, of the probability of a level above the top to the one below
}

// top is the highest level.
func (l *levels) top() int { return len(l.law) - 2 }

func (k *shapeChain) newLevels(top int) *levels {
	l := &levels{law: make([][]float64, top+2), busy: make([]float64, top+2)}
	for n := range l.law {
		l.law[n] = make([]float64, len(k.sets[n%k.c].shapes))
		if n <= top {
			l.law[n][0] = 1 // as level as can be
			l.busy[n] = k.busy(&k.sets[n%k.c], 0, n)
		}
	}
	return l
}

// relax computes the law at level n from its neighbours, by the balance of
// each state, goes some way beyond it, which makes for half the sweeps, and returns
// how far off the law was.
func (k *shapeChain) relax(l *levels, n int, scratch []float64) float64 {
	s := &k.sets[n%k.c]
	y := scratch[:k.present(n)]
	clear(y)
	if n > 0 {
		below := l.law[n-1][:k.present(n-1)]
		k.sets[(n-1)%k.c].up.flow(y, below, 0, l.busy[n], 0)
	}
	above := l.law[n+1][:k.present(n+1)]
	working := k.allBusy(n + 1)
	down, scale := &k.sets[(n+1)%k.c].down, k.load/l.busy[n+1]
	down.flow(y, above[:working], 0, scale, 0)
	down.flow(y, above[working:], working, scale, 1)
	sum, rate := 0.0, 1/(k.load+float64(k.c))
	working = k.allBusy(n)
	for i := range y {
		if i >= working {
			rate = 1 / (k.load + float64(k.c) - s.leading[i])
		}
		y[i] *= rate
		sum += y[i]
	}
	moved, idle := 0.0, 0.0
	law := l.law[n][:len(y)]
	for i, v := range y {
		v /= sum
		old := law[i]
		moved += math.Abs(v - old)
		law[i] = max(old+k.relaxation*(v-old), v/2)
		if i >= working {
			idle += law[i] * s.leading[i]
		}
	}
	l.busy[n] = float64(k.c) - idle
	return moved
}

// allBusy is how many of the shapes at level n, the first of them, leave no
// server idle.
func (k *shapeChain) allBusy(n int) int {
	if n < k.c {
		return 0
	}
	return k.present(n - k.c)
}

// close sets the level above the top: the shapes of c levels below it, with
// every queue longer by one.
func (k *shapeChain) close(l *levels) {
	top := l.top()
	copy(l.law[top+1], l.law[top+1-k.c])
	l.busy[top+1] = float64(k.c)
}

// shortestNothing is a share of a level's probability that is passed over.
const shortestNothing = 1e-40

var errShapes = errors.New("analytic: numerical failure: the laws of the queue lengths do not settle")

// settle iterates until the laws move by no more than the tolerance.
func (k *shapeChain) settle(l *levels, tolerance float64) error {
	top, widest := l.top(), 0
	for _, s := range k.sets {
		widest = max(widest, len(s.shapes))
	}
	scratch := make([]float64, widest)
	for range 2000 {
		moved := 0.0
		k.close(l)
		for n := top; n >= 1; n-- {
			moved = math.Max(moved, k.relax(l, n, scratch))
		}
		for n := 1; n <= top; n++ {
			moved = math.Max(moved, k.relax(l, n, scratch))
		}
		if moved <= tolerance {
			return nil
		}
	}
	return errShapes
}
