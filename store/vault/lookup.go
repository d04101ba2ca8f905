package vault

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"strings"
)

// lookupKey derives the key of look-ups, so that the same secret may key other hashes too.
func lookupKey(secret []byte) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("jansetu lookup v1"))
	return mac.Sum(nil)
}

// Lookup is the keyed hash (HMAC-SHA256) under which a value can be found again without being stored: the same parts give the
// same hash in the same tenant. Without the key a phone number cannot be guessed from it.
func (v *Vault) Lookup(parts ...string) []byte {
	mac := hmac.New(sha256.New, v.lookup)
	mac.Write([]byte(v.tenant + "\x00" + strings.Join(parts, "\x00")))
	return mac.Sum(nil)
}

// SigningKey derives a key for a purpose of the hub's own from Config.LookupKey, which the database does not have. What it signs stays true for
// as long as that secret is the hub's alone.
func SigningKey(secret []byte, purpose string) (ed25519.PrivateKey, error) {
	seed, err := hkdf.Key(sha256.New, secret, nil, "jansetu signing v1 "+purpose, ed25519.SeedSize)
	if err != nil {
		return nil, fmt.Errorf("derive signing key: %w", err)
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

// SigningKey is the function SigningKey with the vault's own secret.
func (v *Vault) SigningKey(purpose string) (ed25519.PrivateKey, error) {
	return SigningKey(v.secret, purpose)
}
