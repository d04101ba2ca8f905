package worker_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// spent is the processor time of each group of processes, in milliseconds. Unlike a rate it hardly depends on what else the machine does.
type spent map[string]float64

// whose names the groups: this process, and those it started, by program; of PostgreSQL by the process id of each cluster.
func whose(pid int, program string, clusters map[int]string, parents map[int]int) string {
	switch program {
	case "temporal-server":
		return "Temporal"
	case "postgres":
		for ; pid > 1; pid = parents[pid] {
			if name, known := clusters[pid]; known {
				return name
			}
		}
		return "the hub's PostgreSQL"
	}
	return ""
}

// measureSpent reads the processor time that this process and its services have used so far (proc(5): ticks of 10 ms).
func measureSpent(t *testing.T, clusters map[int]string) spent {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	require.NoError(t, err)
	parents, programs, times := map[int]int{}, map[int]string{}, map[int]float64{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		require.NoError(t, err)
		name, rest, _ := strings.Cut(string(content), ") ")
		_, programs[pid], _ = strings.Cut(name, "(")
		fields := strings.Fields(rest)
		parents[pid], _ = strconv.Atoi(fields[1])
		for _, field := range fields[11:15] { // user, system, and those of children that have ended
			ticks, _ := strconv.ParseFloat(field, 64)
			times[pid] += ticks * 10
		}
	}
	total := spent{}
	for pid := range times {
		switch {
		case pid == os.Getpid():
			total["hub, stand-ins and generator"] += times[pid]
		case descends(pid, parents):
			if group := whose(pid, programs[pid], clusters, parents); group != "" {
				total[group] += times[pid]
			}
		}
	}
	return total
}

func descends(pid int, parents map[int]int) bool {
	for ; pid > 1; pid = parents[pid] {
		if parents[pid] == os.Getpid() {
			return true
		}
	}
	return false
}

// per is what was spent since before, for each of so many.
func (s spent) per(before spent, times int) spent {
	each := spent{}
	for group := range s {
		each[group] = (s[group] - before[group]) / float64(times)
	}
	return each
}

func (s spent) total() (total float64) {
	for _, time := range s {
		total += time
	}
	return total
}

func (s spent) String() string {
	parts := make([]string, 0, len(s))
	for _, group := range slices.Sorted(maps.Keys(s)) {
		parts = append(parts, fmt.Sprintf("%s %.1f", group, s[group]))
	}
	return fmt.Sprintf("%.1f ms (%s)", s.total(), strings.Join(parts, ", "))
}
