// Package flow is a phone's side of a Flow: it resolves Flow JSON to what a screen shows, holds what is typed to what the screen allows, and speaks
// the encrypted protocol of the endpoint. It shares nothing with the gateway, whose endpoint it checks.
//
// Sources: Meta, Flow JSON; Implementing endpoints for Flows; Media upload components.
package flow

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
)

// ErrKey says that a public key cannot be used.
var ErrKey = errors.New("the business public key is no 2048-bit RSA key in PEM")

// PublicKey reads a key as the business uploads it.
func PublicKey(encoded []byte) (*rsa.PublicKey, error) {
	block, rest := pem.Decode(encoded)
	if block == nil || block.Type != "PUBLIC KEY" || len(bytes.TrimSpace(rest)) > 0 {
		return nil, ErrKey
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, ErrKey
	}
	key, isRSA := parsed.(*rsa.PublicKey)
	if !isRSA || key.N.BitLen() != 2048 {
		return nil, ErrKey
	}
	return key, nil
}

// Sealed is one encrypted request, and what opens its answer.
type Sealed struct {
	Body []byte
	gcm  cipher.AEAD
	iv   []byte
}

// Seal encrypts a request for a business.
func Seal(to *rsa.PublicKey, request any) (*Sealed, error) {
	plain, err := json.Marshal(request)
	if err != nil {
		return nil, fmt.Errorf("encode request: %w", err)
	}
	secret := make([]byte, 32) // the key, and the initial vector
	_, _ = rand.Read(secret)   // never fails (crypto/rand)
	key, iv := secret[:16], secret[16:]
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("cipher: %w", err)
	}
	gcm, err := cipher.NewGCMWithNonceSize(block, len(iv))
	if err != nil {
		return nil, fmt.Errorf("cipher: %w", err)
	}
	wrapped, err := rsa.EncryptOAEP(sha256.New(), rand.Reader, to, key, nil)
	if err != nil {
		return nil, fmt.Errorf("wrap the key: %w", err)
	}
	in64 := base64.StdEncoding.EncodeToString
	body, err := json.Marshal(map[string]string{
		"encrypted_flow_data": in64(gcm.Seal(nil, iv, plain, nil)), "encrypted_aes_key": in64(wrapped), "initial_vector": in64(iv),
	})
	if err != nil {
		return nil, fmt.Errorf("encode request: %w", err)
	}
	return &Sealed{Body: body, gcm: gcm, iv: iv}, nil
}

// Open decrypts the answer: the same key, and the initial vector with every bit the other way round.
func (s *Sealed) Open(answer []byte) ([]byte, error) {
	sealed, err := base64.StdEncoding.DecodeString(string(answer))
	if err != nil {
		return nil, fmt.Errorf("the answer is not base64: %w", err)
	}
	flipped := make([]byte, len(s.iv))
	for i := range s.iv {
		flipped[i] = s.iv[i] ^ 0xFF
	}
	plain, err := s.gcm.Open(nil, flipped, sealed, nil)
	if err != nil {
		return nil, fmt.Errorf("the answer cannot be decrypted: %w", err)
	}
	return plain, nil
}

// TokenSignature is the JSON web token over a flow_token, by the app secret.
func TokenSignature(token, secret string) string {
	part := func(value any) string {
		raw, _ := json.Marshal(value) // maps of strings always encode
		return base64.RawURLEncoding.EncodeToString(raw)
	}
	signed := part(map[string]string{"alg": "HS256", "typ": "JWT"}) + "." + part(map[string]string{"flow_token": token})
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(signed))
	return signed + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// File is a file as the endpoint is told of it.
type File struct {
	ID       string   `json:"media_id"`
	URL      string   `json:"cdn_url"`
	Name     string   `json:"file_name"`
	Metadata Metadata `json:"encryption_metadata"`
}

// Metadata are the keys and sums of an encrypted file.
type Metadata struct {
	EncryptedHash []byte `json:"encrypted_hash"`
	IV            []byte `json:"iv"`
	Key           []byte `json:"encryption_key"`
	MACKey        []byte `json:"hmac_key"`
	PlainHash     []byte `json:"plaintext_hash"`
}

// SealFile encrypts a file as a phone does before it leaves it on the network.
func SealFile(content []byte) (sealed []byte, metadata Metadata, err error) {
	secret := make([]byte, 32+32+aes.BlockSize)
	_, _ = rand.Read(secret) // never fails (crypto/rand)
	metadata.Key, metadata.MACKey, metadata.IV = secret[:32], secret[32:64], secret[64:]
	padding := aes.BlockSize - len(content)%aes.BlockSize
	padded := append(bytes.Clone(content), bytes.Repeat([]byte{byte(padding)}, padding)...)
	block, err := aes.NewCipher(metadata.Key)
	if err != nil {
		return nil, metadata, fmt.Errorf("cipher: %w", err)
	}
	cipher.NewCBCEncrypter(block, metadata.IV).CryptBlocks(padded, padded)
	mac := hmac.New(sha256.New, metadata.MACKey)
	mac.Write(metadata.IV)
	mac.Write(padded)
	sealed = slices.Concat(padded, mac.Sum(nil)[:10])
	of := func(content []byte) []byte { sum := sha256.Sum256(content); return sum[:] }
	metadata.EncryptedHash, metadata.PlainHash = of(sealed), of(content)
	return sealed, metadata, nil
}
