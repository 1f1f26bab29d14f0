package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"

	"spillway/results"
	"spillway/scenarios"
)

type writer func(io.Writer, []results.Document, results.Options) error

// writers are the formats of --format.
var writers = map[string]writer{
	"table":    results.WriteTable,
	"markdown": results.WriteMarkdown,
	"json":     func(w io.Writer, d []results.Document, _ results.Options) error { return results.WriteJSON(w, d) },
	"csv":      func(w io.Writer, d []results.Document, _ results.Options) error { return results.WriteCSV(w, d) },
}

// comparisons are the formats of compare: what people read has a form of its
// own, what programs read is the same.
var comparisons = map[string]writer{
	"table":    results.WriteComparison,
	"markdown": results.WriteComparisonMarkdown,
	"json":     writers["json"],
	"csv":      writers["csv"],
}

// print renders the documents to standard output or the file of -o. A file is
// written beside its place and renamed, so that it is there whole or not at
// all.
func (p *program) print(write writer, f *flags, docs []results.Document, studies []*scenarios.Study) error {
	var o results.Options
	for _, s := range studies {
		o.Fixed = append(o.Fixed, fixed(s))
	}
	var text bytes.Buffer
	if err := write(&text, docs, o); err != nil {
		return err
	}
	return p.deliver(f.output, text.Bytes())
}

// checkOutput finds out before a long run what would be in the way after it.
func checkOutput(output string) error {
	if output == "" || output == "-" {
		return nil
	}
	if info, err := os.Stat(output); err == nil && info.IsDir() {
		return fmt.Errorf("spillway: -o %s: is a directory, want a file", output)
	}
	if info, err := os.Stat(filepath.Dir(output)); err != nil || !info.IsDir() {
		return fmt.Errorf("spillway: -o %s: there is no directory %s", output, filepath.Dir(output))
	}
	return nil
}

// deliver writes to standard output, which '-' also means, or to a file.
func (p *program) deliver(output string, text []byte) error {
	if output == "" || output == "-" {
		_, err := p.stdout.Write(text)
		return err
	}
	if err := replace(output, text); err != nil {
		return fmt.Errorf("spillway: %w", err)
	}
	return nil
}

// replace writes a file whole or not at all. A link stays a link: what it
// points to is written. What is no regular file, a device or a pipe, has
// nothing to replace and is written to.
func replace(file string, text []byte) error {
	if target, err := filepath.EvalSymlinks(file); err == nil {
		file = target
	}
	if info, err := os.Stat(file); err == nil && !info.Mode().IsRegular() {
		return os.WriteFile(file, text, 0)
	}
	return renameio.WriteFile(file, text, 0o644)
}
