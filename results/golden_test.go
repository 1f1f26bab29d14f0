package results

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with a file in testdata; on a mismatch it leaves what it got beside it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
		if err := os.WriteFile(path+".got", got, 0o644); err != nil {
			t.Error(err)
		}
	}
}

func render(t *testing.T, write func(io.Writer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "NaN") {
		t.Errorf("a NaN was printed:\n%s", b.String())
	}
	return b.Bytes()
}

func TestGolden(t *testing.T) {
	for _, f := range fixtures() {
		t.Run(f.name, func(t *testing.T) {
			table := render(t, func(w io.Writer) error { return WriteTable(w, f.docs, f.opts) })
			narrow(t, table)
			golden(t, f.name+".txt", table)
			golden(t, f.name+".md", render(t, func(w io.Writer) error { return WriteMarkdown(w, f.docs, f.opts) }))
			golden(t, f.name+".csv", render(t, func(w io.Writer) error { return WriteCSV(w, f.docs) }))
			golden(t, f.name+".json", render(t, func(w io.Writer) error { return WriteJSON(w, f.docs) }))
		})
	}
}

// narrow fails on a line of more than 100 columns and on blanks at the end of one.
func narrow(t interface {
	Helper()
	Errorf(string, ...any)
}, table []byte) {
	t.Helper()
	for _, line := range strings.Split(string(table), "\n") {
		if n := utf8.RuneCountInString(line); n > 100 {
			t.Errorf("%d columns: %s", n, line)
		}
		if strings.HasSuffix(line, " ") {
			t.Errorf("blanks at the end of %q", line)
		}
	}
}
