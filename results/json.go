package results

import (
	"bytes"
	_ "embed" // the schema
	"encoding/json"
	"fmt"
	"io"
)

//go:embed schema.json
var schema string

// Schema returns the JSON Schema (draft 2020-12) of what WriteJSON writes.
func Schema() []byte { return []byte(schema) }

// WriteJSON writes one document as an object and several as an array, indented,
// with a newline at the end. The bytes depend on nothing but the documents.
// A NaN anywhere is an error, and then nothing is written.
func WriteJSON(w io.Writer, docs []Document) error {
	whole := make([]Document, len(docs))
	for i, d := range docs {
		if d.Points == nil {
			d.Points = []Point{} // an empty list, not null
		}
		whole[i] = d
	}
	var value any = whole
	if len(whole) == 1 {
		value = whole[0]
	}
	return encode(w, value)
}

// ReadJSON reads what WriteJSON wrote. The documents are equal to those that were
// written, up to what JSON does not carry: Method and Slack of an estimate, and
// the layout of a parameter's text.
func ReadJSON(r io.Reader) ([]Document, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	var docs []Document
	if trimmed := bytes.TrimSpace(b); len(trimmed) > 0 && trimmed[0] == '[' {
		err = json.Unmarshal(b, &docs)
	} else {
		docs = make([]Document, 1)
		err = json.Unmarshal(b, &docs[0])
	}
	if err != nil {
		return nil, fmt.Errorf("results: %w", err)
	}
	for _, d := range docs {
		if d.Schema != SchemaResults {
			return nil, fmt.Errorf("results: schema %q, want %q", d.Schema, SchemaResults)
		}
	}
	return docs, nil
}
