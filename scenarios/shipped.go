package scenarios

import (
	"embed"
	"strings"
)

//go:embed *.yaml
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
		e := Entry{Name: strings.TrimSuffix(f.Name(), ".yaml")}
		content, _ := Shipped(e.Name)
		if root, _ := parse(content, place{}); root != nil && root.get("description") != nil {
			e.Description = root.get("description").text
		}
		entries = append(entries, e)
	}
	return entries
}

// Shipped is the text of a shipped scenario, and whether there is one of that
// name.
func Shipped(name string) ([]byte, bool) {
	content, err := shipped.ReadFile(name + ".yaml")
	return content, err == nil
}
