package scenarios

import (
	"slices"
	"strings"
)

// override is one --set.
type override struct {
	place place
	path  string
	parts []string
}

// overrides applies the operands of --set in order.
func (l *loader) overrides(root *node, sets []string) *node {
	for i, text := range sets {
		at := place{set: i + 1, source: "--set " + clip(text)}
		path, written, found := strings.Cut(text, "=")
		path = strings.TrimSpace(path)
		switch {
		case !found:
			l.fail(at, "", `"`+clip(text)+`"`, "path=value, like servers=8", "")
			continue
		case !pathPattern.MatchString(path):
			l.fail(at, "", `the path "`+clip(path)+`"`, "a dotted path like arrivals.rate", "")
			continue
		case strings.TrimSpace(written) == "":
			l.fail(at, path, "nothing", "a value", "")
			continue
		}
		value, errs := parse([]byte(written), at)
		for _, e := range errs {
			e.Path = path
			if e.Found == emptyDocument {
				e.Found, e.Allowed, e.Hint = "nothing", "a value", ""
			}
		}
		l.errs = append(l.errs, errs...)
		if value == nil {
			continue
		}
		parts := root.splitPath(path)
		changed, err := root.set(parts, &node{place: at}, value)
		if err != nil {
			l.add(at, err)
			continue
		}
		root = changed
		l.set = append(l.set, override{at, path, parts})
	}
	return root
}

// replaceLength lets an override of what ends a run take the place of what the
// file says: one who sets run.tasks does not want the file's precision.
func replaceLength(root *node, set [][]string) *node {
	run := root.get("run")
	if run == nil || run.kind != mappingKind {
		return root
	}
	var given []string
	for _, parts := range set {
		if len(parts) == 2 && parts[0] == "run" && slices.Contains([]string{"tasks", "duration", "precision"}, parts[1]) {
			given = append(given, parts[1])
		}
	}
	if len(given) == 0 {
		return root
	}
	state := run.get("state")
	rivals := []string{"tasks", "duration", "precision", "of", "max_tasks"}
	switch transient := state != nil && state.text == "transient"; {
	case transient && slices.Equal(given, []string{"precision"}):
		return root
	case transient:
		rivals = rivals[:2]
	case slices.Contains(given, "precision"):
		rivals = rivals[:2]
	}
	ours := run.without(func(p pair) bool {
		isSet := slices.ContainsFunc(set, func(parts []string) bool {
			return len(parts) >= 2 && parts[0] == "run" && parts[1] == p.key.text
		})
		return !isSet && slices.Contains(rivals, p.key.text)
	})
	return root.with(&node{place: root.keyPlace("run", run.place), kind: textKind, text: "run"}, ours)
}

// checkShadowed refuses an override that every point of the sweep overrides
// again: it would be without effect.
func (l *loader) checkShadowed(root *node, grids [][]dimension) {
	for _, o := range l.set {
		address := root.address(o.parts)
		shadowed := len(grids) > 0
		for _, grid := range grids {
			shadowed = shadowed && slices.ContainsFunc(grid, func(d dimension) bool {
				return within(address, root.address(d.parts))
			})
		}
		if shadowed {
			l.fail(o.place, o.path, "a key that is swept", "a key that is not", "set sweep."+o.path+" to a list, or sweep={} for no sweep")
		}
	}
}
