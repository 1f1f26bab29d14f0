package attach_test

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"spillway/sim/monitor"
	"spillway/sim/monitor/attach"
)

type notes []monitor.Transition

func (n *notes) Observe(t monitor.Transition) { *n = append(*n, t) }

// TestPool: the transitions of a short story, with the times of a virtual clock.
func TestPool(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got notes
		p := attach.New(2, &got)
		time.Sleep(time.Second)
		a := p.Offer(0)
		p.Queue(a)
		b := p.Offer(1)
		p.Shed(b)
		p.Start(a, 1)
		time.Sleep(time.Second / 2)
		p.Finish(a, 1)
		c := p.Offer(0)
		p.Queue(c)
		p.Resize(3)
		p.Abandon(c)
		d := p.Offer(0)
		p.Queue(d)
		p.Drop(d)
		want := notes{
			{Time: 1, Kind: monitor.Emitted, Task: 0, Server: -1, Servers: 2},
			{Time: 1, Kind: monitor.Offered, Task: 0, Server: -1, Servers: 2},
			{Time: 1, Kind: monitor.Queued, Task: 0, Server: -1, Waiting: 1, Servers: 2},
			{Time: 1, Kind: monitor.Emitted, Task: 1, Class: 1, Server: -1, Waiting: 1, Servers: 2},
			{Time: 1, Kind: monitor.Offered, Task: 1, Class: 1, Server: -1, Waiting: 1, Servers: 2},
			{Time: 1, Kind: monitor.Shed, Task: 1, Class: 1, Server: -1, Waiting: 1, Servers: 2},
			{Time: 1, Kind: monitor.Started, Task: 0, Server: 1, Busy: 1, Servers: 2},
			{Time: 1.5, Kind: monitor.Finished, Task: 0, Server: 1, Servers: 2},
			{Time: 1.5, Kind: monitor.Answered, Task: 0, Server: 1, Servers: 2},
			{Time: 1.5, Kind: monitor.Emitted, Task: 2, Server: -1, Servers: 2},
			{Time: 1.5, Kind: monitor.Offered, Task: 2, Server: -1, Servers: 2},
			{Time: 1.5, Kind: monitor.Queued, Task: 2, Server: -1, Waiting: 1, Servers: 2},
			{Time: 1.5, Kind: monitor.Scaled, Task: -1, Server: -1, Waiting: 1, Servers: 3},
			{Time: 1.5, Kind: monitor.Abandoned, Task: 2, Server: -1, Servers: 3},
			{Time: 1.5, Kind: monitor.Emitted, Task: 3, Server: -1, Servers: 3},
			{Time: 1.5, Kind: monitor.Offered, Task: 3, Server: -1, Servers: 3},
			{Time: 1.5, Kind: monitor.Queued, Task: 3, Server: -1, Waiting: 1, Servers: 3},
			{Time: 1.5, Kind: monitor.Shed, Task: 3, Server: -1, Servers: 3},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// TestConcurrent: tasks of many goroutines are told of one at a time, in the order
// of their times, and in the end nobody waits or works.
func TestConcurrent(t *testing.T) {
	var got notes
	p := attach.New(8, &got)
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			for range 100 {
				task := p.Offer(0)
				p.Queue(task)
				p.Start(task, worker)
				p.Finish(task, worker)
			}
		})
	}
	group.Wait()
	seen := map[int64]int{}
	for i, x := range got {
		seen[x.Task]++
		if i > 0 && x.Time < got[i-1].Time || x.Waiting < 0 || x.Busy < 0 || x.Busy > 8 {
			t.Fatalf("transition %d: %+v after %+v", i, x, got[i-1])
		}
	}
	if last := got[len(got)-1]; len(seen) != 800 || len(got) != 4800 || last.Waiting != 0 || last.Busy != 0 {
		t.Errorf("%d tasks in %d transitions, in the end %+v", len(seen), len(got), last)
	}
}
