package sim

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"testing"
)

// FuzzEventList runs a script of operations on the list and on a sorted slice,
// which must agree. Two bytes make an operation: few distinct times, so that
// most events tie.
func FuzzEventList(f *testing.F) {
	f.Add([]byte{1, 0, 1, 0, 200, 0, 1, 1, 3, 2, 200, 0, 200, 0})
	f.Add([]byte{1, 0, 2, 0, 3, 0, 70, 0, 65, 1, 127, 0, 200, 0})
	f.Add([]byte{5, 0, 5, 1, 5, 2, 4, 0, 4, 0, 255, 255, 255, 0, 255, 0, 255, 0, 0, 0})
	f.Fuzz(func(t *testing.T, script []byte) {
		var list EventList
		var sorted []Event
		for ; len(script) >= 2; script = script[2:] {
			op, kind := script[0], Kind(script[1]%3)
			if op >= 128 {
				take(t, &list, &sorted)
				continue
			}
			replaces := op >= 64 && len(sorted) > 0
			if replaces {
				if first := list.First(); first != sorted[0] {
					t.Fatalf("first %+v, want %+v", first, sorted[0])
				}
				sorted = sorted[1:]
			}
			at := list.now + float64(op%8)/4
			if replaces {
				at = list.Time() + float64(op%8)/4
			}
			e := Event{at, uint64(kind)<<56 | list.next, int32(op)}
			add := list.Schedule
			if replaces {
				add = list.Replace
			}
			if err := add(at, kind, int32(op)); err != nil {
				t.Fatal(err)
			}
			// A slower oracle: after the last that is not later.
			i := len(sorted)
			for i > 0 && e.before(sorted[i-1]) {
				i--
			}
			sorted = slices.Insert(sorted, i, e)
		}
		for len(sorted) > 0 {
			take(t, &list, &sorted)
		}
		if list.Len() != 0 || !math.IsInf(list.Time(), 1) {
			t.Fatalf("%d events are left", list.Len())
		}
	})
}

func take(t *testing.T, list *EventList, sorted *[]Event) {
	t.Helper()
	if list.Len() != len(*sorted) {
		t.Fatalf("%d events, want %d", list.Len(), len(*sorted))
	}
	if len(*sorted) == 0 {
		return
	}
	want := (*sorted)[0]
	*sorted = (*sorted)[1:]
	if at := list.Time(); at != want.Time {
		t.Fatalf("next at %g, want %g", at, want.Time)
	}
	if got := list.Take(); got != want {
		t.Fatalf("took %+v, want %+v", got, want)
	}
}

// TestTiesAreFirstComeFirstServed: kind first, then scheduling order.
func TestTiesAreFirstComeFirstServed(t *testing.T) {
	var l EventList
	for i := range int32(300) {
		if err := l.Schedule(1, Kind(2-i%3), i); err != nil {
			t.Fatal(err)
		}
	}
	last := Event{order: 0, Index: -1}
	for l.Len() > 0 {
		e := l.Take()
		if e.Kind() < last.Kind() || e.Kind() == last.Kind() && e.Index < last.Index {
			t.Fatalf("%+v came after %+v", e, last)
		}
		last = e
	}
}

func TestScheduleRefuses(t *testing.T) {
	var l EventList
	if err := l.Schedule(2, Completion, 0); err != nil {
		t.Fatal(err)
	}
	l.Take()
	for _, at := range []float64{1.999, -1, math.NaN(), math.Inf(1), math.Inf(-1)} {
		if err := l.Schedule(at, Completion, 0); !errors.Is(err, ErrTime) {
			t.Errorf("at %g: error %v", at, err)
		}
	}
	if err := l.Schedule(2, Completion, 0); err != nil {
		t.Errorf("an event at this instant is refused: %v", err)
	}
	if l.Len() != 1 {
		t.Errorf("%d events, want the one that was not refused", l.Len())
	}
}

// FuzzRing runs a script of pushes and pops on a ring and on a slice.
func FuzzRing(f *testing.F) {
	f.Add([]byte{20, 5, 30, 200, 1})
	f.Fuzz(func(t *testing.T, script []byte) {
		var r ring[uint64]
		var want []uint64
		n := uint64(0)
		for _, b := range script {
			for range b % 64 {
				if b < 128 {
					r.push(n)
					want = append(want, n)
					n++
				} else if len(want) > 0 {
					if got := r.pop(); got != want[0] {
						t.Fatalf("popped %d, want %d", got, want[0])
					}
					want = want[1:]
				}
			}
			if r.len() != len(want) || len(want) > 0 && *r.front() != want[0] {
				t.Fatalf("%d items, want %d", r.len(), len(want))
			}
		}
	})
}

func BenchmarkEventList(b *testing.B) {
	for _, n := range []int{1, 8, 1000, 100_000} {
		b.Run("events="+strconv.Itoa(n), func(b *testing.B) {
			var l EventList
			x := uint64(1)
			gap := func() float64 { // any well-mixed numbers do
				x ^= x << 13
				x ^= x >> 7
				x ^= x << 17
				return float64(x>>11) * 0x1p-53
			}
			for i := range n {
				_ = l.Schedule(gap(), Completion, int32(i))
			}
			b.ReportAllocs()
			for b.Loop() {
				e := l.Take()
				_ = l.Schedule(e.Time+gap(), Completion, e.Index)
			}
		})
	}
}
