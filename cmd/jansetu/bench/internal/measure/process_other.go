//go:build !linux

package measure

import "time"

// PeakMemory is not known here.
func PeakMemory(int) (int64, bool) { return 0, false }

// CPU is not known here.
func CPU(int) (time.Duration, bool) { return 0, false }

func cpuModel() string { return "" }

func memoryBytes() int64 { return 0 }
