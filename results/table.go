package results

import (
	"fmt"
	"io"
	"strings"
)

// tableWidth is the most that a line of a table takes.
const tableWidth = 100

// WriteTable writes the documents for people to read, at most 100 columns wide.
func WriteTable(w io.Writer, docs []Document, o Options) error {
	return writeText(w, docs, o, newReport, "")
}

// arrangement decides what of a document is shown.
type arrangement func(d *Document, fixed Parameters) report

// writeText writes the reports of all documents, and below them what is true of the
// whole command; rule may be empty.
func writeText(w io.Writer, docs []Document, o Options, arrange arrangement, rule string) error {
	var lines []string
	for i := range docs {
		if err := check(&docs[i]); err != nil {
			return err
		}
		if i > 0 {
			lines = append(lines, "", "")
		}
		r := arrange(&docs[i], o.fixed(i))
		lines = append(lines, r.lines()...)
	}
	if len(docs) > 1 {
		lines = append(lines, "")
		lines = append(lines, wrap(concludeAll(docs), tableWidth)...)
	}
	if rule != "" {
		lines = append(lines, wrap(rule, tableWidth)...)
	}
	var b strings.Builder
	for _, line := range lines {
		b.WriteString(strings.TrimRight(line, " "))
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// lines is a report as a table.
func (r *report) lines() []string {
	lines := wrap(r.name, tableWidth)
	if r.description != "" {
		lines = append(lines, wrap(r.description, tableWidth)...)
	}
	if r.alarm != "" {
		lines = append(lines, "")
		lines = append(lines, hang("!! ", r.alarm, tableWidth)...)
	}
	if len(r.facts) > 0 {
		lines = append(lines, "")
	}
	for _, f := range r.facts {
		lines = append(lines, hang(padRight(f.key, 12), f.text, tableWidth)...)
	}
	for _, p := range r.parts {
		lines = append(lines, "")
		lines = append(lines, p.lines(tableWidth)...)
	}
	if r.legend != "" || len(r.notes) > 0 {
		lines = append(lines, "")
	}
	if r.legend != "" {
		lines = append(lines, wrap(r.legend, tableWidth)...)
	}
	for _, n := range r.notes {
		lines = append(lines, hang(superscript(n.number)+" ", n.String(), tableWidth)...)
	}
	lines = append(lines, "")
	return append(lines, wrap(r.conclusion, tableWidth)...)
}

// concludeAll is the last line of several documents.
func concludeAll(docs []Document) string {
	t := Count(docs)
	partial := 0
	for _, d := range docs {
		if !d.Complete {
			partial++
		}
	}
	text := fmt.Sprintf("%d scenarios: ", len(docs))
	if t.Compared == 0 {
		text += "nothing to compare with theory"
	} else {
		text += t.String()
	}
	if partial > 0 {
		text += fmt.Sprintf("; PARTIAL: %d not finished", partial)
	}
	return text
}
