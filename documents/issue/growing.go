package issue

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/jansetu/jansetu/documents/publiclog"
	"github.com/jansetu/jansetu/store"
)

const (
	mostAtOnce  = 1024             // entries that get their places in one transaction
	growthLimit = 15 * time.Second // of one transaction
)

// grower lets those who wait for the log share one transaction: while one runs, the others gather for the next.
type grower struct {
	grow func(ctx context.Context) (count int, err error)

	mutex   sync.Mutex
	running bool
	next    *round
}

type round struct {
	done chan struct{}
	err  error
}

// wait returns when everything that was recorded before the call has its place.
func (g *grower) wait(ctx context.Context) error {
	g.mutex.Lock()
	if g.next == nil {
		g.next = &round{done: make(chan struct{})}
	}
	mine := g.next
	if !g.running {
		g.running = true
		go g.run(context.WithoutCancel(ctx)) // ends when nobody waits
	}
	g.mutex.Unlock()
	select {
	case <-mine.done:
		return mine.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (g *grower) run(ctx context.Context) {
	for {
		g.mutex.Lock()
		current := g.next
		g.next = nil
		if current == nil {
			g.running = false
			g.mutex.Unlock()
			return
		}
		g.mutex.Unlock()
		current.err = g.all(ctx)
		close(current.done)
	}
}

func (g *grower) all(ctx context.Context) error {
	for {
		limited, cancel := context.WithTimeout(ctx, growthLimit)
		count, err := g.grow(limited)
		cancel()
		if err != nil || count < mostAtOnce {
			return err
		}
	}
}

// Grow gives everything that was recorded its place in the log: for what a process left behind that died.
func (i *Issuer) Grow(ctx context.Context) error { return i.grower.wait(ctx) }

func (i *Issuer) growOnce(ctx context.Context) (int, error) {
	count, err := i.config.Store.GrowLog(ctx, mostAtOnce, tlog.StoredHashCount,
		func(end store.LogEnd, waiting []store.LogEntry, hashes store.LogHashes) (store.LogGrowth, error) {
			return i.place(end, waiting, newHashes(hashes))
		})
	if err != nil {
		i.config.Slog.ErrorContext(ctx, "the public log does not grow", "error", err)
		return count, fmt.Errorf("grow the public log: %w", err)
	}
	return count, nil
}

// place gives waiting entries their moment, their hashes and a checkpoint. Before, it checks that what is there is what was signed.
func (i *Issuer) place(end store.LogEnd, waiting []store.LogEntry, hashes *hashes) (growth store.LogGrowth, err error) {
	if err := i.unchanged(end, hashes); err != nil {
		return growth, err
	}
	growth.At = i.config.Now().UTC().Truncate(time.Second)
	if growth.At.Before(end.LastAt) {
		growth.At = end.LastAt.UTC() // whatever this machine's clock says
	}
	size := end.Size
	for _, entry := range waiting {
		leaf, err := publiclog.ParseLeaf(entry.Leaf)
		if err != nil {
			return growth, fmt.Errorf("entry %d: %w", entry.ID, err)
		}
		leaf.At = growth.At
		raw, err := leaf.Marshal()
		if err != nil {
			return growth, fmt.Errorf("entry %d: %w", entry.ID, err)
		}
		grown, err := tlog.StoredHashes(size, raw, hashes)
		if err != nil {
			return growth, fmt.Errorf("entry %d: %w", entry.ID, err)
		}
		for n, hash := range grown {
			hashes.known[tlog.StoredHashCount(size)+int64(n)] = hash
			growth.Hashes = append(growth.Hashes, store.LogHash(hash))
		}
		growth.Leaves = append(growth.Leaves, raw)
		size++
	}
	checkpoint, err := checkpointAt(i.config.Log.Name(), size, hashes)
	if err != nil {
		return growth, err
	}
	signed, err := checkpoint.Sign(i.config.Log)
	growth.Note = string(signed)
	return growth, err
}

func (i *Issuer) unchanged(end store.LogEnd, hashes *hashes) error {
	if end.Size == 0 && end.Note == "" {
		return nil
	}
	signed, err := publiclog.OpenCheckpoint([]byte(end.Note), i.config.LogKey)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrLogDamaged, err)
	}
	found, err := checkpointAt(signed.Origin, end.Size, hashes)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrLogDamaged, err)
	}
	if found != signed {
		return fmt.Errorf("%w: the tree of %d entries has another root", ErrLogDamaged, end.Size)
	}
	return nil
}

func checkpointAt(origin string, size int64, hashes tlog.HashReader) (publiclog.Checkpoint, error) {
	root, err := tlog.TreeHash(size, hashes)
	if err != nil {
		return publiclog.Checkpoint{}, fmt.Errorf("hash the log: %w", err)
	}
	return publiclog.Checkpoint{Origin: origin, Size: size, Root: root}, nil
}

// prove makes the proof that a document is in the log, waiting for its place if it has none.
func (i *Issuer) prove(ctx context.Context, d store.IssuedDocument) ([]byte, error) {
	entry, size, signed, err := i.config.Store.LogEntry(ctx, d.Entry)
	if errors.Is(err, store.ErrNotInLog) {
		if err := i.grower.wait(ctx); err != nil {
			return nil, err
		}
		entry, size, signed, err = i.config.Store.LogEntry(ctx, d.Entry)
	}
	if err != nil {
		return nil, fmt.Errorf("prove %s: %w", d.Kind, err)
	}
	path, err := publiclog.Prove(size, entry.Index, newHashes(i.config.Store.LogHashes(ctx)))
	if err != nil {
		return nil, err
	}
	proof := publiclog.Proof{
		Leaf: entry.Leaf, Index: entry.Index, Path: path, Checkpoint: []byte(signed), Salt: publiclog.Salt(d.Salt), Seal: d.Seal,
		Pages: int64(len(d.Pages)),
	}
	// What leaves must prove itself: damaged hashes would make a paper that nobody accepts.
	if _, _, err := proof.Verify(i.config.LogKey); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrLogDamaged, err)
	}
	return proof.Marshal()
}

// hashes reads the tree's hashes through what is known already.
type hashes struct {
	known map[int64]tlog.Hash
	read  store.LogHashes
}

func newHashes(read store.LogHashes) *hashes {
	return &hashes{known: map[int64]tlog.Hash{}, read: read}
}

// ReadHashes implements tlog.HashReader.
func (h *hashes) ReadHashes(ids []int64) ([]tlog.Hash, error) {
	var missing []int64
	for _, id := range ids {
		if _, known := h.known[id]; !known {
			missing = append(missing, id)
		}
	}
	if len(missing) > 0 {
		found, err := h.read(missing)
		if err != nil {
			return nil, err
		}
		read := make(map[int64]tlog.Hash, len(found))
		for n, id := range missing {
			read[id] = tlog.Hash(found[n])
		}
		maps.Copy(h.known, read)
	}
	all := make([]tlog.Hash, len(ids))
	for n, id := range ids {
		all[n] = h.known[id]
	}
	return all, nil
}
