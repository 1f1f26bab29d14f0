package main

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"spillway/distributions"
	"spillway/distributions/arrivals"
)

// servers is the size of every pool.
const servers = 4

// workload is arrivals at any load of a pool, with exponential service.
type workload struct {
	name    string
	service float64 // mean, seconds
	horizon float64 // length of a run, seconds
	process func(rate float64) (arrivals.Process, error)
}

func poisson(service, horizon float64) workload {
	return workload{fmt.Sprintf("Poisson, service %g s", service), service, horizon, func(rate float64) (arrivals.Process, error) {
		return arrivals.NewPoisson(rate)
	}}
}

// bursty is an MMPP that is in bursts of a mean length for a tenth of the time,
// with five times the rate.
func bursty(length, service, horizon float64) workload {
	return workload{fmt.Sprintf("MMPP, bursts of %g s, service %g s", length, service), service, horizon, func(rate float64) (arrivals.Process, error) {
		return arrivals.NewBurstyMMPP(rate, 5, 0.1, length)
	}}
}

// drawn are the workloads that are drawn at random. Runs are of an hour, of less
// where tasks are short, of more where bursts need longer to tell anything.
func drawn() []workload {
	const minute, hour = 60, 3600
	return []workload{
		poisson(0.01, 10*minute), poisson(0.1, hour), poisson(1, hour),
		bursty(0.1, 0.01, 30*minute), bursty(0.5, 0.1, 2*hour), bursty(0.5, 1, 3*hour), bursty(5, 0.5, 12*hour),
	}
}

// recorded are the traces of a folder, one for each CSV file in one of its folders
// whose first column is the time of arrival; runs are of an hour.
func recorded(dir string) ([]workload, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.csv"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s has no folder with a CSV file", dir)
	}
	var all []workload
	for _, file := range files {
		epochs, err := readEpochs(file)
		if err != nil {
			return nil, err
		}
		all = append(all, traced(filepath.Base(filepath.Dir(file)), epochs))
	}
	return all, nil
}

// traced is random stretches of a trace, each of two thirds of it at a load of one.
func traced(name string, epochs []float64) workload {
	const horizon = 3600
	service := horizon * servers * 1.5 / float64(len(epochs))
	return workload{fmt.Sprintf("trace %s, service %.2g s", name, service), service, horizon, func(rate float64) (arrivals.Process, error) {
		return stretch{epochs: epochs, rate: rate, horizon: horizon}, nil
	}}
}

func readEpochs(file string) ([]float64, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, err
	}
	var epochs []float64
	for i, row := range rows[min(1, len(rows)):] {
		t, err := strconv.ParseFloat(row[0], 64)
		if err != nil || math.IsNaN(t) || len(epochs) > 0 && t < epochs[len(epochs)-1] {
			return nil, fmt.Errorf("%s: row %d: time %q", file, i+2, row[0])
		}
		epochs = append(epochs, t)
	}
	if len(epochs) < 2 || epochs[len(epochs)-1] == epochs[0] {
		return nil, fmt.Errorf("%s: no arrivals", file)
	}
	return epochs, nil
}

// stretch is a random stretch of a recorded trace, joined end to beginning:
// rate × horizon arrivals, their time scaled to take the horizon.
type stretch struct {
	epochs        []float64
	rate, horizon float64
}

func (p stretch) Rate() float64 { return p.rate }

func (p stretch) String() string { return fmt.Sprintf("stretch(rate=%g)", p.rate) }

func (p stretch) Start(s *distributions.Stream) arrivals.Source {
	n := int(p.rate * p.horizon)
	first := min(int(s.Float64()*float64(len(p.epochs))), len(p.epochs)-1)
	times := make([]float64, n)
	for i := range times {
		times[i] = p.at(first+i) - p.at(first)
	}
	scale := p.horizon / (p.at(first+n) - p.at(first))
	for i := range times {
		times[i] *= scale
	}
	return &replay{times}
}

// at is the time of the i-th arrival; after the last comes the first, one mean
// gap later.
func (p stretch) at(i int) float64 {
	n := len(p.epochs)
	span := p.epochs[n-1] - p.epochs[0]
	return p.epochs[i%n] + float64(i/n)*span*float64(n)/float64(n-1)
}

type replay struct{ left []float64 }

func (r *replay) Fill(epochs []float64) int {
	n := copy(epochs, r.left)
	r.left = slices.Clip(r.left[n:])
	return n
}
