package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestEvents: every event of the first replication is written, in both formats,
// and the results are those without it.
func TestEvents(t *testing.T) {
	dir := t.TempDir()
	lines, trace := filepath.Join(dir, "events.jsonl"), filepath.Join(dir, "events.trace.json")
	short := "run mmc --quiet --engine events --set 'run={tasks: 50, replications: 2, warmup: none}' --format json"
	_, bare, _ := call(t, "", words(short)...)
	for _, file := range []string{lines, trace} {
		status, got, stderr := call(t, "", append(words(short), "--events", file)...)
		if status != done || got != bare {
			t.Fatalf("exit status %d, %s; the results differ: %t", status, stderr, got != bare)
		}
	}
	content, err := os.ReadFile(lines)
	if err != nil {
		t.Fatal(err)
	}
	answered := 0
	for line := range bytes.Lines(content) {
		var event struct {
			Time float64 `json:"time"`
			Kind string  `json:"kind"`
		}
		if err := json.Unmarshal(line, &event); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if event.Kind == "answered" {
			answered++
		}
	}
	if answered < 50 {
		t.Errorf("%d tasks of 50 are answered in %s", answered, content)
	}
	if content, err = os.ReadFile(trace); err != nil || !json.Valid(content) {
		t.Errorf("the trace is no JSON, or cannot be read (%v)", err)
	}
}

func TestObserversRefused(t *testing.T) {
	for _, args := range []string{
		"run distributed --events x.jsonl", "run mmc mmc --monitor :0", "run mmc --monitor nowhere:port",
		"run mmc --events " + filepath.Join(t.TempDir(), "no", "such"),
	} {
		if status, _, stderr := call(t, "", words(args)...); status == done || stderr == "" {
			t.Errorf("%s: exit status %d, %q", args, status, stderr)
		}
	}
}

// TestMonitor scrapes a run while it runs: it would go on for hours, and ends
// when it is interrupted.
func TestMonitor(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	read, write := io.Pipe()
	ended := make(chan int)
	args := words("run mmc --monitor 127.0.0.1:0 --set 'run={tasks: 1e12, replications: 1, warmup: none}'")
	go func() { ended <- run(ctx, args, strings.NewReader(""), io.Discard, write) }()
	line, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.Copy(io.Discard, read) }()
	_, url, ok := strings.Cut(strings.TrimSpace(line), " at ")
	if !ok {
		t.Fatalf("no address in %q", line)
	}
	for range 100 {
		response, err := http.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(body), `spillway_tasks_total{class="default",outcome="answered"}`) {
			interrupt()
			if status := <-ended; status != interrupted {
				t.Errorf("exit status %d after an interrupt", status)
			}
			return
		}
	}
	t.Error("no answered tasks in a hundred scrapes")
}
