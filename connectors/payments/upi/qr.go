package upi

import (
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"rsc.io/qr"
)

// pixelsPerModule makes a picture of a few hundred pixels, which a phone shows and
// another phone reads from it.
const pixelsPerModule = 8

// QR draws a link as a black and white PNG with its quiet border. A quarter of it
// may be spoilt and it still reads, as on a creased print.
func QR(link string) ([]byte, error) {
	if _, err := ParseIntent(link); err != nil {
		return nil, fmt.Errorf("draw QR: %w", err)
	}
	code, err := qr.Encode(link, qr.Q)
	if err != nil {
		return nil, fmt.Errorf("draw QR: %w", err)
	}
	code.Scale = pixelsPerModule
	return code.PNG(), nil
}

// Sign appends the merchant's signature, which secure modes want: SHA-256 of the
// link as it stands, signed with the key that is registered with the bank.
func Sign(link string, key crypto.Signer) (string, error) {
	digest := sha256.Sum256([]byte(link))
	signature, err := key.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		return "", fmt.Errorf("sign UPI link: %w", err)
	}
	return link + "&sign=" + escape(base64.StdEncoding.EncodeToString(signature)), nil
}
