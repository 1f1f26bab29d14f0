package sim

// transit follows the tasks on a network of constant delay: the most that are on
// their way at once, and the time that they spend there. Nobody overtakes on such
// a network. So there are more than ever, most + 1, when a task is emitted and the
// one that came most before it has not arrived: that one alone is looked at, and
// nearly always it has.
type transit struct {
	offers ring[float64] // when the last tasks arrive, as many as most
	most   int
	area   float64 // time on the network of all tasks together
	begun  float64 // when the window began
}

// begin starts a window at now.
func (x *transit) begin(now float64) {
	*x = transit{begun: now}
}

// pass takes tasks in the order of emission. Those that were emitted before the
// window began are on their way when it begins; one whose delay is nothing has
// been on its way all the same.
func (x *transit) pass(epochs, offers []float64) {
	for len(epochs) > 0 && (epochs[0] < x.begun || x.most == 0) {
		x.most++
		x.offers.push(offers[0])
		x.area += offers[0] - max(epochs[0], x.begun)
		epochs, offers = epochs[1:], offers[1:]
	}
	x.offers.append(offers)
	items, at := x.offers.items, x.offers.head
	spent := 0.0
	for i, e := range epochs {
		if items[at&(len(items)-1)] > e {
			x.most++
		} else {
			at++
		}
		spent += offers[i] - e
	}
	x.area += spent
	x.offers.skip(at - x.offers.head)
}

// under takes a task that is still on its way when the window ends.
func (x *transit) under(epoch, offer, now float64) {
	area := x.area
	x.pass([]float64{epoch}, []float64{offer})
	x.area = area + now - max(epoch, x.begun)
}

// level is the network in the window, of the tasks that have arrived and those
// that are under way at its end.
func (x *transit) level() Level { return Level{x.area, x.most} }
