// Package fit describes a recorded log of arrivals and service demands, and
// finds the laws and the arrival models that are most likely to have made it.
//
// Analyse does everything and gives a Report. It has
//   - the arrivals: rate, variability and autocorrelation of the gaps, index of
//     dispersion for counts over time scales, Hurst parameter, peaks;
//   - the demands: moments, quantiles, tail index, and how they depend on one
//     another and on the gaps;
//   - service laws and gap laws by maximum likelihood, best first by AIC;
//   - arrival models, Poisson, renewal and a Markov-modulated Poisson process of
//     two states, by the likelihood of the same gaps, so that their AIC can be
//     compared.
//
// Laws and models are values that can be simulated, and write themselves as
// what a scenario file wants (YAML).
//
// What a log cannot tell is absent from the report, and a note says why; no
// number is NaN or infinite, except the mean and the squared coefficient of
// variation of a fitted law, which may be infinite and then say so.
//
// Times are in seconds. All results are deterministic.
package fit
