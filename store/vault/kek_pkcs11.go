//go:build pkcs11

package vault

import (
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/ThalesGroup/crypto11"
)

// openPKCS11 opens an AES key in an HSM, named as in RFC 7512: pkcs11:token=…;object=…?module-path=….
func openPKCS11(uri string, credentials Credentials) (KEK, error) {
	attributes, err := pkcs11Attributes(uri)
	if err != nil {
		return KEK{}, err
	}
	hsm, err := crypto11.Configure(&crypto11.Config{Path: attributes["module-path"], TokenLabel: attributes["token"], Pin: credentials.Token})
	if err != nil {
		return KEK{}, fmt.Errorf("open PKCS#11 token: %w", err)
	}
	key, err := hsm.FindKey(nil, []byte(attributes["object"]))
	if err == nil && key == nil {
		err = errors.New("no such key")
	}
	if err != nil {
		return KEK{}, fmt.Errorf("find PKCS#11 key %q: %w", attributes["object"], err)
	}
	gcm, err := key.NewGCM()
	if err != nil {
		return KEK{}, fmt.Errorf("use PKCS#11 key: %w", err)
	}
	return KEK{ID: uri, AEAD: contextual{gcmAEAD{gcm}}}, nil
}

func pkcs11Attributes(uri string) (map[string]string, error) {
	path, query, _ := strings.Cut(strings.TrimPrefix(uri, SchemePKCS11), "?")
	attributes := map[string]string{}
	for _, pair := range append(strings.Split(path, ";"), strings.Split(query, "&")...) {
		name, value, _ := strings.Cut(pair, "=")
		plain, err := url.PathUnescape(value)
		if err != nil {
			return nil, fmt.Errorf("read PKCS#11 URI: %w", err)
		}
		attributes[name] = plain
	}
	for _, needed := range []string{"token", "object", "module-path"} {
		if attributes[needed] == "" {
			return nil, fmt.Errorf("read PKCS#11 URI: no %s", needed)
		}
	}
	return attributes, nil
}

// gcmAEAD puts a random nonce before the ciphertext, as tink's own AES-GCM does.
type gcmAEAD struct{ cipher.AEAD }

func (g gcmAEAD) Encrypt(plaintext, associatedData []byte) (sealed []byte, err error) {
	defer recovered(&err)
	nonce := make([]byte, g.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return nil, fmt.Errorf("make nonce: %w", err)
	}
	return g.Seal(nonce, nonce, plaintext, associatedData), nil
}

func (g gcmAEAD) Decrypt(ciphertext, associatedData []byte) (plaintext []byte, err error) {
	defer recovered(&err)
	if len(ciphertext) < g.NonceSize() {
		return nil, errors.New("ciphertext too short")
	}
	return g.Open(nil, ciphertext[:g.NonceSize()], ciphertext[g.NonceSize():], associatedData)
}

// recovered turns the panics by which crypto11 reports a token that is gone into errors.
func recovered(err *error) {
	if cause := recover(); cause != nil {
		*err = fmt.Errorf("PKCS#11 token: %v", cause)
	}
}
