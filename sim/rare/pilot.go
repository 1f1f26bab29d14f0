package rare

import (
	"context"
	"errors"
	"math"
)

const (
	// goal is how many times rarer each level is than the one below it, where
	// the importance is continuous.
	goal = 3
	// mostSplits bounds how often a history is run from one level.
	mostSplits = 64
	// shortest and longest are the tasks of a pilot's run.
	shortest, longest = 1 << 14, 1 << 22
	// mostLevels bounds the memory.
	mostLevels = 1000
)

// pilot chooses levels. What it simulates is no part of the estimate.
type pilot struct {
	ctx    context.Context
	room   func() (walker, error)
	tasks  float64 // a unit of the clock has
	whole  func(length float64) float64
	trial  trial
	length float64 // of the main run of each survey
	calm   float64 // the length that shows how the system moves
}

// run settles the length of runs and the levels.
func (p *pilot) run() error {
	var err error
	p.trial.pause = p.ctx.Err
	if p.trial.walker, err = p.room(); err != nil {
		return err
	}
	if err := p.settle(); err != nil {
		return err
	}
	p.length = p.calm
	for tries := 0; ; tries++ {
		err := p.build()
		if !errors.Is(err, errCrowded) || tries == 4 {
			return err
		}
		p.length *= 4
	}
}

// errCrowded says that levels are so close that histories multiply.
var errCrowded = errors.New("rare: levels too close")

// settle doubles the run until it has seen a hundred times what the importance
// remembers, or is as long as a pilot may be: a mean over n such memories has
// a variance of 1/n of the variance of the importance. All that was run warms
// the system up.
func (p *pilot) settle() error {
	const parts = 16
	for n := float64(shortest); ; n *= 2 {
		p.calm = p.whole(n / p.tasks)
		var sum, squares, span float64
		var means [parts]float64
		for i := range means {
			m, err := p.average(p.calm / parts)
			if err != nil {
				return err
			}
			sum, squares, span = sum+m.sum, squares+m.squares, span+m.span
			means[i] = m.sum / m.span
		}
		mean := sum / span
		between := 0.0
		for _, m := range means {
			between += (m - mean) * (m - mean) / (parts - 1)
		}
		if within := squares/span - mean*mean; 100*between <= parts*within || n >= longest {
			return nil
		}
	}
}

type moments struct{ span, sum, squares float64 }

// average is the moments of the importance over a stretch of the main run.
func (p *pilot) average(length float64) (m moments, err error) {
	w := p.trial.walker
	end := w.clock() + length
	for more := true; more && err == nil; {
		var s sojourn
		v := w.level()
		s, more, err = w.step(end)
		m.span, m.sum, m.squares = m.span+s.span, m.sum+v*s.span, m.squares+v*v*s.span
	}
	return m, errors.Join(err, p.ctx.Err())
}

// build adds levels from the bottom, each survey one level or more, until the
// event is in sight.
func (p *pilot) build() error {
	if err := p.trial.climb(newLadder(), p.room); err != nil {
		return err
	}
	for p.trial.top() < mostLevels {
		if err := p.look(); err != nil {
			return err
		}
		l := p.trial.ladder
		done := p.extend(&l)
		if l.top() == p.trial.top() && !done {
			if p.length*p.tasks >= longest {
				return nil // what is above is not seen
			}
			p.length *= 2
		}
		if err := p.trial.climb(l, p.room); err != nil {
			return err
		}
		if done {
			return nil
		}
	}
	return nil
}

// look surveys what is above all levels. It gives up where that takes far more
// tasks than each level should.
func (p *pilot) look() error {
	t := &p.trial
	t.survey = &survey{stride: 1}
	t.mass, t.base = 0, 0
	t.most = t.walker.arrivals() + int64(32*float64(t.top()+2)*p.length*p.tasks)
	defer func() { t.most = never }()
	for i := range surveyParts {
		t.survey.part = i
		if err := t.run(t.walker.clock() + p.length/surveyParts); err != nil {
			return err
		}
		if err := p.ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// extend adds the levels that a survey tells. It is true where the event is no
// more than a step above the last of them, or where what is above does not
// matter.
func (p *pilot) extend(l *ladder) bool {
	t, scale := &p.trial, p.trial.weight[p.trial.top()]/p.length
	for {
		top := l.top()
		above := math.Inf(-1)
		if top > 0 {
			above = l.at[top]
		}
		level, passed, known := t.survey.next(above, l.weight[top]/scale/goal, t.walker.target())
		share := passed * scale
		switch {
		case !known:
			return false
		case level >= t.walker.target() || share < 0.01*t.mass/t.base:
			return true
		}
		l.add(level, int(min(mostSplits, max(2, math.Round(l.weight[top]/share)))))
	}
}
