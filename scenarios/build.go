package scenarios

import (
	"fmt"

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
	b.pool(&p, v)
	b.network(&p, v)
	b.managed(&p, v)
	b.real(&p, v.field("compare"), v.field("real"))
	b.slo(&p, v.field("slo"))
	b.beyond(&p, v.field("client"))
	b.run(&p, v.field("run"))
	return p
}

// pool is what is at the top of a scenario, or of a station.
func (b *builder) pool(p *Point, v *value) {
	b.servers(p, v.field("servers"))
	b.queue(p, v.field("queue"))
	b.dispatch(p, v.field("dispatch"))
	b.admission(p, v.field("admission"))
	b.streams(p, v, b.service(v.field("service")))
}

// unknown notes a key that the simulator has not learnt yet; beyond is true
// where theory cannot regard it either.
func (b *builder) unknown(p *Point, v *value, beyond bool) {
	if v == nil || v.bad {
		return
	}
	place := b.file
	if at := v.node.place; at.set > 0 {
		place = at.source
	} else if at.line > 0 {
		place = fmt.Sprintf("%s:%d:%d", b.file, at.line, at.column)
	}
	p.Unsimulated = append(p.Unsimulated, Unsimulated{place, v.path})
	if beyond && p.Beyond == "" {
		p.Beyond = v.path
	}
}

// beyond notes a key that theory cannot regard.
func (b *builder) beyond(p *Point, v *value) {
	if v != nil && !v.bad && p.Beyond == "" {
		p.Beyond = v.path
	}
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
	if v.fields != nil {
		b.serversBeyondCount(p, v)
		if v = v.field("count"); v == nil {
			p.Servers = 1 // it changes: see scaling
			return
		}
	}
	p.Infinite = v.text == "infinite"
	p.Servers = int(v.whole)
}

func (b *builder) queue(p *Point, v *value) {
	b.queueBeyondLimit(p, v)
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
		if own == nil && v.node.get("service") == nil && !s.bad && !tellsService(s) {
			b.missing(v.node.place, "service", "nothing", wantLaw, "or a service under "+s.path)
		}
		if s.bad {
			continue
		}
		stream := Stream{Class: "default", Service: service}
		if priority := s.field("priority"); priority != nil {
			stream.Priority = int(priority.whole)
		}
		if s.text == "trace" {
			b.traced(p, &stream, s)
			p.Streams = append(p.Streams, stream)
			if !isLoop(s) {
				b.wholeTrace(p, v.field("run"))
			}
			continue
		}
		if class := s.field("class"); class != nil {
			stream.Class = class.text
		}
		if own != nil {
			stream.Service = b.service(own)
		}
		stream.Process = b.process(p, s)
		if closed := p.Policies.Closed; s.text == "closed" && closed != nil {
			stream.Population, stream.Think = closed.Population, closed.Think
		}
		stream.Batch = b.batch(s.field("batch"))
		p.Streams = append(p.Streams, stream)
	}
	nameStreams(p.Streams)
}

// nameStreams gives each stream a name that does not depend on the streams of
// other classes.
func nameStreams(streams []Stream) {
	total := map[string]int{}
	for i, s := range streams {
		if streams[i].Name = s.Class; s.Classes != nil {
			streams[i].Name = "trace"
		}
		total[streams[i].Name]++
	}
	seen := map[string]int{}
	for i := range streams {
		name := streams[i].Name
		seen[name]++
		if total[name] > 1 {
			streams[i].Name = fmt.Sprintf("%s.%d", name, seen[name])
		}
	}
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
