package arrivals

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// checkNumber compares with strconv, to the last bit.
func checkNumber(t interface{ Fatalf(string, ...any) }, text string) {
	want, err := strconv.ParseFloat(text, 64)
	got, ok := parseNumber([]byte(text))
	if ok != (err == nil) || math.Float64bits(got) != math.Float64bits(want) && !math.IsNaN(want) {
		t.Fatalf("%q is %v, %t; strconv says %v, %v", text, got, ok, want, err)
	}
}

// TestTraceNumbers: numbers of every length and exponent. The seed is fixed,
// the comparison exact.
func TestTraceNumbers(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 30_000 {
		x := math.Float64frombits(r.Uint64())
		checkNumber(t, strconv.FormatFloat(x, "efg"[r.IntN(3)], r.IntN(21)-1, 64))
		digits := strconv.FormatUint(r.Uint64()>>r.IntN(64), 10)
		dot := r.IntN(len(digits) + 1)
		checkNumber(t, digits[:dot]+"."+digits[dot:])
		checkNumber(t, digits[:dot]+"."+digits[dot:]+"e"+strconv.Itoa(r.IntN(60)-30))
	}
	for _, text := range []string{
		"", ".", "-", "+", "e5", "1e", "1e+", "1.e5", ".5", "-.5e-5", "+1", "-0", "1_000", "0x1p-2", "inf", "-Inf", "NaN", "1e999", "1e-999", "1e0000001",
		"9007199254740992", "9007199254740993", "9007199254740991e22", "1e22", "1e23", "0.3", "123456789012345678", "1234567890123456789", "18446744073709551617", " 1", "1 ", "1,5", "٣",
	} {
		checkNumber(t, text)
	}
	rapid.Check(t, func(t *rapid.T) {
		checkNumber(t, rapid.StringMatching(`[-+]?[0-9.]{0,22}([eE][-+]?[0-9]{0,4})?x?`).Draw(t, "text"))
	})
}

// TestTraceTimestamps: against the standard library, over the whole range.
func TestTraceTimestamps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(0, math.MaxInt64-2e9).Draw(t, "nanoseconds")
		zone := time.FixedZone("", 60*rapid.IntRange(-23*60, 23*60).Draw(t, "offset"))
		text := time.Unix(0, n).In(zone).Format(time.RFC3339Nano)
		if got, ok := parseTimestamp([]byte(text)); !ok || got != n {
			t.Fatalf("%s is %d, %t, want %d", text, got, ok, n)
		}
	})
	// Slips in a timestamp: accepted exactly where the library accepts it,
	// within the range, a T or blank and an offset or none.
	const sound = "2024-02-29T23:59:59.25+00:00"
	for i := range sound {
		for _, c := range "0123456789T:-.Zx+ " {
			text := sound[:i] + string(c) + sound[i+1:]
			checkTimestamp(t, text)
			checkTimestamp(t, text[:i])
		}
	}
	for _, text := range []string{"2023-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2000-02-29T00:00:00z", "2023-04-31T00:00:00Z", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00+00:01", "2262-04-11T23:47:16Z", "9999-01-01T00:00:00Z", "2023-01-01T00:00:60Z", "2023-01-01T00:00:00.Z", "2023-01-01T00:00:00+24:00"} {
		checkTimestamp(t, text)
	}
}

func checkTimestamp(t *testing.T, text string) {
	t.Helper()
	got, ok := parseTimestamp([]byte(text))
	full := text
	if len(text) > 10 && strings.Contains(" t", text[10:11]) {
		full = text[:10] + "T" + text[11:]
	}
	full = strings.TrimSuffix(full, "z")
	want, err := time.Parse(time.RFC3339Nano, full)
	if err != nil {
		want, err = time.Parse("2006-01-02T15:04:05", full)
	}
	if n := len(full) - 5; n > 19 && full[n+2] == ':' && (full[n:n+2] > "23" || full[n+3:] > "59") {
		err = strconv.ErrRange // of the offset, which the library lets pass (go.dev/issue/54580)
	}
	sound := err == nil && want.Unix() >= 0 && want.Unix() < math.MaxInt64/1_000_000_000-1
	if sound != ok || ok && got != want.UnixNano() {
		t.Errorf("%s is %d, %t; the library says %v, %v", text, got, ok, want, err)
	}
}

// TestTraceEpochs: against exact rational numbers.
func TestTraceEpochs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		decimals := rapid.SampledFrom([]int{9, 6, 3, 0}).Draw(t, "decimals")
		text := rapid.StringMatching(`[0-9]{1,19}(\.[0-9]{0,22})?`).Draw(t, "text")
		x, _ := new(big.Rat).SetString(text)
		if x == nil {
			x, _ = new(big.Rat).SetString(text + "0") // "5."
		}
		x.Mul(x, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil)))
		want := new(big.Int).Quo(x.Num(), x.Denom())
		got, ok := parseEpoch([]byte(text), decimals)
		if ok != want.IsInt64() || ok && got != want.Int64() {
			t.Fatalf("%s with %d decimals is %d, %t, want %s", text, decimals, got, ok, want)
		}
	})
	for text, want := range map[string]int64{"1.7000000001234e9": 1_700_000_000_123_400_000, "0": 0, "-0": 0, "1e-10": 0, "0e999": 0} {
		if got, ok := parseEpoch([]byte(text), 9); !ok || got != want {
			t.Errorf("%s is %d, %t", text, got, ok)
		}
	}
	for _, text := range []string{"-1", "1e99", "1e999", "", "x", "1700158546x", "99999999999999999999", ".", "-.5"} {
		if got, ok := parseEpoch([]byte(text), 9); ok {
			t.Errorf("%q is %d", text, got)
		}
	}
	if s := fmt.Sprint(TimeFormat(-1), TimeFormat(99)); s != "TimeFormat(-1) TimeFormat(99)" {
		t.Error(s)
	}
}
