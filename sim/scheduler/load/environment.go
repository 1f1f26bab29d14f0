package load

import (
	"os"
	"runtime"
	"strings"
)

// Environment is the machine that a run was measured on.
type Environment struct {
	Go       string // "go1.26.8"
	OS, Arch string
	CPUs     int    // that the program may use
	MaxProcs int    // GOMAXPROCS
	CPU      string // its model; empty where it cannot be had
}

// ThisMachine is the environment of this program.
func ThisMachine() Environment {
	return Environment{Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH,
		CPUs: runtime.NumCPU(), MaxProcs: runtime.GOMAXPROCS(0), CPU: model()}
}

// model is the processor, as Linux names it.
func model() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(text)) {
		key, value, _ := strings.Cut(line, ":")
		if key = strings.TrimSpace(key); key == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
