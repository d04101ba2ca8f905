//go:build !pkcs11

package vault

import "errors"

func openPKCS11(string, Credentials) (KEK, error) {
	return KEK{}, errors.New("this program was built without PKCS#11; build it with -tags pkcs11 (it needs a C compiler)")
}
