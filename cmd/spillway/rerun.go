package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"spillway/results"
	"spillway/scenarios"
)

// made is what a result says of how it was made: enough to make it again.
type made struct {
	Schema    string             `json:"schema"`
	Scenario  *results.Scenario  `json:"scenario"`  // of a run
	Scenarios []results.Scenario `json:"scenarios"` // of a comparison of several
	Program   results.Program    `json:"program"`
}

// madeList are those of a file: results of several scenarios are a list.
type madeList []made

// madeBy reads how a result was made. The schema is empty where the content is
// no result: a scenario has no key of that name.
func madeBy(content []byte) (list madeList, schema string) {
	content = bytes.TrimSpace(content)
	switch {
	case bytes.HasPrefix(content, []byte("[")):
		if json.Unmarshal(content, &list) != nil {
			return nil, ""
		}
	case bytes.HasPrefix(content, []byte("{")):
		list = make(madeList, 1)
		if json.Unmarshal(content, &list[0]) != nil {
			return nil, ""
		}
	}
	if len(list) == 0 || !strings.HasPrefix(list[0].Schema, "spillway/") {
		return nil, ""
	}
	return list, list[0].Schema
}

// again loads the scenarios that the results of a file were made of, each
// checked against its hash, and then with overrides, where there are any.
func (list madeList) again(name, schema string, set []string) ([]source, error) {
	var sources []source
	for _, m := range list {
		if m.Schema != schema || m.Schema != results.SchemaResults && m.Schema != results.SchemaCompare {
			return nil, usagef("%s: results of schema %q cannot be run again, want %s or %s", name, m.Schema, results.SchemaResults, results.SchemaCompare)
		}
		all := m.Scenarios
		if m.Scenario != nil {
			all = append(all, *m.Scenario)
		}
		for _, s := range all {
			loaded, err := loadAgain(name, s, set)
			if err != nil {
				return nil, err
			}
			loaded.caveat = caveat(name, m.Program)
			sources = append(sources, loaded)
		}
	}
	return sources, nil
}

// loadAgain loads one scenario of a result. Files that it names are looked for
// beside the scenario's own file, and then beside the result.
func loadAgain(name string, s results.Scenario, set []string) (source, error) {
	if s.Text == "" {
		return source{}, usagef("%s: the result does not carry its scenario, and cannot be run again", name)
	}
	open := openIn(filepath.Dir(s.File), filepath.Dir(name))
	study, err := scenarios.Load(s.File, []byte(s.Text), scenarios.Options{Set: s.Set, Open: open})
	if err != nil {
		return source{}, err
	}
	if study.SHA256 != s.SHA256 {
		return source{}, usagef("%s: the result was made of %s with the hash %s, and what it carries has %s: "+
			"the result was changed, or a file that the scenario reads", name, s.File, s.SHA256, study.SHA256)
	}
	loaded := source{study: study, text: s.Text, set: s.Set, engine: s.Engine}
	if len(set) == 0 {
		return loaded, nil
	}
	loaded.set = append(append([]string(nil), s.Set...), set...)
	loaded.study, err = scenarios.Load(s.File, []byte(s.Text), scenarios.Options{Set: loaded.set, Open: open})
	return loaded, err
}

// caveat warns that another program may not give the same bytes.
func caveat(name string, by results.Program) string {
	now := results.Program{Version: version, Go: runtime.Version(), Arch: runtime.GOARCH}
	if by == now {
		return ""
	}
	return fmt.Sprintf("spillway: %s was made by spillway %s, %s, %s, and this is spillway %s, %s, %s: the numbers may differ",
		name, by.Version, by.Go, by.Arch, now.Version, now.Go, now.Arch)
}

// caveats prints those of all sources, each once.
func (p *program) caveats(f *flags, sources []source) {
	seen := map[string]bool{"": true}
	for _, s := range sources {
		if !seen[s.caveat] && !f.quiet {
			fmt.Fprintln(p.stderr, s.caveat)
		}
		seen[s.caveat] = true
	}
}

// adopt takes the engine from results that are run again, unless the flag says
// otherwise, and notes in every source which one it is.
func (f *flags) adopt(c *cobra.Command, sources []source) error {
	if !c.Flags().Changed("engine") {
		for _, s := range sources {
			if s.engine != sources[0].engine {
				return usagef("%s: the results were made with different engines: give --engine", c.CommandPath())
			}
		}
		if engine := sources[0].engine; engine != "" {
			if _, ok := engines[engine]; !ok {
				return usagef("%s: the result was made with the engine %q, want auto, events or recursion", c.CommandPath(), engine)
			}
			f.engine = engine
		}
	}
	for i := range sources {
		sources[i].engine = ""
		if f.engine != "auto" {
			sources[i].engine = f.engine
		}
	}
	return nil
}
