package arrivals

import (
	"bytes"
	"encoding/csv"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// checkRecords compares records with encoding/csv: the same fields, and an
// error at the same record.
func checkRecords(t interface{ Fatalf(string, ...any) }, text []byte, in io.Reader) {
	got, want := newRecords(in), csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, byteOrderMark)))
	want.FieldsPerRecord = -1
	for {
		fields, wantErr := want.Read()
		err := got.next()
		if (err == nil) != (wantErr == nil) || (err == io.EOF) != (wantErr == io.EOF) {
			t.Fatalf("%q: error %v, encoding/csv says %v", text, err, wantErr)
		}
		if err != nil {
			return
		}
		var mine []string
		for _, f := range got.fields {
			mine = append(mine, string(f))
		}
		if !slices.Equal(mine, fields) {
			t.Fatalf("%q: fields %q, encoding/csv says %q", text, mine, fields)
		}
		if line, _ := want.FieldPos(0); got.line != int64(line) {
			t.Fatalf("%q: line %d, encoding/csv says %d", text, got.line, line)
		}
	}
}

// TestRecords: texts of the characters that matter, read whole and byte by
// byte.
func TestTraceRecords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pieces := rapid.SliceOfN(rapid.SampledFrom([]string{"a", ",", "\"", "\n", "\r", "\r\n", "\"\"", "\",", "\"\n", ",\"", "\n\"", " ", "é", "\ufeff"}), 0, 30).Draw(t, "pieces")
		text := []byte(strings.Join(pieces, ""))
		checkRecords(t, text, bytes.NewReader(text))
		checkRecords(t, text, iotest.OneByteReader(bytes.NewReader(text)))
		checkRecords(t, text, iotest.DataErrReader(bytes.NewReader(text)))
	})
}

// TestTraceLongRecords: records across the ends of the buffer, and one that
// has no end.
func TestTraceLongRecords(t *testing.T) {
	var b bytes.Buffer
	for i := range 2000 {
		b.WriteString(strings.Repeat("x", i%1000) + ",\"" + strings.Repeat("y\n", i%700) + "\"\r\n")
	}
	checkRecords(t, b.Bytes(), bytes.NewReader(b.Bytes()))
	for _, start := range []string{"", "\""} {
		endless := io.MultiReader(strings.NewReader("a\n"+start), endlessly{})
		r := newRecords(endless)
		if err := r.next(); err != nil {
			t.Fatal(err)
		}
		err := r.next()
		if err == nil || err.Error() != "arrivals: trace, line 2: found more than 1048576 bytes without an end of the row, want CSV" {
			t.Errorf("error %v", err)
		}
		if len(r.buffer) > 4*maxRecord {
			t.Errorf("a buffer of %d bytes", len(r.buffer))
		}
	}
	if err := newRecords(silent{}).next(); err != io.ErrNoProgress {
		t.Errorf("error %v", err)
	}
}

// endlessly is a line that never ends.
type endlessly struct{}

func (endlessly) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

type silent struct{}

func (silent) Read([]byte) (int, error) { return 0, nil }

// FuzzTrace: whatever a log holds, a trace of it is an error or has rows that
// are in order, as many as its summary says, and twice the same.
func FuzzTrace(f *testing.F) {
	for _, text := range []string{
		"t,s,c\n0,1,a\n1,2,b\n", "\ufefft,s,c\r\n0,\"1\",\"a\"\"\"\r\n", "t,s,c\n2023-11-16T18:15:46Z,1e3,a\n",
		"t,s,c\n1700158546.123,1,a\n1700158546.124,-1,a", "c,s,t\n\"x\n", "t,s,c\nNaN,1,a\n", "\x1f\x8b", "t,s,c\n1e308,1,a\n",
	} {
		f.Add([]byte(text), "s*2+1")
	}
	f.Fuzz(func(t *testing.T, text []byte, service string) {
		if !bytes.HasPrefix(text, []byte{0x1f, 0x8b}) {
			checkRecords(t, text, bytes.NewReader(text))
		}
		open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }
		trace, err := NewTrace(open, TraceOptions{Time: "t", Service: service, Class: "c", Speedup: 1})
		if err != nil {
			if e, ok := err.(*TraceError); !ok || e.Found == "" || utf8.ValidString(service) && strings.ContainsAny(e.Error(), "\r\n") {
				t.Fatalf("error %#v", err)
			}
			return
		}
		r, rows := trace.Replay(), int64(0)
		epochs, services, classes := make([]float64, 7), make([]float64, 7), make([]int32, 7)
		last := 0.0
		for n := len(epochs); n == len(epochs); rows += int64(n) {
			if n, err = r.FillTasks(epochs, services, classes); err != nil {
				t.Fatal(err)
			}
			for i := range n {
				if !(epochs[i] >= last) || !isFinite(epochs[i]) || !(services[i] >= 0) || !isFinite(services[i]) || int(classes[i]) >= len(trace.Classes()) {
					t.Fatalf("epoch %g after %g, service %g, class %d", epochs[i], last, services[i], classes[i])
				}
				last = epochs[i]
			}
		}
		told := rows // of which the log tells the service
		if service == "" {
			told = 0
		}
		if s := trace.Summary(); rows != s.Rows || last != s.Last || s.Rate < 0 || s.Service.Count != told {
			t.Fatalf("%d rows to %g, summary %+v", rows, last, s)
		}
	})
}
