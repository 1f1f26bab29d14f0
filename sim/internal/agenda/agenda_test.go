package agenda_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"spillway/sim/internal/agenda"
)

// entry is what a plain sorted list knows of an event.
type entry struct {
	time  float64
	kind  uint8
	order int
	owner int32
}

func before(x, y entry) int {
	switch {
	case x.time != y.time:
		return map[bool]int{true: -1, false: 1}[x.time < y.time]
	case x.kind != y.kind:
		return int(x.kind) - int(y.kind)
	}
	return x.order - y.order
}

// TestAgainstSortedList schedules, cancels and takes at random, and compares
// with a list that is sorted before every look. Few distinct times make ties.
func TestAgainstSortedList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var a agenda.Agenda
		var list []entry
		now, order := 0.0, 0
		for range rapid.IntRange(1, 200).Draw(t, "steps") {
			owner := int32(rapid.IntRange(0, 12).Draw(t, "owner"))
			at := slices.IndexFunc(list, func(e entry) bool { return e.owner == owner })
			switch action := rapid.IntRange(0, 3).Draw(t, "action"); {
			case action <= 1 && at < 0:
				e := entry{now + float64(rapid.IntRange(0, 5).Draw(t, "in")), uint8(rapid.IntRange(0, 3).Draw(t, "kind")), order, owner}
				order++
				if err := a.Schedule(e.time, e.kind, owner); err != nil {
					t.Fatal(err)
				}
				list = append(list, e)
			case action == 2:
				a.Cancel(owner)
				if at >= 0 {
					list = slices.Delete(list, at, at+1)
				}
			case action == 3 && len(list) > 0:
				slices.SortFunc(list, before)
				time, kind, who := a.Take()
				if got, want := (entry{time, kind, list[0].order, who}), list[0]; got != want {
					t.Fatalf("took %+v, want %+v", got, want)
				}
				now, list = time, list[1:]
			}
			if a.Len() != len(list) {
				t.Fatalf("%d events, want %d", a.Len(), len(list))
			}
			if has := a.Has(owner); has != slices.ContainsFunc(list, func(e entry) bool { return e.owner == owner }) {
				t.Fatalf("owner %d has an event: %v", owner, has)
			}
		}
	})
}

func TestImpossibleTimes(t *testing.T) {
	var a agenda.Agenda
	if !math.IsInf(a.Time(), 1) {
		t.Error("an empty agenda has a next event")
	}
	if err := a.Schedule(2, 0, 0); err != nil {
		t.Fatal(err)
	}
	a.Take()
	for _, at := range []float64{1.999, math.NaN(), math.Inf(1), math.Inf(-1)} {
		if err := a.Schedule(at, 0, 0); !errors.Is(err, agenda.ErrTime) {
			t.Errorf("an event at %g gives %v", at, err)
		}
	}
}

func BenchmarkAgenda(b *testing.B) {
	var a agenda.Agenda
	for i := range int32(16) {
		if err := a.Schedule(float64(i), 0, i); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		t, _, owner := a.Take()
		if err := a.Schedule(t+float64(owner&7), 0, owner); err != nil {
			b.Fatal(err)
		}
	}
}
