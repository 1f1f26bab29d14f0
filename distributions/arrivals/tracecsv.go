package arrivals

import (
	"bytes"
	"fmt"
	"hash"
	"io"
)

const (
	recordBuffer = 1 << 18 // bytes that are read at a time
	maxRecord    = 1 << 20 // bytes of one record; more is not a table
)

// byteOrderMark is what some programs begin a file of UTF-8 with.
var byteOrderMark = []byte("\ufeff")

// records reads CSV as encoding/csv does, several times faster and without
// allocating: a line without quotes is cut at its commas where it lies. What
// is wrong with the text is a *TraceError of a line.
type records struct {
	in       io.Reader
	buffer   []byte
	pos, end int   // what of the buffer is still to be read
	err      error // of in; io.EOF at its end
	lines    int64 // that were read
	line     int64 // the first of the record, from 1
	fields   [][]byte
	text     []byte // of fields in quotes, without them
	ends     []int  // of the fields in text
	digest   hash.Hash
}

func newRecords(in io.Reader) *records {
	return &records{in: in, buffer: make([]byte, recordBuffer)}
}

// next reads the next record into fields, which hold until the call after it.
// The error is io.EOF at the end.
func (r *records) next() error {
	for {
		n, err := r.lineEnd(0)
		if n == 0 {
			return err
		}
		r.lines++
		r.line = r.lines
		if r.lines == 1 && bytes.HasPrefix(r.buffer[r.pos:r.end], byteOrderMark) {
			r.take(len(byteOrderMark))
			n -= len(byteOrderMark)
		}
		line := trimmedLine(r.buffer[r.pos : r.pos+n])
		switch {
		case len(line) == 0:
			r.take(n)
			continue
		case bytes.IndexByte(line, '"') < 0:
			r.take(n)
			r.cut(line)
			return nil
		}
		return r.quoted(n)
	}
}

// take moves on by n bytes.
func (r *records) take(n int) {
	if r.digest != nil {
		r.digest.Write(r.buffer[r.pos : r.pos+n])
	}
	r.pos += n
}

// lineEnd is the number of bytes from pos to the end of the line that starts
// from bytes after pos, its newline counted. It is from at the end of the
// input, with the error that ended it.
func (r *records) lineEnd(from int) (int, error) {
	searched := from
	for {
		if i := bytes.IndexByte(r.buffer[r.pos+searched:r.end], '\n'); i >= 0 {
			return searched + i + 1, nil
		}
		searched = r.end - r.pos
		switch {
		case r.err == io.EOF:
			return searched, r.err
		case r.err != nil:
			return from, r.err
		case searched > maxRecord:
			return from, &TraceError{Option: "file", Line: r.lines + 1, Found: fmt.Sprintf("more than %d bytes without an end of the row", maxRecord), Want: "CSV"}
		}
		r.fill()
	}
}

// fill reads more, behind what is still to be read.
func (r *records) fill() {
	if r.pos > 0 {
		r.end = copy(r.buffer, r.buffer[r.pos:r.end])
		r.pos = 0
	}
	if r.end == len(r.buffer) {
		r.buffer = append(r.buffer, make([]byte, len(r.buffer))...)
	}
	for range 100 { // as bufio does: a reader that gives nothing is broken
		var n int
		n, r.err = r.in.Read(r.buffer[r.end:])
		r.end += n
		if n > 0 || r.err != nil {
			return
		}
	}
	r.err = io.ErrNoProgress
}

// trimmedLine is a line without its end: \n, \r\n, or a \r at the end of the
// input.
func trimmedLine(line []byte) []byte {
	n := len(line)
	if n > 0 && line[n-1] == '\n' {
		n--
	}
	if n > 0 && line[n-1] == '\r' {
		n--
	}
	return line[:n]
}

// cut makes the fields of a line without quotes.
func (r *records) cut(line []byte) {
	r.fields = r.fields[:0]
	start := 0
	for i, c := range line {
		if c == ',' {
			r.fields = append(r.fields, line[start:i])
			start = i + 1
		}
	}
	r.fields = append(r.fields, line[start:])
}

// quoted makes the fields of a record whose first line, of n bytes, has a
// quote in it.
func (r *records) quoted(n int) error {
	q := quotedRecord{records: r, n: n}
	r.text, r.ends = r.text[:0], r.ends[:0]
	for more := true; more; {
		var err error
		if more, err = q.field(); err != nil {
			return err
		}
	}
	r.take(q.n)
	r.fields = r.fields[:0]
	start := 0
	for _, end := range r.ends {
		r.fields = append(r.fields, r.text[start:end])
		start = end
	}
	return nil
}

// quotedRecord is a record that is being read: n bytes from pos on are of it.
type quotedRecord struct {
	*records
	n, at int
}

// rest is what is left of the line, without its end.
func (q *quotedRecord) rest() []byte { return trimmedLine(q.buffer[q.pos+q.at : q.pos+q.n]) }

// field reads a field and the comma after it; more is whether there is one.
func (q *quotedRecord) field() (more bool, err error) {
	if rest := q.rest(); len(rest) > 0 && rest[0] == '"' {
		q.at++
		if err := q.unquote(); err != nil {
			return false, err
		}
		if rest = q.rest(); len(rest) > 0 && rest[0] != ',' {
			return false, q.wrong("text after a quote that closes a field")
		}
	} else {
		text, _, _ := bytes.Cut(rest, []byte{','})
		if bytes.IndexByte(text, '"') >= 0 {
			return false, q.wrong("a quote inside a field that does not begin with one")
		}
		q.text = append(q.text, text...)
		q.at += len(text)
	}
	q.ends = append(q.ends, len(q.text))
	more = len(q.rest()) > 0
	q.at++
	return more, nil
}

// unquote reads up to the quote that closes the field, over lines.
func (q *quotedRecord) unquote() error {
	for {
		rest := q.rest()
		i := bytes.IndexByte(rest, '"')
		if i < 0 {
			if err := q.nextLine(rest); err != nil {
				return err
			}
			continue
		}
		q.text = append(q.text, rest[:i]...)
		q.at += i + 1
		if i+1 == len(rest) || rest[i+1] != '"' {
			return nil
		}
		q.text = append(q.text, '"')
		q.at++
	}
}

// nextLine adds the line after the rest of this one, which is inside quotes.
func (q *quotedRecord) nextLine(rest []byte) error {
	q.text = append(append(q.text, rest...), '\n')
	n, err := q.lineEnd(q.n)
	switch {
	case n > q.n:
		q.lines++
		q.at, q.n = q.n, n
		return nil
	case err == io.EOF:
		return q.wrong("a quote that is never closed")
	}
	return err
}

func (r *records) wrong(found string) error {
	return &TraceError{Option: "file", Line: r.line, Found: found, Want: `CSV, with a quote inside a quoted field written ""`}
}
