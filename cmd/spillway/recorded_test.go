package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRecorded replays the log of a scheduler that served three tasks of two
// seconds one after the other: what it recorded stands beside what is simulated,
// and is the same.
func TestRecorded(t *testing.T) {
	dir := t.TempDir()
	log := "arrival,started,finished\n0,0,2\n1,2,4\n2,4,6\n"
	scenario := `version: 1
name: log
arrivals: {process: trace, file: log.csv, time: arrival, started: started, finished: finished}
servers: 1
`
	for name, content := range map[string]string{"log.csv": log, "log.yaml": scenario} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(dir, "log.yaml")
	p := document(t, ok(t, "run", file, "--format", "json")).Points[0]
	if p.Real == nil || p.Real.Source != "recorded" {
		t.Fatalf("real values %+v", p.Real)
	}
	for metric, want := range map[string]float64{"wait": 1, "latency": 3} {
		simulated, recorded := p.Simulated.Metrics[metric]["mean"].Value, p.Real.Metrics[metric]["mean"].Value
		if float64(simulated) != want || float64(recorded) != want {
			t.Errorf("mean %s %v simulated, %v recorded, want %v", metric, simulated, recorded, want)
		}
	}
	for _, command := range []string{"run", "compare"} {
		if table := ok(t, command, file); !strings.Contains(table, "recorded") {
			t.Errorf("%s shows nothing recorded:\n%s", command, table)
		}
	}
}
