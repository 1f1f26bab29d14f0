package policy

// Choice is a way to choose one of several queues.
type Choice int

// The ways. The shortest is of those with the fewest tasks, the one in service
// counted; the least work that with the least time left to serve all of its tasks.
// Ties are broken at random.
const (
	ChooseRandom     Choice = iota // each as likely
	ChooseRoundRobin               // one after the other, from the first on
	ChooseShortest                 // join the shortest queue
	ChoosePowerOf                  // the shortest of some that are drawn without replacement
	ChooseLeastWork                // the least work
	ChooseIdle                     // join an idle queue: one without a task if there is any, else a random one
)

// Dispatch chooses the queue that a task joins, of a queue at each server.
type Dispatch struct {
	choice Choice
	drawn  int   // queues that ChoosePowerOf looks at
	next   int   // queue that ChooseRoundRobin takes next
	order  []int // for ChoosePowerOf: the queues in some order
}

// NewDispatch chooses in a way other than ChoosePowerOf.
func NewDispatch(choice Choice) (*Dispatch, error) {
	if choice < ChooseRandom || choice > ChooseIdle || choice == ChoosePowerOf {
		return nil, wrong("choice", int(choice), "ChooseRandom, ChooseRoundRobin, ChooseShortest, ChooseLeastWork or ChooseIdle")
	}
	return &Dispatch{choice: choice}, nil
}

// NewPowerOf chooses the shortest of d queues (at least 1) that are drawn without
// replacement; of d or fewer, the shortest of all.
func NewPowerOf(d int) (*Dispatch, error) {
	if err := checkLeast("power_of", d, 1); err != nil {
		return nil, err
	}
	return &Dispatch{choice: ChoosePowerOf, drawn: d}, nil
}

// LooksAtWork says whether Choose looks at the work; if not, it may be nil.
func (d *Dispatch) LooksAtWork() bool { return d.choice == ChooseLeastWork }

// Choose is the queue that a task joins, of one or more: lengths are the tasks at
// each, the one in service counted, work the seconds of service that they still
// take. uniform gives numbers on [0, 1), which are drawn only where chance
// decides. Memory is allocated by ChoosePowerOf alone, when the number of queues
// is another than the last time.
func (d *Dispatch) Choose(lengths []int, work []float64, uniform func() float64) int {
	n := len(lengths)
	switch d.choice {
	case ChooseRandom:
		return below(n, uniform)
	case ChooseRoundRobin:
		i := d.next % n
		d.next = i + 1
		return i
	case ChooseShortest:
		return least(lengths, uniform)
	case ChoosePowerOf:
		return d.leastOfDrawn(lengths, uniform)
	case ChooseLeastWork:
		return least(work, uniform)
	}
	return idle(lengths, uniform)
}

// below is uniform on 0 … n−1; nothing is drawn of one.
func below(n int, uniform func() float64) int {
	if n == 1 {
		return 0
	}
	return min(int(uniform()*float64(n)), n-1)
}

// least is the place of the least value, of several a random one.
func least[T int | float64](xs []T, uniform func() float64) int {
	smallest, count := xs[0], 0
	for _, x := range xs {
		if x < smallest {
			smallest, count = x, 0
		}
		if x == smallest {
			count++
		}
	}
	return find(xs, smallest, below(count, uniform))
}

// find is the place of a value that k others like it are before.
func find[T int | float64](xs []T, value T, k int) int {
	i := 0
	for ; i < len(xs)-1; i++ {
		if xs[i] == value {
			if k == 0 {
				break
			}
			k--
		}
	}
	return i
}

func idle(lengths []int, uniform func() float64) int {
	count := 0
	for _, n := range lengths {
		if n == 0 {
			count++
		}
	}
	if count == 0 {
		return below(len(lengths), uniform)
	}
	return find(lengths, 0, below(count, uniform))
}

// leastOfDrawn draws by the beginning of a shuffle (Fisher and Yates), whose
// order was any before. The first of the shortest is as random as the order.
func (d *Dispatch) leastOfDrawn(lengths []int, uniform func() float64) int {
	n := len(lengths)
	if d.drawn >= n {
		return least(lengths, uniform)
	}
	if len(d.order) != n {
		d.order = make([]int, n)
		for i := range d.order {
			d.order[i] = i
		}
	}
	shortest := -1
	for j := range d.drawn {
		k := j + below(n-j, uniform)
		d.order[j], d.order[k] = d.order[k], d.order[j]
		if i := d.order[j]; shortest < 0 || lengths[i] < lengths[shortest] {
			shortest = i
		}
	}
	return shortest
}
