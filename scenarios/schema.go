package scenarios

import "encoding/json"

// object is a JSON object; marshalled, its keys are sorted.
type object map[string]any

// generator collects the definitions that a schema refers to.
type generator struct {
	definitions object
	// partial documents may lack keys: a sweep sets them.
	partial bool
}

// reference is the schema of a definition, which is made the first time.
func (g *generator) reference(s *named) object {
	name := s.name
	if g.partial {
		name += "-swept"
	}
	if _, ok := g.definitions[name]; !ok {
		g.definitions[name] = nil // it may refer to itself
		g.definitions[name] = s.spec.schema(g)
	}
	return object{"$ref": "#/$defs/" + name}
}

// text is the schema of a quantity as text.
func (g *generator) text(u unit) object {
	var name, about string
	var examples []string
	switch u {
	case duration:
		name, about, examples = "duration", "A duration with its unit: ns, us, ms, s, m or h.", []string{"5ms", "1.5s", "1h30m"}
	case rate:
		name, about, examples = "rate", "A number per second, minute or hour.", []string{"80/s", "3/min", "0.5/h"}
	case size:
		name, about, examples = "size", "Bytes, decimal (KB, MB, GB, TB) or binary (KiB, MiB, GiB, TiB).", []string{"512KB", "0.5MB", "64MiB"}
	case ratio:
		name, about, examples = "percentage", "A ratio in per cent.", []string{"1%", "99.5%"}
	default:
		name, about, examples = "count", "A whole number, its digits grouped.", []string{"1_000_000"}
	}
	g.definitions[name] = object{"type": "string", "pattern": patterns[u].String(), "examples": examples, "description": about}
	return object{"$ref": "#/$defs/" + name}
}

// describe is the schema of a key with what a person has to know of it.
func (g *generator) describe(f field) object {
	s := f.spec.schema(g)
	if f.doc != "" {
		s["description"] = f.doc
	}
	if f.preset != "" {
		n, _ := parse([]byte(f.preset), place{})
		s["default"] = n.plain()
	}
	return s
}

// plain is n as the values of encoding/json.
func (n *node) plain() any {
	switch n.kind {
	case nullKind:
		return nil
	case boolKind:
		return n.truth()
	case numberKind:
		return json.Number(canonicalNumber(n))
	case listKind:
		all := []any{}
		for _, x := range n.items {
			all = append(all, x.plain())
		}
		return all
	case mappingKind:
		all := map[string]any{}
		for _, p := range n.pairs {
			all[p.key.text] = p.value.plain()
		}
		return all
	default:
		return n.text
	}
}

// Schema is the JSON Schema (draft 2020-12) of scenario files: what an editor
// needs to complete and to check them. Keys that a sweep may set are required
// only where there is no sweep. It is made of the same declarations as
// the decoder; what goes beyond it, such as lists of the same length, only Load
// checks.
func Schema() []byte {
	g := &generator{definitions: object{}, partial: true}
	s := format().schema(g)
	g.partial = false
	s["if"] = object{"not": object{"required": []string{"sweep"}}}
	s["then"] = g.reference(&named{name: "scenario", spec: format()})
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["$id"] = "urn:spillway:scenario:v1"
	s["title"] = "Spillway scenario, version 1"
	s["description"] = "A pool of workers, what arrives at it, and how it is to be simulated."
	s["$defs"] = g.definitions
	out, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		panic(err) // strings, numbers and lists always marshal
	}
	return append(out, '\n')
}
