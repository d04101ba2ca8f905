// Package media stores uploaded files: in memory, or in a folder so that they survive a restart. It knows sizes and
// hashes, not what a message is.
package media

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// ErrNotFound is returned for an id that was never uploaded, or was deleted.
var ErrNotFound = errors.New("media not found")

// ErrFull is returned when the files in memory would pass the store's bound.
var ErrFull = errors.New("media store is full")

// maxInMemory bounds the bytes kept when there is no folder.
const maxInMemory = 512 << 20

// File describes one uploaded file.
type File struct {
	ID       string `json:"id"`
	MIME     string `json:"mime_type"`
	Filename string `json:"filename,omitempty"`
	Size     int64  `json:"file_size"`
	SHA256   string `json:"sha256"` // base64, as in Meta's webhooks
}

// Store keeps files by id. It is safe for concurrent use.
type Store struct {
	dir   string
	mu    sync.RWMutex
	files map[string]File
	bytes map[string][]byte
	total int64
}

// Open returns a store that keeps its files in dir, or in memory when dir is empty.
func Open(dir string) (*Store, error) {
	s := &Store{dir: dir, files: map[string]File{}, bytes: map[string][]byte{}}
	if dir == "" {
		return s, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("create media folder: %w", err)
	}
	if err := s.load(); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Store) load() error {
	descriptions, err := filepath.Glob(filepath.Join(s.dir, "*.json"))
	if err != nil {
		return fmt.Errorf("list media folder: %w", err)
	}
	for _, path := range descriptions {
		raw, err := os.ReadFile(path) //nolint:gosec // a file of the store's own folder
		if err != nil {
			return fmt.Errorf("read media description: %w", err)
		}
		var f File
		if json.Unmarshal(raw, &f) == nil && f.ID+".json" == filepath.Base(path) {
			s.files[f.ID] = f
		}
	}
	return nil
}

// Add stores content and returns its description with a new id.
func (s *Store) Add(mimeType, filename string, content []byte) (File, error) {
	sum := sha256.Sum256(content)
	f := File{
		ID: newID(), MIME: mimeType, Filename: strings.ToValidUTF8(filepath.Base(filename), ""),
		Size: int64(len(content)), SHA256: base64.StdEncoding.EncodeToString(sum[:]),
	}
	if filename == "" {
		f.Filename = ""
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.keep(f, content); err != nil {
		return File{}, err
	}
	s.files[f.ID] = f
	return f, nil
}

func (s *Store) keep(f File, content []byte) error {
	if s.dir == "" {
		if s.total+f.Size > maxInMemory {
			return ErrFull
		}
		s.bytes[f.ID], s.total = content, s.total+f.Size
		return nil
	}
	if err := os.WriteFile(s.path(f.ID, ".bin"), content, 0o600); err != nil {
		return fmt.Errorf("write media: %w", err)
	}
	description, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("describe media: %w", err)
	}
	// The description is written last: a file without one was never answered for.
	if err := os.WriteFile(s.path(f.ID, ".json"), description, 0o600); err != nil {
		return fmt.Errorf("write media description: %w", err)
	}
	return nil
}

func (s *Store) path(id, ext string) string { return filepath.Join(s.dir, id+ext) }

// Get returns a file's description.
func (s *Store) Get(id string) (File, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	f, ok := s.files[id]
	if !ok {
		return File{}, ErrNotFound
	}
	return f, nil
}

// Open returns a file's content; the caller closes it.
func (s *Store) Open(id string) (io.ReadSeekCloser, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if _, ok := s.files[id]; !ok {
		return nil, ErrNotFound
	}
	if s.dir == "" {
		return memoryFile{bytes.NewReader(s.bytes[id])}, nil
	}
	file, err := os.Open(s.path(id, ".bin"))
	if err != nil {
		return nil, fmt.Errorf("open media: %w", err)
	}
	return file, nil
}

type memoryFile struct{ *bytes.Reader }

// Close does nothing: the bytes belong to the store.
func (memoryFile) Close() error { return nil }

// Delete removes a file.
func (s *Store) Delete(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, ok := s.files[id]
	if !ok {
		return ErrNotFound
	}
	delete(s.files, id)
	if s.dir == "" {
		s.total -= f.Size
		delete(s.bytes, id)
		return nil
	}
	return errors.Join(os.Remove(s.path(id, ".json")), os.Remove(s.path(id, ".bin")))
}

// newID returns fifteen or sixteen digits, as Meta's media ids are.
func newID() string {
	n, err := rand.Int(rand.Reader, big.NewInt(9_000_000_000_000_000))
	if err != nil {
		panic(err) // crypto/rand does not fail on supported systems
	}
	return n.Add(n, big.NewInt(1_000_000_000_000_000)).String()
}
