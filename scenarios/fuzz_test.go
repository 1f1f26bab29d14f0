package scenarios

import (
	"errors"
	"io"
	"strings"
	"testing"
)

// Whatever is loaded, Load neither panics nor hangs; what it refuses it says
// where; what it accepts it accepts again from the canonical form, with the
// same hash and as many points.
func FuzzLoad(f *testing.F) {
	for _, pattern := range []string{"invalid/*.yaml", "valid/*.yaml"} {
		for _, content := range corpus(f, pattern) {
			set := strings.Join(setsOf(content), "\n")
			f.Add(content, set)
		}
	}
	for _, e := range List() {
		content, _ := Shipped(e.Name)
		f.Add(content, "servers=2")
	}
	open := func(string) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("seconds\n1\n2ms\n")), nil
	}
	f.Fuzz(func(t *testing.T, content []byte, set string) {
		var sets []string
		if set != "" {
			sets = strings.Split(set, "\n")
		}
		study, err := Load("fuzz.yaml", content, Options{Set: sets, Open: open})
		if err != nil {
			checkErrors(t, err)
			return
		}
		if len(study.Points) == 0 || len(study.Canonical) > maxBytes {
			return
		}
		again, err := Load("fuzz.yaml", study.Canonical, Options{Open: open})
		if err != nil {
			t.Fatalf("%s\nwas accepted as\n%s\nwhich is refused: %v", content, study.Canonical, err)
		}
		if again.SHA256 != study.SHA256 || len(again.Points) != len(study.Points) {
			t.Fatalf("%s\nand its canonical form differ:\n%s\n%s", content, study.Canonical, again.Canonical)
		}
	})
}

func checkErrors(t *testing.T, err error) {
	t.Helper()
	var all Errors
	if !errors.As(err, &all) || len(all) == 0 {
		t.Fatalf("error %v, want Errors", err)
	}
	for _, e := range all {
		if e.File == "" || e.Found == "" || e.Line > 0 != (e.Column > 0) || e.Line == 0 && !strings.HasPrefix(e.File, "--set") {
			t.Fatalf("an error without a place: %+v", e)
		}
		if strings.ContainsAny(e.Error(), "\n\r") {
			t.Fatalf("a message of several lines: %q", e.Error())
		}
	}
}
