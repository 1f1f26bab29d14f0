package main

import (
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const readme = "../../README.md"

// TestReadmeCommands runs every spillway command of README's shell blocks; a
// YAML block is the file that the next of them reads.
func TestReadmeCommands(t *testing.T) {
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	yaml := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindStringSubmatch(string(text))
	if yaml == nil {
		t.Fatal("no scenario in README")
	}
	file := filepath.Join(t.TempDir(), "pool.yaml")
	if err := os.WriteFile(file, []byte(yaml[1]), 0o644); err != nil {
		t.Fatal(err)
	}
	commands := regexp.MustCompile(`(?m)^(?:    )?go run ./cmd/spillway (.*)$`).FindAllStringSubmatch(string(text), -1)
	if len(commands) < 5 {
		t.Fatalf("%d commands in README", len(commands))
	}
	for _, c := range commands {
		args := words(strings.ReplaceAll(c[1], "pool.yaml", file))
		if status, _, stderr := call(t, "", args...); status != done {
			t.Errorf("spillway %s: status %d: %s", c[1], status, stderr)
		}
	}
}

// words splits a command line as a shell does, single quotes included.
func words(line string) []string {
	var all []string
	for _, w := range regexp.MustCompile(`'[^']*'|\S+`).FindAllString(line, -1) {
		all = append(all, strings.Trim(w, "'"))
	}
	return all
}

// TestReadmeOutput holds the output that README shows against the program's.
// Update with -update.
func TestReadmeOutput(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("README shows the output on amd64; other processors round sums of products differently")
	}
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)(<!-- output of: (.*?) -->\n```\n)(.*?)(```\n<!-- end -->)")
	whole := string(text)
	blocks := block.FindAllStringSubmatch(whole, -1)
	if blocks == nil {
		t.Fatal("README shows no output")
	}
	for _, m := range blocks {
		got := ok(t, strings.Fields(m[2])...)
		if diff := cmp.Diff(anyVersion(m[3]), anyVersion(got)); diff != "" && !*update {
			t.Errorf("README shows another output of %s (-README +program, update with -update):\n%s", m[2], diff)
		}
		whole = strings.Replace(whole, m[0], m[1]+got+m[4], 1)
	}
	if *update {
		if err := os.WriteFile(readme, []byte(whole), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

var goVersion = regexp.MustCompile(`go1\.\d+(\.\d+)?(rc\d+)?, \w+`)

// anyVersion makes an output independent of the Go version that made it.
func anyVersion(text string) string { return goVersion.ReplaceAllString(text, "goX, arch") }
