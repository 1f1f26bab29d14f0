package main

import (
	"spillway/distributions/arrivals"
	"spillway/results"
	"spillway/scenarios"
	"spillway/sim/measure"
)

// recorded is what the log of a scheduler says that its tasks waited, where the
// scenario replays one that tells when they started; nil where it does not.
func recorded(p *scenarios.Point) (*results.Real, error) {
	if len(p.Streams) != 1 {
		return nil, nil
	}
	log, ok := p.Streams[0].Process.(*arrivals.Trace)
	if !ok || log.Options().Started == "" || log.Options().Speedup != 1 {
		return nil, nil // the log of a scheduler that had less to do says nothing of this one
	}
	// Waits may be of any size: the first that is not zero says of which.
	var scale float64
	for row, err := range log.Rows() {
		if err != nil {
			return nil, err
		}
		if scale = row.Wait; scale > 0 {
			break
		}
	}
	if !(scale > 0) {
		scale = 1
	}
	waits, latencies := measure.NewTally(scale), measure.NewTally(scale)
	for row, err := range log.Rows() {
		if err != nil {
			return nil, err
		}
		waits.ObserveAll([]float64{row.Wait})
		latencies.ObserveAll([]float64{row.Wait + row.Service})
	}
	real := &results.Real{Source: results.Recorded, Metrics: results.Metrics{"wait": statistics(waits)}}
	if log.Options().Finished != "" {
		real.Metrics["latency"] = statistics(latencies)
	}
	return real, nil
}

// addRecorded puts what logs recorded beside what was simulated.
func addRecorded(docs []results.Document, studies []*scenarios.Study) error {
	for i, s := range studies {
		for j := range s.Points {
			real, err := recorded(&s.Points[j])
			if err != nil {
				return err
			}
			docs[i].Points[j].Real = real
		}
	}
	return nil
}

// statistics are those of a tally.
func statistics(t *measure.Tally) map[string]results.Estimate {
	out := map[string]results.Estimate{
		"mean": results.BareEstimate(t.Mean(), "recorded"), "sd": results.BareEstimate(t.SD(), "recorded"),
		"max": results.BareEstimate(t.Max(), "recorded"),
	}
	for name, p := range map[string]float64{"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p999": 0.999} {
		out[name] = results.BareEstimate(t.Quantile(p), "recorded")
	}
	return out
}
