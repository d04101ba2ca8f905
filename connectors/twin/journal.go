package twin

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
)

// Journal is an append-only file of JSON lines, one fact each. What was
// appended survives the death of the process; a line cut short by it is dropped
// when the journal is opened again. It is safe for concurrent use.
type Journal[T any] struct {
	mu   sync.Mutex
	file *os.File
}

// OpenJournal opens or creates the journal at path and hands every fact in it
// to replay, oldest first. An empty path makes a journal that forgets.
func OpenJournal[T any](path string, replay func(T) error) (*Journal[T], error) {
	if path == "" {
		return &Journal[T]{}, nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return nil, fmt.Errorf("open journal: %w", err)
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // the path is the operator's
	if err != nil {
		return nil, fmt.Errorf("open journal: %w", err)
	}
	end, err := replayLines(file, replay)
	if err == nil {
		err = file.Truncate(end)
	}
	if err == nil {
		_, err = file.Seek(end, io.SeekStart)
	}
	if err != nil {
		_ = file.Close()
		return nil, fmt.Errorf("read journal %s: %w", filepath.Base(path), err)
	}
	return &Journal[T]{file: file}, nil
}

// replayLines returns the offset after the last complete line.
func replayLines[T any](file io.Reader, replay func(T) error) (end int64, err error) {
	reader := bufio.NewReader(file)
	for {
		line, err := reader.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return end, nil
		}
		if err != nil {
			return 0, err
		}
		var fact T
		if err := json.Unmarshal(bytes.TrimSpace(line), &fact); err != nil {
			return 0, fmt.Errorf("at byte %d: %w", end, err)
		}
		if err := replay(fact); err != nil {
			return 0, fmt.Errorf("at byte %d: %w", end, err)
		}
		end += int64(len(line))
	}
}

// Append writes one fact.
func (j *Journal[T]) Append(fact T) error {
	if j.file == nil {
		return nil
	}
	line, err := json.Marshal(fact)
	if err != nil {
		return fmt.Errorf("append to journal: %w", err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if _, err := j.file.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("append to journal: %w", err)
	}
	return nil
}

// Close closes the file.
func (j *Journal[T]) Close() error {
	if j.file == nil {
		return nil
	}
	return j.file.Close()
}
