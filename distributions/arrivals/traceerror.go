package arrivals

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// TraceError is what is wrong with a log, or with what is asked of it.
type TraceError struct {
	Trace    string   // the log's name, TraceOptions.Name
	Option   string   // what it concerns: "file", "time", "service", "class", "started", "finished", "limit", "speedup", "loop"
	Line     int64    // of the log, from 1; 0 where it is not about a row
	Column   string   // of the row
	Position int      // of a formula's character, from 1; 0 where it is not about one
	Found    string   // what is there
	Want     string   // what may be
	Unknown  string   // the name that is no column's, where that is what is wrong
	Columns  []string // the names there are, where Unknown is not empty
	Err      error    // what a reader said, where that is what is wrong
}

func (e *TraceError) Error() string {
	var b strings.Builder
	b.WriteString("arrivals: trace")
	if e.Trace != "" {
		b.WriteString(" " + e.Trace)
	}
	if e.Line > 0 {
		fmt.Fprintf(&b, ", line %d", e.Line)
	}
	switch {
	case e.Column != "":
		b.WriteString(", column " + e.Column)
	case e.Option != "" && e.Line == 0:
		b.WriteString(", " + e.Option)
	}
	if e.Position > 0 {
		fmt.Fprintf(&b, ", character %d", e.Position)
	}
	b.WriteString(": found " + e.Found)
	if e.Want != "" {
		b.WriteString(", want " + e.Want)
	}
	return b.String()
}

// Unwrap is what the reader said, if that is it.
func (e *TraceError) Unwrap() error { return e.Err }

// described is a cell for a message.
func described(cell []byte) string {
	if len(cell) == 0 {
		return "nothing"
	}
	return quotedText(string(cell))
}

// quotedText is text for a message, on one line of reasonable length.
func quotedText(text string) string {
	const most = 60
	if utf8.RuneCountInString(text) > most {
		text = string([]rune(text)[:most]) + "…"
	}
	return strconv.Quote(text)
}

// isPrintable says that a text can stand in a message or a table.
func isPrintable(text []byte) bool {
	for len(text) > 0 {
		c, n := utf8.DecodeRune(text)
		if c == utf8.RuneError && n == 1 || !unicode.IsPrint(c) {
			return false
		}
		text = text[n:]
	}
	return true
}

// listed is names for a message, at most twenty of them.
func listed(names []string) string {
	const most = 20
	shown := make([]string, 0, most)
	for _, name := range names[:min(len(names), most)] {
		shown = append(shown, quotedText(name))
	}
	text := strings.Join(shown, ", ")
	if n := len(names) - most; n > 0 {
		text += fmt.Sprintf(" and %d more", n)
	}
	return text
}
