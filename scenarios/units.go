package scenarios

import (
	"regexp"
	"strconv"
	"strings"
)

// unit is how a quantity is written. Its base unit is that of a plain number.
type unit int

const (
	pure     unit = iota // a plain number
	duration             // seconds
	rate                 // per second
	size                 // bytes
	ratio                // 1 is 100 %
	count                // whole
)

const digits = `(?:[0-9]+(?:_[0-9]+)*(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?`

// patterns are those of quantities as text, a sign not included; where there is
// none, only a plain number will do.
var patterns = [...]*regexp.Regexp{
	duration: regexp.MustCompile(`^(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+$`),
	rate:     regexp.MustCompile(`^` + digits + `/(?:s|min|h)$`),
	size:     regexp.MustCompile(`^` + digits + `(?:B|KB|MB|GB|TB|KiB|MiB|GiB|TiB)$`),
	ratio:    regexp.MustCompile(`^` + digits + `%$`),
	count:    underscore,
}

// factors are the units as text: value = number × by / over, so that each is
// correctly rounded.
type factor struct {
	suffix   string
	by, over float64
}

func (u unit) factors() []factor {
	switch u {
	case duration:
		return []factor{
			{"ns", 1, 1e9}, {"us", 1, 1e6}, {"µs", 1, 1e6}, {"μs", 1, 1e6}, {"ms", 1, 1e3},
			{"s", 1, 1}, {"m", 60, 1}, {"h", 3600, 1},
		}
	case rate:
		return []factor{{"/s", 1, 1}, {"/min", 1, 60}, {"/h", 1, 3600}}
	case size:
		return []factor{
			{"KB", 1e3, 1}, {"MB", 1e6, 1}, {"GB", 1e9, 1}, {"TB", 1e12, 1},
			{"KiB", 1 << 10, 1}, {"MiB", 1 << 20, 1}, {"GiB", 1 << 30, 1}, {"TiB", 1 << 40, 1}, {"B", 1, 1},
		}
	case ratio:
		return []factor{{"%", 1, 100}}
	default:
		return nil
	}
}

var durationPart = regexp.MustCompile(`([0-9.]+)(ns|us|µs|μs|ms|s|m|h)`)

// split is a text of the unit as its number and factor; ok is false for a
// duration of several parts and for what is not of the unit.
func (u unit) split(text string) (number string, f factor, ok bool) {
	p := patterns[u]
	if p == nil || !p.MatchString(text) {
		return "", factor{}, false
	}
	for _, f := range u.factors() {
		number, found := strings.CutSuffix(text, f.suffix)
		if !found {
			continue
		}
		number = strings.ReplaceAll(number, "_", "")
		if decimal.MatchString(number) {
			return number, f, true
		}
	}
	return "", factor{}, false
}

// parse reads a quantity that is written as text. An overflow is infinite.
func (u unit) parse(text string) (float64, bool) {
	p := patterns[u]
	if p == nil || !p.MatchString(text) {
		return 0, false
	}
	parts := []string{text}
	if u == duration {
		parts = durationPart.FindAllString(text, -1)
	}
	sum := 0.0
	for _, part := range parts {
		number, f, ok := u.split(part)
		if !ok {
			return 0, false
		}
		x, _ := strconv.ParseFloat(number, 64)
		sum += x * f.by / f.over
	}
	return sum, true
}

// words are the unit's noun and examples.
func (u unit) words(withUnit bool) (noun, examples string) {
	switch {
	case u == duration && withUnit:
		return "duration with its unit", " like 5ms, 1.5s, 2m"
	case u == duration:
		return "duration", " like 5ms, 1.5s, 2m or a number of seconds"
	case u == rate:
		return "rate", " like 80/s, 3/min, 0.5/h or a number per second"
	case u == size:
		return "size", " like 512KB, 0.5MB, 64MiB or a number of bytes"
	case u == ratio:
		return "ratio", " like 1% or 0.01"
	case u == count:
		return "whole number", " like 4, 1_000 or 1e6"
	default:
		return "finite number", ""
	}
}

// repairs are ways to write text that may be what was meant.
func (u unit) repairs(text string) []string {
	t := strings.ReplaceAll(text, " ", "")
	lower := strings.ToLower(t)
	switch u {
	case duration:
		r := strings.NewReplacer("milliseconds", "ms", "msec", "ms", "seconds", "s", "second", "s", "secs", "s", "sec", "s",
			"minutes", "m", "minute", "m", "mins", "m", "min", "m", "hours", "h", "hour", "h", "hrs", "h", "hr", "h")
		return []string{t, lower, r.Replace(lower)}
	case rate:
		r := strings.NewReplacer("/sec", "/s", "/second", "/s", "/minute", "/min", "/hour", "/h", "/hr", "/h")
		return []string{t, lower, r.Replace(lower), lower + "in", strings.Replace(lower, "rps", "/s", 1), strings.Replace(lower, "hz", "/s", 1)}
	case size:
		upper := strings.Replace(strings.ToUpper(t), "IB", "iB", 1)
		return []string{t, upper, upper + "B"}
	case ratio:
		return []string{t, strings.Replace(lower, "percent", "%", 1)}
	default:
		return nil
	}
}
