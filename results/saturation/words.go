package main

const introduction = `# How long the saturation detector takes

Made by

    go run ./results/saturation -seeds %[1]d -seed %[2]d -traces DIR -o results/saturation/table.md

with the detector's default configuration: a window of two minutes, one alarm in thirty days at ρ = 0.95. A pool of
four servers with exponential service times is simulated from empty, %[1]d times for each workload and load, and watched
until the first alarm. The MMPP is in bursts for a tenth of the time, with five times the rate; a trace is replayed from a
random place, its end joined to its beginning, its time scaled so that the run has exactly the load.

Overloaded: runs in which some five minutes had work offered of more than 1.05 of capacity; that happens at loads below
one too, by chance or because the trace has a rush hour. Alarms: runs with an alarm, in brackets those whose alarm was
unfounded, because less than capacity was offered over the two minutes before. Time to one: mean time to an alarm; a
bound of 95 %% confidence where there was none. After: mean time from the start to the alarm, and the time within which
nine in ten came. The detector was designed with other seeds than these.
`

const changes = `
The detector needs about h / (ρ − 1) seconds, where h is the limit on the deficit: 10 × v × ln(13000 / v) for work whose
variance grows by v a second, in seconds of the whole pool squared. Poisson arrivals with exponential service have
v = 0.5 × service time; bursts of 5 s add 6.6, of 0.5 s 0.66, of 0.1 s 0.13. Loads of 0.95 and 1.05 are
0.1 × sqrt(T / v) standard deviations apart after T seconds: no test can tell them apart before that is 6 or so.
`
