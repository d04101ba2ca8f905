package publiclog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// ErrTile says that a file of the log is not what the checkpoint says it is.
var ErrTile = errors.New("the log's files are damaged")

// The log's files, below its address (C2SP tlog-tiles).
const (
	CheckpointPath = "checkpoint"

	// TileHeight is the height of a tile, and TileWidth how many leaves or hashes a full one has.
	TileHeight = 8
	TileWidth  = 1 << TileHeight

	entriesLevel = -1
	mostLeaf     = 1 << 10
	mostTile     = TileWidth * (mostLeaf + 2)
)

// TilePath is where a tile of hashes stands; level -1 is the bundle of entries. tlog's own path has the height in it.
func TilePath(t tlog.Tile) string {
	level := strconv.Itoa(t.L)
	if t.L == entriesLevel {
		level = "entries"
	}
	number := t.N
	path := fmt.Sprintf("%03d", number%1000)
	for number >= 1000 {
		number /= 1000
		path = fmt.Sprintf("x%03d/%s", number%1000, path)
	}
	path = "tile/" + level + "/" + path
	if t.W < TileWidth {
		path = fmt.Sprintf("%s.p/%d", path, t.W)
	}
	return path
}

// Entries is the bundle that holds the leaves from number*TileWidth, width of them.
func Entries(number int64, width int) tlog.Tile {
	return tlog.Tile{H: TileHeight, L: entriesLevel, N: number, W: width}
}

// NewTiles are the tiles, of hashes and of entries, that a log has at size and had not at from, in the order in which they may be
// published.
func NewTiles(from, size int64) []tlog.Tile {
	tiles := make([]tlog.Tile, 0, 8)
	for n := from / TileWidth; n*TileWidth < size; n++ {
		tiles = append(tiles, Entries(n, int(min(size-n*TileWidth, TileWidth))))
	}
	return append(tiles, tlog.NewTiles(TileHeight, from, size)...)
}

// Bundle writes leaves as an entry bundle: each with its length before it, in two bytes.
func Bundle(leaves [][]byte) []byte {
	var bundle []byte
	for _, leaf := range leaves {
		bundle = binary.BigEndian.AppendUint16(bundle, uint16(len(leaf))) //nolint:gosec // leaves are a hundred bytes long
		bundle = append(bundle, leaf...)
	}
	return bundle
}

// ParseBundle reads an entry bundle of count leaves. It fails with ErrTile.
func ParseBundle(raw []byte, count int) ([][]byte, error) {
	leaves := make([][]byte, 0, min(count, TileWidth))
	for len(raw) > 0 {
		if len(raw) < 2 || len(raw)-2 < int(binary.BigEndian.Uint16(raw)) || len(leaves) == count {
			return nil, fmt.Errorf("%w: a bundle of entries", ErrTile)
		}
		length := int(binary.BigEndian.Uint16(raw))
		leaves = append(leaves, raw[2:2+length])
		raw = raw[2+length:]
	}
	if len(leaves) != count {
		return nil, fmt.Errorf("%w: %d entries instead of %d", ErrTile, len(leaves), count)
	}
	return leaves, nil
}

// IsTilePath says whether a path is one that a log may have, for who serves the files.
func IsTilePath(path string) bool {
	if path == CheckpointPath {
		return true
	}
	rest, found := strings.CutPrefix(path, "tile/")
	if !found {
		return false
	}
	for part := range strings.SplitSeq(rest, "/") {
		if part == "" || strings.Trim(part, "0123456789xp.entris") != "" || strings.Contains(part, "..") {
			return false
		}
	}
	return true
}
