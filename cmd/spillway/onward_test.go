package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"spillway/sim/monitor"
)

// TestMonitorReal scrapes real runs while they run: of compare, when the simulation
// has ended, and of bench.
func TestMonitorReal(t *testing.T) {
	for _, args := range []string{"compare - --real", "bench -"} {
		ctx, interrupt := context.WithCancel(t.Context())
		read, write := io.Pipe()
		ended := make(chan int, 1)
		args := append(words(args), words("--monitor 127.0.0.1:0 --set real.duration=1m")...)
		go func() { ended <- run(ctx, args, strings.NewReader(quickly), io.Discard, write) }()
		lines, url := bufio.NewReader(read), ""
		for said := ""; !strings.HasPrefix(said, "running for real"); {
			var err error
			if said, err = lines.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
			if _, at, ok := strings.Cut(strings.TrimSpace(said), "metrics at "); ok {
				url = at
			}
		}
		go func() { _, _ = io.Copy(io.Discard, lines) }()
		// Of the simulation, which has ended, it would not change any more.
		answered, seen := regexp.MustCompile(`spillway_tasks_total{class="default",outcome="answered"} \d+\n`), map[string]bool{}
		for start := time.Now(); len(seen) < 3 && time.Since(start) < 10*time.Second; time.Sleep(10 * time.Millisecond) {
			seen[answered.FindString(scrape(t, url))] = true
		}
		if text := scrape(t, url); len(seen) < 3 || !strings.Contains(text, "\nspillway_servers 4\n") {
			t.Errorf("%s: %s", args, text)
		}
		interrupt()
		if status := <-ended; status != interrupted {
			t.Errorf("exit status %d after an interrupt", status)
		}
	}
}

func scrape(t *testing.T, url string) string {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// TestOnward: the times and the tasks of a second run go on from the first.
func TestOnward(t *testing.T) {
	var told transitions
	o := &onward{to: &told}
	for range 2 {
		o.next()
		o.Observe(monitor.Transition{Time: 0.25, Task: 0})
		o.Observe(monitor.Transition{Time: 0.5, Task: 1})
		o.Observe(monitor.Transition{Time: 0.5, Kind: monitor.Scaled, Task: -1})
		time.Sleep(time.Millisecond)
	}
	for i, task := range []int64{0, 1, -1, 2, 3, -1} {
		if told[i].Task != task || (i > 2) != (told[i].Time > told[i%3].Time) {
			t.Errorf("transition %d is %+v, want task %d", i, told[i], task)
		}
	}
}

type transitions []monitor.Transition

func (l *transitions) Observe(x monitor.Transition) { *l = append(*l, x) }
