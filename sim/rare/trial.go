package rare

// walker is a system that moves from state to state.
type walker interface {
	// level is the importance of the state.
	level() float64
	// target is the level from which on the event is near enough: there are no
	// levels above.
	target() float64
	// clock is where it is, in seconds or tasks.
	clock() float64
	// step counts the state that there is and moves to the next; more is false
	// where the end of the clock comes first, at which it then stands.
	step(end float64) (s sojourn, more bool, err error)
	// assume takes over the state of another walker of the same model. Random
	// numbers go on where they were.
	assume(of walker)
	// redraw draws anew what of the future has been drawn already and has not
	// shown yet but for the level that has been reached, so that histories from one state have less in common.
	redraw(reached float64)
	// arrivals counts the tasks that arrived, in all states that it went
	// through.
	arrivals() int64
}

// sojourn is what a state counts for.
type sojourn struct {
	span float64 // how far the clock went
	base float64 // the time, or the tasks, of which shares are taken
	mass float64 // of these, where the event is
}

// ladder is the levels, from 1, and how often a history that reaches one is
// run from there.
type ladder struct {
	at     []float64 // at[0] is not used
	splits []int     // the same; at least 2
	weight []float64 // of what happens when i levels are passed
}

func newLadder() ladder { return ladder{[]float64{0}, []int{1}, []float64{1}} }

// add puts a level on top.
func (l *ladder) add(at float64, splits int) {
	l.at, l.splits = append(l.at, at), append(l.splits, splits)
	l.weight = append(l.weight, l.weight[len(l.weight)-1]/float64(splits))
}

// top is the number of levels.
func (l *ladder) top() int { return len(l.at) - 1 }

// trial is one long run with all its branches. They are run one after the
// other, in the same place: a history that reaches a level is saved, goes on as
// one that ends below that level, and when that is over is taken up again from
// where it was saved; the last time, as what it was before.
type trial struct {
	ladder
	walker walker
	saved  []walker // at each level
	left   []int    // histories still to be run from there
	birth  []int    // the level at which the history was born that got there; 0 is the main run

	mass     float64      // weighted
	base     float64      // of the main run
	branches int64        // histories that were run, but for the main run
	most     int64        // arrivals after which it gives up
	pause    func() error // called now and then; an error ends the run
	survey   *survey      // looks at what is above all levels; nil is nobody
}

// climb gives the trial its levels; room makes a walker to save states in.
func (t *trial) climb(l ladder, room func() (walker, error)) error {
	t.ladder = l
	for len(t.saved) < len(l.at) {
		w, err := room()
		if err != nil {
			return err
		}
		t.saved = append(t.saved, w)
	}
	t.left, t.birth = make([]int, len(l.at)), make([]int, len(l.at))
	return nil
}

// pauseEvery is how many steps there are between two pauses: some milliseconds.
const pauseEvery = 1 << 15

// run takes the main run to the end of the clock, and with it all that branches
// off before. A run that begins above a level begins with a split: it then
// stands for all that begin there. It is unbiased for the time from here to
// the end: what branches off ends there too.
func (t *trial) run(end float64) error {
	born, passed := 0, 0
	for n := 1; ; n++ {
		if n%pauseEvery == 0 {
			if err := t.pause(); err != nil {
				return err
			}
		}
		v := t.walker.level()
		over := born > 0 && v < t.at[born]
		if !over {
			born, passed = t.cross(v, born, passed)
			s, more, err := t.walker.step(end)
			if err != nil {
				return err
			}
			t.count(s, v, born, passed)
			over = !more
		}
		switch {
		case over && born == 0:
			return nil
		case t.walker.arrivals() > t.most:
			return errCrowded
		case over:
			born, passed = t.resume(born), born
		}
	}
}

// cross notes how many levels are passed, and splits at each that was not.
func (t *trial) cross(v float64, born, passed int) (int, int) {
	for passed > 0 && v < t.at[passed] {
		passed--
	}
	for passed < t.top() && v >= t.at[passed+1] {
		passed++
		t.saved[passed].assume(t.walker)
		t.left[passed], t.birth[passed] = t.splits[passed]-1, born
		born = passed
		t.branches++
	}
	return born, passed
}

// resume takes a history up again at the level where it was saved, and returns
// where what it goes on as was born.
func (t *trial) resume(level int) (born int) {
	t.walker.assume(t.saved[level])
	t.walker.redraw(t.at[level])
	t.left[level]--
	if t.left[level] == 0 {
		return t.birth[level]
	}
	t.branches++
	return level
}

func (t *trial) count(s sojourn, v float64, born, passed int) {
	t.mass += s.mass * t.weight[passed]
	if born == 0 {
		t.base += s.base
	}
	if t.survey != nil && passed == t.top() {
		t.survey.see(v, s.span)
	}
}
