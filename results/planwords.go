package results

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Conclude puts the answer of a plan into words.
func (p *Plan) Conclude() {
	p.Answer.Monotone = p.Answer.Monotone && p.bend() == ""
	var sentences []string
	if p.Complete {
		sentences = append(sentences, p.sentence())
	} else {
		p.Answer.Outcome = Open
		sentences = append(sentences, p.unfinished())
	}
	if text := p.bend(); text != "" {
		sentences = append(sentences, text)
	} else if !p.Answer.Monotone {
		sentences = append(sentences, "Not monotone: beyond what does not keep it there is again what does; there may be more such values in the range.")
	}
	if p.Erlang != nil {
		sentences = append(sentences, p.Erlang.Text)
	}
	p.Answer.Text = strings.Join(sentences, " ")
}

// amount is a value of what is varied, for people: "141 servers",
// "queue.limit = 57", "arrivals.rate = 83.2/s".
func (v *Vary) amount(x Number) string {
	text := strconv.FormatFloat(float64(x), 'f', -1, 64) + v.Unit
	if v.Key != "servers" {
		return v.Key + " = " + text
	}
	if x == 1 {
		return "1 server"
	}
	return text + " servers"
}

// bare is the value alone.
func (v *Vary) bare(x Number) string { return strconv.FormatFloat(float64(x), 'f', -1, 64) + v.Unit }

// verb is how many of it keep, or do.
func (v *Vary) verb(x Number, one, many string) string {
	if v.Key == "servers" && x != 1 {
		return many
	}
	return one
}

// objectives are the bounds for people: "wait.p99 ≤ 1 s and shed_ratio.mean ≤ 1 %".
func (p *Plan) objectives() string {
	if len(p.Points) == 0 {
		return "the slo"
	}
	var all []string
	for i := range p.Points[0].Objectives {
		j := &p.Points[0].Objectives[i].Judgement
		all = append(all, j.name()+" "+j.boundText())
	}
	if n := len(all); n > 1 {
		return strings.Join(all[:n-1], ", ") + " and " + all[n-1]
	}
	return strings.Join(all, "")
}

// name is the metric without the statistic that goes without saying.
func (j *Judgement) name() string {
	if name, ok := strings.CutSuffix(j.Metric, "_ratio.mean"); ok {
		return name + "_ratio"
	}
	switch j.Metric {
	case "throughput.mean", "goodput.mean", "arrival_rate.mean", "utilization.mean":
		return strings.TrimSuffix(j.Metric, ".mean")
	}
	return j.Metric
}

func (p *Plan) sentence() string {
	v, a := &p.Vary, &p.Answer
	within := fmt.Sprintf("%s from %s to %s", v.Key, v.bare(v.Low), v.bare(v.High))
	switch {
	case a.Outcome == Found:
		text := fmt.Sprintf("%s %s %s; %s %s not", v.amount(*a.Value), v.verb(*a.Value, "keeps", "keep"), p.objectives(),
			v.bare(*a.Beyond), v.verb(*a.Beyond, "does", "do"))
		if !v.Whole {
			text += fmt.Sprintf(" (searched to %s)", percent(v.Tolerance))
		}
		return text + "."
	case a.Outcome == All:
		return fmt.Sprintf("%s %s %s: the %s in the range from %s to %s.", v.amount(*a.Value), v.verb(*a.Value, "keeps", "keep"), p.objectives(),
			v.end(), v.bare(v.Low), v.bare(v.High))
	case a.Outcome == None && v.Key == "servers":
		return fmt.Sprintf("No number of %s keeps %s%s.", within, p.objectives(), p.nearest())
	case a.Outcome == None:
		return fmt.Sprintf("No value that was tried of %s keeps %s%s.", within, p.objectives(), p.nearest())
	case a.Value == nil:
		return fmt.Sprintf("It cannot be told what of %s keeps %s: %s.", within, p.objectives(), p.fog())
	}
	text := fmt.Sprintf("%s %s %s", v.amount(*a.Value), v.verb(*a.Value, "keeps", "keep"), p.objectives())
	if a.Beyond != nil {
		text += fmt.Sprintf("; %s %s not", v.bare(*a.Beyond), v.verb(*a.Beyond, "does", "do"))
	}
	return text + "; " + p.fog() + "."
}

// unfinished is what is known of an answer that was not found for lack of time.
func (p *Plan) unfinished() string {
	text := "PARTIAL: interrupted before the answer was found"
	if x := p.Answer.Value; x != nil {
		text += fmt.Sprintf("; so far, %s %s %s", p.Vary.amount(*x), p.Vary.verb(*x, "keeps", "keep"), p.objectives())
	}
	return text + "."
}

// end is which end of the range is the one wanted.
func (v *Vary) end() string {
	if v.Goal == "" {
		return "last"
	}
	return v.Goal
}

// fog says of which values it cannot be told, and what would tell.
func (p *Plan) fog() string {
	var values []string
	needed, longest, known := 0.0, int64(0), true
	for _, x := range p.Answer.Unclear {
		values = append(values, p.Vary.bare(x))
		for i := range p.Points {
			q := &p.Points[i]
			if q.Value != x {
				continue
			}
			longest = max(longest, q.Tasks)
			if known = known && q.TasksNeeded != nil; known {
				needed = math.Max(needed, float64(*q.TasksNeeded))
			}
		}
	}
	if n := len(values); n > 1 {
		values = []string{strings.Join(values[:n-1], ", ") + " or " + values[n-1]}
	}
	text := fmt.Sprintf("of %s it cannot be told in %s tasks", strings.Join(values, ""), whole(longest))
	switch {
	case !known:
		return text + "; what would tell is not known"
	case math.IsInf(needed, 1):
		return text + "; no length would tell: a value is nearer to its bound than it can be known"
	}
	return text + fmt.Sprintf(", about %s would tell (run.max_tasks)", order(needed))
}

// order is a large number to two digits: "3,200,000".
func order(x float64) string {
	if x >= 1e15 {
		return strconv.FormatFloat(x, 'g', 2, 64)
	}
	power := math.Pow10(max(0, int(math.Floor(math.Log10(math.Max(x, 1))))-1))
	return whole(int64(math.Ceil(x/power) * power))
}

// nearest says what the end of the range has that comes nearest.
func (p *Plan) nearest() string {
	if len(p.Points) == 0 {
		return ""
	}
	q := &p.Points[len(p.Points)-1]
	if p.Vary.Goal == "largest" {
		q = &p.Points[0]
	}
	for i := range q.Objectives {
		if j := &q.Objectives[i].Judgement; j.Verdict == Missed && j.Value != nil {
			return fmt.Sprintf(": with %s, %s is %s", p.Vary.bare(q.Value), j.name(), amount(j.quantity(), float64(*j.Value)))
		}
	}
	return ""
}

// bend says where a metric goes up and down along what was tried, beyond what
// its intervals leave to chance; empty of none.
func (p *Plan) bend() string {
	if len(p.Points) == 0 {
		return ""
	}
	for i := range p.Points[0].Objectives {
		if text := p.bendOf(i); text != "" {
			return text
		}
	}
	return ""
}

// bendOf looks at objective i.
func (p *Plan) bendOf(i int) string {
	direction, from := 0, -1
	for k := range p.Points {
		if p.Points[k].Objectives[i].Value == nil {
			continue
		}
		if from >= 0 {
			switch d := step(&p.Points[from].Objectives[i].Judgement, &p.Points[k].Objectives[i].Judgement); {
			case d == 0:
				continue
			case direction != 0 && d != direction:
				return fmt.Sprintf("Not monotone: %s is %s at %s and %s at %s, the other way than before.",
					p.Points[k].Objectives[i].name(),
					p.value(from, i), p.Vary.bare(p.Points[from].Value), p.value(k, i), p.Vary.bare(p.Points[k].Value))
			default:
				direction = d
			}
		}
		from = k
	}
	return ""
}

func (p *Plan) value(k, i int) string {
	j := &p.Points[k].Objectives[i].Judgement
	return amount(j.quantity(), float64(*j.Value))
}

// step is +1 where b is above a beyond what the intervals leave to chance, -1
// where it is below, 0 where neither.
func step(a, b *Judgement) int {
	ends := func(j *Judgement) (low, high float64) {
		if j.Low == nil || j.High == nil {
			return float64(*j.Value), float64(*j.Value)
		}
		return float64(*j.Low), float64(*j.High)
	}
	aLow, aHigh := ends(a)
	bLow, bHigh := ends(b)
	rounding := 1e-9 * math.Max(math.Abs(aHigh), math.Abs(bHigh))
	if math.IsInf(rounding, 0) {
		rounding = 0
	}
	switch {
	case bLow > aHigh+rounding:
		return 1
	case bHigh < aLow-rounding:
		return -1
	}
	return 0
}
