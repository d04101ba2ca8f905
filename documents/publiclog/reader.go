package publiclog

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// Source reads one file of a log by its path; a missing one is an error. Sources are a folder and a web address.
type Source func(ctx context.Context, path string) ([]byte, error)

// Folder reads the log's files from a folder.
func Folder(folder string) Source {
	return func(_ context.Context, path string) ([]byte, error) {
		raw, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(path))) //nolint:gosec // paths are made here
		if err != nil {
			return nil, fmt.Errorf("read the log: %w", err)
		}
		return raw, nil
	}
}

// fetchLimit is the deadline of one file.
const fetchLimit = 15 * time.Second

// Web reads the log's files from an address, such as https://jansetu.example.gov.in/log.
func Web(client *http.Client, address string) Source {
	base := strings.TrimSuffix(address, "/") + "/"
	return func(ctx context.Context, path string) ([]byte, error) {
		for trial := 0; ; trial++ {
			raw, wait, err := fetch(ctx, client, base+path)
			if wait == 0 || trial == mostTrials {
				return raw, err
			}
			select {
			case <-ctx.Done():
				return nil, ctx.Err()
			case <-time.After(wait):
			}
		}
	}
}

// Who reads a whole log is asked to slow down; they wait as long as they are told, within reason.
const (
	mostTrials = 4
	mostWait   = time.Minute
)

func fetch(ctx context.Context, client *http.Client, address string) (raw []byte, wait time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, fetchLimit)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, 0, fmt.Errorf("read the log: %w", err)
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, 0, fmt.Errorf("read the log: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	switch response.StatusCode {
	case http.StatusOK:
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		seconds, _ := strconv.Atoi(response.Header.Get("Retry-After"))
		return nil, min(max(time.Duration(seconds)*time.Second, time.Second), mostWait), fmt.Errorf("read the log: %s", response.Status)
	default:
		return nil, 0, fmt.Errorf("read the log: %s: %s", address, response.Status)
	}
	raw, err = io.ReadAll(io.LimitReader(response.Body, mostTile+1))
	if err != nil || len(raw) > mostTile {
		return nil, 0, fmt.Errorf("read the log: %s: %w", address, firstError(err, ErrTile))
	}
	return raw, 0, nil
}

func firstError(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// Hashes reads the hashes of the log that a checkpoint describes, and checks every tile against it.
func (s Source) Hashes(ctx context.Context, at Checkpoint) Tree {
	tiles := tileReader{ctx: ctx, read: s}
	return tlog.TileHashReader(tlog.Tree{N: at.Size, Hash: at.Root}, tiles)
}

// tileReader carries the context through tlog's interface, which has none.
type tileReader struct {
	ctx  context.Context //nolint:containedctx // of one reading
	read Source
}

func (tileReader) Height() int { return TileHeight }

func (tileReader) SaveTiles([]tlog.Tile, [][]byte) {}

func (t tileReader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	all := make([][]byte, 0, len(tiles))
	for _, tile := range tiles {
		raw, err := t.read(t.ctx, TilePath(tile))
		if err != nil {
			// A publisher may drop partial tiles when the full one is there (C2SP tlog-tiles).
			full := tile
			full.W = TileWidth
			var fullErr error
			if raw, fullErr = t.read(t.ctx, TilePath(full)); fullErr != nil {
				return nil, err
			}
			raw = raw[:min(len(raw), tile.W*tlog.HashSize)]
		}
		all = append(all, raw)
	}
	return all, nil
}

// Leaves reads the leaves from number from of the log that a checkpoint describes, and gives each with its number, in order, after
// checking it against the checkpoint. It fails with ErrTile.
func (s Source) Leaves(ctx context.Context, at Checkpoint, from int64, each func(index int64, raw []byte) error) error {
	hashes := s.Hashes(ctx, at)
	for n := from / TileWidth; n*TileWidth < at.Size; n++ {
		count := int(min(at.Size-n*TileWidth, TileWidth))
		leaves, err := s.bundle(ctx, n, count)
		if err != nil {
			return err
		}
		indexes := make([]int64, count)
		for i := range indexes {
			indexes[i] = tlog.StoredHashIndex(0, n*TileWidth+int64(i))
		}
		wanted, err := hashes.ReadHashes(indexes)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrTile, err)
		}
		for i, leaf := range leaves {
			index := n*TileWidth + int64(i)
			if tlog.Hash(LeafHash(leaf)) != wanted[i] {
				return fmt.Errorf("%w: entry %d is not the leaf of the tree", ErrTile, index)
			}
			if index < from {
				continue
			}
			if err := each(index, leaf); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s Source) bundle(ctx context.Context, number int64, count int) ([][]byte, error) {
	raw, err := s(ctx, TilePath(Entries(number, count)))
	if err == nil {
		return ParseBundle(raw, count)
	}
	full, fullErr := s(ctx, TilePath(Entries(number, TileWidth)))
	if fullErr != nil {
		return nil, err
	}
	leaves, err := ParseBundle(full, TileWidth)
	if err != nil {
		return nil, err
	}
	return leaves[:count], nil
}
