package seal

import (
	"crypto"
	"crypto/sha256"
	"fmt"
	"strings"
)

// Digest is the SHA-256 of a seal's bytes, by which the public log commits to it.
type Digest [sha256.Size]byte

// Seal is a signed seal, as it was made or read.
type Seal struct {
	Claims Claims
	Key    KeyID
	Raw    []byte // the COSE_Sign1
}

// Digest is the hash of the seal's bytes.
func (s Seal) Digest() Digest { return sha256.Sum256(s.Raw) }

// New signs claims. It fails with ErrTooLarge when they hold too much.
func New(key crypto.Signer, claims Claims) (Seal, error) {
	payload, err := claims.marshal()
	if err != nil {
		return Seal{}, fmt.Errorf("make seal: %w", err)
	}
	raw, err := sign1(key, payload, forSeal)
	if err != nil {
		return Seal{}, fmt.Errorf("make seal: %w", err)
	}
	if len(raw) > mostSeal {
		return Seal{}, fmt.Errorf("make seal: %w", ErrTooLarge)
	}
	return Read(raw)
}

// Read takes a seal's bytes apart without looking at the signature: for its number, and for the hub's own seals. It fails with
// ErrNotSeal. [KeyList.Open] verifies.
func Read(raw []byte) (Seal, error) {
	if len(raw) > mostSeal {
		return Seal{}, fmt.Errorf("%w: too long", ErrNotSeal)
	}
	s, err := readSigned(raw)
	if err != nil {
		return Seal{}, err
	}
	claims, err := parseClaims(s.message.Payload)
	if err != nil {
		return Seal{}, err
	}
	return Seal{Claims: claims, Key: s.key, Raw: raw}, nil
}

// PathPrefix is the path under which the address in a QR picture stands. Upper case, because a QR picture is a third smaller with upper
// case, digits and few signs only.
const PathPrefix = "/V/"

// Text is the text of the QR picture: an address that opens the page about the paper, with the whole seal in it. host is the
// page's scheme and host, such as "https://jansetu.example.gov.in".
func (s Seal) Text(host string) string {
	return strings.ToUpper(strings.TrimSuffix(host, "/")) + PathPrefix + encode41(s.Raw)
}

// ReadText reads a seal from the text of a QR picture, or from what follows PathPrefix in it. It fails with ErrNotSeal.
func ReadText(text string) (Seal, error) {
	text = strings.TrimSpace(text)
	if at := strings.LastIndex(text, PathPrefix); at >= 0 {
		text = text[at+len(PathPrefix):]
	}
	raw, err := decode41(text)
	if err != nil {
		return Seal{}, err
	}
	return Read(raw)
}
