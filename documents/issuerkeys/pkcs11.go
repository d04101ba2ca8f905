//go:build pkcs11

package issuerkeys

import (
	"crypto"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/ThalesGroup/crypto11"
)

// openPKCS11 opens a key pair in an HSM, named as in RFC 7512: pkcs11:token=…;object=…?module-path=….
func openPKCS11(uri, pin string) (crypto.Signer, error) {
	path, query, _ := strings.Cut(strings.TrimPrefix(uri, "pkcs11:"), "?")
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
	token, err := crypto11.Configure(&crypto11.Config{Path: attributes["module-path"], TokenLabel: attributes["token"], Pin: pin})
	if err != nil {
		return nil, fmt.Errorf("open PKCS#11 token: %w", err)
	}
	key, err := token.FindKeyPair(nil, []byte(attributes["object"]))
	if err == nil && key == nil {
		err = errors.New("no such key")
	}
	if err != nil {
		return nil, fmt.Errorf("find PKCS#11 key %q: %w", attributes["object"], err)
	}
	return key, nil
}
