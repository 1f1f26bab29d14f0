package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestPrometheus lets a real Prometheus server scrape a running simulation, and
// asks it for what it has seen.
func TestPrometheus(t *testing.T) {
	if testing.Short() {
		t.Skip("a server of its own takes seconds")
	}
	program, err := exec.LookPath("prometheus")
	if err != nil {
		t.Skip("Prometheus is not installed (apt-get install prometheus): nothing scraped the metrics in this test")
	}
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
	server := startPrometheus(t, program, strings.TrimSuffix(target, "/metrics"))
	for _, query := range []string{
		`spillway_tasks_total{outcome="answered"} > 0`, `spillway_servers_busy >= 0`,
		`histogram_quantile(0.99, sum by (le) (spillway_wait_seconds_bucket)) >= 0`,
	} {
		if value := ask(t, server, query); value == "" {
			t.Errorf("Prometheus knows nothing of %s", query)
		}
	}
}

// startPrometheus starts a server that scrapes a target, and returns its
// address.
func startPrometheus(t *testing.T, program, target string) string {
	t.Helper()
	dir := t.TempDir()
	config := filepath.Join(dir, "prometheus.yml")
	text := fmt.Sprintf("global: {scrape_interval: 1s}\nscrape_configs:\n  - job_name: spillway\n    static_configs: [{targets: ['%s']}]\n", target)
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
// empty where it has none after a minute.
func ask(t *testing.T, address, query string) string {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		response, err := http.Get("http://" + address + "/api/v1/query?query=" + url.QueryEscape(query))
		if err != nil {
			continue // it is still starting
		}
		var answer struct {
			Data struct {
				Result []struct{ Value [2]any }
			}
		}
		err = json.NewDecoder(response.Body).Decode(&answer)
		response.Body.Close()
		if err == nil && len(answer.Data.Result) > 0 {
			return fmt.Sprint(answer.Data.Result[0].Value[1])
		}
	}
	return ""
}
