package flows

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
)

// ErrUndecryptable says that a request is not for one of our keys, or was altered. The phone then fetches the public key again (Meta, Implementing
// endpoints: status 421).
var ErrUndecryptable = errors.New("flow request cannot be decrypted")

// ErrDevelopmentKey says that a key was made by [GenerateDevelopmentKey].
var ErrDevelopmentKey = errors.New("the Flow key was generated for development")

const (
	keyBits     = 2048 // Meta, Implementing endpoints: 2048-bit RSA
	aesKeySize  = 16
	ivSize      = 16
	pemUse      = "Use"
	development = "development"
)

// Keys open what phones encrypt for the business. The first is the one whose public half Meta gives out; a second one may be about to be replaced.
type Keys struct{ private []*rsa.PrivateKey }

// ParseKeys reads RSA private keys in PEM, PKCS#8 or PKCS#1. With production it refuses a key made for development, with [ErrDevelopmentKey].
func ParseKeys(production bool, encoded ...[]byte) (*Keys, error) {
	keys := &Keys{}
	for _, text := range encoded {
		block, _ := pem.Decode(text)
		if block == nil {
			return nil, errors.New("the Flow key is not in PEM")
		}
		if production && block.Headers[pemUse] == development {
			return nil, ErrDevelopmentKey
		}
		key, err := parsePrivate(block.Bytes)
		if err != nil {
			return nil, err
		}
		keys.private = append(keys.private, key)
	}
	if len(keys.private) == 0 {
		return nil, errors.New("there is no Flow key")
	}
	return keys, nil
}

func parsePrivate(der []byte) (*rsa.PrivateKey, error) {
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		if parsed, err = x509.ParsePKCS1PrivateKey(der); err != nil {
			return nil, errors.New("the Flow key is neither PKCS#8 nor PKCS#1")
		}
	}
	key, isRSA := parsed.(*rsa.PrivateKey)
	if !isRSA || key.N.BitLen() < keyBits {
		return nil, fmt.Errorf("the Flow key must be RSA with at least %d bits", keyBits)
	}
	return key, nil
}

// GenerateDevelopmentKey makes a key in PEM that production refuses.
func GenerateDevelopmentKey() ([]byte, error) {
	key, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return nil, fmt.Errorf("generate a Flow key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("encode the Flow key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Headers: map[string]string{pemUse: development}, Bytes: der}), nil
}

// PublicPEM is the public half of the current key, as Meta takes it.
func (k *Keys) PublicPEM() ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(&k.private[0].PublicKey)
	if err != nil {
		return nil, fmt.Errorf("encode the public key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), nil
}

// SamePublicKey is whether two public keys in PEM are one key.
func SamePublicKey(a, b []byte) bool {
	first, _ := pem.Decode(a)
	second, _ := pem.Decode(b)
	return first != nil && second != nil && bytes.Equal(first.Bytes, second.Bytes)
}

// envelope is the body of every request (Meta, Implementing endpoints: request decryption).
type envelope struct {
	Data []byte `json:"encrypted_flow_data"`
	Key  []byte `json:"encrypted_aes_key"`
	IV   []byte `json:"initial_vector"`
}

// Decrypt opens a request and returns what seals its answer. It fails with [ErrUndecryptable].
func (k *Keys) Decrypt(body []byte) (plain []byte, answer Sealer, err error) {
	var sealed envelope
	if json.Unmarshal(body, &sealed) != nil || len(sealed.IV) != ivSize {
		return nil, Sealer{}, ErrUndecryptable
	}
	for _, private := range k.private {
		key, err := rsa.DecryptOAEP(sha256.New(), nil, private, sealed.Key, nil)
		if err != nil || len(key) != aesKeySize {
			continue
		}
		gcm, err := newGCM(key)
		if err != nil {
			return nil, Sealer{}, err
		}
		if plain, err = gcm.Open(nil, sealed.IV, sealed.Data, nil); err != nil {
			return nil, Sealer{}, ErrUndecryptable
		}
		return plain, Sealer{gcm: gcm, iv: inverted(sealed.IV)}, nil
	}
	return nil, Sealer{}, ErrUndecryptable
}

// newGCM takes the 16-byte initial vector that phones send, not the usual one of 12 bytes.
func newGCM(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("flow cipher: %w", err)
	}
	gcm, err := cipher.NewGCMWithNonceSize(block, ivSize)
	if err != nil {
		return nil, fmt.Errorf("flow cipher: %w", err)
	}
	return gcm, nil
}

func inverted(iv []byte) []byte {
	flipped := make([]byte, len(iv))
	for i, octet := range iv {
		flipped[i] = ^octet
	}
	return flipped
}

// Sealer encrypts the answer to one request: with its key, and its initial vector with every bit inverted.
type Sealer struct {
	gcm cipher.AEAD
	iv  []byte
}

// Seal returns the body of the answer, in base64.
func (s Sealer) Seal(answer []byte) string {
	return base64.StdEncoding.EncodeToString(s.gcm.Seal(nil, s.iv, answer, nil))
}
