package results

import (
	"bytes"
	"io"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// madeUp are three repetitions of which everything can be computed by hand: tasks
// in pairs, the second of which waits. Services take 0.5 ms longer than their 10 ms,
// the second wait 1 ms longer for that, everything comes 0.25 ms late, and the
// second waits extra seconds more than that.
func madeUp(extra ...float64) [][]Trio {
	var all [][]Trio
	for _, x := range extra {
		var list []Trio
		for range 50 {
			first := Trio{Delays: 1e-3, Late: 0.1e-3, Wait: 0.15e-3, Service: 10.5e-3, NominalService: 10e-3}
			second := first
			second.NominalWait, second.ReplayedWait = 4e-3, 5e-3
			second.Wait = second.ReplayedWait + 0.15e-3 + x
			list = append(list, first, second)
		}
		all = append(all, list)
	}
	return all
}

func close(a Number, b float64) bool { return math.Abs(float64(a)-b) <= 1e-12 }

func TestThreeWayByHand(t *testing.T) {
	w := NewThreeWay(madeUp(0.2e-3, 0.4e-3, 0.6e-3), 0.95)
	if w.Repetitions != 3 || w.Tasks != 300 || w.Verdict != Agrees {
		t.Errorf("%+v", w)
	}
	// Queueing is 0.1, 0.2, 0.3 ms: a standard error of 0.1/√3 ms, times Student's
	// 4.3027 of 2 degrees of freedom.
	half := 4.302652729911275 * 0.1e-3 / math.Sqrt(3)
	for _, c := range []struct {
		name        string
		got         Estimate
		value, half float64
	}{
		{"service", w.Service, 0.5e-3, 0},
		{"service wait", w.ServiceWait, 0.5e-3, 0},
		{"offset", w.Offset, 0.25e-3, 0},
		{"queueing", w.Queueing, 0.2e-3, half},
		{"nominal", w.Nominal["latency"]["mean"], 13e-3, 0},
		{"replayed", w.Replayed["latency"]["mean"], 14e-3, 0},
		{"replayed p50", w.Replayed["latency"]["p50"], 11.5e-3, 0},
		{"replayed p90", w.Replayed["latency"]["p90"], 16.5e-3, 0},
		{"gap", w.Differences["latency"]["mean"], 0.45e-3, half},
		{"gap p99", w.Differences["latency"]["p99"], 0.85e-3, 2 * half},
		{"gap of the wait", w.Differences["wait"]["mean"], 0.35e-3, half},
	} {
		if !close(c.got.Value, c.value) || !close(c.got.HalfWidth, c.half) {
			t.Errorf("%s is %v ± %v, want %v ± %v", c.name, c.got.Value, c.got.HalfWidth, c.value, c.half)
		}
	}
	if !close(*w.Noise, 0.1e-3) {
		t.Errorf("noise %v", *w.Noise)
	}
}

// A constant offset, however large, and services that took longer, are no error of
// the model; an error of the waits is, and noise is neither.
func TestThreeWayVerdicts(t *testing.T) {
	late := madeUp(0, 0, 0)
	for _, list := range late {
		for i := range list {
			list[i].Late += 40e-3
		}
	}
	for _, c := range []struct {
		name  string
		tasks [][]Trio
		want  Verdict
		says  string
	}{
		{"nothing", madeUp(0, 0, 0), Agrees, "to within 10 % of the mean latency"},
		{"offset of 40 ms", late, Agrees, "agrees"},
		{"waits 20 ms longer", madeUp(20e-3, 20.1e-3, 20.2e-3), Differs, "off by more than"},
		{"20 ms shorter and longer", madeUp(-20e-3, 0, 20e-3), CannotTell, "too noisy"},
		{"0 to 20 ms longer", madeUp(0, 10e-3, 20e-3), CannotTell, "too noisy"},
		{"one repetition", madeUp(0), CannotTell, "of one repetition"},
	} {
		w := NewThreeWay(c.tasks, 0.95)
		words := strings.Join(w.Words(&Real{}), " ")
		if w.Verdict != c.want || !strings.Contains(words, c.says) {
			t.Errorf("%s: %s, %q", c.name, w.Verdict, words)
		}
	}
	if NewThreeWay([][]Trio{nil, {}}, 0.95) != nil {
		t.Error("something is made of nothing")
	}
	if w := NewThreeWay(append(madeUp(0, 0), nil), 0.95); w.Repetitions != 2 {
		t.Errorf("%d repetitions", w.Repetitions)
	}
}

// TestThreeWayParts: the parts add up to the whole, whatever the tasks.
func TestThreeWayParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64Range(0, 10)
		trio := rapid.Custom(func(t *rapid.T) Trio {
			wait := rapid.OneOf(rapid.Just(0.0), x)
			return Trio{x.Draw(t, "delays"), x.Draw(t, "late"), x.Draw(t, "wait"), x.Draw(t, "service"),
				x.Draw(t, "nominal service"), wait.Draw(t, "nominal wait"), wait.Draw(t, "replayed wait")}
		})
		all := rapid.SliceOfN(rapid.SliceOfN(trio, 1, 20), 1, 4).Draw(t, "tasks")
		real := 0.0
		for _, list := range all {
			for _, x := range list {
				real += (x.Delays + x.Late + x.Wait + x.Service) / float64(len(list)*len(all))
			}
		}
		w := NewThreeWay(all, 0.95)
		parts := w.Nominal["latency"]["mean"].Value + w.Service.Value + w.ServiceWait.Value + w.Offset.Value + w.Queueing.Value
		again := w.Replayed["latency"]["mean"].Value + w.Differences["latency"]["mean"].Value
		if math.Abs(float64(parts)-real) > 1e-9 || math.Abs(float64(again)-real) > 1e-9 {
			t.Fatalf("%v and %v, want %v", parts, again, real)
		}
	})
}

func threeWayDocument() Document {
	d := onePoint()
	w := NewThreeWay(madeUp(0.2e-3, 0.4e-3, 0.6e-3), 0.95)
	real := Metrics{}
	for metric, stats := range w.Replayed {
		real[metric] = map[string]Estimate{}
		for stat, e := range stats {
			gap := w.Differences[metric][stat]
			real[metric][stat] = NewEstimate(float64(e.Value+gap.Value), 1e-5, 3, 0.95, "repetitions")
		}
	}
	d.Points[0].Real = &Real{Source: Measured, Metrics: real, Environment: map[string]string{"cpus": "2"}, ThreeWay: w}
	return d
}

func TestThreeWayGolden(t *testing.T) {
	docs := []Document{threeWayDocument()}
	table := render(t, func(w io.Writer) error { return WriteComparison(w, docs, Options{}) })
	narrow(t, table)
	golden(t, "threeway.txt", table)
	golden(t, "threeway.md", render(t, func(w io.Writer) error { return WriteComparisonMarkdown(w, docs, Options{}) }))
	var text bytes.Buffer
	if err := WriteJSON(&text, docs); err != nil {
		t.Fatal(err)
	}
	if err := validate(t, compiled(t), text.String()); err != nil {
		t.Error(err)
	}
	back, err := ReadJSON(bytes.NewReader(text.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	var again bytes.Buffer
	if err := WriteJSON(&again, back); err != nil || again.String() != text.String() {
		t.Errorf("it does not read back: %v", err)
	}
}
