// Package results holds what Spillway found out about a scenario, judges it and
// shows it.
//
// A Document is one scenario; its Points are the points of the sweep. Each point
// has what theory gives (Analytic), what the simulation gives (Simulated) and,
// once Compare has run, a verdict on every value that both of them know. An
// Estimate never travels without its interval: the caller states the level and
// the number of independent replications, and everything else follows from them.
//
// Compare takes all documents of a command at once, because the probability of
// a false alarm is shared among all comparisons that a reader gets to see.
// Approximations are shown and never judged.
//
// A document is written in five ways. WriteJSON is the complete one and the only
// one that can be read back (ReadJSON); Schema describes it. WriteCSV has one row
// a point and every number exactly. WriteTable and WriteMarkdown are for people:
// they show the metrics that are asked for most, in units that suit the values,
// and end with one sentence that says what to conclude. What they leave out
// is in JSON and CSV. WriteComparison and WriteComparisonMarkdown, for people too, set
// theory and simulation side by side, one row a value, each row in its own unit,
// and state the rule behind the verdicts.
//
// In the table a column has one unit and one number of decimals, chosen from its
// largest value, so that decimal points stand below one another. A half-width is
// rounded up: an interval is never shown narrower than it is. A value that
// is zero is written 0; one that only rounds to zero is written 0.00.
//
// The package knows nothing of scenarios or of the simulator.
package results
