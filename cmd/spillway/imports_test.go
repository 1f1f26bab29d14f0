package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// mayImport are the directions in which knowledge flows: what each package may
// import of ours. Tests may also hold a package against the oracle, which the
// program's own code must not do.
var mayImport = map[string][]string{
	"distributions":              {},
	"distributions/arrivals":     {"distributions"},
	"sim/monitor":                {},
	"distributions/fit":          {"distributions", "distributions/arrivals"},
	"sim/measure":                {},
	"sim/policy":                 {},
	"sim/internal/agenda":        {},
	"sim/internal/backlog":       {},
	"sim/monitor/attach":         {"sim/monitor", "sim/monitor/saturation"},
	"sim/monitor/eventlog":       {"sim/monitor", "sim/monitor/saturation"},
	"sim/monitor/internal/tally": {"sim/monitor"},
	"sim/monitor/opentelemetry":  {"sim/monitor", "sim/monitor/internal/tally", "sim/monitor/saturation"},
	"sim/monitor/prometheus":     {"sim/monitor", "sim/monitor/internal/tally", "sim/monitor/saturation"},
	"sim/monitor/saturation":     {"sim/monitor"},
	"sim/monitor/timeseries":     {"sim/monitor"},
	"sim":                        {"distributions", "distributions/arrivals", "sim/internal/agenda", "sim/internal/backlog", "sim/measure", "sim/monitor", "sim/policy"},
	"sim/internal/invariant":     {"sim", "sim/monitor"},
	"sim/analytic":               {"distributions", "distributions/arrivals"},
	"sim/experiment":             {"distributions", "distributions/arrivals", "results", "sim", "sim/measure", "sim/monitor"},
	"sim/explain":                {"distributions", "distributions/arrivals", "distributions/fit", "results", "scenarios", "sim", "sim/analytic", "sim/experiment"},
	"sim/rare":                   {"distributions", "distributions/arrivals", "results", "sim"},
	"sim/scheduler":              {"distributions", "distributions/arrivals", "sim/internal/agenda", "sim/internal/backlog", "sim/monitor", "sim/policy", "results"},
	"sim/sizing":                 {},
	"sim/scheduler/load":         {"distributions", "distributions/arrivals", "results", "sim/measure", "sim/monitor", "sim/scheduler"},
	"sim/scheduler/bench":        {"distributions", "distributions/arrivals", "results", "sim/analytic", "sim/measure", "sim/monitor", "sim/scheduler", "sim/scheduler/load"},
	"results":                    {},
	"results/speed":              {},
	"results/coverage":           {"scenarios", "sim/analytic", "sim/experiment"},
	"results/saturation":         {"distributions", "distributions/arrivals", "sim", "sim/monitor", "sim/monitor/saturation"},
	"scenarios":                  {"distributions", "distributions/arrivals", "sim", "sim/analytic", "sim/experiment", "sim/policy", "sim/rare"},
	"cmd/spillway":               {"distributions", "distributions/arrivals", "distributions/fit", "results", "scenarios", "sim", "sim/analytic", "sim/experiment", "sim/explain", "sim/measure", "sim/monitor", "sim/monitor/eventlog", "sim/monitor/prometheus", "sim/monitor/saturation", "sim/policy", "sim/rare", "sim/scheduler", "sim/scheduler/bench", "sim/scheduler/load", "sim/sizing"},
}

// never are the packages of others that a package must not import.
var never = map[string][]string{
	"sim":          {"gopkg.in/yaml.v3", "os", "time"},
	"sim/monitor":  {"math/rand", "math/rand/v2"},
	"sim/analytic": {"os"},
	"results":      {"gopkg.in/yaml.v3"},
}

func TestImportGraph(t *testing.T) {
	root := filepath.Join("..", "..")
	seen := map[string]bool{}
	yaml := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		dir, _ := filepath.Rel(root, filepath.Dir(path))
		pkg := filepath.ToSlash(dir)
		allowed, known := mayImport[pkg]
		if !known {
			t.Errorf("%s: no directions are given for package %s", path, pkg)
			return nil
		}
		seen[pkg] = true
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			name, _ := strconv.Unquote(spec.Path.Value)
			if ours, ok := strings.CutPrefix(name, "spillway/"); ok && !contains(allowed, ours) {
				t.Errorf("%s imports %s", path, name)
			}
			if contains(never[pkg], name) {
				t.Errorf("%s imports %s", path, name)
			}
			if name == "gopkg.in/yaml.v3" {
				yaml++
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for pkg := range mayImport {
		if !seen[pkg] {
			t.Errorf("there is no package %s", pkg)
		}
	}
	if yaml != 1 {
		t.Errorf("%d files import yaml, want one, so that it can be swapped", yaml)
	}
}

func contains(list []string, x string) bool {
	for _, y := range list {
		if x == y {
			return true
		}
	}
	return false
}
