package seal

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strconv"
	"time"

	"github.com/jansetu/jansetu/documents/internal/strictcbor"
)

// Status is what became of a paper.
type Status int

// The statuses.
const (
	Valid    Status = iota // as far as the list knows
	Replaced               // a corrected paper took its place
	Revoked                // it is not to be relied on
)

// String is the status as a word.
func (s Status) String() string { return [...]string{"valid", "replaced", "revoked"}[s] }

// Document names one document.
type Document struct {
	Number  string
	Version int
}

// Document names the document that the claims are of.
func (c Claims) Document() Document { return Document{Number: c.Number, Version: c.Version} }

// Fingerprint is a hash by which a document is found and listed without its number. Who does not hold the paper cannot guess its number
// and learns nothing from it.
func (d Document) Fingerprint() Fingerprint {
	return sha256.Sum256([]byte("jansetu document\x00" + d.Number + "\x00" + strconv.Itoa(d.Version)))
}

// Fingerprint stands for one document.
type Fingerprint [sha256.Size]byte

// listed is what the list keeps of it.
func (f Fingerprint) listed() uint64 { return binary.BigEndian.Uint64(f[:]) }

// Revocations is the list of papers that no longer count, about 26 bits each, for who checks without a network. A paper that counts is
// taken for one that does not once in 16 million times; asking the hub settles it.
type Revocations struct {
	Issuer string
	Serial uint64    // greater in every later list
	Made   time.Time // the list says nothing about what happened later
	sets   map[Status]golombSet
}

type wireRevocations struct {
	Issuer   string    `cbor:"1,keyasint"`
	Serial   uint64    `cbor:"2,keyasint"`
	Made     int64     `cbor:"3,keyasint"`
	Revoked  golombSet `cbor:"4,keyasint"`
	Replaced golombSet `cbor:"5,keyasint"`
}

// NewRevocations makes a list of documents that are Revoked or Replaced.
func NewRevocations(issuer string, serial uint64, made time.Time, ended map[Fingerprint]Status) *Revocations {
	hashes := map[Status][]uint64{}
	for document, status := range ended {
		hashes[status] = append(hashes[status], document.listed())
	}
	return &Revocations{Issuer: issuer, Serial: serial, Made: made, sets: map[Status]golombSet{
		Revoked: newGolombSet(hashes[Revoked]), Replaced: newGolombSet(hashes[Replaced]),
	}}
}

// Sign writes the list, signed by a key of the key list.
func (r *Revocations) Sign(key crypto.Signer) ([]byte, error) {
	payload, err := strictcbor.Encode(wireRevocations{
		Issuer: r.Issuer, Serial: r.Serial, Made: r.Made.Unix(), Revoked: r.sets[Revoked], Replaced: r.sets[Replaced],
	})
	if err != nil {
		return nil, err
	}
	return sign1(key, payload, forRevocations)
}

// OpenRevocations reads a list that a key in use signed. It fails with ErrListRefused.
func (l *KeyList) OpenRevocations(raw []byte) (*Revocations, error) {
	var signer Key
	payload, err := openSigned(raw, forRevocations, func(id KeyID) *ecdsa.PublicKey {
		var known bool
		if signer, known = l.key(id); !known {
			return nil
		}
		return signer.Public
	})
	if err != nil {
		return nil, err
	}
	var w wireRevocations
	if err := strictcbor.Decode(payload, &w, mostLevels); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrListRefused, err)
	}
	made := time.Unix(w.Made, 0).UTC()
	if !signer.validAt(made) || w.Issuer != l.Issuer {
		return nil, fmt.Errorf("%w: its key was not in use then", ErrListRefused)
	}
	return &Revocations{Issuer: w.Issuer, Serial: w.Serial, Made: made, sets: map[Status]golombSet{Revoked: w.Revoked, Replaced: w.Replaced}}, nil
}

// Status is what the list says of a paper.
func (r *Revocations) Status(document Document) Status {
	hash := document.Fingerprint().listed()
	for _, status := range []Status{Revoked, Replaced} {
		if r.sets[status].has(hash) {
			return status
		}
	}
	return Valid
}
