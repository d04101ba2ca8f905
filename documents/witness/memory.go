package witness

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/jansetu/jansetu/documents/publiclog"
)

// The files of a witness's folder.
const (
	leavesFile = "leaves"    // every leaf, each with its length before it
	stateFile  = "seen.json" // written after the leaves: what is behind Bytes is not part of it
	lockFile   = "lock"
)

// memory is what a witness has on its disk.
type memory struct {
	folder  string
	lock    *os.File
	leaves  *os.File
	bytes   int64 // of leaves that count
	seen    publiclog.Checkpoint
	signed  []byte    // note
	at      time.Time // when a checkpoint was last signed; zero: never
	history *publiclog.History
	hashes  []tlog.Hash // of the tree, in the order in which tlog stores them
}

type state struct {
	Bytes int64     `json:"bytes"`
	Note  string    `json:"note"`
	At    time.Time `json:"at"`
}

// ErrInUse says that another process has the folder.
var ErrInUse = errors.New("another witness uses this folder")

// ErrMemoryDamaged says that the folder is not what the witness wrote.
var ErrMemoryDamaged = errors.New("the witness's memory is damaged: restore it, never empty it")

func openMemory(folder string, log note.Verifier) (m *memory, err error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("make the witness's folder: %w", err)
	}
	m = &memory{folder: folder, seen: publiclog.Checkpoint{Origin: log.Name()}, history: publiclog.NewHistory()}
	if m.lock, err = os.OpenFile(filepath.Join(folder, lockFile), os.O_CREATE|os.O_RDWR, 0o600); err != nil { //nolint:gosec // the operator's own folder
		return nil, fmt.Errorf("lock the witness's folder: %w", err)
	}
	if err := syscall.Flock(int(m.lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(ErrInUse, m.lock.Close())
	}
	if m.leaves, err = os.OpenFile(filepath.Join(folder, leavesFile), os.O_CREATE|os.O_RDWR, 0o600); err != nil { //nolint:gosec // the operator's own folder
		return nil, errors.Join(fmt.Errorf("open the witness's leaves: %w", err), m.lock.Close())
	}
	if err := m.load(log); err != nil {
		return nil, errors.Join(err, m.close())
	}
	return m, nil
}

func (m *memory) close() error { return errors.Join(m.leaves.Close(), m.lock.Close()) }

// load reads what is remembered and derives from the leaves what follows from them; it must be what was signed.
func (m *memory) load(log note.Verifier) error {
	raw, err := os.ReadFile(filepath.Join(m.folder, stateFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the witness's memory: %w", err)
	}
	var s state
	if err := json.Unmarshal(raw, &s); err != nil {
		return fmt.Errorf("%w: %w", ErrMemoryDamaged, err)
	}
	if m.seen, err = publiclog.OpenCheckpoint([]byte(s.Note), log); err != nil {
		return fmt.Errorf("%w: %w", ErrMemoryDamaged, err)
	}
	m.signed, m.bytes, m.at = []byte(s.Note), s.Bytes, s.At
	bundle := make([]byte, s.Bytes)
	if _, err := m.leaves.ReadAt(bundle, 0); err != nil && s.Bytes > 0 {
		return fmt.Errorf("%w: %w", ErrMemoryDamaged, err)
	}
	leaves, err := publiclog.ParseBundle(bundle, int(m.seen.Size))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrMemoryDamaged, err)
	}
	if err := m.remember(leaves, 0); err != nil {
		return err
	}
	root, err := m.root(m.seen.Size)
	if err != nil || root != m.seen.Root {
		return fmt.Errorf("%w: the leaves are not those that were signed", ErrMemoryDamaged)
	}
	return nil
}

func (m *memory) remember(leaves [][]byte, from int64) error {
	for i, leaf := range leaves {
		index := from + int64(i)
		// What was signed was in order, or accepted; it is not judged again.
		if err := m.history.Add(index, leaf, publiclog.Window{}, index); err != nil {
			return err
		}
		grown, err := tlog.StoredHashes(index, leaf, tlog.HashReaderFunc(m.read))
		if err != nil {
			return fmt.Errorf("hash the leaves: %w", err)
		}
		m.hashes = append(m.hashes, grown...)
	}
	return nil
}

func (m *memory) read(ids []int64) ([]tlog.Hash, error) {
	all := make([]tlog.Hash, len(ids))
	for i, id := range ids {
		if id >= int64(len(m.hashes)) {
			return nil, errors.New("no such hash")
		}
		all[i] = m.hashes[id]
	}
	return all, nil
}

// root is that of the first size leaves.
func (m *memory) root(size int64) (tlog.Hash, error) {
	root, err := tlog.TreeHash(size, tlog.HashReaderFunc(m.read))
	if err != nil {
		return tlog.Hash{}, fmt.Errorf("hash the leaves: %w", err)
	}
	return root, nil
}

// grow makes leaves and checkpoint durable, in this order, and only then counts them.
func (m *memory) grow(leaves [][]byte, now publiclog.Checkpoint, signed []byte, at time.Time) error {
	bundle := publiclog.Bundle(leaves)
	if _, err := m.leaves.WriteAt(bundle, m.bytes); err != nil {
		return fmt.Errorf("remember leaves: %w", err)
	}
	if err := m.leaves.Sync(); err != nil {
		return fmt.Errorf("remember leaves: %w", err)
	}
	raw, err := json.Marshal(state{Bytes: m.bytes + int64(len(bundle)), Note: string(signed), At: at.UTC()})
	if err != nil {
		return fmt.Errorf("remember the checkpoint: %w", err)
	}
	if err := durable(m.folder, stateFile, raw); err != nil {
		return fmt.Errorf("remember the checkpoint: %w", err)
	}
	from := m.seen.Size
	m.bytes += int64(len(bundle))
	m.seen, m.signed, m.at = now, signed, at
	return m.remember(leaves, from)
}

// evidence keeps what contradicts the log, once for every content.
func (m *memory) evidence(kind string, content []byte, at time.Time) error {
	known, err := filepath.Glob(filepath.Join(m.folder, "evidence-"+kind+"-*"))
	if err != nil {
		return fmt.Errorf("keep evidence: %w", err)
	}
	for _, path := range known {
		if same, err := os.ReadFile(path); err == nil && bytes.Equal(same, content) { //nolint:gosec // our own folder
			return nil
		}
	}
	name := fmt.Sprintf("evidence-%s-%s.txt", kind, at.UTC().Format("20060102T150405.000000000"))
	if err := durable(m.folder, name, content); err != nil {
		return fmt.Errorf("keep evidence: %w", err)
	}
	return nil
}

// durable replaces a file; after a crash it is the old one or the new one.
func durable(folder, name string, content []byte) (err error) {
	draft, err := os.CreateTemp(folder, ".draft-")
	if err != nil {
		return err
	}
	_, err = draft.Write(content)
	err = errors.Join(err, draft.Sync(), draft.Close())
	if err == nil {
		err = os.Rename(draft.Name(), filepath.Join(folder, name))
	}
	if err != nil {
		_ = os.Remove(draft.Name())
		return err
	}
	opened, err := os.Open(folder) //nolint:gosec // our own folder
	if err != nil {
		return err
	}
	return errors.Join(opened.Sync(), opened.Close())
}
