package scenarios

import (
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// openIn opens files of a directory.
func openIn(directory string) func(string) (io.ReadCloser, error) {
	return func(name string) (io.ReadCloser, error) {
		return os.Open(filepath.Join(directory, name))
	}
}

// setsOf are the operands of --set that a test file names in its first lines.
func setsOf(content []byte) (sets []string) {
	for line := range strings.Lines(string(content)) {
		set, ok := strings.CutPrefix(strings.TrimSpace(line), "# set: ")
		if !ok {
			break
		}
		sets = append(sets, set)
	}
	return sets
}

// corpus are the files of testdata that match a pattern.
func corpus(t testing.TB, pattern string) map[string][]byte {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", pattern))
	if err != nil || len(names) == 0 {
		t.Fatalf("no files %s: %v", pattern, err)
	}
	files := map[string][]byte{}
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = content
	}
	return files
}

// Every broken scenario gives the whole of its golden message. A new message is
// written beside it as .got.
func TestInvalid(t *testing.T) {
	for name, content := range corpus(t, "invalid/*.yaml") {
		t.Run(filepath.Base(name), func(t *testing.T) {
			study, err := Load(filepath.Base(name), content, Options{Set: setsOf(content), Open: openIn("testdata/invalid")})
			if err == nil {
				t.Fatalf("accepted: %s", study.Canonical)
			}
			golden(t, strings.TrimSuffix(name, ".yaml"), err.Error()+"\n")
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name+".golden", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name + ".golden")
	if err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("message differs (-want +got):\n%s", diff)
		if err := os.WriteFile(name+".got", []byte(got), 0o644); err != nil {
			t.Error(err)
		}
	}
}
