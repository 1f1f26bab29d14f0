package arrivals

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var formulaColumns = []string{"a", "b_2", "größe"}

func formulaValue(f *formula, values map[string]float64) float64 {
	columns, stack := make([]float64, len(f.columns)), make([]float64, f.depth)
	for i, c := range f.columns {
		columns[i] = values[formulaColumns[c]]
	}
	return f.value(columns, stack)
}

// goValue works out an expression as Go's own parser reads it, an oracle that
// shares no code.
func goValue(e ast.Expr, values map[string]float64) (float64, error) {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return goValue(e.X, values)
	case *ast.Ident:
		x, ok := values[e.Name]
		if !ok {
			return 0, fmt.Errorf("the name %s", e.Name)
		}
		return x, nil
	case *ast.BasicLit:
		return strconv.ParseFloat(e.Value, 64)
	case *ast.UnaryExpr:
		x, err := goValue(e.X, values)
		if e.Op != token.SUB {
			return 0, fmt.Errorf("the sign %s", e.Op)
		}
		return -x, err
	case *ast.BinaryExpr:
		x, err := goValue(e.X, values)
		y, other := goValue(e.Y, values)
		if err == nil {
			err = other
		}
		switch e.Op {
		case token.ADD:
			return x + y, err
		case token.SUB:
			return x - y, err
		case token.MUL:
			return x * y, err
		case token.QUO:
			return x / y, err
		}
	}
	return 0, fmt.Errorf("%T", e)
}

func checkFormula(t interface{ Fatalf(string, ...any) }, text string, values map[string]float64) {
	f, err := parseFormula(text, formulaColumns)
	if err != nil {
		e, ok := err.(*TraceError)
		if !ok || e.Option != "service" || e.Found == "" || e.Want == "" || len(text) <= maxFormula && (e.Position < 1 || e.Position > len([]rune(text))+1) {
			t.Fatalf("%q: error %#v", text, err)
		}
		return
	}
	if strings.ContainsAny(text, "\"`") {
		formulaValue(f, values) // quoted names are not Go's
		return
	}
	spaced := strings.ReplaceAll(strings.TrimSpace(text), "\n", " ")
	for strings.Contains(spaced, "--") { // which is one sign of Go's
		spaced = strings.ReplaceAll(spaced, "--", "- -")
	}
	tree, err := parser.ParseExpr("(" + spaced + ")")
	if err != nil && strings.Contains(err.Error(), "octal") {
		return // 08 is 8 here
	}
	if err != nil {
		t.Fatalf("%q is accepted; Go says %v", text, err)
	}
	want, err := goValue(tree, values)
	if err != nil {
		t.Fatalf("%q is accepted; Go says %v", text, err)
	}
	if got := formulaValue(f, values); math.Float64bits(got) != math.Float64bits(want) && !(math.IsNaN(got) && math.IsNaN(want)) {
		t.Fatalf("%q is %v, want %v", text, got, want)
	}
}

var formulaValues = map[string]float64{"a": 3.7, "b_2": 1e-3, "größe": 250}

// TestTraceFormula: formulas made at random are read, and have the value that
// Go's grammar gives them, to the last bit.
func TestTraceFormula(t *testing.T) {
	operand := rapid.SampledFrom([]string{"a", "b_2", "größe", "0.001", "2e-3", "1E+2", "7", ".5", "3."})
	var expression func(depth int) *rapid.Generator[string]
	expression = func(depth int) *rapid.Generator[string] {
		return rapid.Custom(func(t *rapid.T) string {
			if depth == 0 {
				return operand.Draw(t, "operand")
			}
			x, y := expression(depth-1).Draw(t, "x"), expression(rapid.IntRange(0, depth-1).Draw(t, "depth")).Draw(t, "y")
			blank := rapid.SampledFrom([]string{"", " ", "\t"}).Draw(t, "blank")
			switch k := rapid.IntRange(0, 5).Draw(t, "kind"); k {
			case 4:
				return "-" + blank + x
			case 5:
				return "(" + blank + x + blank + ")"
			default:
				return x + blank + "+-*/"[k:k+1] + blank + y
			}
		})
	}
	rapid.Check(t, func(t *rapid.T) {
		text := expression(rapid.IntRange(0, 4).Draw(t, "depth")).Draw(t, "text")
		if _, err := parseFormula(text, formulaColumns); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		checkFormula(t, text, formulaValues)
	})
}

func FuzzFormula(f *testing.F) {
	for _, text := range []string{"0.02 + 0.001*a", "-(a-b_2)/größe*1e-3", "5ms", "\"a\"+`b_2`", "((", "1..2", "a b_2", "0x1p3", "1_000", "--a", "a=="} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "//") || strings.Contains(text, "/*") {
			return // Go has comments
		}
		checkFormula(t, text, formulaValues)
	})
}

// TestTraceFormulaErrors: what is wrong is said where it is.
func TestTraceFormulaErrors(t *testing.T) {
	deep := strings.Repeat("(", 200)
	for text, want := range map[string]string{
		"0.02 + *a":               `service, character 8: found "*", want a number, a column, - or (`,
		"0.02 +":                  `service, character 7: found the end of the formula, want a number, a column, - or (`,
		"(a + 1":                  `service, character 7: found the end of the formula, want an operator or )`,
		"(a 1)":                   `service, character 4: found "1", want an operator or )`,
		"größe größe":             `service, character 7: found "g", want an operator or the end of the formula`,
		"a ^ 2":                   `service, character 3: found "^", want an operator or the end of the formula`,
		"2 * b_3":                 `service, character 5: found "b_3", want a column of the log: "a", "b_2", "größe"`,
		"2 * \"b 3\"":             `service, character 5: found "b 3", want a column of the log: "a", "b_2", "größe"`,
		"2 * \"b 3":               `service, character 5: found "\"", want a number, a column, - or (`,
		"1 + 5ms":                 `service, character 5: found "5ms", want a number without a unit: the result is in seconds`,
		"1.2.3":                   `service, character 1: found "1.2.3", want a finite number like 0.001 or 1e-3`,
		"1e999":                   `service, character 1: found "1e999", want a finite number like 0.001 or 1e-3`,
		"1e":                      `service, character 1: found "1e", want a number without a unit: the result is in seconds`,
		"  ":                      `service, character 3: found the end of the formula, want a number, a column, - or (`,
		"a − 1":                   `service, character 3: found "−", want an operator or the end of the formula`,
		deep:                      `service, character 102: found "(", want at most 100 parentheses and signs inside one another`,
		strings.Repeat("-", 1e3):  `service, character 102: found "-", want at most 100 parentheses and signs inside one another`,
		strings.Repeat("a+", 3e3): `service: found a formula of 6000 bytes, want at most 4096`,
	} {
		_, err := parseFormula(text, formulaColumns)
		if err == nil || err.Error() != "arrivals: trace, "+want {
			t.Errorf("%.40q: error %v, want %s", text, err, want)
		}
	}
}
