// Package rare estimates probabilities that a plain simulation does not see:
// shares of time or of tasks down to 1e-9 and far below, by RESTART, a
// multilevel splitting of one long run.
//
// How near the event is is told by a number, the importance: the tasks in the
// system, or the wait of an arriving task. Levels T₁ < … < T_M of it are chosen
// by a pilot. Wherever the run rises above level i it is repeated from there,
// Rᵢ times in all and with new random numbers. All but one of these histories
// end when they fall below the level at which they began; the one goes on. What
// happens while i levels are passed has the weight 1/(R₁…Rᵢ), which makes
// every estimate unbiased, whatever the levels are: they decide only what it
// costs.
//
// Source: Villén-Altamirano and Villén-Altamirano, "RESTART: a method for
// accelerating rare event simulations", in Queueing, Performance and Control in
// ATM (ITC-13), 1991, and "Analysis of RESTART simulation: theoretical basis
// and sensitivity study", European Trans. Telecommunications 13(4), 2002.
//
// Intervals come from independent replications, on the scale of the logarithm:
// see Interval.
package rare
