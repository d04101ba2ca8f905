// Package logaudit derives the public log anew, from the database, from the files that were published and from every document that is
// kept, and names every difference. It is what the hub's own people run; a witness does not need them for what it finds.
package logaudit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/jansetu/jansetu/documents/publiclog"
	"github.com/jansetu/jansetu/documents/verify"
	"github.com/jansetu/jansetu/store"
)

// Config is what an audit needs.
type Config struct {
	Store *store.Store
	Trust *verify.Trust
	Log   publiclog.Policy
	// Files reads what was published; nil: that is left out.
	Files publiclog.Source
	Now   time.Time
}

// Fault is one difference.
type Fault struct {
	Where string // "leaf 7", "certificate of JS-7K3M-Q2PX, version 1", "tile/0/000"
	What  string
}

// Report is what an audit found.
type Report struct {
	Leaves    int64
	Documents int
	Forgotten int // of them: only that they were issued can be checked
	Published publiclog.Checkpoint
	Faults    []Fault // at most mostFaults
}

const (
	mostFaults = 200
	page       = 1000
	// waits is how long an entry may wait for its place before that is a fault.
	waits = time.Minute
)

// audit walks everything once.
type audit struct {
	config  Config
	report  Report
	hashes  []tlog.Hash        // derived from the leaves, in tlog's order
	leaves  []publiclog.Leaf   // as they are in the database
	entries map[int64]int64    // index of each entry's leaf
	owners  map[int64]struct{} // entries that a document has
}

// Run audits. The error is that of reading; what is wrong is in the report.
func Run(ctx context.Context, config Config) (Report, error) {
	a := &audit{config: config, entries: map[int64]int64{}, owners: map[int64]struct{}{}}
	for _, step := range []func(context.Context) error{a.readLeaves, a.compareHashes, a.compareCheckpoints, a.compareFiles, a.documents, a.waiting} {
		if err := step(ctx); err != nil {
			return a.report, err
		}
	}
	a.orphans()
	return a.report, nil
}

func (a *audit) fault(where, what string) {
	if len(a.report.Faults) < mostFaults {
		a.report.Faults = append(a.report.Faults, Fault{where, what})
	}
}

func leafName(index int64) string { return fmt.Sprintf("leaf %d", index) }

// readLeaves derives the tree, and checks that the leaves are in order.
func (a *audit) readLeaves(ctx context.Context) error {
	history := publiclog.NewHistory()
	for {
		entries, err := a.config.Store.LogLeaves(ctx, a.report.Leaves, page)
		if err != nil {
			return err
		}
		for _, entry := range entries {
			if entry.Index != a.report.Leaves {
				a.fault(leafName(a.report.Leaves), fmt.Sprintf("missing in the database; the next one is leaf %d", entry.Index))
				return nil // the tree cannot be derived any further
			}
			if err := a.readLeaf(entry, history); err != nil {
				return err
			}
		}
		if len(entries) < page {
			return nil
		}
	}
}

func (a *audit) readLeaf(entry store.LogEntry, history *publiclog.History) error {
	if err := history.Add(entry.Index, entry.Leaf, publiclog.Window{To: a.config.Now.Add(publiclog.Skew)}); err != nil {
		a.fault(leafName(entry.Index), err.Error())
	}
	leaf, _ := publiclog.ParseLeaf(entry.Leaf) // named above
	a.leaves = append(a.leaves, leaf)
	a.entries[entry.ID] = entry.Index
	grown, err := tlog.StoredHashes(entry.Index, entry.Leaf, a.tree())
	if err != nil {
		return fmt.Errorf("derive the log: %w", err)
	}
	a.hashes = append(a.hashes, grown...)
	a.report.Leaves++
	return nil
}

func (a *audit) tree() tlog.HashReader {
	return tlog.HashReaderFunc(func(ids []int64) ([]tlog.Hash, error) {
		all := make([]tlog.Hash, len(ids))
		for i, id := range ids {
			if id >= int64(len(a.hashes)) {
				return nil, errors.New("no such hash")
			}
			all[i] = a.hashes[id]
		}
		return all, nil
	})
}

func (a *audit) compareHashes(ctx context.Context) error {
	next := int64(0)
	for {
		places, found, err := a.config.Store.LogHashRange(ctx, next, page)
		if err != nil {
			return err
		}
		for i, place := range places {
			if place >= int64(len(a.hashes)) {
				a.fault(fmt.Sprintf("hash %d", place), "in the database, and follows from no leaf")
			} else if a.hashes[place] != tlog.Hash(found[i]) {
				level, n := tlog.SplitStoredHashIndex(place)
				a.fault(fmt.Sprintf("hash %d", place), fmt.Sprintf("not what follows from the leaves %d to %d", n<<level, (n+1)<<level-1))
			}
			if place != next {
				a.fault(fmt.Sprintf("hash %d", next), "missing in the database")
			}
			next = place + 1
		}
		if len(places) < page {
			break
		}
	}
	if next < int64(len(a.hashes)) {
		a.fault(fmt.Sprintf("hash %d", next), "missing in the database")
	}
	return nil
}

// compareCheckpoints checks every checkpoint that was ever signed and is kept.
func (a *audit) compareCheckpoints(ctx context.Context) error {
	size := int64(-1)
	for {
		signed, err := a.config.Store.LogCheckpoints(ctx, size, page)
		if err != nil {
			return err
		}
		for _, each := range signed {
			size = each.Size
			checkpoint, err := publiclog.OpenCheckpoint([]byte(each.Note), a.config.Log.Log)
			if err != nil || checkpoint.Size != size {
				a.fault(fmt.Sprintf("checkpoint of %d entries", size), "not signed by the log")
				continue
			}
			a.compareCheckpoint("checkpoint", checkpoint)
		}
		if len(signed) < page {
			break
		}
	}
	if size != a.report.Leaves && (size >= 0 || a.report.Leaves > 0) {
		a.fault("the newest checkpoint", fmt.Sprintf("of %d entries; the database has %d", size, a.report.Leaves))
	}
	return nil
}

func (a *audit) compareCheckpoint(what string, checkpoint publiclog.Checkpoint) {
	where := fmt.Sprintf("%s of %d entries", what, checkpoint.Size)
	if checkpoint.Size > a.report.Leaves {
		a.fault(where, fmt.Sprintf("the database has %d", a.report.Leaves))
		return
	}
	root, err := tlog.TreeHash(checkpoint.Size, a.tree())
	if err != nil || root != checkpoint.Root {
		a.fault(where, "its root does not follow from the leaves in the database")
	}
}

// compareFiles reads every published file and compares it with what follows from the database.
func (a *audit) compareFiles(ctx context.Context) error {
	if a.config.Files == nil {
		return nil
	}
	raw, err := a.config.Files(ctx, publiclog.CheckpointPath)
	if err != nil {
		if a.report.Leaves > 0 {
			a.fault("the published log", err.Error())
		}
		return nil
	}
	checkpoint, _, err := a.config.Log.Open(raw)
	if err != nil {
		a.fault("the published checkpoint", err.Error())
		if !errors.Is(err, publiclog.ErrTooFewWitnesses) {
			return nil
		}
	}
	a.report.Published = checkpoint
	a.compareCheckpoint("the published checkpoint", checkpoint)
	if checkpoint.Size > a.report.Leaves {
		return nil
	}
	for _, tile := range publiclog.NewTiles(0, checkpoint.Size) {
		if err := a.compareTile(ctx, tile); err != nil {
			return err
		}
	}
	return nil
}

func (a *audit) compareTile(ctx context.Context, tile tlog.Tile) error {
	path := publiclog.TilePath(tile)
	var wanted []byte
	if tile.L >= 0 {
		data, err := tlog.ReadTileData(tile, a.tree())
		if err != nil {
			return fmt.Errorf("derive %s: %w", path, err)
		}
		wanted = data
	} else {
		entries, err := a.config.Store.LogLeaves(ctx, tile.N*publiclog.TileWidth, tile.W)
		if err != nil {
			return err
		}
		leaves := make([][]byte, len(entries))
		for i, entry := range entries {
			leaves[i] = entry.Leaf
		}
		wanted = publiclog.Bundle(leaves)
	}
	found, err := a.config.Files(ctx, path)
	switch {
	case err != nil:
		a.fault(path, err.Error())
	case !bytes.Equal(found, wanted):
		a.fault(path, "not what follows from the database")
	}
	return nil
}

// waiting names entries that have no place for too long.
func (a *audit) waiting(ctx context.Context) error {
	count, oldest, err := a.config.Store.LogWaiting(ctx)
	if err == nil && count > 0 && a.config.Now.Sub(oldest) > waits {
		a.fault("the log", fmt.Sprintf("%d entries wait for their place, the oldest since %s", count, oldest.UTC().Format(time.RFC3339)))
	}
	return err
}

// orphans names leaves that no document has.
func (a *audit) orphans() {
	for entry, index := range a.entries {
		if _, owned := a.owners[entry]; !owned {
			a.fault(leafName(index), fmt.Sprintf("a document was %s; the database does not have it", a.leaves[index].Kind))
		}
	}
	slices.SortStableFunc(a.report.Faults, func(x, y Fault) int { return strings.Compare(x.Where, y.Where) })
}
