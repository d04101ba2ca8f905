package vault

import (
	"crypto/hmac"
	"crypto/sha256"
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
