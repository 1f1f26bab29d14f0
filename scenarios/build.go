package scenarios

import (
	"fmt"
	"math"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

// builder makes the point that a checked document describes, and checks what
// concerns several keys.
type builder struct {
	*checker
	files *files
	laws  map[*value]distributions.Distribution // of values that points share
}

// point is what v describes, as far as it was not reported.
func (b *builder) point(v *value) Point {
	p := Point{Run: defaultRun()}
	if m := v.field("memory"); m != nil {
		p.Memory = m.number
	}
	if n := v.field("network"); n != nil {
		p.Network = b.delay(n.field("delay"))
		p.Response = b.delay(n.field("response"))
	}
	b.servers(&p, v.field("servers"))
	b.queue(&p, v.field("queue"))
	service := b.service(v.field("service"))
	b.streams(&p, v, service)
	b.run(&p, v.field("run"))
	return p
}

// delay is nil for none, also where none is written as zero.
func (b *builder) delay(v *value) distributions.Distribution {
	d := b.law(v)
	if d == nil || d.Mean() == 0 {
		return nil
	}
	return d
}

func (b *builder) servers(p *Point, v *value) {
	if v == nil || v.bad {
		return
	}
	if n := v.field("count"); n != nil {
		v = n
	}
	p.Infinite = v.text == "infinite"
	p.Servers = int(v.whole)
}

func (b *builder) queue(p *Point, v *value) {
	limit := v.field("limit")
	if limit == nil || limit.bad {
		return
	}
	p.Limit, p.Limited = int(limit.whole), true
	if p.Infinite {
		b.fail(limit.node.place, limit.path, limit.node.describe(), "no limit where servers is infinite", "nothing ever waits")
	}
}

func (b *builder) service(v *value) distributions.Distribution {
	d := b.law(v)
	if d != nil && !(d.Mean() > 0) {
		b.fail(v.node.place, v.path, d.String(), "a service time with a positive mean", "")
		return nil
	}
	return d
}

func (b *builder) streams(p *Point, v *value, service distributions.Distribution) {
	a := v.field("arrivals")
	if a == nil {
		return
	}
	list := a.items
	if a.node.kind == mappingKind {
		list = []*value{a}
	}
	for _, s := range list {
		own := s.field("service")
		if own == nil && v.node.get("service") == nil && !s.bad {
			b.missing(v.node.place, "service", "nothing", wantLaw, "or a service under "+s.path)
		}
		if s.bad {
			continue
		}
		stream := Stream{Class: "default", Service: service}
		if class := s.field("class"); class != nil {
			stream.Class = class.text
		}
		if own != nil {
			stream.Service = b.service(own)
		}
		stream.Process = b.process(s)
		stream.Batch = b.batch(s.field("batch"))
		p.Streams = append(p.Streams, stream)
	}
	nameStreams(p.Streams)
}

// nameStreams gives each stream a name that does not depend on the streams of
// other classes.
func nameStreams(streams []Stream) {
	total := map[string]int{}
	for _, s := range streams {
		total[s.Class]++
	}
	seen := map[string]int{}
	for i := range streams {
		s := &streams[i]
		s.Name = s.Class
		seen[s.Class]++
		if total[s.Class] > 1 {
			s.Name = fmt.Sprintf("%s.%d", s.Class, seen[s.Class])
		}
	}
}

func (b *builder) process(v *value) arrivals.Process {
	rate := v.field("rate")
	switch v.text {
	case "poisson":
		p, err := arrivals.NewPoisson(rate.number)
		if err != nil {
			b.parameter(v, err)
			return nil
		}
		return p
	case "deterministic":
		if rate == nil {
			return b.clockwork(v.field("interval"), v.field("interval").number)
		}
		return b.clockwork(rate, 1/rate.number)
	case "renewal":
		gap := b.law(v.field("interarrival"))
		if gap == nil {
			return nil
		}
		if m := gap.Mean(); !(m > 0) || math.IsInf(1/m, 0) || math.IsInf(m, 0) {
			at := v.field("interarrival")
			b.fail(at.node.place, at.path, gap.String(), "gaps with a positive finite mean", "")
			return nil
		}
		return arrivals.Renewal{Gap: gap}
	}
	panic("scenarios: a process without a constructor: " + v.text)
}

func (b *builder) clockwork(at *value, interval float64) arrivals.Process {
	if math.IsInf(interval, 0) || math.IsInf(1/interval, 0) {
		b.fail(at.node.place, at.path, at.node.describe(), "a number whose reciprocal is finite", "")
		return nil
	}
	return arrivals.Deterministic{Interval: interval}
}

// batch is nil for one task at a time.
func (b *builder) batch(v *value) arrivals.Batch {
	switch {
	case v == nil:
		return nil
	case v.fields == nil && v.whole == 1:
		return nil
	case v.fields == nil:
		batch, err := arrivals.NewFixedBatch(int(v.whole))
		return checkBatch(b, v, batch, err)
	case v.field("geometric") != nil:
		g := v.field("geometric")
		batch, err := arrivals.NewGeometricBatch(g.field("mean").number)
		return checkBatch(b, g, batch, err)
	}
	var sizes []int
	for _, x := range v.field("values").items {
		sizes = append(sizes, int(x.whole))
	}
	weights := v.field("weights").numbers()
	if weights == nil {
		for range sizes {
			weights = append(weights, 1)
		}
	}
	batch, err := arrivals.NewDiscreteBatch(sizes, weights)
	return checkBatch(b, v, batch, err)
}

func checkBatch(b *builder, v *value, batch arrivals.Batch, err error) arrivals.Batch {
	if err != nil {
		b.parameter(v, err)
		return nil
	}
	return batch
}
