package results

import (
	"math"
	"slices"
)

// ThreeWay takes apart by what a real run differs from its simulation. Both have
// the very schedule of arrivals, so that nothing of the difference is luck of the
// draw. The mean latency of the real run is that of the same schedule simulated
// with the scenario's services, and Service, ServiceWait, Offset and Queueing.
//
// Times are those of the scenario, in seconds: a time scale is taken out.
type ThreeWay struct {
	Repetitions int `json:"repetitions"`
	// Tasks are those that were served by the real scheduler and in both
	// simulations, of all repetitions; everything here is of these.
	Tasks int64 `json:"tasks"`
	// Nominal is the same schedule simulated with the services of the scenario,
	// Replayed with those that really happened. Wait is until a task gets its
	// server, time in a throttle included.
	Nominal  Metrics `json:"nominal"`
	Replayed Metrics `json:"replayed"`
	// Differences are real − replayed.
	Differences Metrics `json:"differences"`

	// Service is by how much longer services were than the scenario's, and
	// ServiceWait by how much longer tasks wait for that, simulated.
	Service     Estimate `json:"service"`
	ServiceWait Estimate `json:"service_wait"`
	// Offset is from its intended time to its server, of a task that finds an idle
	// server in the replay: the generator's timers, and the dispatch.
	Offset Estimate `json:"offset"`
	// Queueing is what is left of the difference.
	Queueing Estimate `json:"queueing"`
	// Noise is the standard deviation of the mean of latency, real − replayed,
	// between repetitions; absent of a single one.
	Noise *Number `json:"noise,omitempty"`
	// Verdict is on Queueing beside the mean latency: Agrees where its interval is
	// within ±Alike of that, Differs where it is beyond.
	Verdict Verdict `json:"verdict"`
}

// Alike is the share of the mean latency up to which an error of queueing is none
// that matters.
const Alike = 0.1

// Trio is a task of a real run beside its two simulations; all in seconds.
type Trio struct {
	Delays float64 // of the network, the same in all three
	// Late is from the intended time to the offer, Wait from there to the server,
	// Service from there to the end, as they really were.
	Late, Wait, Service float64
	// NominalService is that of the scenario, NominalWait the wait simulated with
	// it, ReplayedWait that simulated with Service.
	NominalService, NominalWait, ReplayedWait float64
}

// sides are statistics of a way by metric and statistic, one of each repetition.
type sides map[string]map[string][]float64

// add adds those of a repetition.
func (s sides) add(stats map[string]map[string]float64) {
	for metric, byStat := range stats {
		if s[metric] == nil {
			s[metric] = map[string][]float64{}
		}
		for stat, x := range byStat {
			s[metric][stat] = append(s[metric][stat], x)
		}
	}
}

// The three ways: what each says of a task.
func realWay(x *Trio) (late, wait, service float64)     { return x.Late, x.Wait, x.Service }
func replayedWay(x *Trio) (late, wait, service float64) { return 0, x.ReplayedWait, x.Service }
func nominalWay(x *Trio) (late, wait, service float64)  { return 0, x.NominalWait, x.NominalService }

// NewThreeWay takes repetitions apart, with intervals at a level over their values;
// those without a task do not count. Means are those over repetitions, quantiles
// those of all tasks together. It is nil where there is no task.
func NewThreeWay(repetitions [][]Trio, level float64) *ThreeWay {
	t := &ThreeWay{Verdict: CannotTell}
	nominal, replayed, gaps := sides{}, sides{}, sides{}
	var service, serviceWait, offset, queueing, latency []float64
	var together []Trio
	for _, list := range repetitions {
		if len(list) == 0 {
			continue
		}
		t.Repetitions++
		together = append(together, list...)
		real, again, planned := ranks(list, realWay), ranks(list, replayedWay), ranks(list, nominalWay)
		nominal.add(planned)
		replayed.add(again)
		gaps.add(less(real, again))
		service = append(service, again["service"]["mean"]-planned["service"]["mean"])
		serviceWait = append(serviceWait, again["wait"]["mean"]-planned["wait"]["mean"])
		constant := offsetOf(list)
		offset = append(offset, constant)
		queueing = append(queueing, real["latency"]["mean"]-again["latency"]["mean"]-constant)
		latency = append(latency, real["latency"]["mean"])
	}
	if t.Repetitions == 0 {
		return nil
	}
	t.Tasks = int64(len(together))
	real, again := ranks(together, realWay), ranks(together, replayedWay)
	t.Nominal, t.Replayed = nominal.estimates(ranks(together, nominalWay), level), replayed.estimates(again, level)
	t.Differences = gaps.estimates(less(real, again), level)
	t.Service, t.ServiceWait = overRepetitions(service, level), overRepetitions(serviceWait, level)
	t.Offset, t.Queueing = overRepetitions(offset, level), overRepetitions(queueing, level)
	if t.Repetitions > 1 {
		_, sd := meanAndSD(gaps["latency"]["mean"])
		noise := Number(sd)
		t.Noise = &noise
	}
	mean, _ := meanAndSD(latency)
	t.Verdict = alike(&t.Queueing, mean)
	return t
}

// alike is the verdict on an error beside a latency: by where its whole interval is.
func alike(e *Estimate, latency float64) Verdict {
	size, half, bound := math.Abs(float64(e.Value)), float64(e.HalfWidth), Alike*latency
	switch {
	case !e.Interval:
		return CannotTell
	case size+half <= bound:
		return Agrees
	case size-half > bound:
		return Differs
	}
	return CannotTell
}

// offsetOf is the mean from the intended time to the server, of the tasks that
// find an idle one in the replay; 0 where none does.
func offsetOf(list []Trio) float64 {
	sum, n := 0.0, 0
	for i := range list {
		if x := &list[i]; x.ReplayedWait == 0 {
			sum += x.Late + x.Wait
			n++
		}
	}
	return sum / float64(max(1, n))
}

// ranks are the mean and quantiles, of nearest rank, of tasks in one way.
func ranks(list []Trio, way func(*Trio) (late, wait, service float64)) map[string]map[string]float64 {
	values := map[string][]float64{}
	for i := range list {
		late, wait, service := way(&list[i])
		values["wait"] = append(values["wait"], wait)
		values["service"] = append(values["service"], service)
		values["latency"] = append(values["latency"], list[i].Delays+late+wait+service)
	}
	out := map[string]map[string]float64{}
	for metric, x := range values {
		mean, _ := meanAndSD(x)
		slices.Sort(x)
		at := func(p float64) float64 { return x[max(1, int(math.Ceil(p*float64(len(x))*(1-1e-15))))-1] }
		out[metric] = map[string]float64{"mean": mean, "p50": at(0.5), "p90": at(0.9), "p99": at(0.99)}
	}
	return out
}

// less is a − b, statistic by statistic.
func less(a, b map[string]map[string]float64) map[string]map[string]float64 {
	out := map[string]map[string]float64{}
	for metric, stats := range a {
		out[metric] = map[string]float64{}
		for stat, x := range stats {
			out[metric][stat] = x - b[metric][stat]
		}
	}
	return out
}

// estimates are the means over repetitions, and the quantiles of all tasks
// together with the width of their intervals over repetitions.
func (s sides) estimates(together map[string]map[string]float64, level float64) Metrics {
	m := Metrics{}
	for metric, stats := range s {
		m[metric] = map[string]Estimate{}
		for stat, values := range stats {
			mean, sd := meanAndSD(values)
			if stat != "mean" {
				mean = together[metric][stat]
			}
			m[metric][stat] = NewEstimate(mean, sd/math.Sqrt(float64(len(values))), len(values), level, "repetitions")
		}
	}
	return m
}

// overRepetitions is the mean of values, with the interval that they give.
func overRepetitions(values []float64, level float64) Estimate {
	mean, sd := meanAndSD(values)
	return NewEstimate(mean, sd/math.Sqrt(float64(len(values))), len(values), level, "repetitions")
}

// meanAndSD are those of a sample (Welford 1962).
func meanAndSD(values []float64) (mean, sd float64) {
	squares := 0.0
	for i, x := range values {
		d := x - mean
		mean += d / float64(i+1)
		squares += d * (x - mean)
	}
	return mean, math.Sqrt(squares / float64(max(1, len(values)-1)))
}
