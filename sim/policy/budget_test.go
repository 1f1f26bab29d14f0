package policy

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// TestRetryBudgetByHand: a tenth. 10 retries at first, then one for ten tries.
func TestRetryBudgetByHand(t *testing.T) {
	b := must[RetryBudget](t)(NewRetryBudget(0.1))
	withdraw := func(n int) {
		t.Helper()
		for range n {
			if !b.Withdraw() {
				t.Fatal("a retry within the budget is refused")
			}
		}
		if b.Withdraw() {
			t.Fatal("a retry beyond the budget is allowed")
		}
	}
	deposit := func(n int) {
		for range n {
			b.Deposit()
		}
	}
	b.Deposit() // overflows
	withdraw(10)
	deposit(9)
	withdraw(0)
	deposit(1)
	withdraw(1)
	deposit(25)
	withdraw(2)
	deposit(5)
	withdraw(1)
	deposit(1_000_000)
	withdraw(10)
}

// TestRetryBudgetKeepsTheShare: however tries and retries come, the retries
// are at most 10 and the share of the tries; and none is refused while a whole
// token is left, in exact arithmetic.
func TestRetryBudgetKeepsTheShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tenths := rapid.Int64Range(1, 300).Draw(t, "tenths")
		b := must[RetryBudget](t)(NewRetryBudget(float64(tenths) / 10))
		most := big.NewRat(max(100, tenths), 10)
		balance := new(big.Rat).Set(most)
		for i := range 300 {
			if rapid.Bool().Draw(t, "first try") {
				b.Deposit()
				balance.Add(balance, big.NewRat(tenths, 10))
				if balance.Cmp(most) > 0 {
					balance.Set(most)
				}
				continue
			}
			want := balance.Cmp(big.NewRat(1, 1)) >= 0
			if want {
				balance.Sub(balance, big.NewRat(1, 1))
			}
			if got := b.Withdraw(); got != want {
				t.Fatalf("step %d: allowed %v, want %v", i, got, want)
			}
		}
	})
}

// TestRetryBudgetDoesNotDrift: of a million tries, each followed by as many
// retries as are allowed, the share retries.
func TestRetryBudgetDoesNotDrift(t *testing.T) {
	for _, share := range []float64{0.001, 0.1, 0.3, 0.7, 1, 2.5} {
		b := must[RetryBudget](t)(NewRetryBudget(share))
		const n = 1_000_000
		retries := 0
		for range n {
			b.Deposit()
			for b.Withdraw() {
				retries++
			}
		}
		// The first deposit finds the budget full and is lost.
		if want := BudgetTokens + int(math.Round(share*(n-1)-0.499)); math.Abs(float64(retries-want)) > 1 {
			t.Errorf("share %v: %d retries, want %d", share, retries, want)
		}
	}
}

func TestRetryBudgetOfLargestShare(t *testing.T) {
	b := must[RetryBudget](t)(NewRetryBudget(1000))
	for range 3 {
		b.Deposit()
		for range 1000 {
			if !b.Withdraw() {
				t.Fatal("a retry of 1000 is refused")
			}
		}
	}
	if b.Withdraw() {
		t.Error("retry 1001 is allowed")
	}
}

func TestRetryBudgetRefusesParameters(t *testing.T) {
	for _, share := range []float64{0, -1, 1001, math.NaN(), math.Inf(1)} {
		_, err := NewRetryBudget(share)
		refused(t, err, "share")
	}
}

func TestRetryBudgetAllocatesNothing(t *testing.T) {
	b := must[RetryBudget](t)(NewRetryBudget(0.1))
	allocates(t, "Deposit and Withdraw", func(float64) { b.Deposit(); b.Withdraw() })
}

func BenchmarkRetryBudget(b *testing.B) {
	x := must[RetryBudget](b)(NewRetryBudget(0.1))
	free(b, func(float64) { x.Deposit(); x.Withdraw() })
}
