package results

import (
	"math"
	"testing"
)

// near reports whether got is within a relative error of want.
func near(got, want, relative float64) bool {
	return math.Abs(got-want) <= relative*math.Abs(want)
}

func TestStudentTable(t *testing.T) {
	// Printed tables, to the digits they have (half a unit of the last one).
	for _, test := range []struct {
		level float64
		df    int
		want  float64
		tol   float64
	}{
		{0.95, 1, 12.706, 5e-4}, {0.95, 4, 2.776, 5e-4}, {0.95, 31, 2.040, 5e-4}, {0.95, 1000000000, 1.960, 5e-4},
		{0.99, 10, 3.169, 5e-4}, {0.90, 2, 2.920, 5e-4}, {1 - 1e-5, 31, 5.27, 5e-3}, {1 - 1e-5, 1, 63662, 0.5},
	} {
		if got := Student(test.level, test.df); math.Abs(got-test.want) > test.tol {
			t.Errorf("Student(%v, %d) = %v, want %v", test.level, test.df, got, test.want)
		}
	}
}

func TestStudentFarTail(t *testing.T) {
	// mpmath 1.3 with 30 digits: the root of betainc(df/2, 1/2, 0, df/(df+t²)) = alpha.
	// gonum's own quantile fails the rows of 10 000 and 1 000 000 degrees.
	for _, test := range []struct {
		alpha float64
		df    int
		want  float64
	}{
		{1e-12, 1, 636619772367.6}, {1e-12, 2, 999999.9999992}, {1e-12, 3, 13016.38079988},
		{1e-8, 31, 7.735311344734}, {1e-12, 31, 11.51291770312}, {1e-8, 127, 6.135362796358},
		{1e-8, 10000, 5.735580780992}, {1e-12, 10000, 7.139758936276}, {1e-8, 1000000, 5.730777352352},
	} {
		// lgamma of df/2 costs digits in proportion to df: 1e-16 · 1e6 · ln 1e6, over t².
		if got := studentTail(test.alpha, test.df); !near(got, test.want, 1e-10) {
			t.Errorf("studentTail(%v, %d) = %.13g, want %.13g", test.alpha, test.df, got, test.want)
		}
	}
}

func TestStudentRefuses(t *testing.T) {
	for _, test := range []struct {
		level float64
		df    int
	}{{0, 5}, {1, 5}, {math.NaN(), 5}, {0.95, 0}, {-1, 3}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("Student(%v, %d) did not panic", test.level, test.df)
				}
			}()
			Student(test.level, test.df)
		}()
	}
}
