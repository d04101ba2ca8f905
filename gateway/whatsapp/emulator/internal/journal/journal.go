// Package journal keeps what must survive a restart as an append-only file of JSON lines. It knows nothing of what the
// lines mean. A process that dies mid-write loses at most the line it was writing.
package journal

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
)

const maxLine = 4 << 20

// Record is one line: what it is about and its data.
type Record struct {
	Kind string          `json:"k"`
	Data json.RawMessage `json:"d"`
}

// Journal appends records to a file. A nil *Journal drops them, which is how the emulator runs in memory. It is safe
// for concurrent use.
type Journal struct {
	mu   sync.Mutex
	file *os.File
	err  error
}

// Open reads the journal at path, handing each record to replay, and opens it for appending. A cut-off last line is
// ignored. The records written by compact replace the file's content, so that it does not grow with each restart.
func Open(path string, replay func(Record) error, compact func(write func(kind string, data any))) (*Journal, error) {
	if err := read(path, replay); err != nil {
		return nil, fmt.Errorf("read journal %s: %w", path, err)
	}
	if err := rewrite(path, compact); err != nil {
		return nil, fmt.Errorf("compact journal %s: %w", path, err)
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0o600) //nolint:gosec // the path is the operator's own data folder
	if err != nil {
		return nil, fmt.Errorf("open journal: %w", err)
	}
	return &Journal{file: file}, nil
}

func read(path string, replay func(Record) error) error {
	file, err := os.Open(path) //nolint:gosec // the path is the operator's own data folder
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	lines := bufio.NewReaderSize(io.LimitReader(file, 4<<30), 64<<10)
	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil // a line without its end was being written when the process died
		}
		if err != nil {
			return err
		}
		if err := replayLine(line, replay); err != nil {
			return err
		}
	}
}

func replayLine(line []byte, replay func(Record) error) error {
	var record Record
	err := json.Unmarshal(line, &record)
	if err == nil && len(line) <= maxLine {
		return replay(record)
	}
	return nil // a torn line in the middle costs that line only
}

func rewrite(path string, compact func(write func(kind string, data any))) error {
	next := path + ".next"
	file, err := os.OpenFile(next, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600) //nolint:gosec // as above
	if err != nil {
		return err
	}
	out := bufio.NewWriter(file)
	var failed error
	compact(func(kind string, data any) {
		line, err := encode(kind, data)
		if err != nil {
			failed = errors.Join(failed, err)
			return
		}
		_, err = out.Write(line)
		failed = errors.Join(failed, err)
	})
	if err := errors.Join(failed, out.Flush(), file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Rename(next, path)
}

func encode(kind string, data any) ([]byte, error) {
	raw, err := json.Marshal(data)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", kind, err)
	}
	line, err := json.Marshal(Record{Kind: kind, Data: raw})
	return append(line, '\n'), err
}

// Append writes one record. Each record is one write to the file, so a killed process loses nothing that was appended;
// a power cut may lose the last moments, which is enough for a development tool. The first failure is kept for Close.
func (j *Journal) Append(kind string, data any) {
	if j == nil {
		return
	}
	line, err := encode(kind, data)
	j.mu.Lock()
	defer j.mu.Unlock()
	if err == nil {
		_, err = j.file.Write(line)
	}
	if j.err == nil {
		j.err = err
	}
}

// Close flushes the file to disk and returns the first error of the journal's life.
func (j *Journal) Close() error {
	if j == nil {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	return errors.Join(j.err, j.file.Sync(), j.file.Close())
}
