package scenarios

import (
	"errors"
	"fmt"
	"io"
	"io/fs"

	"spillway/distributions/arrivals"
)

// traceFile is a log that was read, or why it could not be.
type traceFile struct {
	trace *arrivals.Trace
	err   error
}

// trace is a log that was read with some options, each once: whatever points of
// a sweep do with its speed-up and loop, they share one reading.
func (f *files) trace(o arrivals.TraceOptions) (*arrivals.Trace, error) {
	read, done := f.traces[o]
	if !done {
		open := func() (io.ReadCloser, error) { return f.open(o.Name) }
		if f.open == nil {
			open = func() (io.ReadCloser, error) { return nil, errors.New("files cannot be read here") }
		}
		read.trace, read.err = arrivals.NewTrace(open, o)
		if f.traces == nil {
			f.traces = map[arrivals.TraceOptions]traceFile{}
		}
		f.traces[o] = read
	}
	return read.trace, read.err
}

// traceDigests are the contents of the logs, as far as they are used.
func (f *files) traceDigests() (digests []string) {
	for o, read := range f.traces {
		if read.err == nil {
			digests = append(digests, fmt.Sprintf("\n%s\n%s", quote(o.Name), read.trace.Summary().SHA256))
		}
	}
	return digests
}

// trace is the replay that v describes; nil where it was reported.
func (b *builder) trace(p *Point, v *value) arrivals.Process {
	b.beyond(p, v)
	trace, err := b.files.trace(traceOptions(v))
	if err == nil {
		trace, err = trace.Replayed(v.field("speedup").numberOr(1), isLoop(v))
	}
	if err != nil {
		b.traceError(v, err)
		return nil
	}
	if s := trace.Summary(); trace.HasService() && !(s.Service.Mean > 0) {
		at := v
		for _, key := range []string{"finished", "service"} {
			if f := v.field(key); f != nil {
				at = f
			}
		}
		b.fail(at.node.place, at.path, fmt.Sprintf("service times that are all 0 in the %d rows of %s", s.Rows, clip(v.field("file").text)), "a service time with a positive mean", "")
		return nil
	}
	return trace
}

func isLoop(v *value) bool { return v.field("loop") != nil && v.field("loop").truth }

// traceOptions say how the log of v is read; how it is replayed comes later.
func traceOptions(v *value) arrivals.TraceOptions {
	text := func(key string) string {
		if f := v.field(key); f != nil && f.fields == nil {
			return f.text
		}
		return ""
	}
	o := arrivals.TraceOptions{
		Name: text("file"), Time: text("time"), Service: text("service"), Class: text("class"),
		Started: text("started"), Finished: text("finished"), Speedup: 1,
	}
	o.TimeFormat, _ = arrivals.ParseTimeFormat(text("time_format")) // without one it is detected
	if limit := v.field("limit"); limit != nil {
		o.Limited, o.Limit = true, int64(limit.whole)
	}
	return o
}

// traceError reports what is wrong with a log at the key that it concerns.
func (b *builder) traceError(v *value, err error) {
	var e *arrivals.TraceError
	if !errors.As(err, &e) {
		b.fail(v.node.place, v.path, err.Error(), "a log that can be replayed", "")
		return
	}
	at := v.field(e.Option)
	if at == nil {
		at = v
	}
	name := clip(v.field("file").text)
	found, allowed, hint := e.Found, e.Want, ""
	switch {
	case errors.Is(e.Err, fs.ErrNotExist):
		found, allowed = quote(name)+", which does not exist", "a CSV file that can be read"
	case e.Err != nil:
		found, allowed = quote(name)+", which cannot be read ("+cause(e.Err)+")", "a CSV file that can be read"
	case e.Unknown != "":
		allowed = "a column of " + name + ": " + clip(enumerate(e.Columns, "or"))
		hint = didYouMean(near(e.Unknown, e.Columns))
	case e.Option == "file" && e.Line == 0:
		found = quote(name) + ", which is " + e.Found
		if e.Found == "no rows" {
			found = quote(name) + ", which has no rows"
		}
	}
	if e.Position > 0 {
		found += fmt.Sprintf(" at character %d of the formula", e.Position)
	}
	if e.Column != "" {
		found += " in column " + e.Column
	}
	if e.Line > 0 {
		found += fmt.Sprintf(" on line %d of %s", e.Line, name)
	}
	b.fail(at.node.place, at.path, found, allowed, hint)
}

// traced completes the stream of a trace, whose columns say what other streams
// have keys for.
func (b *builder) traced(p *Point, stream *Stream, v *value) {
	if batch := v.field("batch"); b.batch(batch) != nil {
		b.fail(batch.node.place, batch.path, "batches of a trace", "one task a row", "give rows that arrive together the same time, and leave batch out")
	}
	if own := v.field("service"); own != nil && own.fields != nil {
		stream.Service = b.service(own)
		if v.field("finished") != nil {
			b.fail(own.node.place, own.path, "both service and finished", "one of them to tell the service time", "")
			return
		}
	}
	stream.Process = b.trace(p, v)
	trace, ok := stream.Process.(*arrivals.Trace)
	if !ok {
		return
	}
	if trace.HasService() {
		stream.Service = nil
	}
	if stream.Classes = trace.Classes(); stream.Classes != nil {
		stream.Class = ""
	}
}

// tellsService says whether the columns of a trace have service times.
func tellsService(v *value) bool {
	return v.text == "trace" && (v.field("finished") != nil || v.field("service") != nil)
}

// wholeTrace makes a run over the whole of the traces that end what the point
// asks for where it says nothing else, and refuses what only a run without end
// could give. What run says is read after this.
func (b *builder) wholeTrace(p *Point, run *value) {
	refuse := func(key, what string) {
		f := run.field(key)
		b.fail(f.node.place, f.path, what+" of a trace that ends", "one run over the trace, from empty: state: transient", "loop: true makes a trace go on for ever")
	}
	if run.field("precision") != nil {
		refuse("precision", "a precision")
	}
	if run.field("state").is("steady") {
		refuse("state", "a steady state")
		return
	}
	p.Run = Run{Horizon: ByTrace, Confidence: p.Run.Confidence, Replications: 1, Warmup: Warmup{Method: WarmupNone}, Transient: true}
}
