package experiment

import (
	"math"

	"spillway/results"
)

// within are the shares of the answered tasks whose latency is at most some
// times: ratios of counts over the replications, as the shares behind
// Woodruff's intervals of quantiles are. Where few tasks were late, or few in
// time, the interval has room for what was not seen. The slack is the share of
// the tasks in the bucket of the histogram that the time is in. Without an
// answered task there is none.
func (s *sample) within(times []float64) map[float64]results.Estimate {
	if len(times) == 0 {
		return nil
	}
	shares := make(map[float64]results.Estimate, len(times))
	for _, x := range times {
		l, ok := s.share("latency", x)
		if !ok {
			continue
		}
		all := s.pooled("latency")
		n := float64(all.Count())
		inTime := int64(math.Round(all.AtMost(x)))
		e := widen(l.estimate(s.level, "share"), 1/n, min(inTime, all.Count()-inTime))
		e.Slack = (all.AtMost(x*(1+relativeError)) - all.AtMost(x*(1-relativeError))) / n
		shares[x] = e
	}
	return shares
}
