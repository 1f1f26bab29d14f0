package scheduler_test

import (
	"strings"
	"testing"

	"spillway/sim/scheduler"
)

func TestOptionsAreChecked(t *testing.T) {
	_, err := scheduler.New(scheduler.Options{Limit: -1, Limited: true, Discipline: 9, Overflow: -1, LowestPriority: -2,
		Admission: []scheduler.Admission{{}, {Concurrency: -3}}})
	for _, want := range []string{"0 servers", "limit of -1", "discipline 9", "overflow -1", "priority -2", "admission 0", "concurrency of -3"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %v", want, err)
		}
	}
	for _, o := range []scheduler.Options{
		{Servers: 1, Overflow: scheduler.Block},
		{Infinite: true, Autoscale: &scheduler.Autoscale{}},
		{Servers: 1, Autoscale: &scheduler.Autoscale{}},
		{Servers: 1, Admission: []scheduler.Admission{{Throttle: &scheduler.Throttle{Rate: -1}}}},
	} {
		if p, err := scheduler.New(o); err == nil {
			p.Close()
			t.Errorf("%+v was accepted", o)
		}
	}
}

func TestTasksAreChecked(t *testing.T) {
	p := start(t, scheduler.Options{Servers: 1, Classes: []string{"a", "b"}, LowestPriority: 1})
	defer p.Close()
	for _, task := range []scheduler.Task{{}, {Run: nothing, Class: 2}, {Run: nothing, Class: -1}, {Run: nothing, Priority: 2}, {Run: nothing, Priority: -1}} {
		if err := p.Submit(background, task); err == nil {
			t.Errorf("%+v was accepted", task)
		}
	}
	if s := p.Stats(); s.Offered != 0 {
		t.Errorf("%+v", s)
	}
}
