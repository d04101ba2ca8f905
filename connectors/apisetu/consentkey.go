package apisetu

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/jansetu/jansetu/connectors"
)

// Consent implements connectors.Consenter: the artefact for the one document of the
// query, signed with the credential "consent_key". The same agreement has the same
// consent id. Without a key it is a ChangedError: somebody has to give one.
func (c *Connector) Consent(query connectors.RecordQuery, given connectors.Agreement) ([]byte, error) {
	if c.consentKey == nil {
		return nil, &connectors.ChangedError{Expected: "the credential " + CredentialConsentKey, Seen: "none"}
	}
	wanted, err := parseRoute(query.Service)
	if err != nil {
		return nil, err
	}
	consent := Consent{
		ID: uuid.NewSHA1(uuid.NameSpaceURL, []byte("jansetu:consent:"+given.Reference)).String(),
		At: given.At, From: given.At, To: given.Until, Consumer: c.clientID, Provider: wanted.issuer, Data: wanted.document,
		Purpose: given.Purpose, IDType: "REFERENCE", IDNumber: given.Reference,
	}
	return consent.Artefact(c.sign)
}

// sign makes SHA256withRSA or SHA256withECDSA in base64. Assumed: the published
// files say that there is a signature, not which.
func (c *Connector) sign(consent []byte) (string, error) {
	hashed := sha256.Sum256(consent)
	signature, err := c.consentKey.Sign(rand.Reader, hashed[:], crypto.SHA256)
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	return base64.StdEncoding.EncodeToString(signature), nil
}

var errKey = errors.New("want a private key of RSA or ECDSA, PKCS #8 in PEM")

// parseConsentKey reads the key; none is nil.
func parseConsentKey(text string) (crypto.Signer, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // a deployment without consents has no key
	}
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errKey
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errKey // what the parser says may quote the key
	}
	switch key := key.(type) {
	case *rsa.PrivateKey:
		return key, nil
	case *ecdsa.PrivateKey:
		return key, nil
	}
	return nil, errKey
}
