// Package distributions has the laws of random times that a queueing scenario
// is made of, and the streams of random numbers that they draw from.
//
// A law is an immutable value: made by a constructor that refuses what cannot
// be, with a *ParameterError that names the parameter; then asked for variates,
// singly or in blocks, and for its mean and squared coefficient of variation.
// Every law here also has a CDF, a quantile function and a Laplace–Stieltjes
// transform; a mixture or a shifted law has them where its parts have. CDFOf,
// QuantileOf and LaplaceOf answer for any law.
//
// A Stream is a sequence of random numbers that depends on a seed, a
// replication and a name alone. The same stream gives the same variates on
// every run; a law draws from no other source.
//
// Times are in seconds and rates per second, unless the user of a law says
// otherwise. What is infinite, such as the mean of a Pareto law of alpha 1, is
// given as +Inf and never as an error or a large number.
package distributions
