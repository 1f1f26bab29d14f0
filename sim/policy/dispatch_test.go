package policy

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// chosen counts how often each queue is chosen in n calls.
func chosen(d *Dispatch, lengths []int, work []float64, n int) []int {
	counts := make([]int, len(lengths))
	u := rand.New(rand.NewPCG(11, 12)).Float64
	for range n {
		counts[d.Choose(lengths, work, u)]++
	}
	return counts
}

// likely wants counts of n calls with the given probabilities: each within 5
// standard deviations, exactly 0 where impossible. Of the 36 counts of
// TestDispatchShares, a right program misses one with a probability of at most
// 36 · 5.8e−7 = 2.1e−5. A probability wrong by 1 % of 1 is off by at least 20 of them (10 000 against 500).
func likely(t *testing.T, name string, counts []int, n int, ps ...float64) {
	t.Helper()
	for i, p := range ps {
		sd := math.Sqrt(float64(n) * p * (1 - p))
		if math.Abs(float64(counts[i])-float64(n)*p) > 5*sd {
			t.Errorf("%s: queue %d is chosen %d times of %d, want a share of %v", name, i, counts[i], n, p)
		}
	}
}

func TestDispatchShares(t *testing.T) {
	const n = 1_000_000
	lengths, work := []int{3, 1, 4, 1, 5}, []float64{0.5, 2, 0.25, 3, 0.25}
	dispatch := func(c Choice) *Dispatch { return must[*Dispatch](t)(NewDispatch(c)) }
	power := func(d int) *Dispatch { return must[*Dispatch](t)(NewPowerOf(d)) }
	for _, c := range []struct {
		name    string
		d       *Dispatch
		lengths []int
		want    []float64
	}{
		{"random", dispatch(ChooseRandom), lengths, []float64{0.2, 0.2, 0.2, 0.2, 0.2}},
		{"shortest", dispatch(ChooseShortest), lengths, []float64{0, 0.5, 0, 0.5, 0}},
		{"least work", dispatch(ChooseLeastWork), lengths, []float64{0, 0, 0.5, 0, 0.5}},
		{"idle", dispatch(ChooseIdle), []int{0, 1, 0, 0}, []float64{1. / 3, 0, 1. / 3, 1. / 3}},
		{"none idle", dispatch(ChooseIdle), []int{2, 1}, []float64{0.5, 0.5}},
		{"power of 1", power(1), lengths, []float64{0.2, 0.2, 0.2, 0.2, 0.2}},
		// Of 10 pairs, 3 (queue 0) beats 4 and 5; each 1 beats 3, 4 and 5, and half of the other 1; 4 beats 5.
		{"power of 2", power(2), lengths, []float64{0.2, 0.35, 0.1, 0.35, 0}},
		{"power of 9", power(9), lengths, []float64{0, 0.5, 0, 0.5, 0}},
	} {
		likely(t, c.name, chosen(c.d, c.lengths, work, n), n, c.want...)
	}
}

// TestDispatchDrawsAnew: the draws of one task tell nothing about those of the
// next, although the order stays shuffled: pairs of choices are all as likely.
// 16 counts of 1/16: false alarm 16 · 5.8e−7.
func TestDispatchDrawsAnew(t *testing.T) {
	d := must[*Dispatch](t)(NewPowerOf(2))
	const n = 1_000_000
	u, last := rand.New(rand.NewPCG(13, 14)).Float64, 0
	var counts [16]int
	ps := make([]float64, 16)
	for range n {
		i := d.Choose([]int{1, 1, 1, 1}, nil, u)
		counts[4*last+i]++
		last = i
	}
	for i := range ps {
		ps[i] = 1. / 16
	}
	likely(t, "pairs", counts[:], n, ps...)
}

func TestRoundRobin(t *testing.T) {
	d := must[*Dispatch](t)(NewDispatch(ChooseRoundRobin))
	for i := range 10 {
		if got := d.Choose([]int{9, 0, 0}, nil, nil); got != i%3 {
			t.Fatalf("task %d goes to queue %d, want %d", i, got, i%3)
		}
	}
	if got := d.Choose([]int{0}, nil, nil); got != 0 {
		t.Errorf("of one queue, queue %d", got)
	}
}

// TestDispatchDrawsWhatItNeeds: nothing where there is no choice, one number
// for a tie, as many as are drawn for a power.
func TestDispatchDrawsWhatItNeeds(t *testing.T) {
	for _, c := range []struct {
		name    string
		d       *Dispatch
		lengths []int
		want    int
	}{
		{"random", must[*Dispatch](t)(NewDispatch(ChooseRandom)), []int{1, 2}, 1},
		{"random of one", must[*Dispatch](t)(NewDispatch(ChooseRandom)), []int{1}, 0},
		{"shortest", must[*Dispatch](t)(NewDispatch(ChooseShortest)), []int{1, 2, 3}, 0},
		{"shortest of a tie", must[*Dispatch](t)(NewDispatch(ChooseShortest)), []int{1, 1, 1}, 1},
		{"idle", must[*Dispatch](t)(NewDispatch(ChooseIdle)), []int{0, 2, 3}, 0},
		{"power of 3", must[*Dispatch](t)(NewPowerOf(3)), []int{1, 2, 3, 4, 5}, 3},
	} {
		draws := 0
		c.d.Choose(c.lengths, nil, func() float64 { draws++; return 0.5 })
		if draws != c.want {
			t.Errorf("%s: %d draws, want %d", c.name, draws, c.want)
		}
	}
	if d := must[*Dispatch](t)(NewDispatch(ChooseLeastWork)); !d.LooksAtWork() {
		t.Error("the least work is found without looking at the work")
	}
}

// TestDispatchInvariants, whatever the queues and the numbers drawn, the number
// of queues changing.
func TestDispatchInvariants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shortest := must[*Dispatch](t)(NewDispatch(ChooseShortest))
		work := must[*Dispatch](t)(NewDispatch(ChooseLeastWork))
		join := must[*Dispatch](t)(NewDispatch(ChooseIdle))
		drawn := rapid.IntRange(1, 8).Draw(t, "d")
		power := must[*Dispatch](t)(NewPowerOf(drawn))
		uniform := func() float64 { return rapid.Float64Range(0, 1).Draw(t, "u") }
		for range 20 {
			lengths := rapid.SliceOfN(rapid.IntRange(0, 4), 1, 10).Draw(t, "lengths")
			times := make([]float64, len(lengths))
			for i, n := range lengths {
				times[i] = float64(7*n%5) / 3
			}
			rank, less := 0, lengths[0]
			for _, n := range lengths {
				less = min(less, n)
			}
			if got := lengths[shortest.Choose(lengths, nil, uniform)]; got != less {
				t.Fatalf("joins a queue of %d, the shortest has %d", got, less)
			}
			if got := lengths[join.Choose(lengths, nil, uniform)]; less == 0 && got != 0 {
				t.Fatalf("joins a queue of %d, although one is idle", got)
			}
			got := lengths[power.Choose(lengths, nil, uniform)]
			for _, n := range lengths {
				if n >= got {
					rank++
				}
			}
			if rank < min(drawn, len(lengths)) {
				t.Fatalf("the shortest of %d drawn has %d tasks, but only %d of %v have as many", drawn, got, rank, lengths)
			}
			w := times[work.Choose(lengths, times, uniform)]
			for _, x := range times {
				if x < w {
					t.Fatalf("joins work %v, there is %v", w, x)
				}
			}
		}
	})
}

func TestDispatchRefusesParameters(t *testing.T) {
	for _, c := range []Choice{-1, ChoosePowerOf, ChooseIdle + 1} {
		_, err := NewDispatch(c)
		refused(t, err, "choice")
	}
	_, err := NewPowerOf(0)
	refused(t, err, "power_of")
}

func everyDispatch(t testing.TB) map[string]*Dispatch {
	all := map[string]*Dispatch{"power_of": must[*Dispatch](t)(NewPowerOf(2))}
	for name, c := range map[string]Choice{"random": ChooseRandom, "round_robin": ChooseRoundRobin, "shortest": ChooseShortest, "least_work": ChooseLeastWork, "idle": ChooseIdle} {
		all[name] = must[*Dispatch](t)(NewDispatch(c))
	}
	return all
}

func TestDispatchAllocatesNothing(t *testing.T) {
	lengths, work, u := []int{3, 1, 4, 1, 5}, []float64{5, 1, 2, 1, 3}, uniforms(1)
	for name, d := range everyDispatch(t) {
		allocates(t, name, func(float64) { d.Choose(lengths, work, u) })
	}
}

func BenchmarkDispatch(b *testing.B) {
	lengths, work, u := make([]int, 16), make([]float64, 16), uniforms(1)
	for i := range lengths {
		lengths[i], work[i] = 7*i%5, float64(i%3)
	}
	for name, d := range everyDispatch(b) {
		b.Run("choice="+name+"/queues=16", func(b *testing.B) {
			free(b, func(float64) { d.Choose(lengths, work, u) })
		})
	}
}
