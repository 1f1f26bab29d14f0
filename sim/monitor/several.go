package monitor

// Several is an Observer that tells each of several, none of them nil, in their
// order.
type Several []Observer

var _ Observer = Several(nil)

// Observe tells each observer of the transition.
func (s Several) Observe(t Transition) {
	for _, o := range s {
		o.Observe(t)
	}
}
