package sim

import "testing"

// FuzzCompletions runs a script on the places of few servers and on an
// event list, which must agree: also in the order of those that tie.
func FuzzCompletions(f *testing.F) {
	f.Add(uint8(3), []byte{1, 1, 1, 200, 1, 130, 0, 0, 255, 255})
	f.Add(uint8(15), []byte{7, 6, 5, 4, 3, 2, 1, 0, 7, 6, 5, 4, 3, 2, 1, 0, 140, 150, 200, 131, 3, 191, 255, 255, 255})
	f.Fuzz(func(t *testing.T, servers uint8, script []byte) {
		few, many := newCompletions(int(servers)%sortedServers+1), newCompletions(sortedServers+1)
		now, busy, next := 0.0, 0, int32(0)
		for _, op := range script {
			at := now + float64(op%8)/4
			both := func(do func(c *completions) error) {
				if err := do(&few); err != nil {
					t.Fatal(err)
				}
				if err := do(&many); err != nil {
					t.Fatal(err)
				}
			}
			switch {
			case op < 128 && busy < few.few:
				both(func(c *completions) error { return c.add(at, next) })
				busy++
			case busy == 0:
				continue
			case op >= 192:
				now = few.next
				both(func(c *completions) error { c.drop(); return nil })
				busy--
			default:
				now = few.next
				both(func(c *completions) error { return c.replace(now+float64(op%8)/4, next) })
			}
			next++
			if few.next != many.next || busy > 0 && few.server() != many.server() {
				t.Fatalf("next at %v on %d, want %v on %d", few.next, few.server(), many.next, many.server())
			}
		}
	})
}

// TestFirstToEnd: whatever the number of servers, the one that was given is told.
func TestFirstToEnd(t *testing.T) {
	for servers := 1; servers <= sortedServers+1; servers++ {
		c := newCompletions(servers)
		for server := range int32(3) {
			if err := c.add(1, server); err != nil {
				t.Fatal(err)
			}
			if c.server() != server {
				t.Errorf("%d servers: the first to end is on %d, want %d", servers, c.server(), server)
			}
			c.drop()
		}
	}
}
