package scenarios

import (
	"embed"
	"io"
	"slices"
	"strings"
)

//go:embed *.yaml recorded/*.csv.gz
var shipped embed.FS

// Entry is a scenario that ships with the program.
type Entry struct {
	Name        string
	Description string
}

// List is every shipped scenario, sorted by name.
func List() []Entry {
	files, _ := shipped.ReadDir(".") // an embedded directory can be read
	entries := make([]Entry, 0, len(files))
	for _, f := range files {
		if f.IsDir() {
			continue
		}
		e := Entry{Name: strings.TrimSuffix(f.Name(), ".yaml")}
		content, _ := Shipped(e.Name)
		if root, _ := parse(content, place{}); root != nil && root.get("description") != nil {
			e.Description = root.get("description").text
		}
		entries = append(entries, e)
	}
	slices.SortFunc(entries, func(a, b Entry) int { return strings.Compare(a.Name, b.Name) })
	return entries
}

// Near is the shipped scenario that a misspelt name may mean: one that starts
// alike or is a few letters away. It is empty where there is none.
func Near(name string) string {
	var names []string
	for _, e := range List() {
		names = append(names, e.Name)
		if len(name) >= 2 && (strings.HasPrefix(e.Name, name) || strings.HasPrefix(name, e.Name)) {
			return e.Name
		}
	}
	return near(name, names)
}

// OpenShipped opens a log that ships with the program: "recorded/…". One that
// does not is an error that matches fs.ErrNotExist.
func OpenShipped(name string) (io.ReadCloser, error) { return shipped.Open(name) }

// Shipped is the text of a shipped scenario, and whether there is one of that
// name.
func Shipped(name string) ([]byte, bool) {
	content, err := shipped.ReadFile(name + ".yaml")
	return content, err == nil
}
