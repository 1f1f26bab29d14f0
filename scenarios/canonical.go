package scenarios

import (
	"bytes"
	"maps"
	"slices"
)

// canonical is v as JSON that depends on nothing but its meaning: quantities in
// their base units, keys sorted except those of a sweep, no defaults.
func (v *value) canonical() []byte {
	var b bytes.Buffer
	v.writeJSON(&b)
	return b.Bytes()
}

func (v *value) writeJSON(b *bytes.Buffer) {
	switch {
	case v.fields != nil:
		keys := v.order
		if keys == nil {
			keys = slices.Sorted(maps.Keys(v.fields))
		}
		b.WriteByte('{')
		for i, key := range keys {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(quote(key) + ":")
			v.fields[key].writeJSON(b)
		}
		b.WriteByte('}')
	case v.items != nil:
		b.WriteByte('[')
		for i, item := range v.items {
			if i > 0 {
				b.WriteByte(',')
			}
			item.writeJSON(b)
		}
		b.WriteByte(']')
	default:
		b.WriteString(v.json)
	}
}
