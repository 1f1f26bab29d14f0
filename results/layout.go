package results

import "strings"

const (
	gap       = "  "
	labelRoom = 24 // the widest that a label gets; what is longer is cut
)

// layout is a sheet with every cell made text.
type layout struct {
	sheet  *sheet
	folded int        // so many parameters stand in a heading above their rows
	titles []string   // of the labels that have a column, the kind's last
	labels [][]string // by row
	cells  [][]string // by row and column, of equal width in a column
	heads  []string   // of the columns, padded to the width of their cells
}

// lines renders the sheet in at most n places a line. Of the arrangements below it
// takes the first that fits: every parameter in a column of its own, all but the last in a
// heading, all in a heading, and in the end the columns in several blocks.
func (s *sheet) lines(n int) []string {
	for _, folded := range []int{0, len(s.params) - 1, len(s.params)} {
		if folded < 0 {
			continue
		}
		if l := s.layout(folded); l.width() <= n {
			return l.block(0, len(s.columns), n)
		}
	}
	return s.inBlocks(n)
}

// inBlocks renders a sheet that is too wide: as few blocks as can be, with about the
// same number of columns in each.
func (s *sheet) inBlocks(n int) []string {
	l := s.layout(0)
	if width(l.left(l.titles)) > n/2 {
		l = s.layout(len(s.params))
	}
	blocks := 0
	for from := 0; from < len(s.columns); from = l.fit(from, n) {
		blocks++
	}
	var lines []string
	for from := 0; from < len(s.columns); blocks-- {
		left := max(1, blocks) // uneven columns can take one more than was counted
		share := (len(s.columns) - from + left - 1) / left
		to := min(from+share, l.fit(from, n))
		if from > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, l.block(from, to, n)...)
		from = to
	}
	return lines
}

func (s *sheet) layout(folded int) layout {
	l := layout{sheet: s, folded: folded}
	for _, title := range append(append([]string{}, s.params[folded:]...), s.labels...) {
		l.titles = append(l.titles, cut(title, labelRoom))
	}
	l.titles = append(l.titles, "")
	for _, r := range s.rows {
		l.labels = append(l.labels, r.labelTexts(folded))
		l.cells = append(l.cells, make([]string, len(s.columns)))
	}
	for i := range s.columns {
		texts := s.columnTexts(i)
		for r, t := range texts {
			l.cells[r][i] = t
		}
		l.heads = append(l.heads, padRight(s.columns[i].heading(), widest(texts)))
	}
	for i := range s.columns {
		for r := range l.cells {
			l.cells[r][i] = padRight(l.cells[r][i], width(l.heads[i]))
		}
	}
	return l
}

// labelTexts are the labels of a row; those that the row above has are left blank.
func (r row) labelTexts(folded int) []string {
	var out []string
	for _, p := range r.params[folded:] {
		out = append(out, cut(p.Text, labelRoom))
	}
	for _, label := range r.labels {
		out = append(out, cut(label, labelRoom))
	}
	if !r.first {
		for i := range out {
			out[i] = ""
		}
	}
	return append(out, r.kind)
}

func widest(texts []string) int {
	n := 0
	for _, t := range texts {
		n = max(n, width(t))
	}
	return n
}

// labelWidth is the width of label i.
func (l *layout) labelWidth(i int) int {
	n := width(l.titles[i])
	for _, labels := range l.labels {
		n = max(n, width(labels[i]))
	}
	return n
}

// left is the part of a line before the numbers.
func (l *layout) left(labels []string) string {
	var b strings.Builder
	for i, label := range labels {
		if i > 0 {
			b.WriteString(gap)
		}
		if i < len(l.sheet.params)-l.folded { // swept values are numbers more often than not
			b.WriteString(padLeft(label, l.labelWidth(i)))
		} else {
			b.WriteString(padRight(label, l.labelWidth(i)))
		}
	}
	return b.String()
}

// width is that of the longest line, headings apart.
func (l *layout) width() int {
	left := width(l.left(l.titles))
	all := left
	for _, head := range l.heads {
		all += len(gap) + width(head)
	}
	for _, r := range l.sheet.rows {
		if r.note != "" {
			all = max(all, left+len(gap)+width(r.note))
		}
	}
	return all
}

// fit returns the end of the block of columns that starts at from: at least one.
func (l *layout) fit(from, n int) int {
	room := n - width(l.left(l.titles))
	to := from
	for to < len(l.heads) {
		room -= len(gap) + width(l.heads[to])
		if room < 0 && to > from {
			break
		}
		to++
	}
	return to
}

// block renders the columns from (including) to (excluding).
func (l *layout) block(from, to, n int) []string {
	head := l.left(l.titles) + gap + strings.Join(l.heads[from:to], gap)
	var lines []string
	if l.sheet.title != "" {
		head = l.titled(head)
	}
	head = strings.TrimRight(head, " ")
	length := 0
	heading := ""
	for i, r := range l.sheet.rows {
		if h := r.heading(l.sheet, l.folded); r.first && h != heading {
			heading = h
			if i > 0 {
				lines = append(lines, "")
			}
			lines = append(lines, wrap(h, n)...)
		}
		line := l.left(l.labels[i]) + gap
		if r.note != "" {
			line += cut(r.note, n-width(line))
		} else {
			line += strings.Join(l.cells[i][from:to], gap)
		}
		line = strings.TrimRight(line, " ")
		length = max(length, width(line))
		lines = append(lines, line)
	}
	rule := strings.Repeat("─", min(n, max(length, width(head))))
	return append([]string{head, rule}, lines...)
}

// titled puts the title of the sheet where the header line has blanks for it, or
// before it.
func (l *layout) titled(head string) string {
	title := l.sheet.title
	left := l.left(l.titles)
	if strings.TrimSpace(left) == "" && width(title) <= width(left) {
		return padRight(title, width(left)) + head[len(left):]
	}
	return head
}

// heading names the folded parameters of a row's point.
func (r row) heading(s *sheet, folded int) string {
	var parts []string
	for i, p := range r.params[:folded] {
		if p.Text != "–" {
			parts = append(parts, s.params[i]+" "+p.Text)
		}
	}
	return strings.Join(parts, " · ")
}
