package vault

import (
	"fmt"

	"github.com/google/uuid"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// A ciphertext is a version, the person's id, and what tink made: with the id in front, anything can be read without knowing
// beforehand whose it is, also after two persons were found to be one.
const (
	version    = 1
	headerSize = 1 + len(uuid.UUID{})
)

// Key is one person's key, ready for use. It is safe for concurrent use.
type Key struct {
	id     uuid.UUID
	tenant string
	aead   tink.AEAD
}

// Place is where a ciphertext belongs: moved to any other, it cannot be read.
type Place struct{ Table, Column, Row string }

// associated is tenant|table|column|row. Only the row may hold a bar.
func associated(tenant string, p Place) []byte {
	return []byte(tenant + "|" + p.Table + "|" + p.Column + "|" + p.Row)
}

// Person is whose key it is.
func (k *Key) Person() string { return k.id.String() }

// Seal encrypts for a place. Nil stays nil: it is SQL's null.
func (k *Key) Seal(plaintext []byte, at Place) ([]byte, error) {
	if plaintext == nil {
		return nil, nil
	}
	ciphertext, err := k.aead.Encrypt(plaintext, associated(k.tenant, at))
	if err != nil {
		return nil, fmt.Errorf("encrypt %s.%s: %w", at.Table, at.Column, err)
	}
	sealed := make([]byte, 0, headerSize+len(ciphertext))
	sealed = append(sealed, version)
	sealed = append(sealed, k.id[:]...)
	return append(sealed, ciphertext...), nil
}

// Open decrypts what Seal made for the same place. It fails with ErrUnreadable. Nil stays nil.
func (k *Key) Open(sealed []byte, at Place) ([]byte, error) {
	if sealed == nil {
		return nil, nil
	}
	person, err := personOf(sealed)
	if err != nil {
		return nil, err
	}
	if person != k.id {
		return nil, fmt.Errorf("%w: under another person's key", ErrUnreadable)
	}
	plaintext, err := k.aead.Decrypt(sealed[headerSize:], associated(k.tenant, at))
	if err != nil {
		return nil, fmt.Errorf("%w: %s.%s", ErrUnreadable, at.Table, at.Column)
	}
	if plaintext == nil {
		plaintext = []byte{} // an empty text is not null
	}
	return plaintext, nil
}

// KeyOf tells under whose key something was sealed. It fails with ErrUnreadable.
func KeyOf(sealed []byte) (person string, err error) {
	id, err := personOf(sealed)
	if err != nil {
		return "", err
	}
	return id.String(), nil
}

func personOf(sealed []byte) (uuid.UUID, error) {
	if len(sealed) < headerSize || sealed[0] != version {
		return uuid.UUID{}, fmt.Errorf("%w: not in a known form", ErrUnreadable)
	}
	return uuid.UUID(sealed[1:headerSize]), nil
}
