// Package measure reads what a run cost: processor time and memory of processes, statements of a database, and the machine it
// ran on. It knows nothing of what was run.
package measure

import (
	"fmt"
	"runtime"
	"syscall"
	"time"
)

// Machine describes where a run took place.
type Machine struct {
	Cores       int    `json:"cores"`
	CPU         string `json:"cpu"`
	MemoryBytes int64  `json:"memory_bytes"`
	OS          string `json:"os"`
	Go          string `json:"go"`
	PostgreSQL  string `json:"postgresql"`
	// Fsync is how long the disk takes to make a page durable.
	Fsync time.Duration `json:"fsync_ns"`
}

// ThisMachine describes the machine we run on; what the system does not tell stays empty.
func ThisMachine() Machine {
	return Machine{
		Cores: runtime.NumCPU(), CPU: cpuModel(), MemoryBytes: memoryBytes(),
		OS: runtime.GOOS + "/" + runtime.GOARCH, Go: runtime.Version(),
	}
}

// String is the machine in one line.
func (m Machine) String() string {
	line := fmt.Sprintf("%d cores", m.Cores)
	if m.CPU != "" {
		line += " " + m.CPU
	}
	if m.MemoryBytes > 0 {
		line += fmt.Sprintf(", %.0f GiB", float64(m.MemoryBytes)/(1<<30))
	}
	line += ", " + m.OS + ", " + m.Go
	if m.PostgreSQL != "" {
		line += ", PostgreSQL " + m.PostgreSQL
	}
	if m.Fsync > 0 {
		line += fmt.Sprintf(", fsync %.2f ms", m.Fsync.Seconds()*1000)
	}
	return line
}

// OwnCPU is the processor time this process has used.
func OwnCPU() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
