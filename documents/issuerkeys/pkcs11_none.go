//go:build !pkcs11

package issuerkeys

import "crypto"

func openPKCS11(string, string) (crypto.Signer, error) { return nil, ErrNoHSM }
