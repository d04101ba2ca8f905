package seal

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"github.com/jansetu/jansetu/documents/internal/strictcbor"
)

// ErrListRefused says that a key list or revocation list is not signed by who may, or is older than the one that is known.
var ErrListRefused = errors.New("the list is refused")

// mostList is the most bytes of a list that is read.
const mostList = 4 << 20

// Key is one key that signs seals and revocation lists.
type Key struct {
	Public *ecdsa.PublicKey
	From   time.Time // signs papers issued from here
	Until  time.Time // to before here; zero: still in use
	// Withdrawn says that the key fell into other hands: nothing it signed counts. Its papers are issued anew.
	Withdrawn bool
}

// ID is the key's id.
func (k Key) ID() KeyID {
	id, _ := IDOf(k.Public) // every Key is made from a P-256 key
	return id
}

func (k Key) validAt(issued time.Time) bool {
	return !k.Withdrawn && !issued.Before(k.From) && (k.Until.IsZero() || issued.Before(k.Until))
}

// KeyList is everything a verifier has to trust, signed by a root key that is kept apart from the keys in daily use. A verifier is
// given one list by hand, and takes every later one that a root of the list it holds has signed.
type KeyList struct {
	Issuer string
	Serial uint64    // greater in every later list
	Made   time.Time // to the second
	Keys   []Key
	Roots  []*ecdsa.PublicKey // that may sign the next list
	// Log is the verifier key of the public log (C2SP signed-note), Witnesses those of the departments that watch it, of whom
	// Quorum must have signed a checkpoint.
	Log       string
	Witnesses []string
	Quorum    int
	// Authorities are the roots, as DER certificates, that a PDF's signature chains to; TimeAuthorities those of its timestamp.
	Authorities     [][]byte
	TimeAuthorities [][]byte
}

type wireKey struct {
	Public    []byte `cbor:"1,keyasint"` // SubjectPublicKeyInfo
	From      int64  `cbor:"2,keyasint"`
	Until     int64  `cbor:"3,keyasint,omitempty"`
	Withdrawn bool   `cbor:"4,keyasint,omitempty"`
}

type wireKeyList struct {
	Issuer          string    `cbor:"1,keyasint"`
	Serial          uint64    `cbor:"2,keyasint"`
	Made            int64     `cbor:"3,keyasint"`
	Keys            []wireKey `cbor:"4,keyasint"`
	Roots           [][]byte  `cbor:"5,keyasint"` // SubjectPublicKeyInfo
	Log             string    `cbor:"6,keyasint,omitempty"`
	Witnesses       []string  `cbor:"7,keyasint,omitempty"`
	Quorum          int       `cbor:"8,keyasint,omitempty"`
	Authorities     [][]byte  `cbor:"9,keyasint,omitempty"`
	TimeAuthorities [][]byte  `cbor:"10,keyasint,omitempty"`
}

// Sign writes the list, signed by a root. While roots change, the list is signed by an old one and names the new one.
func (l *KeyList) Sign(root crypto.Signer) ([]byte, error) {
	w := wireKeyList{
		Issuer: l.Issuer, Serial: l.Serial, Made: l.Made.Unix(), Log: l.Log, Witnesses: l.Witnesses, Quorum: l.Quorum,
		Authorities: l.Authorities, TimeAuthorities: l.TimeAuthorities,
	}
	for _, key := range l.Keys {
		der, err := spki(key.Public)
		if err != nil {
			return nil, err
		}
		each := wireKey{Public: der, From: key.From.Unix(), Withdrawn: key.Withdrawn}
		if !key.Until.IsZero() {
			each.Until = key.Until.Unix()
		}
		w.Keys = append(w.Keys, each)
	}
	for _, public := range l.Roots {
		der, err := spki(public)
		if err != nil {
			return nil, err
		}
		w.Roots = append(w.Roots, der)
	}
	payload, err := strictcbor.Encode(w)
	if err != nil {
		return nil, err
	}
	return sign1(root, payload, forKeyList)
}

// OpenKeyList reads a list that one of the roots signed. It fails with ErrListRefused.
func OpenKeyList(raw []byte, roots ...*ecdsa.PublicKey) (*KeyList, error) {
	payload, err := openSigned(raw, forKeyList, func(id KeyID) *ecdsa.PublicKey {
		for _, root := range roots {
			if known, err := IDOf(root); err == nil && known == id {
				return root
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return parseKeyList(payload)
}

// FirstKeyList reads a list that a root named in it signed: for who got it from a trusted hand, or compares RootIDs with what the
// gazette says. Everybody else uses OpenKeyList or Next.
func FirstKeyList(raw []byte) (*KeyList, error) {
	unsafe, err := readSigned(raw)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrListRefused, err)
	}
	list, err := parseKeyList(unsafe.message.Payload)
	if err != nil {
		return nil, err
	}
	return OpenKeyList(raw, list.Roots...)
}

// Next reads a later list, signed by one of this list's roots. It fails with ErrListRefused; also for an older list: an attacker may
// have kept one from before a key was withdrawn.
func (l *KeyList) Next(raw []byte) (*KeyList, error) {
	next, err := OpenKeyList(raw, l.Roots...)
	if err != nil {
		return nil, err
	}
	if next.Serial < l.Serial || next.Issuer != l.Issuer {
		return nil, fmt.Errorf("%w: number %d of %s after number %d of %s", ErrListRefused, next.Serial, next.Issuer, l.Serial, l.Issuer)
	}
	return next, nil
}

// RootIDs name the list's roots, to be compared with what is published elsewhere.
func (l *KeyList) RootIDs() []KeyID {
	ids := make([]KeyID, len(l.Roots))
	for i, root := range l.Roots {
		ids[i], _ = IDOf(root) // it was read from a list
	}
	return ids
}

func parseKeyList(payload []byte) (*KeyList, error) {
	var w wireKeyList
	if err := strictcbor.Decode(payload, &w, mostLevels); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrListRefused, err)
	}
	l := &KeyList{
		Issuer: w.Issuer, Serial: w.Serial, Made: time.Unix(w.Made, 0).UTC(), Log: w.Log, Witnesses: w.Witnesses, Quorum: w.Quorum,
		Authorities: w.Authorities, TimeAuthorities: w.TimeAuthorities,
	}
	for _, each := range w.Keys {
		public, err := parsePublic(each.Public)
		if err != nil {
			return nil, err
		}
		key := Key{Public: public, From: time.Unix(each.From, 0).UTC(), Withdrawn: each.Withdrawn}
		if each.Until != 0 {
			key.Until = time.Unix(each.Until, 0).UTC()
		}
		l.Keys = append(l.Keys, key)
	}
	for _, der := range w.Roots {
		public, err := parsePublic(der)
		if err != nil {
			return nil, err
		}
		l.Roots = append(l.Roots, public)
	}
	return l, nil
}

func parsePublic(der []byte) (*ecdsa.PublicKey, error) {
	public, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrListRefused, err)
	}
	key, ok := public.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P256() {
		return nil, fmt.Errorf("%w: a key that is not ECDSA on P-256", ErrListRefused)
	}
	return key, nil
}

func openSigned(raw []byte, purpose string, find func(KeyID) *ecdsa.PublicKey) ([]byte, error) {
	if len(raw) > mostList {
		return nil, fmt.Errorf("%w: too long", ErrListRefused)
	}
	s, err := readSigned(raw)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrListRefused, err)
	}
	key := find(s.key)
	if key == nil {
		return nil, fmt.Errorf("%w: signed by an unknown key", ErrListRefused)
	}
	if err := s.verify(key, purpose); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrListRefused, err)
	}
	return bytes.Clone(s.message.Payload), nil
}

// key finds a key by its id.
func (l *KeyList) key(id KeyID) (Key, bool) {
	for _, key := range l.Keys {
		if key.ID() == id {
			return key, true
		}
	}
	return Key{}, false
}

// Open verifies a seal's bytes. It fails with ErrNotSeal, ErrUnknownKey, ErrKeyNotValid and ErrForged. Whether the paper was revoked
// or has run out is for [Revocations.Status] and Claims.Expires.
func (l *KeyList) Open(raw []byte) (Seal, error) {
	read, err := Read(raw)
	if err != nil {
		return Seal{}, err
	}
	key, known := l.key(read.Key)
	if !known {
		return Seal{}, fmt.Errorf("%w: %x", ErrUnknownKey, read.Key)
	}
	s, err := readSigned(raw)
	if err != nil {
		return Seal{}, err
	}
	if err := s.verify(key.Public, forSeal); err != nil {
		return Seal{}, err
	}
	if !key.validAt(read.Claims.Issued) || read.Claims.Issuer != l.Issuer {
		return Seal{}, fmt.Errorf("%w: %x", ErrKeyNotValid, read.Key)
	}
	return read, nil
}

// OpenText verifies the text of a QR picture; it fails as Open does.
func (l *KeyList) OpenText(text string) (Seal, error) {
	read, err := ReadText(text)
	if err != nil {
		return Seal{}, err
	}
	return l.Open(read.Raw)
}
