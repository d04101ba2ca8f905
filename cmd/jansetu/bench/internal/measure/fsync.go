package measure

import (
	"fmt"
	"os"
	"slices"
	"time"
)

// Fsync is the median time a disk takes to make one 8 KiB write durable: what every commit waits for. Below some 0.05 ms the folder
// is in memory, or the disk does not keep its promise.
func Fsync(folder string) (time.Duration, error) {
	file, err := os.CreateTemp(folder, "fsync-")
	if err != nil {
		return 0, fmt.Errorf("measure the disk: %w", err)
	}
	defer func() {
		_ = file.Close()
		_ = os.Remove(file.Name())
	}()
	const writes = 51
	page := make([]byte, 8<<10)
	took := make([]time.Duration, 0, writes)
	for i := range int64(writes) {
		start := time.Now()
		if _, err := file.WriteAt(page, i*int64(len(page))); err != nil {
			return 0, fmt.Errorf("measure the disk: %w", err)
		}
		if err := file.Sync(); err != nil {
			return 0, fmt.Errorf("measure the disk: %w", err)
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	return took[writes/2], nil
}
