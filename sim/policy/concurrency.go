package policy

// Concurrency bounds the tasks in the system.
type Concurrency struct {
	limit int
}

// NewConcurrency lets at most limit (at least 1) tasks wait or be served at
// once.
func NewConcurrency(limit int) (Concurrency, error) {
	if err := checkLeast("limit", limit, 1); err != nil {
		return Concurrency{}, err
	}
	return Concurrency{limit}, nil
}

// Limit is how many tasks may be in the system.
func (c *Concurrency) Limit() int { return c.limit }

// Admits says whether one more task may come in.
func (c *Concurrency) Admits(v View) bool { return v.InSystem() < c.limit }
