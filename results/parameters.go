package results

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// MarshalJSON implements json.Marshaler: an object in the order of the sweep.
func (ps Parameters) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, p := range ps {
		if i > 0 {
			b.WriteByte(',')
		}
		value, err := p.json()
		if err != nil {
			return nil, err
		}
		b.WriteString(quote(p.Path))
		b.WriteByte(':')
		b.WriteString(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// json returns the value as a JSON literal. A float64 keeps its point, so that it
// is read back as one.
func (p Parameter) json() (string, error) {
	switch v := p.Value.(type) {
	case int64:
		return strconv.FormatInt(v, 10), nil
	case int:
		return strconv.Itoa(v), nil
	case uint64:
		return strconv.FormatUint(v, 10), nil
	case bool:
		return strconv.FormatBool(v), nil
	case string:
		return quote(v), nil
	case float64:
		if math.IsNaN(v) {
			return "", fmt.Errorf("results: parameter %s is NaN", p.Path)
		}
		if math.IsInf(v, 0) {
			return quote(exactly(v)), nil
		}
		text := exactly(v)
		if !strings.ContainsAny(text, ".e") {
			text += ".0"
		}
		return text, nil
	}
	return quote(p.Text), nil // a mapping or a list: as it was written
}

// quote is json.Marshal of a string, with <, > and & left alone.
func quote(s string) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		panic(err) // a string always encodes
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// UnmarshalJSON implements json.Unmarshaler. Text is the value as JSON has it.
func (ps *Parameters) UnmarshalJSON(b []byte) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	if open, err := dec.Token(); err != nil {
		return err
	} else if open != json.Delim('{') {
		return fmt.Errorf("results: parameters are an object, not %v", open)
	}
	*ps = nil
	for dec.More() {
		path, err := dec.Token()
		if err != nil {
			return err
		}
		value, err := dec.Token()
		if err != nil {
			return err
		}
		p, err := readParameter(path.(string), value) // the key of an object is a string
		if err != nil {
			return err
		}
		*ps = append(*ps, p)
	}
	return nil
}

func readParameter(path string, value json.Token) (Parameter, error) {
	p := Parameter{Path: path, Value: value}
	switch v := value.(type) {
	case string:
		p.Text = v
	case bool:
		p.Text = strconv.FormatBool(v)
	case json.Number:
		p.Text = v.String()
		if i, err := v.Int64(); err == nil {
			p.Value = i
			break
		}
		f, err := v.Float64()
		if err != nil {
			return p, fmt.Errorf("results: parameter %s: %w", path, err)
		}
		p.Value = f
	default:
		return p, fmt.Errorf("results: parameter %s is neither a number, a text nor a boolean", path)
	}
	return p, nil
}

// text is the value as the user wrote it.
func (p Parameter) text() string {
	if p.Text != "" {
		return p.Text
	}
	return p.exact()
}

// exact is the value such that it reads back exactly.
func (p Parameter) exact() string {
	switch v := p.Value.(type) {
	case float64:
		return exactly(v)
	case string:
		return v
	case nil:
		return p.Text
	case int64, int, uint64, bool:
		return fmt.Sprint(v)
	}
	return p.Text
}

// find returns the parameter with a path.
func (ps Parameters) find(path string) (Parameter, bool) {
	for _, p := range ps {
		if p.Path == path {
			return p, true
		}
	}
	return Parameter{}, false
}

// String returns "servers=2, arrivals=50/s", with short names.
func (ps Parameters) String() string {
	names := shortNames(ps.paths())
	parts := make([]string, len(ps))
	for i, p := range ps {
		parts[i] = names[p.Path] + "=" + p.text()
	}
	return strings.Join(parts, ", ")
}

func (ps Parameters) paths() []string {
	paths := make([]string, len(ps))
	for i, p := range ps {
		paths[i] = p.Path
	}
	return paths
}

// shortNames gives each path the last element that tells it from others:
// "arrivals" for arrivals.rate, "limit" for queue.limit. Paths that would share a name
// keep all of their elements.
func shortNames(paths []string) map[string]string {
	names := make(map[string]string, len(paths))
	uses := map[string]int{}
	for _, path := range paths {
		if _, seen := names[path]; !seen {
			names[path] = shortName(path)
			uses[names[path]]++
		}
	}
	for path, name := range names {
		if uses[name] > 1 {
			names[path] = path
		}
	}
	return names
}

func shortName(path string) string {
	parts := strings.Split(path, ".")
	for len(parts) > 1 && generic(parts[len(parts)-1]) {
		parts = parts[:len(parts)-1]
	}
	last := parts[len(parts)-1]
	if _, err := strconv.Atoi(last); err == nil && len(parts) > 1 {
		return parts[len(parts)-2] + "." + last // arrivals.0
	}
	return last
}

// generic elements say nothing alone: a reader knows that arrivals are a rate.
func generic(element string) bool {
	switch element {
	case "rate", "mean", "value", "count":
		return true
	}
	return false
}
