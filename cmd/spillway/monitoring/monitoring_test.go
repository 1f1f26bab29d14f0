// Package monitoring_test holds the Grafana dashboard and the alert rules of this
// folder against what the exporter exports.
package monitoring_test

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"gopkg.in/yaml.v3"

	"spillway/sim/monitor"
	promhook "spillway/sim/monitor/prometheus"
	"spillway/sim/monitor/saturation"
)

// exported are the names of all series that an exporter with everything has.
func exported(t *testing.T) map[string]bool {
	t.Helper()
	options := promhook.DefaultOptions("all")
	var err error
	if options.Detector, err = saturation.New(saturation.DefaultConfig(1)); err != nil {
		t.Fatal(err)
	}
	e, err := promhook.New(options)
	if err != nil {
		t.Fatal(err)
	}
	e.Observe(monitor.Transition{Kind: monitor.Offered, Servers: 1})
	registry := prometheus.NewRegistry()
	registry.MustRegister(e)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, f := range families {
		if f.GetMetric()[0].GetHistogram() == nil {
			names[f.GetName()] = true
			continue
		}
		for _, part := range []string{"_bucket", "_sum", "_count"} {
			names[f.GetName()+part] = true
		}
	}
	return names
}

// metric is the name of a metric, or of a recorded one, in an expression.
var metric = regexp.MustCompile(`\bspillway[_:][a-z0-9_:]+`)

// check wants expressions to name metrics that exist, and those alone.
func check(t *testing.T, known map[string]bool, expressions []string) {
	t.Helper()
	if len(expressions) == 0 {
		t.Fatal("no expressions")
	}
	for _, x := range expressions {
		names := metric.FindAllString(x, -1)
		if len(names) == 0 {
			t.Errorf("no metric in %q", x)
		}
		for _, name := range names {
			if !known[name] {
				t.Errorf("%s, in %q, is not exported", name, x)
			}
		}
	}
}

func TestRules(t *testing.T) {
	text, err := os.ReadFile("alerts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Groups []struct {
			Rules []struct{ Record, Alert, Expr string }
		}
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	known := exported(t)
	var expressions []string
	for _, g := range file.Groups {
		for _, r := range g.Rules {
			expressions = append(expressions, r.Expr)
			if r.Record != "" {
				known[r.Record] = true
			}
			if (r.Record == "") == (r.Alert == "") {
				t.Errorf("%q is recorded as %q and alerts %q", r.Expr, r.Record, r.Alert)
			}
		}
	}
	check(t, known, expressions)
}

func TestDashboard(t *testing.T) {
	text, err := os.ReadFile("dashboard.json")
	if err != nil {
		t.Fatal(err)
	}
	var board struct {
		Panels []struct {
			Title   string
			GridPos struct{ X, Y, W, H int }
			Targets []struct{ Expr string }
		}
		Templating struct {
			List []struct{ Name string }
		}
	}
	if err := json.Unmarshal(text, &board); err != nil {
		t.Fatal(err)
	}
	var expressions []string
	for _, p := range board.Panels {
		if p.Title == "" || len(p.Targets) == 0 || p.GridPos.X+p.GridPos.W > 24 || p.GridPos.W*p.GridPos.H == 0 {
			t.Errorf("panel %+v lacks something", p)
		}
		for _, x := range p.Targets {
			expressions = append(expressions, x.Expr)
		}
	}
	check(t, exported(t), expressions)
	// Every metric is worth a look.
	for name := range exported(t) {
		if !strings.Contains(string(text), name) {
			t.Errorf("%s is on no panel", name)
		}
	}
	variables := map[string]bool{"__rate_interval": true} // Grafana's own
	for _, v := range board.Templating.List {
		variables[v.Name] = true
	}
	for _, v := range regexp.MustCompile(`\$\{?(\w+)`).FindAllStringSubmatch(string(text), -1) {
		if !variables[v[1]] && v[1] != "__all" {
			t.Errorf("there is no variable %s", v[1])
		}
	}
}
