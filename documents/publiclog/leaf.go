// Package publiclog is the form of the public log of papers: its leaves, which commit to a paper without saying anything about it, its
// signed checkpoints, the proofs that a leaf is in the log and that the log only grew, and the static files it is read from. The
// forms are public ones: RFC 6962 hashes, C2SP tlog-tiles, tlog-checkpoint, signed-note and tlog-cosignature.
//
// It knows neither a database nor who writes the log.
package publiclog

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/jansetu/jansetu/documents/internal/strictcbor"
)

// Hash is a SHA-256.
type Hash = [sha256.Size]byte

// Kind says what a leaf records.
type Kind int

// The kinds of leaves.
const (
	Issued   Kind = 1 // a paper was issued
	Revoked  Kind = 2 // a paper is not to be relied on
	Replaced Kind = 3 // a corrected paper takes a paper's place
)

// String is the kind as a word.
func (k Kind) String() string {
	switch k {
	case Issued:
		return "issued"
	case Revoked:
		return "revoked"
	case Replaced:
		return "replaced"
	}
	return fmt.Sprintf("kind %d", int(k))
}

// ErrLeaf says that bytes are not a leaf.
var ErrLeaf = errors.New("this is not a leaf of the log")

// Leaf is one record of the log. It holds no personal data: who does not hold the paper learns that something was issued, and when.
type Leaf struct {
	Kind Kind
	At   time.Time // when it came into the log: to the second, UTC, never before the leaf before it; zero: not yet
	// Document is the commitment to the paper's number and version: a revocation has its paper's.
	Document Hash
	// Slot is a keyed hash of what may be issued only once (request, kind of paper, version). Issued leaves only, and no two have
	// the same: that a thing was issued twice shows to everybody.
	Slot Hash
	// Content is the commitment to what the paper says and looks like. Issued leaves only.
	Content Hash
}

type wireLeaf struct {
	Kind     int    `cbor:"1,keyasint"`
	At       int64  `cbor:"2,keyasint"`
	Document []byte `cbor:"3,keyasint"`
	Slot     []byte `cbor:"4,keyasint,omitempty"`
	Content  []byte `cbor:"5,keyasint,omitempty"`
}

// Marshal writes the leaf in its one form, deterministic CBOR.
func (l Leaf) Marshal() ([]byte, error) {
	w := wireLeaf{Kind: int(l.Kind), Document: l.Document[:]}
	if !l.At.IsZero() {
		w.At = l.At.Unix()
	}
	if l.Kind == Issued {
		w.Slot, w.Content = l.Slot[:], l.Content[:]
	}
	return strictcbor.Encode(w)
}

// ParseLeaf reads a leaf. It fails with ErrLeaf, also for one that is not in the one form.
func ParseLeaf(raw []byte) (Leaf, error) {
	var w wireLeaf
	if err := strictcbor.Decode(raw, &w, mostLevels); err != nil {
		return Leaf{}, fmt.Errorf("%w: %w", ErrLeaf, err)
	}
	l := Leaf{Kind: Kind(w.Kind)}
	if w.At != 0 {
		l.At = time.Unix(w.At, 0).UTC()
	}
	issued := l.Kind == Issued
	parts := []struct {
		from   []byte
		to     *Hash
		wanted bool
	}{{w.Document, &l.Document, true}, {w.Slot, &l.Slot, issued}, {w.Content, &l.Content, issued}}
	for _, part := range parts {
		if (len(part.from) == len(Hash{})) != part.wanted {
			return Leaf{}, fmt.Errorf("%w: a hash is missing or of another length", ErrLeaf)
		}
		copy(part.to[:], part.from)
	}
	again, err := l.Marshal()
	if err != nil || !bytes.Equal(again, raw) || l.Kind < Issued || l.Kind > Replaced {
		return Leaf{}, fmt.Errorf("%w: not in its one form", ErrLeaf)
	}
	return l, nil
}

// LeafHash is the hash of a leaf's bytes as the tree holds it (RFC 6962, 2.1).
func LeafHash(raw []byte) Hash { return tlog.RecordHash(raw) }

// Salt keeps commitments from being guessed. It stands in the paper's file and, under its person's key, in the database: with both
// destroyed the commitments say nothing.
type Salt [16]byte

// NewSalt makes a random salt.
func NewSalt() (salt Salt) {
	_, _ = rand.Read(salt[:]) // never fails, and never short (crypto/rand)
	return salt
}

// Document commits to a paper's number and version.
func (s Salt) Document(number string, version int) Hash {
	return s.commit("document", binary.BigEndian.AppendUint32(nil, uint32(version)), []byte(number)) //nolint:gosec // a version is a small count
}

// Content commits to what a paper says, the SHA-256 of its seal, and to how it looks, the SHA-256 of its pages: the PDF before proof
// and signature were added.
func (s Salt) Content(seal, pages Hash) Hash { return s.commit("content", seal[:], pages[:]) }

// commit hashes the salt and parts of which all but the last have a fixed length.
func (s Salt) commit(what string, parts ...[]byte) Hash {
	sum := sha256.New()
	sum.Write([]byte("jansetu log " + what + "\x00"))
	sum.Write(s[:])
	for _, part := range parts {
		sum.Write(part)
	}
	return Hash(sum.Sum(nil))
}
