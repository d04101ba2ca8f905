// Command table measures every family of portals and prints one table: what we cost
// beside the portal's own time, against the goals.
//
// It runs the benchmarks of the families one after another, because they measure
// time, and prints those of the others when one fails, and fails then; with --gate also when a goal is missed.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "table:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, arguments []string) error {
	flags := flag.NewFlagSet("table", flag.ContinueOnError)
	gate := flags.Bool("gate", false, "fail when a goal is missed")
	times := flags.String("benchtime", "300x", "how often each read is made")
	packages := flags.String("packages", "./connectors/...", "the families' packages, separated by spaces")
	if err := flags.Parse(arguments); err != nil {
		return fmt.Errorf("read flags: %w", err)
	}
	output, err := benchmarks(ctx, *times, strings.Fields(*packages))
	missed := parse(output).print(os.Stdout)
	if err != nil {
		return errors.Join(err, errors.New(failures(output)))
	}
	if *gate && missed > 0 {
		return fmt.Errorf("%d goals missed", missed)
	}
	return nil
}

// benchmarks runs those that the families share.
func benchmarks(ctx context.Context, times string, packages []string) (string, error) {
	const shared = "^Benchmark(Overhead|Page200KB|Session|ThousandSessions)$"
	arguments := append([]string{"test", "-p", "1", "-run", "^$", "-bench", shared, "-benchtime", times}, packages...)
	command := exec.CommandContext(ctx, "go", arguments...) //nolint:gosec // the flags of whoever runs it
	command.Stderr = os.Stderr
	output, err := command.Output()
	if err != nil {
		return string(output), fmt.Errorf("run benchmarks: %w", err)
	}
	return string(output), nil
}

// failures are the lines that say what failed.
func failures(output string) string {
	var lines []string
	for line := range strings.Lines(output) {
		if strings.Contains(line, "FAIL") || strings.HasPrefix(line, " ") || strings.HasPrefix(line, "panic") {
			lines = append(lines, strings.TrimRight(line, "\n"))
		}
	}
	return strings.Join(lines, "\n")
}
