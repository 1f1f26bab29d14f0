package results

import (
	"io"
	"strings"
)

// writeReport writes a report that could be made, as text; err says that it
// could not.
func writeReport(w io.Writer, r *report, err error) error {
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, trimmed(r.lines()))
	return err
}

// writeReportMarkdown is writeReport, as Markdown.
func writeReportMarkdown(w io.Writer, r *report, err error) error {
	if err != nil {
		return err
	}
	var b strings.Builder
	r.markdown(&b)
	_, err = io.WriteString(w, b.String())
	return err
}
