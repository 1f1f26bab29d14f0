// Package promhook exports what happens in a pool of servers to Prometheus. An
// Exporter is a monitor.Observer, which counts, and a prometheus.Collector, which
// is scraped; it is registered with a registry of the caller's.
//
// The metrics, all of which have names that begin with spillway_:
//
//	queue_length               gauge      tasks that wait for a server
//	servers, servers_busy      gauges     servers switched on (where there is a bound), and in use
//	utilization_ratio          gauge      servers_busy / servers, at this moment; for an average, take
//	                                      the rate of busy_seconds_total over servers
//	busy_seconds_total         counter    time that servers were in use, added up
//	tasks_emitted_total        counter    tasks that left their source, by class
//	tasks_total                counter    what became of tasks, by class and outcome
//	latency_seconds            histogram  from the emission of a task to its answer, by class
//	wait_seconds               histogram  from the admission of a task to its service, by class
//	saturation_state           gauge      of the detector: 0 ok, 1 warning, 2 saturated, −1 undecided
//
// The outcomes are answered, shed, abandoned, timed_out, lost; and retried, which
// says that one of the three before lost was not the end.
//
// Histograms have buckets, and are native histograms for a Prometheus that asks
// for these. A scrape sees the state as of the last transition.
package promhook
