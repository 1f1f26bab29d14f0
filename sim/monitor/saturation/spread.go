package saturation

import "slices"

const (
	perWindow = 16 // blocks in a window
	levels    = 7  // lengths of blocks: a sixteenth of a window to four windows
	remember  = 16 // blocks of each length that are remembered
	enough    = 8  // differences from which a variance is taken
	average   = 64 // such variances that are averaged
	trimmed   = 2  // of the largest differences, which a change of load makes
)

// spread measures how irregular the offered load is at each of several lengths
// of time. Its zero value has seen nothing.
type spread [levels]level

// level is blocks of one length.
type level struct {
	load     [remember]float64 // of the last blocks, oldest overwritten
	seen     int64             // blocks in all
	variance float64           // of a block's load, averaged over several times as many blocks
	averaged int64
}

// add adds the load of a block of the shortest length.
func (s *spread) add(x float64) {
	for i := range s {
		l := &s[i]
		l.add(x)
		if l.seen%2 == 1 {
			return
		}
		x = (x + l.load[(l.seen-2)%remember]) / 2
	}
}

func (l *level) add(x float64) {
	l.load[l.seen%remember] = x
	l.seen++
	if v, ok := l.recent(); ok {
		l.averaged = min(l.averaged+1, average)
		l.variance += (v - l.variance) / float64(l.averaged)
	}
}

// mean is the mean load of the last window, latest that of its last quarter.
func (s *spread) mean() float64   { return s[0].mean(perWindow) }
func (s *spread) latest() float64 { return s[0].mean(perWindow / 4) }

// mean is the mean load of the last n blocks, of as many as there were.
func (l *level) mean(n int64) float64 {
	n = min(n, l.seen)
	sum := 0.0
	for i := range n {
		sum += l.load[(l.seen-1-i)%remember]
	}
	return sum / float64(max(n, 1))
}

// rate is by how much the variance of the offered work grows a second, the
// largest over the lengths that have been seen often enough: that of independent
// work is the same for all, bursts add to the longer ones.
func (s *spread) rate(block float64) float64 {
	largest := 0.0
	for i := range s {
		largest = max(largest, s[i].variance*block)
		block *= 2
	}
	return largest
}

// freedom is the degrees of freedom of a variance from all blocks: two for
// three of them, since successive differences are not independent.
func (s *spread) freedom() float64 { return float64(s[0].seen) * 2 / 3 }

// recent is the variance of the last blocks' load, from half the squared
// differences of neighbours (von Neumann, 1941), the largest left out.
func (l *level) recent() (float64, bool) {
	n := int(min(l.seen, remember)) - 1
	if n < enough {
		return 0, false
	}
	var squares [remember - 1]float64
	for i := range n {
		d := l.load[(l.seen-1-int64(i))%remember] - l.load[(l.seen-2-int64(i))%remember]
		squares[i] = d * d
	}
	slices.Sort(squares[:n])
	sum := 0.0
	for _, x := range squares[:n-trimmed] {
		sum += x
	}
	return sum / (2 * trimmedMean[n]), true
}

// trimmedMean[n] is the mean of what variance adds up, halved, for n differences
// of independent standard normal loads; from 3 million random samples each, three
// digits hold.
var trimmedMean = [remember]float64{
	8: 2.838, 9: 3.509, 10: 4.209, 11: 4.930, 12: 5.667, 13: 6.425, 14: 7.199, 15: 7.994,
}
