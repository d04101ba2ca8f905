package whatsapp

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// SignatureHeader carries "sha256=" and the hex HMAC-SHA256 of the raw body under the app secret
// (Meta, Webhooks from Meta: validating payloads).
const SignatureHeader = "X-Hub-Signature-256"

// VerifySignature says whether header signs the raw body with one of the secrets; two are accepted while one replaces the
// other. An empty secret never verifies. It takes the same time wherever the signature differs.
func VerifySignature(body []byte, header string, secrets ...string) bool {
	digest, found := strings.CutPrefix(header, "sha256=")
	signature, err := hex.DecodeString(digest)
	if !found || err != nil || len(signature) != sha256.Size {
		return false
	}
	valid := false
	for _, secret := range secrets {
		if secret != "" && hmac.Equal(signature, sum(secret, body)) {
			valid = true
		}
	}
	return valid
}

func sum(secret string, body []byte) []byte {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return mac.Sum(nil)
}

// Sign makes the value of SignatureHeader for a body: what Meta, an emulator or a load generator sends.
func Sign(body []byte, secret string) string {
	return "sha256=" + hex.EncodeToString(sum(secret, body))
}
