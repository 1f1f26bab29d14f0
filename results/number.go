package results

import (
	"encoding/json"
	"errors"
	"math"
	"strconv"
)

// Number is a float64 whose JSON is exact and can be infinite: the string
// "inf" or "-inf". A NaN is a broken invariant and does not marshal.
type Number float64

// MarshalJSON implements json.Marshaler.
func (n Number) MarshalJSON() ([]byte, error) {
	switch f := float64(n); {
	case math.IsNaN(f):
		return nil, errNaN
	case math.IsInf(f, 0):
		return []byte(`"` + exactly(f) + `"`), nil
	default:
		return json.Marshal(f)
	}
}

// UnmarshalJSON implements json.Unmarshaler.
func (n *Number) UnmarshalJSON(b []byte) error {
	switch string(b) {
	case `"inf"`:
		*n = Number(math.Inf(1))
		return nil
	case `"-inf"`:
		*n = Number(math.Inf(-1))
		return nil
	case "null": // json.Unmarshal would take it for zero
		return errors.New(`results: null is not a number: what cannot be had is absent`)
	}
	return json.Unmarshal(b, (*float64)(n))
}

// errNaN is what every writer says of a NaN.
var errNaN = errors.New("results: a NaN cannot be a result")

// exactly prints a number so that it reads back, and the infinities as inf and -inf.
func exactly(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}
