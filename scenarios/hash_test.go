package scenarios

import (
	"strings"
	"testing"
)

func TestHash(t *testing.T) {
	hash := load(t, smallest).SHA256
	for _, same := range []string{
		"# comment\n" + smallest,
		"\ufeff" + smallest,
		strings.ReplaceAll(smallest, "\n", "\r\n"),
		"servers: 1\nservice:\n  rate: 100/s\n  distribution: exponential\narrivals: {rate: 4800/min, process: \"poisson\"}\nversion: 1\n",
		`{"version": 1, "arrivals": {"process": "poisson", "rate": 80}, "service": {"distribution": "exponential", "rate": 1e2}, "servers": 1}`,
		"version: 1\narrivals: {process: poisson, rate: &r 80/s}\nservice: {distribution: exponential, rate: 100/s}\nservers: 1",
	} {
		if got := load(t, same).SHA256; got != hash {
			t.Errorf("another hash for\n%s", same)
		}
	}
	for _, set := range []string{"servers=2", "seed=2", "run.tasks=100", "name=other"} {
		if load(t, smallest, set).SHA256 == hash {
			t.Errorf("the same hash with --set %s", set)
		}
	}
	a := load(t, smallest+"sweep: {servers: [1, 2]}\n")
	b := load(t, smallest, "sweep.servers=[1, 2]")
	if a.SHA256 != b.SHA256 {
		t.Errorf("file and --set differ:\n%s\n%s", a.Canonical, b.Canonical)
	}
	first := load(t, smallest+"sweep: {servers: [1, 2], memory: [1, 2]}\n")
	second := load(t, smallest+"sweep: {memory: [1, 2], servers: [1, 2]}\n")
	if first.SHA256 == second.SHA256 {
		t.Error("the order of a sweep is not in the hash")
	}
}

func TestCanonicalLoadsAgain(t *testing.T) {
	for _, e := range List() {
		content, _ := Shipped(e.Name)
		study := load(t, string(content))
		again := load(t, string(study.Canonical))
		if again.SHA256 != study.SHA256 || len(again.Points) != len(study.Points) {
			t.Errorf("%s: %s", e.Name, study.Canonical)
		}
	}
}
