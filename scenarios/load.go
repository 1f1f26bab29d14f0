package scenarios

import (
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"regexp"
	"strings"

	"spillway/distributions"
)

// maxErrors is how many errors are told: the rest would be more of the same.
const maxErrors = 1000

// loader is one reading of one scenario.
type loader struct {
	checker
	set   []override
	files *files
	laws  map[*value]distributions.Distribution // that are built
}

// Load reads a scenario. The name is that of its file, for messages and as the
// default name of the study; "-" is standard input. The error, where there is
// one, is of type Errors and holds everything that is wrong.
func Load(name string, content []byte, options Options) (*Study, error) {
	l := &loader{
		checker: checker{file: name, shared: map[sharedNode]*value{}},
		files:   &files{open: options.Open},
		laws:    map[*value]distributions.Distribution{},
	}
	study := l.load(content, options)
	for _, e := range l.errs {
		if e.File == "" {
			e.File = name
		}
	}
	if len(l.errs) > 0 {
		return nil, l.errs.sorted().cut()
	}
	return study, nil
}

func (l *loader) load(content []byte, options Options) *Study {
	root, errs := parse(content, place{})
	if l.errs = errs; root == nil {
		return nil
	}
	scenario := format()
	l.homes = homes(scenario)
	if root.kind != mappingKind {
		l.refuse(root, "", scenario.want(), "")
		return nil
	}
	root = l.overrides(root, options.Set)
	root = replaceLength(root, l.setPaths())
	sweep := root.get("sweep")
	l.partial = sweep != nil
	base := scenario.check(&l.checker, root, "")
	l.partial = false

	study := &Study{File: l.file, Name: defaultName(l.file), Seed: 1, Compare: []string{"analytic"}}
	if sweep == nil {
		study.Points = l.build(study.Points, base, nil)
	} else if v := base.field("sweep"); v != nil && !v.bad {
		study.Points = l.sweep(scenario, root, v)
	}
	if len(l.errs) > 0 {
		return nil
	}
	l.describe(study, base)
	return study
}

func (l *loader) setPaths() [][]string {
	var all [][]string
	for _, o := range l.set {
		all = append(all, o.parts)
	}
	return all
}

// sweep reads every point of a sweep.
func (l *loader) sweep(scenario *mapping, root *node, sweep *value) (points []Point) {
	grids := l.grids(root, sweep)
	l.checkShadowed(root, grids)
	trees, parameters := l.points(root, sweep.node, grids)
	for i, tree := range trees {
		if len(l.errs) > maxErrors {
			break
		}
		if tree != nil {
			points = l.build(points, scenario.check(&l.checker, tree, ""), parameters[i])
		}
	}
	return points
}

// build appends the point that v describes.
func (l *loader) build(points []Point, v *value, parameters []Parameter) []Point {
	b := &builder{checker: &l.checker, files: l.files, laws: l.laws}
	p := b.point(v)
	p.Parameters = parameters
	return append(points, p)
}

// describe fills in what is not of a point.
func (l *loader) describe(study *Study, base *value) {
	if v := base.field("name"); v != nil {
		study.Name = v.text
	}
	if v := base.field("description"); v != nil {
		study.Description = strings.TrimSpace(v.text)
	}
	if v := base.field("seed"); v != nil {
		study.Seed = v.whole
	}
	if v := base.field("compare"); v != nil {
		study.Compare = []string{}
		for _, x := range v.items {
			study.Compare = append(study.Compare, x.text)
		}
	}
	study.Canonical = base.canonical()
	h := sha256.New()
	h.Write(study.Canonical)
	l.files.hash(h)
	study.SHA256 = hex.EncodeToString(h.Sum(nil))
}

var notName = regexp.MustCompile(`[^A-Za-z0-9]+`)

// defaultName is a file's name as the name of a study.
func defaultName(file string) string {
	if file == "-" {
		return "stdin"
	}
	base := filepath.Base(file)
	base = strings.TrimSuffix(base, filepath.Ext(base))
	if name := strings.Trim(notName.ReplaceAllString(base, "-"), "-"); name != "" {
		return name
	}
	return "scenario"
}
