package policy

import (
	"math"
)

// RetryBudget bounds retries to a share of the first tries: a first try deposits
// that share of a token, a retry withdraws one. Of n first tries at most
// share·n + BudgetTokens retries follow.
//
// It starts full, so that a caller who has just begun may retry, and holds at
// most BudgetTokens (or one deposit, where that is more), so that hours of good
// weather do not save up a storm of retries. Deposit and withdrawal are those of
// Finagle's RetryBudget; beginning full, and 10 tokens for a tenth deposited, are
// the retry throttling of gRPC (proposal A6: maxTokens 10, tokenRatio 0.1).
// Finagle lets deposits expire after 10 seconds instead, which bounds the credit
// by the rate of calls.
//
// Tokens are counted in whole parts of 2^−40, a deposit rounded up, so that ten
// deposits of a tenth make a retry: 10⁹ first tries are at most 0.001 retries
// more.
type RetryBudget struct {
	deposit, balance, most int64 // in parts of a token
}

// BudgetTokens is how many retries a budget can save up.
const BudgetTokens = 10

const oneToken = 1 << 40

// NewRetryBudget allows retries up to a share of the first tries (above 0, up to
// 1000: as many retries for each first try).
func NewRetryBudget(share float64) (RetryBudget, error) {
	if !(share > 0 && share <= 1000) {
		return RetryBudget{}, wrong("share", share, "above 0, up to 1000")
	}
	deposit := int64(math.Ceil(share * oneToken))
	most := max(BudgetTokens*oneToken, deposit)
	return RetryBudget{deposit, most, most}, nil
}

// Deposit is for a first try.
func (b *RetryBudget) Deposit() { b.balance = min(b.balance+b.deposit, b.most) }

// Withdraw is for a retry, and says whether the budget allows it; if not, the
// balance stays.
func (b *RetryBudget) Withdraw() bool {
	if b.balance < oneToken {
		return false
	}
	b.balance -= oneToken
	return true
}
