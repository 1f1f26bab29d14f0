package scenarios

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3" // in this file only, so that it can be swapped
)

// emptyDocument is what is found where nothing is written.
const emptyDocument = "an empty document"

// The limits of a document. They are far above what a scenario needs and keep
// a hostile one from taking the machine's memory or stack.
const (
	maxBytes = 4 << 20
	maxNodes = 200_000
	maxDepth = 64
)

// parse reads one YAML document. Whatever YAML leaves open or its libraries let
// through is refused here. Nodes are placed at their lines, or at the override
// that at stands for.
func parse(content []byte, at place) (*node, Errors) {
	r := &reader{at: at, keep: at.set > 0, open: map[*yaml.Node]bool{}}
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	if !r.isText(content) {
		return nil, r.errs
	}
	document := r.document(content)
	if document == nil {
		return nil, r.errs
	}
	root := r.convert(document.Content[0], 0)
	if len(r.errs) > 0 {
		return nil, r.errs
	}
	return root, nil
}

type reader struct {
	at    place
	keep  bool // at is the place of everything
	errs  Errors
	open  map[*yaml.Node]bool // aliases that are being followed
	nodes int
	full  bool // a limit was passed and reported
}

func (r *reader) place(line, column int) place {
	if r.keep {
		return r.at
	}
	return place{line: line, column: column}
}

func (r *reader) fail(line, column int, found, allowed, hint string) {
	p := r.place(line, column)
	r.errs = append(r.errs, &Error{
		File: p.source, Line: p.line, Column: p.column, set: p.set,
		Found: found, Allowed: allowed, Hint: hint,
	})
}

// isText tells whether content can be YAML at all.
func (r *reader) isText(content []byte) bool {
	if len(content) > maxBytes {
		r.fail(1, 1, fmt.Sprintf("%d bytes", len(content)), fmt.Sprintf("a scenario of at most %d bytes", maxBytes), "")
		return false
	}
	line, column := 1, 1
	for i := 0; i < len(content); {
		c, size := utf8.DecodeRune(content[i:])
		switch {
		case c == utf8.RuneError && size == 1:
			r.fail(line, column, fmt.Sprintf("the byte 0x%02x", content[i]), "text in UTF-8", "")
			return false
		case c < ' ' && c != '\t' && c != '\n' && c != '\r', c == 0x7f:
			r.fail(line, column, fmt.Sprintf("the control character %U", c), "text in UTF-8", "")
			return false
		}
		column++
		if c == '\n' {
			line, column = line+1, 1
		}
		i += size
	}
	return true
}

// document is the only document of content, or nil.
func (r *reader) document(content []byte) *yaml.Node {
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	var first, second yaml.Node
	err := decodeNode(decoder, &first)
	switch {
	case errors.Is(err, io.EOF), err == nil && isEmpty(&first):
		r.fail(1, 1, emptyDocument, "a scenario", "`spillway scenarios mmc` prints a small one")
		return nil
	case err != nil:
		r.syntax(content, err)
		return nil
	}
	err = decodeNode(decoder, &second)
	switch {
	case errors.Is(err, io.EOF):
		return &first
	case err != nil:
		r.syntax(content, err)
	default:
		r.fail(second.Line, second.Column, "a second document", "one scenario in a file", "put the other into a file of its own")
	}
	return nil
}

// decodeNode keeps a panic of the library from reaching the user.
func decodeNode(decoder *yaml.Decoder, n *yaml.Node) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("yaml: %v", p)
		}
	}()
	return decoder.Decode(n)
}

func isEmpty(document *yaml.Node) bool {
	if len(document.Content) == 0 {
		return true
	}
	n := document.Content[0]
	return n.Kind == yaml.ScalarNode && n.Style == 0 && plainKind(n.Value) == nullKind
}

var (
	yamlLine  = regexp.MustCompile(`^line (\d+): `)
	tabIndent = regexp.MustCompile(`^ *\t+[ \t]*[^\s#]`)
)

// syntax reports what the library said, at the line that it named.
func (r *reader) syntax(content []byte, err error) {
	for i, line := range strings.Split(string(content), "\n") {
		if tabIndent.MatchString(line) {
			r.fail(i+1, strings.IndexByte(line, '\t')+1, "a tab in the indentation", "spaces", "")
			return
		}
	}
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	line, column := 1, 1
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		line, _ = strconv.Atoi(m[1])
		text = strings.TrimPrefix(text, m[0])
		if countsFromZero.MatchString(text) {
			line++
		}
	} else if m := unknownAnchor.FindStringSubmatch(text); m != nil {
		line, column = find(string(content), "*"+m[1])
	}
	r.fail(line, column, "what YAML cannot read ("+text+")", "valid YAML", "")
}

var (
	unknownAnchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
	// The library's parser counts lines from 0, its scanner from 1.
	countsFromZero = regexp.MustCompile(`^did not find expected (key|node content|'|<)`)
)

// find is the place of the first occurrence of s.
func find(content, s string) (line, column int) {
	i := max(0, strings.Index(content, s))
	start := strings.LastIndexByte(content[:i], '\n') + 1
	return 1 + strings.Count(content[:i], "\n"), 1 + utf8.RuneCountInString(content[start:i])
}

// convert copies a node of the library, aliases written out. It gives nil where
// it reported something.
func (r *reader) convert(y *yaml.Node, depth int) *node {
	if r.full {
		return nil
	}
	if r.nodes++; r.nodes > maxNodes {
		r.full = true
		r.fail(y.Line, y.Column, fmt.Sprintf("more than %d values", maxNodes), "fewer, aliases written out", "")
		return nil
	}
	if depth > maxDepth {
		r.full = true
		r.fail(y.Line, y.Column, fmt.Sprintf("more than %d levels of nesting", maxDepth), "a flatter document", "")
		return nil
	}
	if y.Kind != yaml.AliasNode && y.Style&yaml.TaggedStyle != 0 {
		r.fail(y.Line, y.Column, "the tag "+clip(y.Tag), "a value without a tag", "")
		return nil
	}
	n := &node{place: r.place(y.Line, y.Column)}
	switch y.Kind {
	case yaml.AliasNode:
		return r.alias(y, depth)
	case yaml.MappingNode:
		n.kind = mappingKind
		r.pairs(n, y, depth)
	case yaml.SequenceNode:
		n.kind = listKind
		for _, c := range y.Content {
			n.items = append(n.items, r.convert(c, depth+1))
		}
	default:
		n.kind, n.text = textKind, y.Value
		if y.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0 {
			n.kind = plainKind(y.Value)
		}
	}
	return n
}

func (r *reader) alias(y *yaml.Node, depth int) *node {
	if y.Alias == nil || r.open[y.Alias] {
		r.fail(y.Line, y.Column, "the alias *"+clip(y.Value)+" inside its own anchor", "a value", "")
		return nil
	}
	r.open[y.Alias] = true
	defer delete(r.open, y.Alias)
	return r.convert(y.Alias, depth+1)
}

// pairs fills a mapping. Aliases make a key of another node, so keys are
// looked at after conversion.
func (r *reader) pairs(n *node, y *yaml.Node, depth int) {
	lines := map[string]*node{}
	for i := 0; i+1 < len(y.Content); i += 2 {
		key := r.convert(y.Content[i], depth+1)
		value := r.convert(y.Content[i+1], depth+1)
		if key == nil {
			continue
		}
		line, column := y.Content[i].Line, y.Content[i].Column
		first := lines[key.text]
		switch {
		case key.kind == textKind && key.text == "<<":
			r.fail(line, column, "the merge key <<", "the keys themselves", "an alias can stand for a whole value: service: *name")
		case key.kind != textKind:
			r.fail(line, column, "the key "+key.describe(), "a name", "")
		case first != nil && r.keep:
			r.fail(line, column, "the key "+key.describe()+" a second time", "each key once", "")
		case first != nil:
			r.fail(line, column, fmt.Sprintf("the key %s a second time", key.describe()), "each key once", fmt.Sprintf("the first is on line %d", first.line))
		default:
			lines[key.text] = key
			n.pairs = append(n.pairs, pair{key, value})
		}
	}
}
