package policy_test

import (
	"fmt"

	"spillway/sim/policy"
)

// A throttle of one token per second and room for two, asked by tasks that come
// every half second.
func ExampleTokenBucket() {
	bucket, err := policy.NewTokenBucket(1, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	for now := 0.0; now < 3; now += 0.5 {
		fmt.Println(now, bucket.Take(now))
	}
	// Output:
	// 0 true
	// 0.5 true
	// 1 true
	// 1.5 false
	// 2 true
	// 2.5 false
}

// A server takes tasks off a queue, and drops those that CoDel says to.
func ExampleCoDel() {
	codel, err := policy.NewCoDel(0.005, 0.1)
	if err != nil {
		fmt.Println(err)
		return
	}
	queue := []float64{0, 0.01, 0.02, 0.03, 0.04, 0.05} // when the tasks arrived
	for now := 0.1; len(queue) > 0; now += 0.1 {
		head := queue[0]
		queue = queue[1:]
		for codel.Drops(now, now-head, len(queue)) {
			fmt.Printf("%.1f: the task of %v is dropped\n", now, head)
			head, queue = queue[0], queue[1:]
		}
		fmt.Printf("%.1f: the task of %v is served\n", now, head)
	}
	// Output:
	// 0.1: the task of 0 is served
	// 0.2: the task of 0.01 is dropped
	// 0.2: the task of 0.02 is served
	// 0.3: the task of 0.03 is dropped
	// 0.3: the task of 0.04 is served
	// 0.4: the task of 0.05 is served
}

// An autoscaler of a pool that is always busy, whose metric is 5 seconds old.
func ExampleAutoscaler() {
	scaler, err := policy.NewAutoscaler(policy.AutoscalerParameters{
		Min: 2, Max: 16, Metric: policy.Utilization, Target: 0.7, Tolerance: 0.1, Interval: 10, MetricDelay: 5, Proportional: true,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	servers := 2
	for range 4 {
		now := scaler.Next()
		busy := policy.Reading{Sum: now, Weight: now} // utilization 1 all the time
		if want := scaler.Look(busy, servers); want != servers {
			fmt.Println(now, servers, "→", want)
			servers = want
		}
	}
	// Output:
	// 10 2 → 3
	// 20 3 → 5
}

// A caller that goes through a breaker and retries within a budget.
func ExampleBreaker() {
	breaker, err := policy.NewBreaker(policy.BreakerParameters{Errors: 0.5, Window: 10, Minimum: 2, Open: 5, Probes: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	for now := 1.0; now <= 8; now++ {
		period, allowed := breaker.Allow(now)
		if !allowed {
			fmt.Println(now, "fails at once")
			continue
		}
		well := now > 5
		breaker.Done(now, period, well)
		fmt.Println(now, "is answered:", well)
	}
	// Output:
	// 1 is answered: false
	// 2 is answered: false
	// 3 fails at once
	// 4 fails at once
	// 5 fails at once
	// 6 fails at once
	// 7 is answered: true
	// 8 is answered: true
}
