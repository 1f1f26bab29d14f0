package fit

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// Number is a number that may be infinite, which JSON cannot write: it becomes
// the string "inf".
type Number float64

// MarshalJSON is the number, or "inf".
func (x Number) MarshalJSON() ([]byte, error) {
	if math.IsInf(float64(x), 1) {
		return []byte(`"inf"`), nil
	}
	return json.Marshal(float64(x))
}

// Parameters are names and values in the order of the scenario's table.
type Parameters []Parameter

// Parameter is a name of SCENARIO.md and its value: one number, a list, a
// matrix or a law. Only the field that applies is set.
type Parameter struct {
	Name   string
	Value  float64
	List   []float64
	Matrix [][]float64
	Law    *Law
}

// MarshalJSON is an object; a law in it has the scenario's form, too.
func (ps Parameters) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, p := range ps {
		if i > 0 {
			b.WriteByte(',')
		}
		if p.Law != nil {
			name, _ := json.Marshal(p.Law.Name)
			rest, err := p.Law.Parameters.MarshalJSON()
			if err != nil {
				return nil, err
			}
			b.WriteString(strconv.Quote(p.Name) + `:{"distribution":`)
			b.Write(name)
			b.WriteByte(',')
			b.Write(rest[1:])
			continue
		}
		value, err := json.Marshal(p.value())
		if err != nil {
			return nil, err
		}
		b.WriteString(strconv.Quote(p.Name) + ":")
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

func (p Parameter) value() any {
	switch {
	case p.Matrix != nil:
		return p.Matrix
	case p.List != nil:
		return p.List
	}
	return p.Value
}

// YAML is the law as the value of a scenario's service key, a flow mapping:
// "{distribution: lognormal, mu: -1.5, sigma: 0.8}". Numbers read back exactly.
func (l Law) YAML() string { return mapping("distribution", l.Name, l.Parameters) }

// YAML is the process as the value of a scenario's arrivals key, a flow
// mapping: "{process: poisson, rate: 80}".
func (m Model) YAML() string { return mapping("process", m.Name, m.Parameters) }

func mapping(kind, name string, ps Parameters) string {
	var b strings.Builder
	b.WriteString("{" + kind + ": " + name)
	for _, p := range ps {
		b.WriteString(", " + p.Name + ": " + p.yaml())
	}
	return b.String() + "}"
}

func (p Parameter) yaml() string {
	switch {
	case p.Law != nil:
		return p.Law.YAML()
	case p.Matrix != nil:
		return flowList(len(p.Matrix), func(i int) string { return Parameter{List: p.Matrix[i]}.yaml() })
	case p.List != nil:
		return flowList(len(p.List), func(i int) string { return number(p.List[i]) })
	}
	return number(p.Value)
}

func flowList(n int, element func(int) string) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = element(i)
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// known is a pointer to x, nil for what is not a finite number.
func known(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}
