package results

import (
	"regexp"
	"slices"
	"strings"
)

var (
	numeral     = regexp.MustCompile(`[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?`)
	sentenceEnd = regexp.MustCompile(`[^A-Z]\. `) // a capital before the point is an initial
)

// remarks are what the models of the points leave out, each sentence once. Of
// sentences that differ in their numbers alone the first is given, and said to
// be of its point.
func remarks(d *Document) string {
	var sentences, shapes []string
	differs := map[int]bool{}
	for i := range d.Points {
		if d.Points[i].Analytic == nil {
			continue
		}
		for _, s := range sentencesOf(d.Points[i].Analytic.Note) {
			shape := numeral.ReplaceAllString(s, "#")
			j := slices.Index(shapes, shape)
			if j < 0 {
				sentences, shapes = append(sentences, s), append(shapes, shape)
			} else if sentences[j] != s {
				differs[j] = true
			}
		}
	}
	for j := range differs {
		sentences[j] = strings.TrimSuffix(sentences[j], ".") + " at the first point it concerns."
	}
	return strings.Join(sentences, " ")
}

// sentencesOf splits a text after its full stops.
func sentencesOf(text string) []string {
	var all []string
	for text != "" {
		end := sentenceEnd.FindStringIndex(text)
		if end == nil {
			return append(all, text)
		}
		all = append(all, text[:end[1]-1])
		text = text[end[1]:]
	}
	return all
}
