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

	"spillway/scenarios"
)

// load reads and checks the scenarios; errors of all of them are reported
// together.
func (p *program) load(names, set []string) ([]*scenarios.Study, error) {
	var studies []*scenarios.Study
	var wrong []string // each message once: an override is wrong in every file
	failure := done
	stdin := false
	for _, name := range names {
		if name == "-" && stdin {
			return nil, usagef("spillway: standard input can be read once, '-' is given twice")
		}
		stdin = stdin || name == "-"
		study, err := p.loadOne(name, set)
		studies = append(studies, study)
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
	return studies, nil
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

func (p *program) loadOne(name string, set []string) (*scenarios.Study, error) {
	content, dir, err := p.read(name)
	if err != nil {
		return nil, err
	}
	return scenarios.Load(name, content, scenarios.Options{
		Set: set,
		Open: func(file string) (io.ReadCloser, error) {
			if !filepath.IsAbs(file) {
				file = filepath.Join(dir, file)
			}
			return os.Open(file)
		},
	})
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
