package scenarios

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"maps"
	"slices"

	"spillway/distributions/arrivals"
)

// maxFile is the size of a file that a scenario may name.
const maxFile = 64 << 20

// files reads the files that a scenario names, each once.
type files struct {
	open    func(string) (io.ReadCloser, error)
	read    map[string][]byte
	columns map[[2]string][]float64
	traces  map[arrivals.TraceOptions]traceFile
}

// fileError says what is wrong with a file or with its column.
type fileError struct {
	ofColumn             bool
	found, allowed, hint string
}

// hash adds the contents of every file that was read.
func (f *files) hash(h hash.Hash) {
	for _, name := range slices.Sorted(maps.Keys(f.read)) {
		sum := sha256.Sum256(f.read[name])
		fmt.Fprintf(h, "\n%s\n%x", quote(name), sum)
	}
	digests := f.traceDigests()
	slices.Sort(digests)
	for _, d := range slices.Compact(digests) {
		io.WriteString(h, d)
	}
}

func (f *files) content(name string) ([]byte, *fileError) {
	if content, ok := f.read[name]; ok {
		return content, nil
	}
	refuse := func(why string) ([]byte, *fileError) {
		return nil, &fileError{found: quote(clip(name)) + ", " + why, allowed: "a CSV file that can be read"}
	}
	if f.open == nil {
		return refuse("but files cannot be read here")
	}
	r, err := f.open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return refuse("which does not exist")
	}
	if err != nil {
		return refuse("which cannot be opened (" + cause(err) + ")")
	}
	defer r.Close()
	content, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	switch {
	case err != nil:
		return refuse("which cannot be read (" + cause(err) + ")")
	case len(content) > maxFile:
		return refuse(fmt.Sprintf("which has more than %d bytes", maxFile))
	}
	if f.read == nil {
		f.read = map[string][]byte{}
	}
	f.read[name] = content
	return content, nil
}

// cause is an error without the path, which the message has already.
func cause(err error) string {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return err.Error()
		}
		err = next
	}
}

// column is a column of times of a CSV file with a header line.
func (f *files) column(name, column string) ([]float64, *fileError) {
	key := [2]string{name, column}
	if values, ok := f.columns[key]; ok {
		return values, nil
	}
	content, e := f.content(name)
	if e != nil {
		return nil, e
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(content, []byte("\ufeff"))))
	r.ReuseRecord = true
	header, err := r.Read()
	if err != nil {
		return nil, &fileError{found: quote(clip(name)) + ", which has no header line", allowed: "a CSV file with the names of its columns in the first line"}
	}
	header = slices.Clone(header)
	at := slices.Index(header, column)
	if at < 0 {
		return nil, &fileError{
			ofColumn: true, found: quote(clip(column)), hint: didYouMean(near(column, header)),
			allowed: "a column of " + name + ": " + clip(enumerate(header, "or")),
		}
	}
	values, e := times(r, name, at)
	if e != nil {
		return nil, e
	}
	if f.columns == nil {
		f.columns = map[[2]string][]float64{}
	}
	f.columns[key] = values
	return values, nil
}

// times reads one column to the end.
func times(r *csv.Reader, name string, at int) ([]float64, *fileError) {
	q := &quantity{unit: duration, min: least(0)}
	var values []float64
	for {
		record, err := r.Read()
		switch {
		case errors.Is(err, io.EOF) && len(values) > 0:
			return values, nil
		case errors.Is(err, io.EOF):
			return nil, &fileError{found: quote(clip(name)) + ", which has no rows", allowed: "at least one time"}
		case err != nil:
			return nil, &fileError{found: quote(clip(name)) + ", which is not CSV (" + err.Error() + ")", allowed: "a CSV file"}
		}
		n := &node{kind: plainKind(record[at]), text: record[at]}
		x, _, ok := q.read(n)
		if !ok || !q.inside(x) {
			line, _ := r.FieldPos(at)
			return nil, &fileError{found: fmt.Sprintf("%s on line %d of %s", n.describe(), line, name), allowed: q.want()}
		}
		values = append(values, x)
	}
}
