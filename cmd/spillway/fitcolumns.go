package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"spillway/distributions/arrivals"
)

// openTrace reads the log once, with the columns that were named, or guessed.
func openTrace(c *cobra.Command, f *fitFlags, file string) (*arrivals.Trace, []string, error) {
	o := f.columns
	o.Name = file
	open := func() (io.ReadCloser, error) { return os.Open(file) }
	columns, err := columnsOf(open, file)
	if err != nil {
		return nil, nil, err
	}
	guessed, err := guessColumns(c, &o, columns)
	if err != nil {
		return nil, nil, err
	}
	trace, err := arrivals.NewTrace(open, o)
	if err != nil {
		return nil, nil, err
	}
	if s := trace.Summary(); s.Detected {
		guessed = append(guessed, "times are "+s.TimeFormat.String())
	}
	return trace, guessed, nil
}

// columnsOf are the names of the columns of a log.
func columnsOf(open arrivals.Opener, name string) ([]string, error) {
	const noColumn = " " // names of columns have no blanks around them
	_, err := arrivals.NewTrace(open, arrivals.TraceOptions{Name: name, Time: noColumn, Speedup: 1})
	var e *arrivals.TraceError
	if errors.As(err, &e) && e.Unknown == noColumn {
		return e.Columns, nil
	}
	return nil, err
}

// guessColumns fills in columns that were not named, and says which.
func guessColumns(c *cobra.Command, o *arrivals.TraceOptions, columns []string) (guessed []string, err error) {
	guess := func(to *string, what string, beginnings ...string) {
		if *to != "" {
			return
		}
		for _, beginning := range beginnings {
			for _, name := range columns {
				if strings.HasPrefix(strings.ToLower(name), beginning) {
					*to = name
					guessed = append(guessed, fmt.Sprintf("%s is in column %s", what, name))
					return
				}
			}
		}
	}
	guess(&o.Time, "the arrival", "arrival", "arrived", "timestamp", "time", "submit")
	if o.Time == "" {
		return nil, usagef("%s: no column is called arrival…, time… or timestamp…: say --time with one of %s", c.CommandPath(), quotedList(columns))
	}
	if o.Service != "" {
		return guessed, nil
	}
	if o.Started == "" && o.Finished == "" {
		if guess(&o.Service, "the service time, in seconds,", "service"); o.Service != "" {
			return guessed, nil
		}
	}
	started, finished := o.Started, o.Finished
	before := guessed
	guess(&started, "the start", "start")
	guess(&finished, "the end", "finish", "end")
	if started == "" || finished == "" {
		if guessed = before; o.Finished == "" && o.Started == "" {
			guessed = append(guessed, "no column of service times")
		}
		return guessed, nil
	}
	o.Started, o.Finished = started, finished
	return guessed, nil
}

func quotedList(names []string) string {
	var all []string
	for _, name := range names {
		all = append(all, strconv.Quote(name))
	}
	return strings.Join(all, ", ")
}
