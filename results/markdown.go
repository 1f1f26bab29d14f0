package results

import (
	"io"
	"strings"
)

// WriteMarkdown writes the documents as Markdown with tables as GitHub has them,
// one row for each point and way to know its values.
func WriteMarkdown(w io.Writer, docs []Document, o Options) error {
	return writeMarkdown(w, docs, o, newReport, "")
}

// writeMarkdown is writeText in Markdown.
func writeMarkdown(w io.Writer, docs []Document, o Options, arrange arrangement, rule string) error {
	var b strings.Builder
	for i := range docs {
		if err := check(&docs[i]); err != nil {
			return err
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		r := arrange(&docs[i], o.fixed(i))
		r.markdown(&b)
	}
	if len(docs) > 1 {
		b.WriteString("\n**" + escape(concludeAll(docs)) + "**\n")
	}
	if rule != "" {
		b.WriteString("\n" + escape(rule) + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (r *report) markdown(b *strings.Builder) {
	b.WriteString("## " + escape(r.name) + "\n")
	if r.description != "" {
		b.WriteString("\n" + escape(r.description) + "\n")
	}
	if r.alarm != "" {
		b.WriteString("\n**" + escape(r.alarm) + "**\n")
	}
	if len(r.facts) > 0 {
		b.WriteByte('\n')
	}
	for _, f := range r.facts {
		b.WriteString("- " + f.key + ": " + escape(f.text) + "\n")
	}
	for _, p := range r.parts {
		p.markdown(b)
	}
	if r.legend != "" {
		b.WriteString("\n" + escape(r.legend) + "\n")
	}
	for i, n := range r.notes {
		if i == 0 {
			b.WriteByte('\n')
		}
		b.WriteString("- " + superscript(n.number) + " " + escape(n.String()) + "\n")
	}
	b.WriteString("\n**" + escape(r.conclusion) + "**\n")
}

func (s *sheet) markdown(b *strings.Builder) {
	b.WriteByte('\n')
	if s.title != "" {
		b.WriteString("### " + escape(s.title) + "\n\n")
	}
	var head, rule []string
	for _, title := range append(append([]string{}, s.params...), s.labels...) {
		head, rule = append(head, escape(title)), append(rule, "---")
	}
	head, rule = append(head, " "), append(rule, "---")
	for _, c := range s.columns {
		head, rule = append(head, c.heading()), append(rule, "---:")
	}
	writeRow(b, head)
	writeRow(b, rule)
	for _, r := range s.rows {
		writeRow(b, r.markdown(s))
	}
}

func (r row) markdown(s *sheet) []string {
	var out []string
	for _, p := range r.params {
		out = append(out, escape(p.Text))
	}
	for _, label := range r.labels {
		out = append(out, escape(label))
	}
	out = append(out, r.kind)
	if r.note != "" {
		for i := range s.columns {
			out = append(out, "")
			if i == 0 {
				out[len(out)-1] = escape(r.note)
			}
		}
		if len(s.columns) == 0 {
			out[len(out)-1] = strings.TrimSpace(r.kind + " " + escape(r.note))
		}
		return out
	}
	for i, c := range r.cells {
		value, half := c.texts(s.columns[i].scale)
		out = append(out, strings.Join(strings.Fields(value+" "+half+" "+c.mark), " "))
	}
	return out
}

func writeRow(b *strings.Builder, cells []string) {
	b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
}

// escape keeps a text from being taken for markup.
func escape(s string) string {
	return strings.NewReplacer(
		`\`, `\\`, "|", `\|`, "<", `\<`, ">", `\>`, "*", `\*`, "_", `\_`, "`", "\\`", "[", `\[`, "]", `\]`, "#", `\#`,
	).Replace(s)
}
