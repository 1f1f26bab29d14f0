package policy

// View is what a policy may look at: the pool at this moment.
type View struct {
	Waiting  int     // tasks that wait, those in service not counted
	Busy     int     // servers that serve, those that leave after their task included
	Servers  int     // servers that are on
	HeadWait float64 // how long the head of the queue has waited, seconds; 0 of an empty queue
}

// InSystem is how many tasks wait or are in service.
func (v View) InSystem() int { return v.Waiting + v.Busy }

// Metric is a quantity of a pool that policies look at.
type Metric int

// The metrics. Utilization is busy/servers: 1 where no server is on, above 1
// while servers that leave end their tasks. QueuePerServer counts at least one
// server.
const (
	QueueLength    Metric = iota // tasks that wait
	Wait                         // how long the head of the queue has waited, seconds
	Utilization                  // share of the servers that serve
	QueuePerServer               // tasks that wait, for each server
)

func (m Metric) String() string {
	switch m {
	case QueueLength:
		return "queue_length"
	case Wait:
		return "wait"
	case Utilization:
		return "utilization"
	case QueuePerServer:
		return "queue_per_server"
	}
	return "unknown metric"
}

// Of is the value of a metric now.
func (v View) Of(m Metric) float64 {
	switch m {
	case QueueLength:
		return float64(v.Waiting)
	case Wait:
		return v.HeadWait
	case Utilization:
		if v.Servers <= 0 {
			return 1
		}
		return float64(v.Busy) / float64(v.Servers)
	default:
		return float64(v.Waiting) / float64(max(1, v.Servers))
	}
}
