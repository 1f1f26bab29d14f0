package arrivals_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"spillway/distributions/arrivals"
)

// TestTraceErrors: what is wrong with a log or with options is told with the
// line, the column, what was found and what is wanted.
func TestTraceErrors(t *testing.T) {
	service := arrivals.TraceOptions{Service: "s"}
	recorded := arrivals.TraceOptions{Started: "b", Finished: "e"}
	class := arrivals.TraceOptions{Class: "c"}
	var many strings.Builder
	for i := range arrivals.MaxTraceClasses + 1 {
		fmt.Fprintf(&many, "\n%d,user-%d", i, i)
	}
	for name, c := range map[string]struct {
		text    string
		options arrivals.TraceOptions
		want    string
	}{
		"empty":             {"", service, "file: found an empty file, want a line with the names of the columns, and rows"},
		"blank":             {"\n\n", service, "file: found an empty file, want a line with the names of the columns, and rows"},
		"no rows":           {"t,s\n\n", service, "file: found no rows, want at least one under the header"},
		"binary":            {"t\x00,s\n1,1\n", service, `, line 1: found "t\x00", want the name of a column, in UTF-8`},
		"UTF-16":            {"\xff\xfet\x00,\x00s\x00\n\x00", service, `, line 1: found "\xff\xfet\x00", want the name of a column, in UTF-8`},
		"bare quote":        {"t,s\n0,1\n1,1\"\n", service, `, line 3: found a quote inside a field that does not begin with one, want CSV, with a quote inside a quoted field written ""`},
		"after quote":       {"t,s\n0,\"1\"2\n", service, `, line 2: found text after a quote that closes a field, want CSV, with a quote inside a quoted field written ""`},
		"open quote":        {"t,s\n0,1\n1,\"1\n2,1\n", service, `, line 3: found a quote that is never closed, want CSV, with a quote inside a quoted field written ""`},
		"few columns":       {"t,s\n0,1\n\n1\n", service, ", line 4: found a row of 1 columns, want 2, as in the header"},
		"many columns":      {"t,s\n0,1\n1,1,\n", service, ", line 3: found a row of 3 columns, want 2, as in the header"},
		"no such time":      {"time,s\n0,1\n", service, `time: found "t", want a column of the log: "time", "s"`},
		"no such class":     {"t,s\n0,1\n", class, `class: found "c", want a column of the log: "t", "s"`},
		"no such service":   {"t\n0\n", service, `service, character 1: found "s", want a column of the log: "t"`},
		"no such start":     {"t,e\n0,1\n", recorded, `started: found "b", want a column of the log: "t", "e"`},
		"no such end":       {"t,b\n0,1\n", recorded, `finished: found "e", want a column of the log: "t", "b"`},
		"many names":        {"x" + strings.Repeat(",y", 30) + "\n", service, `time: found "t", want a column of the log: "x"` + strings.Repeat(`, "y"`, 19) + " and 11 more"},
		"two times":         {"t,t,s\n0,0,1\n", service, `time: found two columns named "t", want names that tell the columns apart`},
		"two services":      {"t,s,s\n0,0,1\n", service, `service: found two columns named "s", want names that tell the columns apart`},
		"no time":           {"t,s\n,1\n", service, ", line 2, column t: found nothing, want a time: seconds, a timestamp like 2023-11-16T18:15:46.68Z, or a number that counts from 1970"},
		"no later time":     {"t,s\n0,1\n ,1\n", service, ", line 3, column t: found nothing, want a time in seconds, finite and at least 0, like 12.5"},
		"word":              {"t,s\n0,1\nnoon,1\n", service, `, line 3, column t: found "noon", want a time in seconds, finite and at least 0, like 12.5`},
		"negative time":     {"t,s\n-1,1\n", service, `, line 2, column t: found "-1", want a time: seconds, a timestamp like 2023-11-16T18:15:46.68Z, or a number that counts from 1970`},
		"NaN time":          {"t,s\n0,1\nNaN,1\n", service, `, line 3, column t: found "NaN", want a time in seconds, finite and at least 0, like 12.5`},
		"infinite time":     {"t,s\n0,1\n1e999,1\n", service, `, line 3, column t: found "1e999", want a time in seconds, finite and at least 0, like 12.5`},
		"unsorted":          {"t,s\n1,1\n3,1\n2.5,1\n", service, `, line 4, column t: found "2.5", 0.5 s before the row above, want rows in the order of their arrivals`},
		"unsorted calendar": {"t\n2023-11-16T18:00:01Z\n2023-11-16T18:00:00Z\n", arrivals.TraceOptions{}, `, line 3, column t: found "2023-11-16T18:00:00Z", 1 s before the row above, want rows in the order of their arrivals`},
		"other format":      {"t\n2023-11-16T18:00:01Z\n5\n", arrivals.TraceOptions{}, `, line 3, column t: found "5", want a timestamp from 1970 to 2262 like 2023-11-16T18:15:46.68Z`},
		"wrong format":      {"t\n5\n", arrivals.TraceOptions{TimeFormat: arrivals.RFC3339}, `, line 2, column t: found "5", want a timestamp from 1970 to 2262 like 2023-11-16T18:15:46.68Z`},
		"wrong epoch":       {"t\n-5\n", arrivals.TraceOptions{TimeFormat: arrivals.EpochMilliseconds}, `, line 2, column t: found "-5", want milliseconds since 1970, like 1700158546680`},
		"no service":        {"t,s\n0,1\n1,\n", service, ", line 3, column s: found nothing, want a finite number"},
		"word for service":  {"t,s\n0,1\n1,\"a\nb\"\n", service, `, line 3, column s: found "a\nb", want a finite number`},
		"NaN service":       {"t,s\n0,nan\n", service, `, line 2, column s: found "nan", want a finite number`},
		"negative service":  {"t,s\n0,1\n1,-2\n", service, ", line 3: found a service time of -2 s, want one that is finite and at least 0"},
		"infinite service":  {"t,s\n0,0\n", arrivals.TraceOptions{Service: "1/s"}, ", line 2: found a service time of +Inf s, want one that is finite and at least 0"},
		"undefined service": {"t,s\n0,0\n", arrivals.TraceOptions{Service: "s/s"}, ", line 2: found a service time of NaN s, want one that is finite and at least 0"},
		"early start":       {"t,b,e\n1,0.5,3\n", recorded, `, line 2, column b: found "0.5", 0.5 s before the arrival, want a start that is not before the arrival`},
		"early end":         {"t,b,e\n1,2,1.5\n", recorded, `, line 2, column e: found "1.5", 0.5 s before the start, want an end that is not before the start`},
		"no start":          {"t,b,e\n1,,1.5\n", recorded, ", line 2, column b: found nothing, want a time in seconds, finite and at least 0, like 12.5"},
		"no end":            {"t,b,e\n1,1,\n", recorded, ", line 2, column e: found nothing, want a time in seconds, finite and at least 0, like 12.5"},
		"no class":          {"t,c\n1,a\n2,\n", class, ", line 3, column c: found nothing, want the name of a class: 1 to 100 bytes that can be printed"},
		"unprintable class": {"t,c\n1,\x1b[31m\n", class, `, line 2, column c: found "\x1b[31m", want the name of a class: 1 to 100 bytes that can be printed`},
		"many classes":      {"t,c" + many.String(), class, ", line 1002, column c: found more than 1000 classes, want a column of few names"},
		"end without start": {"t,e\n1,1\n", arrivals.TraceOptions{Finished: "e"}, "finished: found nothing under started, want the column of the starts too: the service time is between them"},
		"end and service":   {"t,b,e\n1,1,2\n", arrivals.TraceOptions{Started: "b", Finished: "e", Service: "b"}, "service: found both service and finished, want one of them to tell the service time"},
		"limit":             {"t\n1\n", arrivals.TraceOptions{Limited: true}, "limit: found 0, want at least 1 row"},
		"format":            {"t\n1\n", arrivals.TraceOptions{TimeFormat: 99}, "time_format: found TimeFormat(99), want one of the formats"},
		"loop of one":       {"t\n1\n", arrivals.TraceOptions{Loop: true}, "loop: found a trace of one row, want rows at different times, which give a period"},
		"loop of one time":  {"t\n1\n1\n", arrivals.TraceOptions{Loop: true}, "loop: found a trace whose rows have one time, want rows at different times, which give a period"},
	} {
		o := c.options
		o.Name = "log.csv"
		_, err := arrivals.NewTrace(opened([]byte(c.text)), plain(o))
		var e *arrivals.TraceError
		if !errors.As(err, &e) {
			t.Errorf("%s: error %v", name, err)
			continue
		}
		got := strings.TrimPrefix(strings.TrimPrefix(err.Error(), "arrivals: trace log.csv"), ", ")
		if want := strings.TrimPrefix(c.want, ", "); got != want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, want)
		}
		if unknown := strings.Contains(err.Error(), "want a column of the log"); unknown != (e.Unknown != "") || unknown != (len(e.Columns) > 0) {
			t.Errorf("%s: unknown %q of %q", name, e.Unknown, e.Columns)
		}
	}
}

// TestTraceOptionsAlone: what no log makes possible is refused unread.
func TestTraceOptionsAlone(t *testing.T) {
	f := &files{text: "t\n1\n"}
	if _, err := arrivals.NewTrace(f.open, arrivals.TraceOptions{Speedup: 1}); err == nil || f.made > 0 {
		t.Errorf("without a column of times: %v, opened %d times", err, f.made)
	}
	trace := newTrace(t, "t\n1e300\n2e300\n", arrivals.TraceOptions{TimeFormat: arrivals.Seconds})
	for _, speedup := range []float64{0, -1, 1e-320, 1e-10} {
		if _, err := trace.Replayed(speedup, true); err == nil || !strings.Contains(err.Error(), "speedup: found ") {
			t.Errorf("a speed-up of %g: %v", speedup, err)
		}
	}
}
