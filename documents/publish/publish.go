// Package publish writes the public log's static files into a folder and serves them. The folder is the publisher's memory: what it
// published once it never takes back, so a database that was rewritten is found here first, before any witness sees it.
//
// It reads the log through a small interface and holds no key of the log: it cannot make a checkpoint, only hand on what was signed.
package publish

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/jansetu/jansetu/documents/publiclog"
	"github.com/jansetu/jansetu/store"
)

// ErrRewritten says that the log in the database does not continue what was published. Nothing is published until people know why.
var ErrRewritten = errors.New("the log in the database does not continue what was published")

// Log is where the log is kept.
type Log interface {
	LogCheckpoint(ctx context.Context) (size int64, note string, err error)
	LogLeaves(ctx context.Context, from int64, limit int) ([]store.LogEntry, error)
	LogHashes(ctx context.Context) store.LogHashes
}

// Config is what a publisher needs.
type Config struct {
	Log       Log
	Folder    string        // where the files go; made if it does not exist
	Key       note.Verifier // of the log
	Witnesses []Witness     // that are asked to sign every checkpoint
	// Quorum is how many of them must sign before a checkpoint is published.
	Quorum int
	Slog   *slog.Logger
	Every  time.Duration // between looks at the database; 0: 2 s
}

const every = 2 * time.Second

// Publisher publishes. It is safe for concurrent use.
type Publisher struct {
	config Config
	mutex  sync.Mutex
	seen   sightings
}

// New makes a publisher.
func New(config Config) (*Publisher, error) {
	if config.Log == nil || config.Folder == "" || config.Key == nil || config.Slog == nil || config.Quorum > len(config.Witnesses) {
		return nil, errors.New("publish: log, folder, key and enough witnesses must be set")
	}
	if config.Every == 0 {
		config.Every = every
	}
	if err := os.MkdirAll(config.Folder, 0o750); err != nil {
		return nil, fmt.Errorf("make the folder of the public log: %w", err)
	}
	return &Publisher{config: config}, nil
}

// Run publishes until ctx ends, and says of every trouble once.
func (p *Publisher) Run(ctx context.Context) {
	ticker := time.NewTicker(p.config.Every)
	defer ticker.Stop()
	said := ""
	for {
		_, err := p.Publish(ctx)
		switch {
		case err == nil:
			said = ""
		case ctx.Err() == nil && err.Error() != said:
			said = err.Error()
			p.config.Slog.ErrorContext(ctx, "the public log is not published", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// Publish writes what is new, and answers the checkpoint that is published then. It fails with ErrRewritten, and with
// publiclog.ErrTooFewWitnesses beside the checkpoint that stays.
func (p *Publisher) Publish(ctx context.Context) (publiclog.Checkpoint, error) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	at, err := p.publish(ctx)
	p.seen.published(err)
	return at, err
}

func (p *Publisher) publish(ctx context.Context) (publiclog.Checkpoint, error) {
	before, err := p.published()
	if err != nil {
		return before, err
	}
	_, signed, err := p.config.Log.LogCheckpoint(ctx)
	if errors.Is(err, store.ErrNotInLog) && before.Size == 0 {
		return before, nil
	}
	if err != nil {
		return before, fmt.Errorf("%w: %w", ErrRewritten, err)
	}
	now, err := publiclog.OpenCheckpoint([]byte(signed), p.config.Key)
	if err != nil {
		return before, fmt.Errorf("%w: %w", ErrRewritten, err)
	}
	if now == before {
		return before, nil
	}
	return p.grow(ctx, before, now, []byte(signed))
}

func (p *Publisher) grow(ctx context.Context, before, now publiclog.Checkpoint, signed []byte) (publiclog.Checkpoint, error) {
	hashes := p.hashes(ctx)
	if now.Size < before.Size {
		return before, fmt.Errorf("%w: %d entries after %d", ErrRewritten, now.Size, before.Size)
	}
	proof, err := publiclog.ProveGrowth(before.Size, now.Size, hashes)
	if err != nil {
		return before, err
	}
	if err := publiclog.CheckGrowth(proof, before, now); err != nil {
		return before, fmt.Errorf("%w: %w", ErrRewritten, err)
	}
	tiles := publiclog.NewTiles(before.Size, now.Size)
	for _, tile := range tiles {
		if err := p.writeTile(ctx, tile, hashes); err != nil {
			return before, err
		}
	}
	signed, err = p.cosigned(ctx, before, now, proof, signed)
	if err != nil {
		return before, err
	}
	if err := write(p.config.Folder, publiclog.CheckpointPath, signed); err != nil {
		return before, err
	}
	return now, p.prune(tiles)
}

// hashes reads the tree's hashes from the database.
func (p *Publisher) hashes(ctx context.Context) tlog.HashReader {
	read := p.config.Log.LogHashes(ctx)
	return tlog.HashReaderFunc(func(ids []int64) ([]tlog.Hash, error) {
		found, err := read(ids)
		all := make([]tlog.Hash, len(found))
		for i := range found {
			all[i] = tlog.Hash(found[i])
		}
		return all, err
	})
}

// published reads what was published before.
func (p *Publisher) published() (publiclog.Checkpoint, error) {
	raw, err := os.ReadFile(filepath.Join(p.config.Folder, publiclog.CheckpointPath))
	if errors.Is(err, fs.ErrNotExist) {
		return publiclog.Checkpoint{Origin: p.config.Key.Name()}, nil
	}
	if err != nil {
		return publiclog.Checkpoint{}, fmt.Errorf("read what was published: %w", err)
	}
	return publiclog.OpenCheckpoint(raw, p.config.Key)
}

func (p *Publisher) writeTile(ctx context.Context, tile tlog.Tile, hashes tlog.HashReader) error {
	if tile.L >= 0 {
		data, err := tlog.ReadTileData(tile, hashes)
		if err != nil {
			return fmt.Errorf("read the log: %w", err)
		}
		return write(p.config.Folder, publiclog.TilePath(tile), data)
	}
	from := tile.N * publiclog.TileWidth
	entries, err := p.config.Log.LogLeaves(ctx, from, tile.W)
	if err != nil {
		return err
	}
	if len(entries) != tile.W {
		return fmt.Errorf("%w: %d of %d entries", ErrRewritten, len(entries), tile.W)
	}
	ids, leaves := make([]int64, tile.W), make([][]byte, tile.W)
	for i, entry := range entries {
		ids[i], leaves[i] = tlog.StoredHashIndex(0, from+int64(i)), entry.Leaf
	}
	wanted, err := hashes.ReadHashes(ids)
	if err != nil {
		return err
	}
	for i, leaf := range leaves {
		if tlog.Hash(publiclog.LeafHash(leaf)) != wanted[i] {
			return fmt.Errorf("%w: entry %d", ErrRewritten, from+int64(i))
		}
	}
	return write(p.config.Folder, publiclog.TilePath(tile), publiclog.Bundle(leaves))
}

// prune removes partial tiles whose full one is there; readers fall back to that (C2SP tlog-tiles).
func (p *Publisher) prune(tiles []tlog.Tile) error {
	for _, tile := range tiles {
		if tile.W != publiclog.TileWidth {
			continue
		}
		path := filepath.FromSlash(publiclog.TilePath(tile)) + ".p"
		if err := os.RemoveAll(filepath.Join(p.config.Folder, path)); err != nil {
			return fmt.Errorf("remove partial tiles: %w", err)
		}
	}
	return nil
}

// write makes a file whole and durable: after a crash it is there as it should be, or not at all.
func write(folder, path string, content []byte) (err error) {
	full := filepath.Join(folder, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(full), 0o750); err != nil {
		return fmt.Errorf("publish %s: %w", path, err)
	}
	draft, err := os.CreateTemp(filepath.Dir(full), ".draft-")
	if err != nil {
		return fmt.Errorf("publish %s: %w", path, err)
	}
	_, err = draft.Write(content)
	err = errors.Join(err, draft.Chmod(0o644), draft.Sync(), draft.Close())
	if err == nil {
		err = os.Rename(draft.Name(), full)
	}
	if err != nil {
		_ = os.Remove(draft.Name())
		return fmt.Errorf("publish %s: %w", path, err)
	}
	return syncFolder(filepath.Dir(full))
}

func syncFolder(path string) error {
	folder, err := os.Open(path) //nolint:gosec // a folder below ours
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// names are the witnesses that signed, for messages.
func names(witnesses []Witness) []string {
	all := make([]string, len(witnesses))
	for i, witness := range witnesses {
		all[i] = witness.Key.Name()
	}
	slices.Sort(all)
	return all
}
