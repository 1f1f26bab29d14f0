package results

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// clean makes a text of the user's fit for one line: every run of blanks and of
// what cannot be printed becomes a single blank.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) || !unicode.IsGraphic(r) {
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// width is the room that a text takes: that on a terminal, where many an Asian
// letter takes two places, and never less than its number of letters.
//
// The condition is not that of the package runewidth, which follows the locale: the
// same results are to give the same bytes everywhere.
func width(s string) int {
	terminal := runewidth.Condition{StrictEmojiNeutral: true}
	n := 0
	for _, r := range s {
		n += terminal.RuneWidth(r)
	}
	return max(n, utf8.RuneCountInString(s))
}

func padRight(s string, n int) string { return s + blanks(n-width(s)) }

func padLeft(s string, n int) string { return blanks(n-width(s)) + s }

func blanks(n int) string { return strings.Repeat(" ", max(0, n)) }

// cut shortens a text to n places.
func cut(s string, n int) string {
	if width(s) <= n {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if width(b.String()+string(r)) > n-1 {
			break
		}
		b.WriteRune(r)
	}
	return b.String() + "…"
}

// wrap breaks a text into lines of at most n places, at blanks where it can.
func wrap(s string, n int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		switch {
		case line == "":
			line = word
		case width(line)+1+width(word) <= n:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
		for width(line) > n {
			head := headOf(line, n)
			lines = append(lines, head)
			line = line[len(head):]
		}
	}
	if line != "" || lines == nil {
		lines = append(lines, line)
	}
	return lines
}

// headOf is the longest beginning of s that takes at most n places, and at least
// one letter.
func headOf(s string, n int) string {
	end := 0
	for i, r := range s {
		next := i + utf8.RuneLen(r)
		if end > 0 && width(s[:next]) > n {
			break
		}
		end = next
	}
	return s[:end]
}

// hang wraps a text behind a head: the lines after the first are indented as far.
func hang(head, s string, n int) []string {
	lines := wrap(s, n-width(head))
	for i, line := range lines {
		if i == 0 {
			lines[i] = head + line
		} else {
			lines[i] = blanks(width(head)) + line
		}
	}
	return lines
}
