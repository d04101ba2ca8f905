package process

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// LockedError says that a running process holds the data folder.
type LockedError struct{ Dir string }

func (e *LockedError) Error() string {
	return fmt.Sprintf("the data folder %s is in use by another run: stop that one first, or use another data folder", e.Dir)
}

// Lock holds a data folder for one run. The kernel lets go of it when the run ends, however it ends.
type Lock struct{ file *os.File }

// LockDir takes the lock of a data folder, or returns a LockedError.
func LockDir(dir string) (*Lock, error) {
	file, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // our own data folder
	if err != nil {
		return nil, fmt.Errorf("lock data folder: %w", err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = file.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, &LockedError{Dir: dir}
		}
		return nil, fmt.Errorf("lock data folder %s: %w", dir, err)
	}
	return &Lock{file: file}, nil
}

// Release lets go of the lock.
func (l *Lock) Release() { _ = l.file.Close() }
