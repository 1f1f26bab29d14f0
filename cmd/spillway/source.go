package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"spillway/results"
	"spillway/scenarios"
)

// source is a scenario as it was given: what a result carries of it so that it
// can be run again.
type source struct {
	study  *scenarios.Study
	text   string
	set    []string
	engine string // of a result that is run again; empty elsewhere
	caveat string // what may make a result come out otherwise; empty for nothing
}

// studies are what the sources describe.
func studies(sources []source) []*scenarios.Study {
	var all []*scenarios.Study
	for _, s := range sources {
		all = append(all, s.study)
	}
	return all
}

// document is that of the study, with the scenario in it.
func (s *source) document() results.Document {
	d := newDocument(s.study)
	d.Scenario.Text, d.Scenario.Set, d.Scenario.Engine = s.text, s.set, s.engine
	return d
}

// load reads and checks scenarios.
func (p *program) load(names, set []string) ([]*scenarios.Study, error) {
	sources, err := p.loadSources(names, set)
	return studies(sources), err
}

// loadSources reads and checks the scenarios; errors of all of them are
// reported together.
func (p *program) loadSources(names, set []string) ([]source, error) {
	var sources []source
	var wrong []string // each message once: an override is wrong in every file
	failure := done
	stdin := false
	for _, name := range names {
		if name == "-" && stdin {
			return nil, usagef("spillway: standard input can be read once, '-' is given twice")
		}
		stdin = stdin || name == "-"
		loaded, err := p.loadOne(name, set)
		sources = append(sources, loaded...)
		if err == nil {
			continue
		}
		for _, line := range strings.Split(err.Error(), "\n") {
			if !slices.Contains(wrong, line) {
				wrong = append(wrong, line)
			}
		}
		failure = max(failure, statusOf(err))
	}
	if failure != done {
		return nil, &exit{failure, strings.Join(wrong, "\n")}
	}
	return sources, nil
}

// statusOf is the exit status of an error of loading.
func statusOf(err error) int {
	var e *exit
	var errs scenarios.Errors
	switch {
	case errors.As(err, &errs):
		return invalid
	case errors.As(err, &e):
		return e.status
	}
	return failed
}

// loadOne reads a scenario, or those of a result.
func (p *program) loadOne(name string, set []string) ([]source, error) {
	content, dir, err := p.read(name)
	if err != nil {
		return nil, err
	}
	if made, schema := madeBy(content); schema != "" {
		return made.again(name, schema, set)
	}
	study, err := scenarios.Load(name, content, scenarios.Options{Set: set, Open: openIn(dir)})
	if err != nil {
		return nil, err
	}
	return []source{{study: study, text: string(content), set: set}}, nil
}

// openIn opens files that a scenario names, relative to the first of the
// directories that has them; where none has, those that ship with the program.
func openIn(dirs ...string) func(file string) (io.ReadCloser, error) {
	return func(file string) (io.ReadCloser, error) {
		if filepath.IsAbs(file) {
			return os.Open(file)
		}
		var first error
		for _, dir := range dirs {
			f, err := os.Open(filepath.Join(dir, file))
			if err == nil {
				return f, nil
			}
			if first == nil {
				first = err
			}
		}
		if f, err := scenarios.OpenShipped(filepath.ToSlash(file)); err == nil {
			return f, nil
		}
		return nil, first
	}
}

// read is the text of a scenario and the directory that its files are relative
// to: that of the scenario, or the working directory.
func (p *program) read(name string) (content []byte, dir string, err error) {
	if name == "-" {
		content, err = p.readStdin()
		return content, ".", err
	}
	content, err = os.ReadFile(name)
	if err == nil {
		return content, filepath.Dir(name), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, "", fmt.Errorf("spillway: %w", err)
	}
	if shipped, ok := scenarios.Shipped(name); ok {
		return shipped, ".", nil
	}
	return nil, "", usagef("spillway: no file %q, and no shipped scenario of that name%s; 'spillway scenarios' lists them",
		name, nearMiss(name))
}

// readStdin reads all of standard input, unless it is interrupted.
func (p *program) readStdin() ([]byte, error) {
	type input struct {
		content []byte
		err     error
	}
	read := make(chan input, 1) // so that a reader nobody waits for any more can end
	go func() {
		content, err := io.ReadAll(p.stdin)
		read <- input{content, err}
	}()
	select {
	case in := <-read:
		if in.err != nil {
			return nil, fmt.Errorf("spillway: standard input: %w", in.err)
		}
		return in.content, nil
	case <-p.ctx.Done():
		return nil, &exit{interrupted, "spillway: interrupted"}
	}
}

// nearMiss names the shipped scenario that a misspelt name may mean.
func nearMiss(name string) string {
	name = strings.TrimSuffix(filepath.Base(name), ".yaml")
	if near := scenarios.Near(name); near != "" {
		return fmt.Sprintf(" (did you mean %q?)", near)
	}
	return ""
}
