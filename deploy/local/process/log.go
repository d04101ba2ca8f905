package process

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

const (
	// logLimit is the size at which a log is put aside at the next start; one older log is kept.
	logLimit = 8 << 20
	// outputLimit bounds what Output reads.
	outputLimit = 16 << 10
)

// Output is what the child has written to its log file since this start, by line, at most the first 16 KiB.
func (p *Process) Output() []string {
	if p.log == "" {
		return nil
	}
	file, err := os.Open(p.log)
	if err != nil {
		return nil
	}
	defer file.Close() //nolint:errcheck // read only
	raw, err := io.ReadAll(io.NewSectionReader(file, p.logStart, outputLimit))
	if err != nil {
		return nil
	}
	return strings.Split(strings.TrimSpace(string(raw)), "\n")
}

func openLog(path string) (*os.File, error) {
	if path == "" {
		return os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	}
	if info, err := os.Stat(path); err == nil && info.Size() > logLimit {
		if err := os.Rename(path, path+".old"); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("put the full log file aside: %w", err)
		}
	}
	out, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600) //nolint:gosec // the path is our own data folder
	if err != nil {
		return nil, fmt.Errorf("open log file: %w", err)
	}
	return out, nil
}

func sizeOf(file *os.File) int64 {
	info, err := file.Stat()
	if err != nil {
		return 0
	}
	return info.Size()
}
