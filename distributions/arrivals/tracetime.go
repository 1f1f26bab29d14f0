package arrivals

import (
	"fmt"
	"math"
	"time"
)

// TimeFormat is how a log writes times.
type TimeFormat int

const (
	// DetectTime finds the format from the first row: an RFC 3339 timestamp
	// from its shape; a number below 1e8 is plain seconds, one from there on
	// the time since 1970 in seconds, from 1e11 in milliseconds, from 1e14 in
	// microseconds and from 1e17 in nanoseconds. Each of these bounds is a day
	// of March 1973.
	DetectTime TimeFormat = iota
	// Seconds are plain seconds on a clock of the log's own, at least 0.
	Seconds
	// RFC3339 timestamps are like 2023-11-16T18:15:46.68059Z, from 1970 to
	// 2262. A space may stand for the T. One without an offset is read as UTC.
	RFC3339
	// EpochSeconds to EpochNanoseconds count from 1970 on, from 0 to 2262; they
	// may have decimals. What is below a nanosecond is cut off.
	EpochSeconds
	EpochMilliseconds
	EpochMicroseconds
	EpochNanoseconds
)

var timeFormats = [...]string{"detect", "seconds", "rfc3339", "epoch_s", "epoch_ms", "epoch_us", "epoch_ns"}

// TimeFormats are the names of the formats that can be asked for.
func TimeFormats() []string { return append([]string(nil), timeFormats[1:]...) }

// ParseTimeFormat is the format of a name, and whether there is one.
func ParseTimeFormat(name string) (TimeFormat, bool) {
	for i, n := range timeFormats {
		if n == name {
			return TimeFormat(i), true
		}
	}
	return 0, false
}

// String is the format's name in a scenario: "epoch_ms".
func (f TimeFormat) String() string {
	if f < 0 || int(f) >= len(timeFormats) {
		return fmt.Sprintf("TimeFormat(%d)", int(f))
	}
	return timeFormats[f]
}

// want says what a time of the format looks like.
func (f TimeFormat) want() string {
	switch f {
	case Seconds:
		return "a time in seconds, finite and at least 0, like 12.5"
	case RFC3339:
		return "a timestamp from 1970 to 2262 like 2023-11-16T18:15:46.68Z"
	case EpochSeconds:
		return "seconds since 1970, like 1700158546.68"
	case EpochMilliseconds:
		return "milliseconds since 1970, like 1700158546680"
	case EpochMicroseconds:
		return "microseconds since 1970, like 1700158546680590"
	case EpochNanoseconds:
		return "nanoseconds since 1970, like 1700158546680590000"
	}
	return "a time: seconds, a timestamp like 2023-11-16T18:15:46.68Z, or a number that counts from 1970"
}

// Absolute reports whether times are of the calendar: the clock of such a trace
// starts at its first row.
func (f TimeFormat) Absolute() bool { return f != Seconds && f != DetectTime }

// instant is a time of a log: whole nanoseconds since 1970, or plain seconds.
// The other of the two is 0.
type instant struct {
	nanoseconds int64
	seconds     float64
}

// since is the seconds from u to t; the difference is taken before anything is
// rounded.
func (t instant) since(u instant) float64 {
	return float64(t.nanoseconds-u.nanoseconds)/1e9 + (t.seconds - u.seconds)
}

func (t instant) before(u instant) bool {
	return t.nanoseconds < u.nanoseconds || t.seconds < u.seconds
}

// parse reads a time; false where it is none of the format.
func (f TimeFormat) parse(text []byte) (t instant, ok bool) {
	switch f {
	case Seconds:
		t.seconds, ok = parseFinite(text)
		ok = ok && t.seconds >= 0
	case RFC3339:
		t.nanoseconds, ok = parseTimestamp(text)
	case EpochSeconds:
		t.nanoseconds, ok = parseEpoch(text, 9)
	case EpochMilliseconds:
		t.nanoseconds, ok = parseEpoch(text, 6)
	case EpochMicroseconds:
		t.nanoseconds, ok = parseEpoch(text, 3)
	case EpochNanoseconds:
		t.nanoseconds, ok = parseEpoch(text, 0)
	}
	return t, ok
}

// detectFormat is the format of a first time, and whether it is one.
func detectFormat(text []byte) (TimeFormat, bool) {
	if _, ok := parseTimestamp(text); ok {
		return RFC3339, true
	}
	f := Seconds
	x, ok := parseFinite(text)
	for _, least := range [...]float64{1e8, 1e11, 1e14, 1e17} {
		if x < least {
			break
		}
		if f++; f == RFC3339 {
			f++
		}
	}
	if ok {
		_, ok = f.parse(text)
	}
	return f, ok
}

// parseEpoch reads a number that is at least 0 as nanoseconds, where one of its
// units is 10^decimals of them.
func parseEpoch(text []byte, decimals int) (int64, bool) {
	d, ok := parseDecimal(text)
	if !ok {
		return parseLongEpoch(text, decimals)
	}
	if d.negative && d.digits > 0 {
		return 0, false
	}
	n, e := d.digits, d.exponent+decimals
	for ; e < 0 && n > 0; e++ {
		n /= 10
	}
	for ; e > 0 && n > 0; e-- {
		if n > math.MaxInt64/10 {
			return 0, false
		}
		n *= 10
	}
	return int64(n), n <= math.MaxInt64
}

// parseLongEpoch reads digits beyond what parseDecimal holds.
func parseLongEpoch(text []byte, decimals int) (int64, bool) {
	n, i := uint64(0), 0
	digit := func(c byte) bool {
		if n > math.MaxInt64/10 {
			return false
		}
		n = n*10 + uint64(c-'0')
		return n <= math.MaxInt64
	}
	for ; i < len(text) && isDigit(text[i]); i++ {
		if !digit(text[i]) {
			return 0, false
		}
	}
	whole := i > 0
	if i < len(text) && text[i] == '.' {
		for i++; i < len(text) && isDigit(text[i]); i++ {
			if decimals == 0 {
				continue // below a nanosecond
			}
			decimals--
			if !digit(text[i]) {
				return 0, false
			}
		}
	}
	for ; decimals > 0; decimals-- {
		if !digit('0') {
			return 0, false
		}
	}
	return int64(n), whole && i == len(text)
}

// parseTimestamp reads an RFC 3339 timestamp as nanoseconds since 1970.
func parseTimestamp(text []byte) (int64, bool) {
	const shape = "dddd-dd-ddTdd:dd:dd"
	if len(text) < len(shape) {
		return 0, false
	}
	for i := range len(shape) {
		switch c := text[i]; shape[i] {
		case 'd':
			if !isDigit(c) {
				return 0, false
			}
		case 'T':
			if c != 'T' && c != 't' && c != ' ' {
				return 0, false
			}
		default:
			if c != shape[i] {
				return 0, false
			}
		}
	}
	year := 100*pair(text) + pair(text[2:])
	month, day := pair(text[5:]), pair(text[8:])
	hour, minute, second := pair(text[11:]), pair(text[14:]), pair(text[17:])
	if month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 59 {
		return 0, false
	}
	fraction, rest, ok := parseFraction(text[len(shape):])
	if !ok {
		return 0, false
	}
	offset, ok := parseOffset(rest)
	if !ok {
		return 0, false
	}
	s := ((int64(daysSince1970(year, month, day))*24+int64(hour))*60+int64(minute)-int64(offset))*60 + int64(second)
	if s < 0 || s > math.MaxInt64/int64(time.Second)-1 {
		return 0, false
	}
	return s*int64(time.Second) + fraction, true
}

// pair is the number of two digits.
func pair(text []byte) int { return int(text[0]-'0')*10 + int(text[1]-'0') }

// parseFraction reads the decimals of a second, as nanoseconds.
func parseFraction(text []byte) (nanoseconds int64, rest []byte, ok bool) {
	if len(text) == 0 || text[0] != '.' {
		return 0, text, true
	}
	i := 1
	for unit := int64(1e8); i < len(text) && isDigit(text[i]); i++ {
		nanoseconds += unit * int64(text[i]-'0')
		unit /= 10
	}
	return nanoseconds, text[i:], i > 1
}

// parseOffset reads Z, +hh:mm or nothing, in minutes.
func parseOffset(text []byte) (minutes int, ok bool) {
	switch {
	case len(text) == 0, len(text) == 1 && (text[0] == 'Z' || text[0] == 'z'):
		return 0, true
	case len(text) != 6 || text[0] != '+' && text[0] != '-' || text[3] != ':':
		return 0, false
	case !isDigit(text[1]) || !isDigit(text[2]) || !isDigit(text[4]) || !isDigit(text[5]):
		return 0, false
	}
	h, m := pair(text[1:]), pair(text[4:])
	minutes = h*60 + m
	if text[0] == '-' {
		minutes = -minutes
	}
	return minutes, h <= 23 && m <= 59
}

func isLeap(year int) bool { return year%4 == 0 && (year%100 != 0 || year%400 == 0) }

func daysIn(year, month int) int {
	switch month {
	case 2:
		if isLeap(year) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// daysSince1970 counts days of the Gregorian calendar, years from March to
// February, so that the leap day is the last (Richards, "Mapping Time", 1998,
// chapter 25).
func daysSince1970(year, month, day int) int {
	if month < 3 {
		year--
		month += 12
	}
	return 365*year + year/4 - year/100 + year/400 + (153*(month-3)+2)/5 + day - 1 - 719468
}
