package scenarios

import (
	"fmt"
	"slices"

	"spillway/distributions/arrivals"
	"spillway/sim/analytic"
)

// network is the stations of a scenario, where it has any.
func (b *builder) network(p *Point, v *value) {
	stations := v.field("stations")
	if stations == nil {
		if routes := v.field("routes"); routes != nil {
			b.fail(routes.node.place, routes.path, "routes without stations", "stations beside it", "")
		}
		return
	}
	for _, key := range []string{"arrivals", "service", "servers", "queue", "dispatch", "admission"} {
		if x := v.field(key); x != nil {
			b.fail(x.node.place, x.path, key+" beside stations", "it under a station", "")
		}
	}
	b.unknown(p, stations, false)
	n := &analytic.Network{}
	for _, name := range stations.order {
		n.Stations = append(n.Stations, b.station(p, name, stations.fields[name]))
	}
	if p.Network != nil || p.Response != nil {
		p.Beyond = "network"
	}
	n.Routes = b.routes(stations.order, v.field("routes"))
	p.Stations = n
}

// station is a station as theory regards it: anything else is beyond.
func (b *builder) station(p *Point, name string, v *value) analytic.Station {
	var one Point
	arrivals := v.field("arrivals")
	if arrivals != nil {
		b.pool(&one, v)
	} else {
		b.servers(&one, v.field("servers"))
		b.queue(&one, v.field("queue"))
		b.dispatch(&one, v.field("dispatch"))
		b.admission(&one, v.field("admission"))
	}
	s := analytic.Station{Name: name, Servers: one.Servers, Infinite: one.Infinite, Service: b.service(v.field("service"))}
	if s.Service == nil && v.field("service") == nil && !v.bad {
		b.missing(v.node.place, join(v.path, "service"), "nothing", wantLaw, "")
	}
	for _, stream := range one.Streams {
		s.Rate += b.externalRate(p, stream, arrivals)
	}
	if (one.Limited || len(one.Unsimulated) > 0) && p.Beyond == "" {
		p.Beyond = v.path + ", which is more than servers and an unlimited queue"
	}
	return s
}

func (b *builder) externalRate(p *Point, s Stream, at *value) float64 {
	poisson, ok := s.Process.(arrivals.Poisson)
	if (!ok || s.Batch != nil || s.Class != "default" || at.field("service") != nil) && p.Beyond == "" {
		p.Beyond = at.path + ", which is not one Poisson stream without classes"
	}
	if !ok {
		return 0
	}
	return poisson.Rate()
}

// routes are the probabilities from each station to each.
func (b *builder) routes(names []string, v *value) [][]float64 {
	all := make([][]float64, len(names))
	for i := range all {
		all[i] = make([]float64, len(names))
	}
	if v == nil || v.bad {
		return all
	}
	for _, from := range v.order {
		i, sum := slices.Index(names, from), 0.0
		if i < 0 {
			b.fail(v.fields[from].node.place, join(v.path, from), "the unknown station "+from, enumerate(names, "or"), didYouMean(near(from, names)))
			continue
		}
		for _, to := range v.fields[from].order {
			x := v.fields[from].fields[to]
			j := slices.Index(names, to)
			if j < 0 {
				b.fail(x.node.place, x.path, "the unknown station "+to, enumerate(names, "or"), didYouMean(near(to, names)))
				continue
			}
			all[i][j] = x.number
			sum += x.number
		}
		if sum > 1+1e-12 {
			b.fail(v.fields[from].node.place, join(v.path, from), fmt.Sprintf("probabilities whose sum is %.9g", sum), "a sum of at most 1", "")
		}
	}
	return all
}
