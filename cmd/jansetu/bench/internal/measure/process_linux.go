package measure

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// clockTick is the unit of /proc/<pid>/stat: 1/100 s on every Linux that Go supports (proc(5), sysconf(_SC_CLK_TCK)).
const clockTick = 10 * time.Millisecond

// PeakMemory is the most memory (resident bytes) the process ever used; false where the system does not tell.
func PeakMemory(pid int) (int64, bool) {
	kilobytes, ok := field(fmt.Sprintf("/proc/%d/status", pid), "VmHWM:")
	return kilobytes << 10, ok
}

// CPU is the processor time of a process, of the children it has waited for, and of those that still run; false where the system
// does not tell. PostgreSQL's postmaster has one child for each connection.
func CPU(pid int) (time.Duration, bool) {
	own, ok := readStat(pid)
	if !ok {
		return 0, false
	}
	total := own.cpu
	for _, child := range childrenOf(pid) {
		total += child.cpu
	}
	return total, true
}

type stat struct {
	parent int
	cpu    time.Duration
}

// readStat reads /proc/<pid>/stat: after the command in brackets come state, ppid (field 4) and utime, stime, cutime, cstime (14 to
// 17), see proc(5).
func readStat(pid int) (stat, bool) {
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return stat{}, false
	}
	end := bytes.LastIndexByte(line, ')')
	fields := strings.Fields(string(line[end+1:]))
	if end < 0 || len(fields) < 15 {
		return stat{}, false
	}
	var ticks int64
	for _, value := range fields[11:15] {
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return stat{}, false
		}
		ticks += n
	}
	parent, err := strconv.Atoi(fields[1])
	return stat{parent: parent, cpu: time.Duration(ticks) * clockTick}, err == nil
}

func childrenOf(pid int) []stat {
	folders, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return nil
	}
	var children []stat
	for _, folder := range folders {
		child, err := strconv.Atoi(filepath.Base(folder))
		if err != nil {
			continue
		}
		if s, ok := readStat(child); ok && s.parent == pid {
			children = append(children, s)
		}
	}
	return children
}

func cpuModel() string {
	file, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return ""
	}
	defer func() { _ = file.Close() }()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if name, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

func memoryBytes() int64 {
	kilobytes, _ := field("/proc/meminfo", "MemTotal:")
	return kilobytes << 10
}

// field reads "name: number" from a file of /proc.
func field(path, name string) (int64, bool) {
	content, err := os.ReadFile(path) //nolint:gosec // a path under /proc made here
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(content)) {
		if rest, ok := strings.CutPrefix(line, name); ok {
			n, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return n, err == nil
		}
	}
	return 0, false
}
