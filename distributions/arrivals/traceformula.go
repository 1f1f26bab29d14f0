package arrivals

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxFormula = 4096 // bytes of a formula
	maxNesting = 100  // parentheses and signs inside one another
)

// formula is arithmetic over the columns of a log, as a program for a stack:
// an operand is pushed, an operator takes its operands from the top and pushes
// its result. Every operation is rounded to a float64.
//
//	sum     = product { ("+" | "-") product }
//	product = factor { ("*" | "/") factor }
//	factor  = "-" factor | "(" sum ")" | number | column
//
// A column is a name of letters, digits, _ and dots that does not begin with
// a digit or dot, or any name in double quotes or backquotes.
type formula struct {
	code    []operation
	columns []int // that it reads, by position in the header
	depth   int   // the most that is on the stack
}

type operation struct {
	do     operator
	column int     // into formula.columns, of pushColumn
	value  float64 // of pushNumber
}

type operator byte

const (
	pushNumber operator = iota
	pushColumn
	add
	subtract
	multiply
	divide
	negate
)

// value runs the program on the values of formula.columns. The stack has room
// for depth numbers.
func (f *formula) value(columns, stack []float64) float64 {
	n := 0 // numbers on the stack
	for i := range f.code {
		o := &f.code[i]
		switch o.do {
		case pushNumber:
			stack[n] = o.value
			n++
			continue
		case pushColumn:
			stack[n] = columns[o.column]
			n++
			continue
		case negate:
			stack[n-1] = -stack[n-1]
			continue
		}
		n--
		x, y := stack[n-1], stack[n]
		switch o.do {
		case add:
			x += y
		case subtract:
			x -= y
		case multiply:
			x *= y
		case divide:
			x /= y
		}
		stack[n-1] = x
	}
	return stack[0]
}

// parseFormula compiles a text over the names of columns. A text that is the
// name of a column is that column, whatever it looks like. The error is a
// *TraceError with a position.
func parseFormula(text string, names []string) (*formula, error) {
	f := &formula{}
	if i := slices.Index(names, strings.TrimSpace(text)); i >= 0 {
		f.push(operation{do: pushColumn}, 1)
		f.columns = []int{i}
		return f, nil
	}
	if len(text) > maxFormula {
		return nil, &TraceError{Option: "service", Found: fmt.Sprintf("a formula of %d bytes", len(text)), Want: fmt.Sprintf("at most %d", maxFormula)}
	}
	p := formulaParser{formula: f, text: text, names: names}
	if err := p.sum(1, 0); err != nil {
		return nil, err
	}
	if p.skip(); p.at < len(text) {
		return nil, p.wrong("an operator or the end of the formula")
	}
	return f, nil
}

// push appends an operation after which depth numbers are on the stack.
func (f *formula) push(o operation, depth int) {
	f.code = append(f.code, o)
	f.depth = max(f.depth, depth)
}

type formulaParser struct {
	*formula
	text  string
	names []string
	at    int // bytes that are read
}

const wantOperand = "a number, a column, - or ("

// sum reads a sum, of which the result is the depth-th number on the stack.
func (p *formulaParser) sum(depth, nesting int) error {
	return p.chain("+-", []operator{add, subtract}, depth, func(depth int) error {
		return p.chain("*/", []operator{multiply, divide}, depth, func(depth int) error {
			return p.factor(depth, nesting)
		})
	})
}

// chain reads operands between operators, from the left to the right.
func (p *formulaParser) chain(signs string, operators []operator, depth int, operand func(depth int) error) error {
	if err := operand(depth); err != nil {
		return err
	}
	for {
		p.skip()
		if p.at == len(p.text) {
			return nil
		}
		i := strings.IndexByte(signs, p.text[p.at])
		if i < 0 {
			return nil
		}
		p.at++
		if err := operand(depth + 1); err != nil {
			return err
		}
		p.push(operation{do: operators[i]}, depth)
	}
}

func (p *formulaParser) factor(depth, nesting int) error {
	p.skip()
	if nesting > maxNesting {
		return p.wrong(fmt.Sprintf("at most %d parentheses and signs inside one another", maxNesting))
	}
	if p.at == len(p.text) {
		return p.wrong(wantOperand)
	}
	switch c := p.text[p.at]; {
	case c == '-':
		p.at++
		if err := p.factor(depth, nesting+1); err != nil {
			return err
		}
		p.push(operation{do: negate}, depth)
		return nil
	case c == '(':
		p.at++
		if err := p.sum(depth, nesting+1); err != nil {
			return err
		}
		if p.skip(); p.at == len(p.text) || p.text[p.at] != ')' {
			return p.wrong("an operator or )")
		}
		p.at++
		return nil
	case isDigit(c) || c == '.':
		return p.number(depth)
	}
	return p.column(depth)
}

// number reads a number, up to what cannot be of one.
func (p *formulaParser) number(depth int) error {
	start := p.at
	for p.at < len(p.text) && (isDigit(p.text[p.at]) || p.text[p.at] == '.') {
		p.at++
	}
	if p.at < len(p.text) && p.text[p.at]|0x20 == 'e' {
		e := p.at + 1
		if e < len(p.text) && (p.text[e] == '+' || p.text[e] == '-') {
			e++
		}
		if e < len(p.text) && isDigit(p.text[e]) {
			for p.at = e; p.at < len(p.text) && isDigit(p.text[p.at]); p.at++ {
			}
		}
	}
	if end := p.at + nameLength(p.text[p.at:]); end > p.at {
		text := p.text[start:end]
		p.at = start
		return p.fault(quotedText(text), "a number without a unit: the result is in seconds")
	}
	x, ok := parseNumber([]byte(p.text[start:p.at]))
	if !ok || math.IsInf(x, 0) {
		text := p.text[start:p.at]
		p.at = start
		return p.fault(quotedText(text), "a finite number like 0.001 or 1e-3")
	}
	p.push(operation{do: pushNumber, value: x}, depth)
	return nil
}

// column reads the name of a column.
func (p *formulaParser) column(depth int) error {
	name, length := p.name()
	if length == 0 {
		return p.wrong(wantOperand)
	}
	i := slices.Index(p.names, name)
	if i < 0 {
		return &TraceError{Option: "service", Position: p.position(), Found: quotedText(name),
			Want: "a column of the log: " + listed(p.names), Unknown: name, Columns: p.names}
	}
	p.at += length
	k := slices.Index(p.columns, i)
	if k < 0 {
		k = len(p.columns)
		p.columns = append(p.columns, i)
	}
	p.push(operation{do: pushColumn, column: k}, depth)
	return nil
}

// name is the name that comes next, and how many bytes it takes.
func (p *formulaParser) name() (string, int) {
	rest := p.text[p.at:]
	if quote := rest[0]; quote == '"' || quote == '`' {
		i := strings.IndexByte(rest[1:], quote)
		if i < 0 {
			return "", 0
		}
		return rest[1 : i+1], i + 2
	}
	n := nameLength(rest)
	return rest[:n], n
}

// nameLength is the number of bytes of the bare name that text begins with.
func nameLength(text string) int {
	for i, c := range text {
		if c != '_' && !unicode.IsLetter(c) && (i == 0 || c != '.' && !unicode.IsDigit(c)) {
			return i
		}
	}
	return len(text)
}

func (p *formulaParser) skip() {
	for p.at < len(p.text) && (p.text[p.at] == ' ' || p.text[p.at] == '\t' || p.text[p.at] == '\n') {
		p.at++
	}
}

// position is that of the next character, from 1.
func (p *formulaParser) position() int { return 1 + utf8.RuneCountInString(p.text[:p.at]) }

// wrong reports the next character.
func (p *formulaParser) wrong(want string) error {
	if p.at == len(p.text) {
		return p.fault("the end of the formula", want)
	}
	_, n := utf8.DecodeRuneInString(p.text[p.at:])
	return p.fault(quotedText(p.text[p.at:p.at+n]), want)
}

func (p *formulaParser) fault(found, want string) error {
	return &TraceError{Option: "service", Position: p.position(), Found: found, Want: want}
}
