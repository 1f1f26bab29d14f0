package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// TestPrometheus lets a real Prometheus server scrape a running simulation, a running
// pool of workers, and a scheduler of somebody else's to which the hook is attached;
// it asks the server for what it has seen of them.
func TestPrometheus(t *testing.T) {
	if testing.Short() {
		t.Skip("a server of its own takes seconds")
	}
	program, err := exec.LookPath("prometheus")
	if err != nil {
		t.Skip("Prometheus is not installed (apt-get install prometheus): nothing scraped the metrics in this test")
	}
	pool, attached := watchPool(t), watchAttached(t)
	server := startPrometheus(t, program, map[string]string{
		"simulation": simulateWatched(t), "pool": pool.serve(t), "attached": attached.serve(t),
	})
	for _, query := range []string{
		`spillway_tasks_total{job="simulation",outcome="answered"} > 0`, `spillway_servers_busy{job="simulation"} >= 0`,
		`histogram_quantile(0.99, sum by (le) (spillway_wait_seconds_bucket{job="simulation"})) >= 0`,
	} {
		if value := ask(t, server, query); value == "" {
			t.Errorf("Prometheus knows nothing of %s", query)
		}
	}
	for _, w := range []*watched{pool, attached} {
		stop := w.overload()
		if value := ask(t, server, `spillway_saturation_state{job="`+w.name+`"} == 2`); value == "" {
			t.Errorf("%s is not seen to be saturated: %s", w.name, w.detector.State())
		}
		stop()
		release := w.hold(t)
		w.verify(t, server, w.held())
		release()
		w.verify(t, server, w.ended(t))
		w.verifyQuantile(t, server)
		promtool(t, w)
	}
}

// simulateWatched starts a simulation that goes on until the test has ended, and is
// the address of its metrics.
func simulateWatched(t *testing.T) string {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	read, write := io.Pipe()
	ended := make(chan int, 1)
	args := words("run mmc --monitor 127.0.0.1:0 --set 'run={tasks: 1e12, replications: 1, warmup: none}'")
	go func() { ended <- run(ctx, args, strings.NewReader(""), io.Discard, write) }()
	t.Cleanup(func() { stop(); <-ended })
	line, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.Copy(io.Discard, read) }()
	_, target, _ := strings.Cut(strings.TrimSpace(line), "http://")
	return strings.TrimSuffix(target, "/metrics")
}

// serve serves the metrics until the test has ended, and is their address.
func (w *watched) serve(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("/metrics", promhttp.HandlerFor(w.registry, promhttp.HandlerOpts{}))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	w.address = strings.TrimPrefix(server.URL, "http://")
	return w.address
}

// verify wants Prometheus to have the values that the program itself knows, as soon
// as it has scraped them. Sums are added up in another order, and may differ in their
// last digits.
func (w *watched) verify(t *testing.T, server string, want map[string]float64) {
	t.Helper()
	patience := 30 * time.Second
	for query, x := range want {
		query = strings.ReplaceAll(query, "{", `{job="`+w.name+`",`)
		bound := max(x*1e-9, -x*1e-9)
		if value := askFor(t, server, fmt.Sprintf("(%s) >= %.17g <= %.17g", query, x-bound, x+bound), patience); value == "" {
			t.Errorf("%s is %s for Prometheus, the program knows %v", query, askFor(t, server, query, time.Second), x)
			patience = time.Second // it has scraped all that there is
		}
	}
}

// promtool wants nothing to be wrong with the metrics as text.
func promtool(t *testing.T, w *watched) {
	t.Helper()
	response, err := http.Get("http://" + w.address + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command("promtool", "check", "metrics")
	c.Stdin = bytes.NewReader(text)
	if out, err := c.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("promtool check metrics: %v\n%s\nof\n%s", err, out, text)
	}
}

// startPrometheus starts a server that scrapes targets, by the names of their jobs,
// and returns its address.
func startPrometheus(t *testing.T, program string, targets map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	config := filepath.Join(dir, "prometheus.yml")
	text := "global: {scrape_interval: 500ms, scrape_timeout: 500ms}\nscrape_configs:\n"
	for job, address := range targets {
		text += fmt.Sprintf("  - job_name: %s\n    static_configs: [{targets: ['%s']}]\n", job, address)
	}
	if err := os.WriteFile(config, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	free.Close()
	c := exec.Command(program, "--config.file="+config, "--storage.tsdb.path="+filepath.Join(dir, "data"), "--web.listen-address="+address)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	})
	return address
}

// ask is the first value that Prometheus answers a query with, once it has one;
// empty where it has none after half a minute.
func ask(t *testing.T, address, query string) string {
	t.Helper()
	return askFor(t, address, query, 30*time.Second)
}

// askFor is that with more or less patience.
func askFor(t *testing.T, address, query string, patience time.Duration) string {
	t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			return ""
		}
		response, err := http.Get("http://" + address + "/api/v1/query?query=" + url.QueryEscape(query))
		if err != nil {
			continue // it is still starting
		}
		var answer struct {
			Error string
			Data  struct {
				Result []struct{ Value [2]any }
			}
		}
		err = json.NewDecoder(response.Body).Decode(&answer)
		response.Body.Close()
		if answer.Error != "" {
			t.Fatalf("%s: %s", query, answer.Error)
		}
		if err == nil && len(answer.Data.Result) > 0 {
			return fmt.Sprint(answer.Data.Result[0].Value[1])
		}
	}
}

// number is a value as Prometheus writes it.
func number(t *testing.T, text string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}
