package results

import (
	"bytes"
	"encoding/csv"
	"io"
	"math"
	"slices"
	"strconv"
)

// WriteCSV writes one row a point, whatever document it is from.
//
// The columns are scenario, kendall, offered_load, stable, complete, then
// parameters.* in the order of the sweep, then state, tasks and replications of the simulation,
// then the simulated values: metric.statistic, followed by metric.statistic.low
// and .high where there is an interval, classes.<name>.metric.statistic after those of all tasks,
// then analytic.model, analytic.exact and analytic.* under the same names, and last
// slo.<metric>.verdict, .value and .bound of each objective.
// They are the union over all points; what a point does not have is an empty cell.
// Numbers read back exactly, infinite ones are inf. A NaN is an error, and then nothing is written.
func WriteCSV(w io.Writer, docs []Document) error {
	var rows []map[string]string
	order := &columnOrder{seen: map[string]bool{}}
	for _, d := range docs {
		for i := range d.Points {
			row, err := csvRow(&d, &d.Points[i])
			if err != nil {
				return err
			}
			rows = append(rows, row)
			order.parameters(d.Points[i].Parameters)
		}
	}
	header := order.header(rows)
	var b bytes.Buffer
	out := csv.NewWriter(&b)
	records := [][]string{header}
	for _, row := range rows {
		record := make([]string, len(header))
		for i, column := range header {
			record[i] = row[column]
		}
		records = append(records, record)
	}
	if err := out.WriteAll(records); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}

func csvRow(d *Document, p *Point) (map[string]string, error) {
	row := map[string]string{
		"scenario": d.Scenario.Name,
		"kendall":  p.Kendall,
		"stable":   strconv.FormatBool(p.Stable),
		"complete": strconv.FormatBool(d.Complete),
	}
	put := func(column string, n Number) error {
		if math.IsNaN(float64(n)) {
			return errNaN
		}
		row[column] = exactly(float64(n))
		return nil
	}
	for _, param := range p.Parameters {
		row["parameters."+param.Path] = param.exact()
	}
	if p.OfferedLoad != 0 {
		if err := put("offered_load", p.OfferedLoad); err != nil {
			return nil, err
		}
	}
	if err := csvSimulated(p.Simulated, row, put); err != nil {
		return nil, err
	}
	if p.Real != nil {
		if err := csvEstimates("real.", p.Real.Metrics, put); err != nil {
			return nil, err
		}
	}
	if err := csvObjectives(p.SLO, row, put); err != nil {
		return nil, err
	}
	return row, csvAnalytic(p.Analytic, row, put)
}

type putter func(column string, n Number) error

func csvSimulated(s *Simulated, row map[string]string, put putter) error {
	if s == nil {
		return nil
	}
	row["state"] = s.State
	row["tasks"] = strconv.FormatInt(s.Tasks, 10)
	row["replications"] = strconv.Itoa(s.Replications)
	if err := csvEstimates("", s.Metrics, put); err != nil {
		return err
	}
	if err := csvSeries(s.Series, put); err != nil {
		return err
	}
	for class, m := range s.Classes {
		if err := csvEstimates("classes."+class+".", m, put); err != nil {
			return err
		}
	}
	return nil
}

func csvEstimates(prefix string, m Metrics, put putter) error {
	for name, stats := range m {
		for stat, e := range stats {
			column := prefix + name + "." + stat
			if err := put(column, e.Value); err != nil {
				return err
			}
			if !e.Interval {
				continue
			}
			if err := put(column+".low", e.Low); err != nil {
				return err
			}
			if err := put(column+".high", e.High); err != nil {
				return err
			}
		}
	}
	return nil
}

func csvAnalytic(a *Analytic, row map[string]string, put putter) error {
	if a == nil {
		return nil
	}
	row["analytic.model"] = a.Model
	row["analytic.exact"] = strconv.FormatBool(a.Exact)
	if err := csvNumbers("analytic.", a.Metrics, put); err != nil {
		return err
	}
	for class, m := range a.Classes {
		if err := csvNumbers("analytic.classes."+class+".", m, put); err != nil {
			return err
		}
	}
	for station, m := range a.Stations {
		if err := csvNumbers("analytic.stations."+station+".", m, put); err != nil {
			return err
		}
	}
	for metric, values := range a.Series {
		for i, v := range values {
			if metric == timeSeries {
				continue
			}
			if err := put("analytic.series."+metric+"@"+exactly(float64(a.Series[timeSeries][i])), v); err != nil {
				return err
			}
		}
	}
	return nil
}

func csvNumbers(prefix string, m map[string]map[string]Number, put putter) error {
	for name, stats := range m {
		for stat, n := range stats {
			if err := put(prefix+name+"."+stat, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// columnOrder puts the columns of all rows in their fixed order.
type columnOrder struct {
	params []string
	seen   map[string]bool
}

func (o *columnOrder) parameters(ps Parameters) {
	for _, p := range ps {
		if column := "parameters." + p.Path; !o.seen[column] {
			o.seen[column] = true
			o.params = append(o.params, column)
		}
	}
}

func (o *columnOrder) header(rows []map[string]string) []string {
	used := map[string]bool{}
	for _, row := range rows {
		for column := range row {
			used[column] = true
		}
	}
	header := []string{"scenario", "kendall", "offered_load", "stable", "complete"}
	header = append(header, o.params...)
	for _, column := range []string{"state", "tasks", "replications"} {
		if used[column] {
			header = append(header, column)
		}
	}
	var rest []string
	for column := range used {
		if !slices.Contains(header, column) {
			rest = append(rest, column)
		}
	}
	slices.SortFunc(rest, compareColumns)
	return append(header, rest...)
}
