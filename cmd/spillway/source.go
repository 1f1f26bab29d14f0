package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"spillway/scenarios"
)

// load reads and checks the scenarios; errors of all of them are reported
// together.
func (p *program) load(names, set []string) ([]*scenarios.Study, error) {
	var studies []*scenarios.Study
	var wrong []string
	stdin := false
	for _, name := range names {
		if name == "-" && stdin {
			return nil, usagef("spillway: standard input can be read once, '-' is given twice")
		}
		stdin = stdin || name == "-"
		study, err := p.loadOne(name, set)
		var errs scenarios.Errors
		switch {
		case errors.As(err, &errs):
			wrong = append(wrong, errs.Error())
		case err != nil:
			return nil, err
		}
		studies = append(studies, study)
	}
	if len(wrong) > 0 {
		return nil, &exit{invalid, strings.Join(wrong, "\n")}
	}
	return studies, nil
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
		content, err = io.ReadAll(p.stdin)
		if err != nil {
			err = fmt.Errorf("standard input: %w", err)
		}
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

// nearMiss names the shipped scenario that a misspelt name may mean: one that
// starts alike or differs in case.
func nearMiss(name string) string {
	name = strings.ToLower(strings.TrimSuffix(filepath.Base(name), ".yaml"))
	for _, s := range scenarios.List() {
		if name != "" && (strings.HasPrefix(s.Name, name) || strings.HasPrefix(name, s.Name)) {
			return fmt.Sprintf(" (did you mean %q?)", s.Name)
		}
	}
	return ""
}
