package eventlog

import (
	"bufio"
	"io"
	"math"
	"strconv"
)

// writer is a buffer that is written line by line. After an error, which bufio
// keeps, nothing is written any more.
type writer struct {
	to   *bufio.Writer
	line []byte // being made, and room for the next
}

func newWriter(w io.Writer) writer {
	return writer{to: bufio.NewWriterSize(w, 1<<16), line: make([]byte, 0, 256)}
}

func (w *writer) text(s string) { w.line = append(w.line, s...) }

func (w *writer) int(n int64) { w.line = strconv.AppendInt(w.line, n, 10) }

// number is x with so many digits after the point, or as many as it needs where
// digits is −1; null where JSON has no such number.
func (w *writer) number(x float64, digits int) {
	if math.Abs(x) <= math.MaxFloat64 {
		w.line = strconv.AppendFloat(w.line, x, 'f', digits, 64)
		return
	}
	w.text("null")
}

// flush writes the line.
func (w *writer) flush() {
	w.to.Write(w.line) // its error comes with close
	w.line = w.line[:0]
}

// close writes what is in the buffer and returns the first error of all writing.
func (w *writer) close() error { return w.to.Flush() }
