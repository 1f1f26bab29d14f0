package arrivals_test

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"spillway/distributions/arrivals"
)

// task is what a replay says of one.
type task struct {
	Epoch, Service float64
	Class          int32
}

// readTasks takes at most n tasks, in blocks of odd sizes, so that block
// boundaries cannot matter unseen.
func readTasks(t testing.TB, s arrivals.Tasks, n int) (all []task) {
	t.Helper()
	for size := 1; len(all) < n; size = size*2 + 1 {
		size = min(size, n-len(all))
		epochs, services, classes := make([]float64, size), make([]float64, size), make([]int32, size)
		got, err := s.FillTasks(epochs, services, classes)
		if err != nil {
			t.Fatal(err)
		}
		for i := range got {
			all = append(all, task{epochs[i], services[i], classes[i]})
		}
		if got < size {
			break
		}
	}
	return all
}

func newTrace(t testing.TB, text string, o arrivals.TraceOptions) *arrivals.Trace {
	t.Helper()
	return must[*arrivals.Trace](t)(arrivals.NewTrace(opened([]byte(text)), plain(o)))
}

// plain are options with what every test has in common.
func plain(o arrivals.TraceOptions) arrivals.TraceOptions {
	if o.Time == "" {
		o.Time = "t"
	}
	o.Speedup = max(o.Speedup, 1)
	return o
}

func compressed(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestTraceReads: what a log may look like.
func TestTraceReads(t *testing.T) {
	third := 1.0
	third /= 3
	two := []task{{0, 0.5, 0}, {2, 1, 1}}
	full := arrivals.TraceOptions{Service: "s", Class: "c"}
	for name, c := range map[string]struct {
		text    string
		options arrivals.TraceOptions
		want    []task
	}{
		"plain":               {"t,s,c\n0,0.5,a\n2,1,b\n", full, two},
		"no last newline":     {"t,s,c\n0,0.5,a\n2,1,b", full, two},
		"carriage returns":    {"t,s,c\r\n0,0.5,a\r\n2,1,b\r\n", full, two},
		"blank lines":         {"t,s,c\n\n0,0.5,a\r\n\r\n2,1,b\n\n\n", full, two},
		"byte order mark":     {"\ufefft,s,c\n0,0.5,a\n2,1,b\n", full, two},
		"quotes":              {"\"t\",\"s\",c\n\"0\",0.5,\"a\"\n2,\"1\",b\n", full, two},
		"mark and quotes":     {"\ufeff\"t\",s,c\n0,0.5,a\n2,1,b\n", full, two},
		"blanks":              {" t , s,\tc\n 0, 0.5 ,a \n2,\t1, b\n", full, two},
		"other columns":       {"x,c,\"y\",s,t\n1,a,\"one, \"\"two\"\"\nthree\",0.5,0\n,b,,1,2\n", full, two},
		"gzip":                {compressed(t, "t,s,c\n0,0.5,a\n2,1,b\n"), full, two},
		"gzip of two members": {compressed(t, "t,s,c\n0,0.5,a\n") + compressed(t, "2,1,b\n"), full, two},
		"numbers":             {"t,s,c\n0e0,5e-1,a\n+.2E1,1.,b\n", full, two},
		"minus zero":          {"t,s,c\n-0,0.5,a\n2,1,b\n", full, two},
		"formula":             {"t,in tokens,out.tokens\n1,10,3\n", arrivals.TraceOptions{Service: "-(2 - 3)*0.5 + 1e-1*\"in tokens\" / out.tokens"}, []task{{1, 0.5 + third, 0}}},
		"a column like a sum": {"t,a-b,a,b\n1,7,3,2\n", arrivals.TraceOptions{Service: "a-b"}, []task{{1, 7, 0}}},
		"constant service":    {"t\n1\n", arrivals.TraceOptions{Service: "0.09041"}, []task{{1, 0.09041, 0}}},
		"no service":          {"t\n1\n1\n1\n", arrivals.TraceOptions{}, []task{{1, 0, 0}, {1, 0, 0}, {1, 0, 0}}},
		"ties in file order":  {"t,s,c\n1,3,a\n1,1,b\n1,2,a\n", full, []task{{1, 3, 0}, {1, 1, 1}, {1, 2, 0}}},
		"limit":               {"t,s,c\n0,0.5,a\n2,1,b\n1,broken", arrivals.TraceOptions{Service: "s", Class: "c", Limited: true, Limit: 2}, two},
		"limit beyond":        {"t,s,c\n0,0.5,a\n2,1,b\n", arrivals.TraceOptions{Service: "s", Class: "c", Limited: true, Limit: 3}, two},
		"speed-up":            {"t,s,c\n0,0.5,a\n5,1,b\n", arrivals.TraceOptions{Service: "s", Class: "c", Speedup: 2.5}, two},
		"started":             {"t,start,s\n1,1.5,2\n", arrivals.TraceOptions{Started: "start", Service: "s"}, []task{{1, 2, 0}}},
		"finished":            {"t,start,end\n1,1.5,2.25\n", arrivals.TraceOptions{Started: "start", Finished: "end"}, []task{{1, 0.75, 0}}},
		"absolute log": {"t,start,end\n2023-11-16T18:00:00Z,2023-11-16T18:00:00.5Z,2023-11-16T20:00:01.75+02:00\n2023-11-16T18:00:02Z,2023-11-16T18:00:02Z,2023-11-16T18:00:03Z\n",
			arrivals.TraceOptions{Started: "start", Finished: "end"}, []task{{0, 1.25, 0}, {2, 1, 0}}},
	} {
		trace := newTrace(t, c.text, c.options)
		if diff := cmp.Diff(c.want, readTasks(t, trace.Replay(), 100)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestTraceTimes: every format to the nanosecond, said and detected.
func TestTraceTimes(t *testing.T) {
	for _, c := range []struct{ format, first, second string }{
		{"rfc3339", "2023-11-16T18:15:46.123456788Z", "2023-11-16T18:15:46.123456789Z"},
		{"rfc3339", "2023-11-16 23:45:46.123456788+05:30", "2023-11-16t13:15:46.123456789-05:00"},
		{"rfc3339", "2023-11-16 18:15:46.123456788", "2023-11-16 18:15:46.1234567899"},
		{"epoch_s", "1700158546.123456788", "1700158546.1234567899"},
		{"epoch_ms", "1700158546123.456788", "1700158546123.456789"},
		{"epoch_us", "1700158546123456.788", "1700158546123456.789"},
		{"epoch_ns", "1700158546123456788", "1700158546123456789"},
	} {
		want, _ := arrivals.ParseTimeFormat(c.format)
		for _, asked := range []arrivals.TimeFormat{arrivals.DetectTime, want} {
			trace := newTrace(t, "t\n"+c.first+"\n"+c.second+"\n", arrivals.TraceOptions{TimeFormat: asked})
			s := trace.Summary()
			if s.TimeFormat != want || s.Detected != (asked == arrivals.DetectTime) {
				t.Errorf("%s: the format %s, detected %t", c.first, s.TimeFormat, s.Detected)
			}
			if got := readTasks(t, trace.Replay(), 3); len(got) != 2 || got[0].Epoch != 0 || got[1].Epoch != 1e-9 {
				t.Errorf("%s as %s: %v", c.first, asked, got)
			}
		}
	}
	for text, want := range map[string]arrivals.TimeFormat{
		"0": arrivals.Seconds, "99999999.5": arrivals.Seconds, "1e8": arrivals.EpochSeconds, "9e9": arrivals.EpochSeconds,
		"1e11": arrivals.EpochMilliseconds, "1e14": arrivals.EpochMicroseconds, "1e17": arrivals.EpochNanoseconds, "9223372036854775807": arrivals.EpochNanoseconds,
	} {
		if s := newTrace(t, "t\n"+text+"\n", arrivals.TraceOptions{}).Summary(); s.TimeFormat != want {
			t.Errorf("%s is detected as %s", text, s.TimeFormat)
		}
	}
	// Said, it is not detected; and it holds for every row.
	if got := readTasks(t, newTrace(t, "t\n1e9\n2e9\n", arrivals.TraceOptions{TimeFormat: arrivals.Seconds}).Replay(), 3); got[0].Epoch != 1e9 {
		t.Errorf("plain seconds: %v", got)
	}
	for _, name := range arrivals.TimeFormats() {
		if f, ok := arrivals.ParseTimeFormat(name); !ok || f.String() != name {
			t.Errorf("%s is %s", name, f)
		}
	}
}

// TestTraceLoop: the period is the span and one mean gap.
func TestTraceLoop(t *testing.T) {
	trace := newTrace(t, "t,s\n1,7\n2,8\n5,9\n", arrivals.TraceOptions{Service: "s", Loop: true, Speedup: 2})
	if trace.Period() != 3 || trace.Rate() != 1 || trace.Summary().Rate != 0.5 {
		t.Errorf("period %g, rate %g, summary %+v", trace.Period(), trace.Rate(), trace.Summary())
	}
	want := []task{{0.5, 7, 0}, {1, 8, 0}, {2.5, 9, 0}, {3.5, 7, 0}, {4, 8, 0}, {5.5, 9, 0}, {6.5, 7, 0}}
	if diff := cmp.Diff(want, readTasks(t, trace.Replay(), 7)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	once := must[*arrivals.Trace](t)(trace.Replayed(1, false))
	if got := readTasks(t, once.Replay(), 7); len(got) != 3 || got[2].Epoch != 5 || once.Period() != 0 || !trace.Options().Loop {
		t.Errorf("replayed once: %v, period %g", got, once.Period())
	}
	// A loop never goes back in time, however far it is.
	long := newTrace(t, "t\n0.1\n0.2\n0.30000000000000004\n", arrivals.TraceOptions{Loop: true}).Replay()
	epochs, last := make([]float64, 1000), 0.0
	for range 100 {
		if n := long.Fill(epochs); n != len(epochs) || epochs[0] < last || !slices.IsSorted(epochs) {
			t.Fatalf("%d epochs, sorted %t, %g after %g", n, slices.IsSorted(epochs), epochs[0], last)
		}
		last = epochs[len(epochs)-1]
	}
	if want := 100_000 * 0.1; math.Abs(last-want) > 1e-9*want {
		t.Errorf("the last epoch is %.17g, want %g", last, want)
	}
}

// TestTraceSummary: against a second reading with the standard library.
func TestTraceSummary(t *testing.T) {
	const service = "0.002037 + 0.0004075*generated_tokens + 2.037e-06*context_tokens"
	file, err := os.ReadFile("testdata/azure_llm_2023_conv_head.csv")
	if err != nil {
		t.Fatal(err)
	}
	records := must[[][]string](t)(csv.NewReader(bytes.NewReader(file)).ReadAll())
	var want []task
	var sum, squares, largest float64
	for _, r := range records[1:] {
		at, _ := strconv.ParseFloat(r[0], 64)
		context, _ := strconv.ParseFloat(r[1], 64)
		generated, _ := strconv.ParseFloat(r[2], 64)
		x := 0.002037 + float64(0.0004075*generated) + float64(2.037e-06*context)
		want = append(want, task{at, x, 0})
		sum += x
		squares += x * x
		largest = max(largest, x)
	}
	n := float64(len(want))
	trace := newTrace(t, string(file), arrivals.TraceOptions{Name: "head.csv", Time: "arrival_s", Service: service})
	if diff := cmp.Diff(want, readTasks(t, trace.Replay(), 1000)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	s, last := trace.Summary(), want[len(want)-1].Epoch
	near := func(what string, got, want float64) {
		if math.Abs(got-want) > 1e-12*math.Abs(want) { // a few hundred roundings
			t.Errorf("%s is %.17g, want %.17g", what, got, want)
		}
	}
	near("rate", s.Rate, (n-1)/last)
	near("mean", s.Service.Mean, sum/n)
	near("SCV", s.Service.SCV, squares/n/(sum/n*sum/n)-1)
	if s.Rows != 300 || s.First != 0 || s.Last != last || s.Service.Max != largest || s.Service.Count != 300 || s.Wait.Count != 0 ||
		s.TimeFormat != arrivals.Seconds || !s.Detected || s.Classes != nil || !slices.Equal(s.Columns, records[0]) {
		t.Errorf("summary %+v", s)
	}
	if text := trace.String(); text != "trace(head.csv, rows=300, rate="+strconv.FormatFloat(s.Rate, 'g', -1, 64)+")" {
		t.Error(text)
	}
	zipped := newTrace(t, compressed(t, string(file)), arrivals.TraceOptions{Time: "arrival_s", Service: service}).Summary()
	if diff := cmp.Diff(s, zipped); diff != "" {
		t.Errorf("compressed, it differs: %s", diff)
	}
}

// TestTraceRecorded: a scheduler's own log, row by row as recorded.
func TestTraceRecorded(t *testing.T) {
	trace := newTrace(t, "id,t,start,end,user\n7,10,10,12,ann\n\n8,11,12,12.5,bob\n9,11,12.5,13.5,ann\n",
		arrivals.TraceOptions{Started: "start", Finished: "end", Class: "user", Speedup: 2, Loop: true})
	s := trace.Summary()
	if w := s.Wait; w.Count != 3 || w.Max != 1.5 || math.Abs(w.Mean-2.5/3) > 1e-15 {
		t.Errorf("wait %+v", w)
	}
	if x := s.Service; x.Count != 3 || x.Max != 2 || math.Abs(x.Mean-3.5/3) > 1e-15 {
		t.Errorf("service %+v", x)
	}
	if got := trace.Classes(); !slices.Equal(got, []string{"ann", "bob"}) {
		t.Errorf("classes %q", got)
	}
	want := []arrivals.Row{{2, 10, 2, 0, 0}, {4, 11, 0.5, 1, 1}, {5, 11, 1, 1.5, 0}}
	var got []arrivals.Row
	for row, err := range trace.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, row)
	}
	if !slices.Equal(got, want) {
		t.Errorf("rows %v, want %v", got, want)
	}
	for row := range trace.Rows() {
		if row.Line != 2 {
			t.Errorf("row %v", row)
		}
		break
	}
}

// files counts how often a log is open.
type files struct {
	text        string
	made, still int
}

func (f *files) open() (io.ReadCloser, error) {
	f.made++
	f.still++
	return &file{strings.NewReader(f.text), f}, nil
}

type file struct {
	io.Reader
	of *files
}

func (f *file) Close() error {
	f.of.still--
	return nil
}

// TestTraceCloses: the log is open only while it is read.
func TestTraceCloses(t *testing.T) {
	f := &files{text: "t\n1\n2\n3\n"}
	trace := must[*arrivals.Trace](t)(arrivals.NewTrace(f.open, plain(arrivals.TraceOptions{Loop: true})))
	check := func(when string, made, still int) {
		t.Helper()
		if f.made != made || f.still != still {
			t.Errorf("%s: opened %d times, %d open, want %d and %d", when, f.made, f.still, made, still)
		}
	}
	check("made", 1, 0)
	r := trace.Replay()
	check("started", 1, 0)
	readTasks(t, r, 2)
	check("in the first loop", 2, 1)
	readTasks(t, r, 5)
	check("in the third", 2, 0)
	once := must[*arrivals.Trace](t)(trace.Replayed(1, false))
	readTasks(t, once.Replay(), 10)
	check("ended", 3, 0)
	r = once.Replay()
	readTasks(t, r, 2)
	check("before the end", 4, 1)
	for range 2 {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		check("closed", 4, 0)
	}
	if got := readTasks(t, r, 1); got != nil || r.Err() != nil {
		t.Errorf("after Close: %v, %v", got, r.Err())
	}
	for range once.Rows() {
		break
	}
	check("looked into", 5, 0)
	if _, err := arrivals.NewTrace((&files{text: "t\nx\n"}).open, plain(arrivals.TraceOptions{})); err == nil {
		t.Error("a broken log is accepted")
	}
	f.text = "t\nx\n"
	_, err := arrivals.NewTrace(f.open, plain(arrivals.TraceOptions{}))
	check("broken", 6, 0)
	if err == nil {
		t.Error("a broken log is accepted")
	}
	r = trace.Replay()
	if n := r.Fill(make([]float64, 5)); n != 0 || r.Err() == nil {
		t.Errorf("%d epochs of a log that has changed, error %v", n, r.Err())
	}
	check("changed", 7, 0)
}

// TestTraceLongLoop: a loop that is too long to be kept is opened for each
// round, and goes on as a short one does.
func TestTraceLongLoop(t *testing.T) {
	const rows = 20_000
	f := &files{text: string(regularLog(rows))}
	trace := must[*arrivals.Trace](t)(arrivals.NewTrace(f.open, plain(arrivals.TraceOptions{Time: "arrival_s", Service: "context_tokens", Loop: true})))
	got := readTasks(t, trace.Replay(), 3*rows)
	if f.made != 4 || f.still != 1 { // one pass before, three loops
		t.Errorf("opened %d times, %d open", f.made, f.still)
	}
	for i, x := range got {
		first := got[i%rows]
		if want := first.Epoch + float64(i/rows)*trace.Period(); math.Abs(x.Epoch-want) > 1e-9 || x.Service != first.Service {
			t.Fatalf("task %d is %v, the first of its kind %v, the period %g", i, x, first, trace.Period())
		}
	}
}

// TestTraceChanges: a log that is another than when it was checked ends the
// replay with an error, again and again.
func TestTraceChanges(t *testing.T) {
	const first = "t,c\n1,a\n2,b\n3,a\n"
	for name, c := range map[string]struct {
		text string
		n    int
		want string
	}{
		"header":  {"t,d\n1,a\n2,b\n3,a\n", 0, "arrivals: trace log.csv, file: found other columns, which differ from when the trace was checked, want a file that stays as it is"},
		"shorter": {"t,c\n1,a\n2,b\n", 2, "found 2 rows, which differ"},
		"longer":  {first + "4,a\n", 3, "found more than 3 rows, which differ"},
		"last":    {"t,c\n1,a\n2,b\n4,a\n", 2, "found another last arrival"},
		"class":   {"t,c\n1,a\n2,z\n3,a\n", 1, `arrivals: trace log.csv, line 3, column c: found "z", which was not there`},
		"row":     {"t,c\n1,a\n2,b\n,a\n", 2, "arrivals: trace log.csv, line 4, column t: found nothing, want a time in seconds"},
		"empty":   {"", 0, "found an empty file"},
	} {
		f := &files{text: first}
		trace := must[*arrivals.Trace](t)(arrivals.NewTrace(f.open, plain(arrivals.TraceOptions{Name: "log.csv", Class: "c"})))
		f.text = c.text
		r := trace.Replay()
		epochs := make([]float64, 10)
		n, err := r.FillTasks(epochs, nil, nil)
		if n != c.n || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %d rows, error %v, want %d and %q", name, n, err, c.n, c.want)
		}
		if again, e := r.FillTasks(epochs, nil, nil); again != 0 || e != err || r.Err() != err {
			t.Errorf("%s: then %d rows, error %v", name, again, e)
		}
	}
}

var errDisk = errors.New("the disk is on fire")

type burning struct{ io.Reader }

func (b burning) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err == io.EOF {
		err = errDisk
	}
	return n, err
}

// TestTraceReadErrors: what a reader says is kept.
func TestTraceReadErrors(t *testing.T) {
	for name, open := range map[string]arrivals.Opener{
		"open":   func() (io.ReadCloser, error) { return nil, errDisk },
		"read":   func() (io.ReadCloser, error) { return io.NopCloser(burning{strings.NewReader("t\n1\n2")}), nil },
		"header": func() (io.ReadCloser, error) { return io.NopCloser(burning{strings.NewReader("t")}), nil },
		"quote":  func() (io.ReadCloser, error) { return io.NopCloser(burning{strings.NewReader("t\n\"1")}), nil },
	} {
		_, err := arrivals.NewTrace(open, plain(arrivals.TraceOptions{Name: "x"}))
		var e *arrivals.TraceError
		if !errors.As(err, &e) || !errors.Is(err, errDisk) || e.Option != "file" || e.Trace != "x" {
			t.Errorf("%s: error %v", name, err)
		}
	}
	cut := compressed(t, string(regularLog(1000)))
	_, err := arrivals.NewTrace(opened([]byte(cut[:len(cut)-9])), plain(arrivals.TraceOptions{Time: "arrival_s"}))
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a file that is cut off: %v", err)
	}
	if _, err := arrivals.NewTrace(opened([]byte("\x1f\x8bnothing")), plain(arrivals.TraceOptions{})); err == nil {
		t.Error("a broken gzip header is accepted")
	}
}

// TestTraceAllocates: nothing a row, whatever the log is made of.
func TestTraceAllocates(t *testing.T) {
	const block = 500
	var rows strings.Builder
	for i := range 40 * block {
		rows.WriteString("\n2023-11-16T18:00:00.")
		rows.WriteString(strconv.Itoa(100_000 + i))
		rows.WriteString(`+01:00,"a ""quoted"" word",1.23456789012345678901234,web`)
	}
	trace := newTrace(t, "t,\"x\",s,c"+rows.String(), arrivals.TraceOptions{Service: "s*2", Class: "c"})
	r := trace.Replay()
	epochs, services, classes := make([]float64, block), make([]float64, block), make([]int32, block)
	allocs := testing.AllocsPerRun(30, func() {
		if n, err := r.FillTasks(epochs, services, classes); n != block {
			t.Fatal(n, err)
		}
	})
	if allocs > 0 {
		t.Errorf("%g allocations in %d rows", allocs, block)
	}
}
