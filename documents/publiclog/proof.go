package publiclog

import (
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/jansetu/jansetu/documents/internal/strictcbor"
)

// ErrProof says that a proof does not prove what it should.
var ErrProof = errors.New("the proof does not hold")

// mostProof is the most bytes of a proof that is read.
const mostProof = 16 << 10

const mostLevels = 5 // of nesting in what we write

// Proof is what a paper's file carries: its leaf, where the leaf stands, the checkpoint it is proven against, and with what the
// leaf's commitments are opened.
type Proof struct {
	Leaf       []byte
	Index      int64
	Path       []tlog.Hash // from the leaf up (RFC 6962, 2.1.1)
	Checkpoint []byte      // a signed note
	Salt       Salt
	Seal       []byte // the same as in the paper's QR picture
	Pages      int64  // how many bytes of the file are the pages
}

type wireProof struct {
	Leaf       []byte `cbor:"1,keyasint"`
	Index      int64  `cbor:"2,keyasint"`
	Path       []byte `cbor:"3,keyasint"`
	Checkpoint string `cbor:"4,keyasint"`
	Salt       []byte `cbor:"5,keyasint"`
	Pages      int64  `cbor:"6,keyasint"`
	Seal       []byte `cbor:"7,keyasint"`
}

// Marshal writes the proof as deterministic CBOR.
func (p Proof) Marshal() ([]byte, error) {
	w := wireProof{Leaf: p.Leaf, Index: p.Index, Path: []byte{}, Checkpoint: string(p.Checkpoint), Salt: p.Salt[:], Pages: p.Pages, Seal: p.Seal}
	for _, hash := range p.Path {
		w.Path = append(w.Path, hash[:]...)
	}
	return strictcbor.Encode(w)
}

// ParseProof reads a proof. It fails with ErrProof.
func ParseProof(raw []byte) (Proof, error) {
	var w wireProof
	if len(raw) > mostProof {
		return Proof{}, fmt.Errorf("%w: too long", ErrProof)
	}
	if err := strictcbor.Decode(raw, &w, mostLevels); err != nil {
		return Proof{}, fmt.Errorf("%w: %w", ErrProof, err)
	}
	if len(w.Salt) != len(Salt{}) || len(w.Path)%tlog.HashSize != 0 || w.Index < 0 || w.Pages < 0 {
		return Proof{}, fmt.Errorf("%w: not in its form", ErrProof)
	}
	p := Proof{Leaf: w.Leaf, Index: w.Index, Checkpoint: []byte(w.Checkpoint), Salt: Salt(w.Salt), Pages: w.Pages, Seal: w.Seal}
	for at := 0; at < len(w.Path); at += tlog.HashSize {
		p.Path = append(p.Path, tlog.Hash(w.Path[at:at+tlog.HashSize]))
	}
	return p, nil
}

// Verify checks that the leaf is in the log that signed the checkpoint. It fails with ErrProof, ErrCheckpoint and ErrLeaf.
func (p Proof) Verify(log note.Verifier) (Leaf, Checkpoint, error) {
	checkpoint, err := OpenCheckpoint(p.Checkpoint, log)
	if err != nil {
		return Leaf{}, Checkpoint{}, err
	}
	leaf, err := ParseLeaf(p.Leaf)
	if err != nil {
		return Leaf{}, Checkpoint{}, err
	}
	if p.Index >= checkpoint.Size {
		return Leaf{}, Checkpoint{}, fmt.Errorf("%w: leaf %d in a log of %d", ErrProof, p.Index, checkpoint.Size)
	}
	if err := tlog.CheckRecord(p.Path, checkpoint.Size, checkpoint.Root, p.Index, LeafHash(p.Leaf)); err != nil {
		return Leaf{}, Checkpoint{}, fmt.Errorf("%w: %w", ErrProof, err)
	}
	return leaf, checkpoint, nil
}

// Opens checks that an issued leaf is that of a paper: of its number and version, its seal and its pages. It fails with ErrProof.
func (l Leaf) Opens(salt Salt, number string, version int, seal, pages Hash) error {
	switch {
	case l.Kind != Issued:
		return fmt.Errorf("%w: the leaf records that a paper was %s", ErrProof, l.Kind)
	case l.Document != salt.Document(number, version):
		return fmt.Errorf("%w: the leaf is another paper's", ErrProof)
	case l.Content != salt.Content(seal, pages):
		return fmt.Errorf("%w: the log has another content under this number", ErrProof)
	}
	return nil
}

// Tree reads the hashes of a log, wherever they are kept.
type Tree = tlog.HashReader

// Prove makes the path of a leaf in the log of a size.
func Prove(size, index int64, hashes Tree) ([]tlog.Hash, error) {
	path, err := tlog.ProveRecord(size, index, hashes)
	if err != nil {
		return nil, fmt.Errorf("prove leaf %d: %w", index, err)
	}
	return path, nil
}

// ProveGrowth makes the proof that the log of size from is the beginning of the log of size to (RFC 6962, 2.1.2); none is needed from 0.
func ProveGrowth(from, to int64, hashes Tree) ([]tlog.Hash, error) {
	if from == 0 || from == to {
		return nil, nil
	}
	proof, err := tlog.ProveTree(to, from, hashes)
	if err != nil {
		return nil, fmt.Errorf("prove growth from %d: %w", from, err)
	}
	return proof, nil
}

// CheckGrowth checks that older is the beginning of newer. It fails with ErrProof.
func CheckGrowth(proof []tlog.Hash, older, newer Checkpoint) error {
	switch {
	case older.Size == 0 && len(proof) == 0:
		return nil
	case older.Size == newer.Size && len(proof) == 0:
		if older.Root != newer.Root {
			return fmt.Errorf("%w: two logs of size %d", ErrProof, newer.Size)
		}
		return nil
	case older.Size == 0 || older.Size >= newer.Size:
		return fmt.Errorf("%w: from %d to %d", ErrProof, older.Size, newer.Size)
	}
	if err := tlog.CheckTree(proof, newer.Size, newer.Root, older.Size, older.Root); err != nil {
		return fmt.Errorf("%w: %w", ErrProof, err)
	}
	return nil
}
