package publiclog

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// algorithmCosignature is cosignature/v1 in a verifier key (C2SP signed-note, tlog-cosignature).
const algorithmCosignature = 0x04

// ErrCosigner says that a text is not the key of a witness.
var ErrCosigner = errors.New("not a witness's key: write name+hash+key as 'jansetu witness key' prints it")

// Cosigner verifies a witness's signatures under checkpoints; it is a note.Verifier.
type Cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

// NewCosigner names a witness by its public key.
func NewCosigner(name string, key ed25519.PublicKey) *Cosigner {
	sum := sha256.Sum256(append([]byte(name+"\n"), append([]byte{algorithmCosignature}, key...)...))
	return &Cosigner{name: name, hash: binary.BigEndian.Uint32(sum[:]), key: key}
}

// ParseCosigner reads what [Cosigner.String] writes. It fails with ErrCosigner.
func ParseCosigner(text string) (*Cosigner, error) {
	name, rest, _ := strings.Cut(strings.TrimSpace(text), "+")
	hash, encoded, _ := strings.Cut(rest, "+")
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || name == "" || len(raw) != 1+ed25519.PublicKeySize || raw[0] != algorithmCosignature {
		return nil, ErrCosigner
	}
	cosigner := NewCosigner(name, raw[1:])
	if number, err := strconv.ParseUint(hash, 16, 32); err != nil || number != uint64(cosigner.hash) {
		return nil, ErrCosigner
	}
	return cosigner, nil
}

// String is the witness's verifier key: name+hash+key.
func (c *Cosigner) String() string {
	return fmt.Sprintf("%s+%08x+%s", c.name, c.hash, base64.StdEncoding.EncodeToString(append([]byte{algorithmCosignature}, c.key...)))
}

// Name is the witness's name.
func (c *Cosigner) Name() string { return c.name }

// KeyHash tells keys of one name apart.
func (c *Cosigner) KeyHash() uint32 { return c.hash }

// Verify checks a signature under a checkpoint's text.
func (c *Cosigner) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	return ed25519.Verify(c.key, cosigned(text, binary.BigEndian.Uint64(signature)), signature[8:])
}

// cosigned is what a witness signs: when, and what.
func cosigned(text []byte, at uint64) []byte {
	return append([]byte("cosignature/v1\ntime "+strconv.FormatUint(at, 10)+"\n"), text...)
}

// cosignatureSigner signs with an Ed25519 key; it is a note.Signer.
type cosignatureSigner struct {
	*Cosigner

	key crypto.Signer
	now func() time.Time
}

// NewCosignatureSigner makes the signer of a witness. The key must be Ed25519.
func NewCosignatureSigner(name string, key crypto.Signer, now func() time.Time) (note.Signer, *Cosigner, error) {
	public, ok := key.Public().(ed25519.PublicKey)
	if !ok {
		return nil, nil, errors.New("a witness's key must be Ed25519")
	}
	cosigner := NewCosigner(name, public)
	return cosignatureSigner{Cosigner: cosigner, key: key, now: now}, cosigner, nil
}

func (s cosignatureSigner) Sign(text []byte) ([]byte, error) {
	at := uint64(s.now().Unix()) //nolint:gosec // after 1970
	signature, err := s.key.Sign(rand.Reader, cosigned(text, at), crypto.Hash(0))
	if err != nil {
		return nil, fmt.Errorf("cosign: %w", err)
	}
	return append(binary.BigEndian.AppendUint64(nil, at), signature...), nil
}

// NewLogSigner makes the signer of a log named origin. The key must be Ed25519. verifier is its key as a key list names it.
func NewLogSigner(origin string, key crypto.Signer) (signer note.Signer, verifier string, err error) {
	public, ok := key.Public().(ed25519.PublicKey)
	if !ok {
		return nil, "", errors.New("a log's key must be Ed25519")
	}
	if verifier, err = note.NewEd25519VerifierKey(origin, public); err != nil {
		return nil, "", fmt.Errorf("name the log's key: %w", err)
	}
	known, err := note.NewVerifier(verifier)
	if err != nil {
		return nil, "", fmt.Errorf("name the log's key: %w", err)
	}
	return logSigner{Verifier: known, key: key}, verifier, nil
}

type logSigner struct {
	note.Verifier

	key crypto.Signer
}

func (s logSigner) Sign(text []byte) ([]byte, error) {
	signature, err := s.key.Sign(rand.Reader, text, crypto.Hash(0))
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	return signature, nil
}
