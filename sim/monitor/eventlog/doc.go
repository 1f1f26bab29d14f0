// Package eventlog writes down what happens in a pool of servers: every transition
// as a line of JSON (Lines), what the servers did as a trace that opens in Perfetto
// or chrome://tracing (Trace), and what a person should know as records of log/slog
// (Log). Each is a monitor.Observer.
package eventlog
