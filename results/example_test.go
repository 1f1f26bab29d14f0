package results_test

import (
	"fmt"
	"os"

	"spillway/results"
)

// One system, known exactly and simulated, compared and shown.
func Example() {
	exact := &results.Analytic{
		Model: "M/M/1", Method: "Erlang C", Exact: true,
		Metrics: map[string]map[string]results.Number{
			"latency":      {"mean": 0.05},
			"queue_length": {"mean": 3.2},
		},
	}
	simulated := &results.Simulated{
		Tasks: 3200000, Replications: 32, State: "steady", Confidence: 0.95,
		Warmup: results.Warmup{Method: "mser5", Tasks: 12000},
		Metrics: results.Metrics{
			"latency":      {"mean": results.NewEstimate(0.05002, 0.0001, 32, 0.95, "mean")},
			"queue_length": {"mean": results.NewEstimate(3.21, 0.01, 32, 0.95, "ratio")},
		},
	}
	docs := []results.Document{{
		Schema:   results.SchemaResults,
		Scenario: results.Scenario{Name: "mmc", Seed: 1},
		Complete: true,
		Points: []results.Point{{
			Kendall: "M/M/1", OfferedLoad: 0.8, Stable: true, Simulated: simulated, Analytic: exact,
		}},
	}}
	results.Compare(docs, results.FalseAlarm)
	if err := results.WriteTable(os.Stdout, docs, results.Options{}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// mmc
	//
	// system      M/M/1
	// theory      M/M/1, Erlang C, exact
	// simulation  32 replications, 3,200,000 tasks, steady state, warm-up MSER-5 (12,000 tasks a
	//             replication), 95 % intervals, seed 1
	//
	//            latency (ms)   queue length
	// ──────────────────────────────────────
	// exact      50.00          3.20
	// simulated  50.02 ±0.21 ✓  3.21 ±0.03 ✓
	//
	// ± half-width of the 95 % interval, rounded up · ✓ agrees with theory
	//
	// all 2 values agree with theory
}
