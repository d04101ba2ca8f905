package seal

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"

	"github.com/veraison/go-cose"
)

// KeyID names a key: the first eight bytes of the SHA-256 of its SubjectPublicKeyInfo.
type KeyID [8]byte

// IDOf is the id of a public key. It fails for what is no ECDSA key on P-256.
func IDOf(public crypto.PublicKey) (id KeyID, err error) {
	der, err := spki(public)
	if err != nil {
		return id, err
	}
	sum := sha256.Sum256(der)
	return KeyID(sum[:len(id)]), nil
}

func spki(public crypto.PublicKey) ([]byte, error) {
	key, ok := public.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P256() {
		return nil, errors.New("seals are signed with ECDSA on P-256")
	}
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return nil, fmt.Errorf("write public key: %w", err)
	}
	return der, nil
}

// What a signature is for, as COSE's external data: a key list cannot be passed off as a seal. The seal's own is empty, so that any
// COSE library verifies it.
const (
	forSeal        = ""
	forKeyList     = "jansetu key list"
	forRevocations = "jansetu revocations"
)

// sign1 signs a payload; key is in a file, an HSM or a key service.
func sign1(key crypto.Signer, payload []byte, purpose string) ([]byte, error) {
	id, err := IDOf(key.Public())
	if err != nil {
		return nil, err
	}
	signer, err := cose.NewSigner(cose.AlgorithmES256, key)
	if err != nil {
		return nil, fmt.Errorf("prepare signature: %w", err)
	}
	headers := cose.Headers{Protected: cose.ProtectedHeader{
		cose.HeaderLabelAlgorithm: cose.AlgorithmES256, cose.HeaderLabelKeyID: id[:],
	}}
	raw, err := cose.Sign1(rand.Reader, signer, headers, payload, []byte(purpose))
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	return raw, nil
}

// signed is a COSE_Sign1 whose signature was not looked at yet.
type signed struct {
	message cose.Sign1Message
	key     KeyID
}

// readSigned fails with ErrNotSeal.
func readSigned(raw []byte) (*signed, error) {
	s := &signed{}
	if err := s.message.UnmarshalCBOR(raw); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotSeal, err)
	}
	algorithm, err := s.message.Headers.Protected.Algorithm()
	if err != nil || algorithm != cose.AlgorithmES256 {
		return nil, fmt.Errorf("%w: not signed with ES256", ErrNotSeal)
	}
	id, ok := s.message.Headers.Protected[cose.HeaderLabelKeyID].([]byte)
	if !ok || len(id) != len(s.key) || len(s.message.Headers.Unprotected) != 0 {
		return nil, fmt.Errorf("%w: no key id, or headers that are not signed", ErrNotSeal)
	}
	s.key = KeyID(id)
	return s, nil
}

// verify fails with ErrForged.
func (s *signed) verify(key *ecdsa.PublicKey, purpose string) error {
	verifier, err := cose.NewVerifier(cose.AlgorithmES256, key)
	if err != nil {
		return fmt.Errorf("prepare verification: %w", err)
	}
	if err := s.message.Verify([]byte(purpose), verifier); err != nil {
		return fmt.Errorf("%w: %w", ErrForged, err)
	}
	return nil
}
