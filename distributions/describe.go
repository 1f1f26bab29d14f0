package distributions

import (
	"fmt"
	"strings"
)

// describe writes a law as name(parameter=value, ...). Lists of more than
// eight elements are cut short.
func describe(name string, parameters ...any) string {
	var b strings.Builder
	b.WriteString(name)
	for i := 0; i+1 < len(parameters); i += 2 {
		b.WriteString(separator(i, "("))
		fmt.Fprintf(&b, "%v=%s", parameters[i], value(parameters[i+1]))
	}
	b.WriteString(")")
	return b.String()
}

func separator(i int, open string) string {
	if i == 0 {
		return open
	}
	return ", "
}

func value(v any) string {
	const most = 8
	switch v := v.(type) {
	case float64:
		return number(v)
	case []float64:
		return list(len(v), most, func(i int) string { return number(v[i]) })
	case [][]float64:
		return list(len(v), most, func(i int) string { return value(v[i]) })
	}
	return fmt.Sprint(v)
}

func list(n, most int, element func(int) string) string {
	var b strings.Builder
	b.WriteString("[")
	for i := range min(n, most) {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(element(i))
	}
	if n > most {
		fmt.Fprintf(&b, ", … %d in all", n)
	}
	b.WriteString("]")
	return b.String()
}
