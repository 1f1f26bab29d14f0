package policy

import (
	"fmt"
	"math"
)

// wrong is the error of a parameter that is impossible.
func wrong(parameter string, found any, allowed string) error {
	return fmt.Errorf("policy: %s is %v; allowed: %s", parameter, found, allowed)
}

func checkPositive(parameter string, x float64) error {
	if !(x > 0 && x <= math.MaxFloat64) {
		return wrong(parameter, x, "a positive finite number")
	}
	return nil
}

func checkNotNegative(parameter string, x float64) error {
	if !(x >= 0 && x <= math.MaxFloat64) {
		return wrong(parameter, x, "0, or a positive finite number")
	}
	return nil
}

func checkRange(parameter string, x, low, high float64) error {
	if !(x >= low && x <= high) {
		return wrong(parameter, x, fmt.Sprintf("%g to %g", low, high))
	}
	return nil
}

// checkShare wants a share that is not nothing.
func checkShare(parameter string, x float64) error {
	if !(x > 0 && x <= 1) {
		return wrong(parameter, x, "above 0, up to 1")
	}
	return nil
}

func checkLeast(parameter string, n, least int) error {
	if n < least {
		return wrong(parameter, n, fmt.Sprintf("at least %d", least))
	}
	return nil
}

func checkMetric(parameter string, m Metric) error {
	if m < QueueLength || m > QueuePerServer {
		return wrong(parameter, int(m), "QueueLength, Wait, Utilization or QueuePerServer")
	}
	return nil
}

// instants is by how much two ways of computing one instant may differ, as a
// share of it: four units in the last place. Within it, what is due at an
// instant is there at that instant.
const instants = 0x1p-50

// whole is by what share a computed number may miss a bound and still count as
// reaching it: 6.000000000000001 servers are 6, and 7 calls are 7 % of 100.
const whole = 1e-12
