package scenarios

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Error is one thing that is wrong with a scenario.
type Error struct {
	// File is the scenario's name, or the override as it was given:
	// "--set servers=0".
	File string
	// Line and Column count from 1; both are 0 for an override.
	Line, Column int
	// Path is the dotted path of the key; empty for the whole document.
	Path string
	// Found is what is there, Allowed what may be; Allowed may be empty.
	Found, Allowed string
	// Hint is the near miss or the remedy; may be empty.
	Hint string

	set int // 1 + position of the override; 0 for the file
}

// Error is the message, on one line whatever the file has in it.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", e.Line, e.Column)
	}
	b.WriteString(": ")
	if e.Path != "" {
		b.WriteString(e.Path + ": ")
	}
	b.WriteString("found " + e.Found)
	if e.Allowed != "" {
		b.WriteString(", want " + e.Allowed)
	}
	if e.Hint != "" {
		b.WriteString("; " + e.Hint)
	}
	return strings.Map(printable, b.String())
}

// printable keeps what a terminal would obey out of messages.
func printable(c rune) rune {
	if !unicode.IsPrint(c) {
		return ' '
	}
	return c
}

// Errors is everything that is wrong with a scenario, sorted by place: the
// file from top to bottom, then the overrides.
type Errors []*Error

// Error is every message, one a line.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, x := range e {
		lines[i] = x.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives the single errors to errors.As.
func (e Errors) Unwrap() []error {
	all := make([]error, len(e))
	for i, x := range e {
		all[i] = x
	}
	return all
}

// sorted is e by place, each message once.
func (e Errors) sorted() Errors {
	slices.SortStableFunc(e, func(a, b *Error) int {
		for _, d := range []int{a.set - b.set, a.Line - b.Line, a.Column - b.Column} {
			if d != 0 {
				return d
			}
		}
		return 0
	})
	seen := make(map[string]bool, len(e))
	return slices.DeleteFunc(e, func(x *Error) bool {
		m := x.Error()
		defer func() { seen[m] = true }()
		return seen[m]
	})
}

// cut is e with a last word in place of what is beyond maxErrors.
func (e Errors) cut() Errors {
	if len(e) <= maxErrors {
		return e
	}
	last := *e[maxErrors]
	last.Path, last.Allowed, last.Hint = "", "", ""
	last.Found = fmt.Sprintf("%d more errors from here on", len(e)-maxErrors)
	return append(e[:maxErrors:maxErrors], &last)
}
