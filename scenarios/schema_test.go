package scenarios

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"
)

func compiled(t testing.TB) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", document); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json") // checks it against the metaschema
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSchemaIsTheSameEachTime(t *testing.T) {
	if !bytes.Equal(Schema(), Schema()) {
		t.Error("two schemas differ")
	}
}

// Every key says what it is for.
func TestSchemaDescribesEveryKey(t *testing.T) {
	var walk func(path string, x any)
	walk = func(path string, x any) {
		m, ok := x.(map[string]any)
		if !ok {
			if list, ok := x.([]any); ok {
				for _, y := range list {
					walk(path, y)
				}
			}
			return
		}
		for key, y := range m {
			walk(path+"/"+key, y)
		}
		properties, _ := m["properties"].(map[string]any)
		for name, p := range properties {
			if about, ok := p.(map[string]any); ok && len(about) > 0 {
				if text, _ := about["description"].(string); !strings.HasSuffix(text, ".") {
					t.Errorf("%s/%s: description %q, want a sentence", path, name, text)
				}
			}
		}
	}
	var document any
	if err := json.Unmarshal(Schema(), &document); err != nil {
		t.Fatal(err)
	}
	walk("", document)
}

func TestSchemaAcceptsShipped(t *testing.T) {
	schema := compiled(t)
	for _, e := range List() {
		content, _ := Shipped(e.Name)
		root, errs := parse(content, place{})
		if errs != nil {
			t.Fatal(errs)
		}
		if err := schema.Validate(asJSON(root)); err != nil {
			t.Errorf("%s: %v", e.Name, err)
		}
	}
}

// asJSON is a document as an editor sees it.
func asJSON(n *node) any {
	b, err := json.Marshal(n.plain())
	if err != nil {
		return "not JSON: " + err.Error() // 1e999, .nan
	}
	x, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		panic(err) // json.Marshal wrote it
	}
	return x
}

// structure is what specs alone say of a document.
func structure(root *node) Errors {
	c := &checker{partial: root.get("sweep") != nil}
	format().check(c, root, "")
	return c.errs
}

// What only Load checks: bounds of quantities that are written as text, where a
// pattern cannot compare. The rest is not structure: YAML itself, everything
// that concerns several keys, and the values of a sweep.
var beyondSchema = []string{"overflow", "zero-rate", "ratio-above-one", "confidence-one"}

// The schema refuses exactly those broken scenarios that the specs refuse.
func TestSchemaAgreesOnInvalid(t *testing.T) {
	schema := compiled(t)
	compared, refused := 0, 0
	for name, content := range corpus(t, "invalid/*.yaml") {
		root, errs := parse(content, place{})
		_, short, _ := strings.Cut(strings.TrimSuffix(filepath.Base(name), ".yaml"), "-")
		if errs != nil || contains(beyondSchema, short) {
			continue
		}
		compared++
		structural := root.kind != mappingKind || len(structure(root)) > 0
		err := schema.Validate(asJSON(root))
		if (err != nil) != structural {
			t.Errorf("%s: specs refuse: %t, schema: %v", name, structural, err)
		}
		if err != nil {
			refused++
		}
	}
	if compared < 90 || refused < 50 {
		t.Errorf("compared %d, of which %d refused: too few to mean anything", compared, refused)
	}
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// Over random documents made from the specs, sound and spoilt, schema and specs
// agree.
func TestSchemaAgreesOnRandomDocuments(t *testing.T) {
	schema := compiled(t)
	sound, spoilt := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		g := &documents{t: t, spoil: rapid.SampledFrom([]int{0, 0, 40, 15}).Draw(t, "spoil")}
		document, err := json.Marshal(g.mapping(format(), 0))
		if err != nil {
			t.Fatal(err)
		}
		root, errs := parse(document, place{})
		if errs != nil {
			t.Fatalf("%s: %v", document, errs)
		}
		found := structure(root)
		err = schema.Validate(asJSON(root))
		if (err != nil) != (len(found) > 0) {
			t.Fatalf("%s\nspecs: %v\nschema: %v", document, found, err)
		}
		if err == nil {
			sound++
		} else {
			spoilt++
		}
	})
	if sound == 0 || spoilt == 0 {
		t.Errorf("%d sound and %d spoilt documents: one side was never tried", sound, spoilt)
	}
}

// documents draws documents from specs. One value in spoil is anything; 0 is
// none.
type documents struct {
	t     *rapid.T
	spoil int
}

func (g *documents) odds(n int) bool {
	return n > 0 && rapid.IntRange(1, n).Draw(g.t, "odds") == 1
}

var anyValue = []any{
	nil, true, -1, 0, 1, 2.5, 1e12, "", "x", "80/m", "5 ms", "5ms", "80/s", "1_000", "1_", "auto", "infinite", "poisson",
	[]any{}, []any{1}, []any{nil}, map[string]any{}, map[string]any{"rate": 1}, map[string]any{"distribution": "exponential", "rate": 5},
}

func (g *documents) value(s spec, depth int) any {
	if g.odds(g.spoil) {
		return rapid.SampledFrom(anyValue).Draw(g.t, "any")
	}
	switch s := s.(type) {
	case *mapping:
		return g.mapping(s, depth)
	case *choice:
		return g.choice(s, depth)
	case *union:
		shapes := s.shapes()
		if depth > 4 {
			shapes = shapes[:1]
		}
		return g.value(rapid.SampledFrom(shapes).Draw(g.t, "shape"), depth)
	case *list:
		all := []any{}
		for i := range rapid.IntRange(s.min, s.min+1).Draw(g.t, "length") {
			if i == 0 || !s.unique {
				all = append(all, g.value(s.item, depth+1))
			}
		}
		return all
	case *named:
		return g.value(s.spec, depth)
	case *enum:
		return rapid.SampledFrom(s.values).Draw(g.t, "word")
	case *pathMap:
		m := map[string]any{}
		for range rapid.IntRange(0, 2).Draw(g.t, "keys") {
			m[rapid.SampledFrom([]string{"servers", "arrivals.rate", "arrivals.0.rate"}).Draw(g.t, "path")] = g.value(s.values, depth+1)
		}
		if g.odds(g.spoil) {
			m["a..b"] = []any{1}
		}
		return m
	case *nameMap:
		m := map[string]any{}
		for i, key := range []string{s.example, "b"} {
			if (i == 0 || rapid.Bool().Draw(g.t, "second")) && s.key.MatchString(key) {
				m[key] = g.value(s.values, depth+1)
			}
		}
		if g.odds(g.spoil) {
			m["!"] = 1
		}
		return m
	case *either:
		return g.value(rapid.SampledFrom([]spec{s.with, s.without}).Draw(g.t, "either"), depth)
	default:
		return g.scalar(s)
	}
}

func (g *documents) scalar(s spec) any {
	switch s := s.(type) {
	case *quantity:
		return g.quantity(s)
	case constantTime:
		return g.quantity(s.quantity())
	case *text:
		return "name"
	case serviceFormula:
		return rapid.SampledFrom([]any{0.5, "tokens", "0.02 + 0.001*tokens"}).Draw(g.t, "formula")
	case boolean:
		return rapid.Bool().Draw(g.t, "truth")
	case version:
		return 1
	case stepEnd:
		return rapid.SampledFrom([]any{1, 2.5, "3/s", "5ms", "64KB"}).Draw(g.t, "end")
	case shedBound:
		return rapid.SampledFrom([]any{50, 0.5, "5ms", "1%"}).Draw(g.t, "bound")
	case sloBound:
		return rapid.SampledFrom([]any{50, "5ms", "1%", "70/s", "64MB"}).Draw(g.t, "bound")
	case anything:
		return rapid.SampledFrom([]any{1, "3/s", []any{1, "a"}, map[string]any{"distribution": "erlang"}}).Draw(g.t, "value")
	}
	panic("a spec that is not drawn from")
}

func (g *documents) quantity(q *quantity) any {
	all := map[unit][]any{
		pure: {1.5, 1}, duration: {0.5, "5ms", "1h30m"}, rate: {3, "80/s", "1_000/h"}, size: {1, "0.5MB"},
		ratio: {0.5, "1%"}, count: {1, 3, 1e2, "1_000"},
	}[q.unit]
	if q.withUnit {
		all = all[1:]
	}
	for _, w := range q.words {
		all = append(all, w)
	}
	return rapid.SampledFrom(all).Draw(g.t, "quantity")
}

func (g *documents) mapping(m *mapping, depth int) any {
	document := map[string]any{}
	var ours set
	if len(m.sets) > 0 {
		ours = rapid.SampledFrom(m.sets).Draw(g.t, "set")
	}
	for _, f := range m.fields {
		foreign := false
		belongs := f.required || contains(ours.need, f.name) || contains(ours.may, f.name)
		for _, s := range m.sets {
			if s.has(f.name) && !belongs && !g.odds(g.spoil) {
				foreign = true
			}
		}
		if f.required || contains(ours.need, f.name) {
			if !g.odds(g.spoil) {
				document[f.name] = g.value(f.spec, depth+1)
			}
		} else if !foreign && depth < 5 && g.odds(4) || g.odds(g.spoil) {
			document[f.name] = g.value(f.spec, depth+1)
		}
	}
	if g.odds(g.spoil) {
		document["unknown"] = 1
	}
	return document
}

func (g *documents) choice(ch *choice, depth int) any {
	o := rapid.SampledFrom(ch.options).Draw(g.t, "option")
	if g.spoil == 0 && depth > 4 {
		o = ch.options[0]
	}
	document := g.mapping(ch.of(&o), depth).(map[string]any)
	if g.odds(g.spoil) {
		document[ch.key] = "unknown"
	}
	return document
}
