package arrivals

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"math"
)

// Moments are what is known of a column of numbers, all at least 0.
type Moments struct {
	Count int64   // 0 where the log has no such column: the rest is 0 then
	Mean  float64 // seconds
	SCV   float64 // squared coefficient of variation, variance / mean² with the divisor Count; 0 where Mean is 0
	Max   float64 // seconds
}

// Summary is what one pass over a log told, as recorded: before Speedup and
// Loop.
type Summary struct {
	Rows        int64 // that are used
	First, Last float64
	// Rate is arrivals per second, (Rows − 1)/(Last − First); 0 where the
	// arrivals are at one time.
	Rate float64
	// TimeFormat is the one that was said or, where Detected is true, found
	// from the first row. It is never DetectTime.
	TimeFormat TimeFormat
	Detected   bool
	// Service are the service times, Wait the recorded waits.
	Service, Wait Moments
	// Classes are the names of the classes, in the order in which they first
	// occur; nil without a column of classes.
	Classes []string
	// Columns are the names of all columns.
	Columns []string
	// SHA256 is the hash, in hexadecimal, of the text of the header and the
	// rows that are used, not compressed.
	SHA256 string
}

// scan is the first pass.
func (t *Trace) scan() error {
	if err := t.options.check(); err != nil {
		return err
	}
	log, err := openLog(t.open)
	if err != nil {
		return err
	}
	defer log.Close()
	digest := sha256.New()
	log.records.digest = digest
	header, err := readHeader(log.records)
	if err != nil {
		return err
	}
	l, err := newLayout(&t.options, header)
	if err != nil {
		return err
	}
	r := newRowReader(l, log.records)
	r.learn, r.classes = true, map[string]int32{}
	if err := t.survey(r); err != nil {
		return err
	}
	t.summary.SHA256 = hex.EncodeToString(digest.Sum(nil))
	return nil
}

// survey reads all rows into the summary.
func (t *Trace) survey(r *rowReader) error {
	var service, wait moments
	var row Row
	s := &t.summary
	for !t.options.Limited || s.Rows < t.options.Limit {
		err := r.readRow(&row)
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if s.Rows++; s.Rows == 1 {
			s.First = row.Time
		}
		s.Last = row.Time
		service.add(row.Service)
		wait.add(row.Wait)
	}
	if s.Rows == 0 {
		return &TraceError{Option: "file", Found: "no rows", Want: "at least one under the header"}
	}
	if span := s.Last - s.First; span > 0 {
		s.Rate = float64(s.Rows-1) / span
	}
	t.layout, t.classes = r.layout, r.classes
	s.TimeFormat, s.Detected = r.format, t.options.TimeFormat == DetectTime
	s.Classes, s.Columns = r.names, r.header
	if r.serves() {
		s.Service = service.known()
	}
	if r.started >= 0 {
		s.Wait = wait.known()
	}
	return nil
}

// log is an open log.
type log struct {
	records *records
	closer  io.Closer
}

func (l *log) Close() error { return l.closer.Close() }

// openLog opens a log, compressed or not.
func openLog(open Opener) (*log, error) {
	file, err := open()
	if err != nil {
		return nil, &TraceError{Option: "file", Found: "a file that cannot be opened: " + err.Error(), Err: err}
	}
	in := bufio.NewReader(file)
	start, _ := in.Peek(2) // what is wrong is met again by whoever reads on
	if !bytes.Equal(start, []byte{0x1f, 0x8b}) {
		return &log{newRecords(in), file}, nil
	}
	z, err := gzip.NewReader(in)
	if err != nil {
		file.Close()
		return nil, err
	}
	return &log{newRecords(z), file}, nil
}

// moments adds up numbers (Welford, "Note on a method for calculating
// corrected sums of squares and products", Technometrics 4(3), 1962).
type moments struct {
	n                  int64
	mean, squares, max float64
}

func (m *moments) add(x float64) {
	m.n++
	d := x - m.mean
	m.mean += d / float64(m.n)
	m.squares += float64(d * (x - m.mean))
	m.max = max(m.max, x)
}

func (m *moments) known() Moments {
	k := Moments{Count: m.n, Mean: m.mean, Max: m.max}
	if m.mean > 0 {
		k.SCV = math.Max(0, m.squares/float64(m.n)/(m.mean*m.mean))
	}
	return k
}
