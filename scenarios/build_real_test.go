package scenarios

import (
	"strings"
	"testing"
)

func TestReal(t *testing.T) {
	for _, c := range []struct {
		text string
		want *RealRun
	}{
		{"", nil},
		{"real: {work: spin}", nil},
		{"compare: [analytic]\nreal: {work: spin}", nil},
		{"compare: [real]", &RealRun{WorkSleep, 1, 10}},
		{"compare: [analytic, real]\nreal: {work: spin, time_scale: 2.5, duration: 90s}", &RealRun{WorkSpin, 2.5, 90}},
		{"compare: [real]\nmemory: 1KB\nreal: {work: memory}", &RealRun{WorkMemory, 1, 10}},
	} {
		got := load(t, smallest+c.text+"\n").Points[0].Real
		if (got == nil) != (c.want == nil) || got != nil && *got != *c.want {
			t.Errorf("%s: %+v, want %+v", c.text, got, c.want)
		}
	}
}

func TestMemoryWorkNeedsMemory(t *testing.T) {
	_, err := Load("x.yaml", []byte(smallest+"compare: [real]\nreal: {work: memory}\n"), Options{})
	if err == nil || !strings.Contains(err.Error(), "real.work") {
		t.Errorf("%v", err)
	}
}
