// Package witness is the program by which a second department watches the public log: it signs a checkpoint only if the log merely grew
// since the last one, and if what was added is in order: no time goes backwards, nothing is issued twice, nothing ends that was not
// issued. It keeps every leaf it saw and every checkpoint it signed on its own disk, so that nobody can show it another history, and
// what contradicts it is kept as evidence.
//
// It knows the log's public forms only: not the hub, not its database.
package witness

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/jansetu/jansetu/documents/publiclog"
)

// Why a checkpoint is not signed.
var (
	// ErrForked says that a checkpoint contradicts one that was signed before: the log was rewritten.
	ErrForked = errors.New("the log was rewritten: this checkpoint contradicts one that was signed before")
	// ErrOutOfStep says that the proof begins at another size than the one that is known here.
	ErrOutOfStep = errors.New("the proof begins at another size than the one known here")
)

// Config is what a witness needs.
type Config struct {
	Folder string           // where it remembers; made if it does not exist
	Log    note.Verifier    // of the log that is watched
	Source publiclog.Source // of the log's files
	Signer note.Signer      // as publiclog.NewCosignatureSigner makes it
	// Accepted are leaves that are in order because people looked into them, whatever the witness thinks.
	Accepted []int64
	Slog     *slog.Logger
	Now      func() time.Time // nil: time.Now
}

// Witness watches one log. It is safe for concurrent use; one process has the folder at a time.
type Witness struct {
	config Config

	mutex  sync.Mutex
	memory *memory
}

// Open opens a witness with what it remembers.
func Open(config Config) (*Witness, error) {
	if config.Folder == "" || config.Log == nil || config.Source == nil || config.Signer == nil || config.Slog == nil {
		return nil, errors.New("witness: folder, log, source and signer must be set")
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	w := &Witness{config: config}
	var err error
	w.memory, err = openMemory(config.Folder, config.Log)
	return w, err
}

// Close lets another process have the folder.
func (w *Witness) Close() error { return w.memory.close() }

// Seen is the newest checkpoint that was signed.
func (w *Witness) Seen() publiclog.Checkpoint {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return w.memory.seen
}

// Signed is the newest checkpoint with this witness's signature; nil: there is none yet.
func (w *Witness) Signed() []byte {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return bytes.Clone(w.memory.signed)
}

// Add signs a checkpoint, given the proof that the log grew to it from size old, and answers the line of the signature. It fails with
// publiclog.ErrCheckpoint, ErrOutOfStep, ErrForked and publiclog.ErrMisissued.
func (w *Witness) Add(ctx context.Context, old int64, proof []tlog.Hash, checkpoint []byte) (line []byte, err error) {
	now, err := publiclog.OpenCheckpoint(checkpoint, w.config.Log)
	if err != nil {
		return nil, err
	}
	w.mutex.Lock()
	defer w.mutex.Unlock()
	seen := w.memory.seen
	if old != seen.Size || now.Size < old {
		return nil, fmt.Errorf("%w: %d, not %d", ErrOutOfStep, seen.Size, old)
	}
	if err := publiclog.CheckGrowth(proof, seen, now); err != nil {
		return nil, w.forked(checkpoint, now, err)
	}
	leaves, err := w.read(ctx, seen, now)
	if err != nil {
		if errors.Is(err, publiclog.ErrMisissued) {
			err = errors.Join(err, w.memory.evidence("misissued", []byte(err.Error()+"\n\n"+string(checkpoint)), w.config.Now()))
			w.config.Slog.Error("the log holds what must not be in it", "size", now.Size, "error", err)
		}
		return nil, err
	}
	line, err = w.cosign(checkpoint)
	if err != nil {
		return nil, err
	}
	// Remembered before it is given away: a signature that is forgotten would allow another history.
	if err := w.memory.grow(leaves, now, append(bytes.Clone(checkpoint), line...), w.config.Now()); err != nil {
		return nil, err
	}
	return line, nil
}

// forked keeps the contradiction: two checkpoints, both signed by the log.
func (w *Witness) forked(checkpoint []byte, now publiclog.Checkpoint, cause error) error {
	err := fmt.Errorf("%w (%d entries, then %d): %w", ErrForked, w.memory.seen.Size, now.Size, cause)
	kept := w.memory.evidence("fork", bytes.Join([][]byte{w.memory.signed, checkpoint}, []byte("\n")), w.config.Now())
	w.config.Slog.Error("the log was rewritten", "seen", w.memory.seen.Size, "shown", now.Size)
	return errors.Join(err, kept)
}

// read takes what the log grew by and checks that it is in order.
func (w *Witness) read(ctx context.Context, seen, now publiclog.Checkpoint) ([][]byte, error) {
	trial := w.memory.history.Trial()
	within := publiclog.Window{To: w.config.Now().Add(publiclog.Skew)}
	if !w.memory.at.IsZero() {
		// What comes now cannot be from before the last checkpoint was signed: it would have been in that.
		within.From = w.memory.at.Add(-publiclog.Skew)
	}
	var leaves [][]byte
	err := w.config.Source.Leaves(ctx, now, seen.Size, func(index int64, raw []byte) error {
		leaves = append(leaves, bytes.Clone(raw))
		return trial.Add(index, raw, within, w.config.Accepted...)
	})
	if err != nil {
		return nil, fmt.Errorf("read what the log grew by: %w", err)
	}
	return leaves, nil
}

// cosign makes the line of the signature under the checkpoint's text.
func (w *Witness) cosign(checkpoint []byte) ([]byte, error) {
	opened, err := note.Open(checkpoint, note.VerifierList(w.config.Log))
	if err != nil {
		return nil, fmt.Errorf("sign checkpoint: %w", err)
	}
	signed, err := note.Sign(&note.Note{Text: opened.Text}, w.config.Signer)
	if err != nil {
		return nil, fmt.Errorf("sign checkpoint: %w", err)
	}
	_, lines, _ := strings.Cut(string(signed), "\n\n")
	return []byte(lines), nil
}

// Follow looks at the published log once and signs what is new: for a witness that the hub cannot reach.
func (w *Witness) Follow(ctx context.Context) error {
	checkpoint, err := w.config.Source(ctx, publiclog.CheckpointPath)
	if err != nil {
		return err
	}
	now, err := publiclog.OpenCheckpoint(checkpoint, w.config.Log)
	if err != nil {
		return err
	}
	seen := w.Seen()
	switch {
	case now == seen:
		return nil
	case now.Size < seen.Size:
		// An old copy, or a log that was cut: only the same history up to there is an old copy.
		if err := w.prefix(now); err != nil {
			w.mutex.Lock()
			defer w.mutex.Unlock()
			return w.forked(checkpoint, now, err)
		}
		return nil
	}
	proof, err := publiclog.ProveGrowth(seen.Size, now.Size, w.config.Source.Hashes(ctx, now))
	if err != nil {
		return fmt.Errorf("read the log: %w", err)
	}
	if seen.Size == now.Size {
		proof = nil
	}
	_, err = w.Add(ctx, seen.Size, proof, checkpoint)
	return err
}

// prefix checks a shorter log against the leaves that are kept here.
func (w *Witness) prefix(shorter publiclog.Checkpoint) error {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	root, err := w.memory.root(shorter.Size)
	if err != nil {
		return err
	}
	if root != shorter.Root {
		return errors.New("it has another root at size " + strconv.FormatInt(shorter.Size, 10))
	}
	return nil
}
