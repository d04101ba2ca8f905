// Package sign puts an electronic signature into a PDF: PAdES baseline B-B (ETSI EN 319 142-1), and B-T when a time-stamping authority
// (RFC 3161) is given. The signature comes as an incremental update (ISO 32000-1, 7.5.6): the bytes before it stay as they are, so that
// their hash, which the public log commits to, can be taken from the signed file. The same update can carry a proof, which the
// signature covers. Verify reads all of it back.
//
// It knows PDF and CMS, and the private key only as a crypto.Signer; it does not know what the pages say.
package sign

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// Config is what a signer needs.
type Config struct {
	// Key signs: ECDSA on P-256, or RSA of 2048 bits and more (CCA's Interoperability Guidelines ask for these).
	Key crypto.Signer
	// Chain is the key's certificate and those that lead to, but not including, the root.
	Chain []*x509.Certificate
	// Time stamps every signature (B-T); nil: B-B. When it does not answer, nothing is signed.
	Time *TimeAuthority
	// Reason and Location are shown by PDF readers; may be empty.
	Reason, Location string
}

// Signer signs PDFs. It is safe for concurrent use if its key is.
type Signer struct {
	config Config
	room   int // for the signature, in bytes
}

// How much the message takes beside names, signature and certificates, and how much a timestamp with its certificates may.
const (
	frameRoom = 400
	stampRoom = 8 << 10
	ecdsaRoom = 72 // of a signature on P-256, in DER
)

// New checks that key and certificate belong together.
func New(config Config) (*Signer, error) {
	if config.Key == nil || len(config.Chain) == 0 {
		return nil, errors.New("signing needs a key and its certificate")
	}
	s := &Signer{config: config, room: frameRoom + len(config.Chain[0].RawIssuer)}
	switch public := config.Key.Public().(type) {
	case *ecdsa.PublicKey:
		s.room += ecdsaRoom
		if !public.Equal(config.Chain[0].PublicKey) {
			return nil, errors.New("the signing key is not the certificate's")
		}
	case *rsa.PublicKey:
		s.room += public.Size()
		if !public.Equal(config.Chain[0].PublicKey) || public.Size() < 256 {
			return nil, errors.New("the signing key is not the certificate's, or shorter than 2048 bits")
		}
	default:
		return nil, errors.New("PDFs are signed with ECDSA or RSA")
	}
	for _, certificate := range config.Chain {
		s.room += len(certificate.Raw)
	}
	if config.Time != nil {
		s.room += stampRoom
	}
	return s, nil
}

// Sign appends a signature, and before it the proof if there is one, to the PDF in pages, which must have classic
// cross-reference tables and no form. at is shown as the time of signing. It fails with ErrPDF.
func (s *Signer) Sign(ctx context.Context, pages, proof []byte, at time.Time) ([]byte, error) {
	if at.Before(s.config.Chain[0].NotBefore) || at.After(s.config.Chain[0].NotAfter) {
		return nil, fmt.Errorf("the signing certificate is not valid at %s", at.Format(time.RFC3339))
	}
	document, err := parse(pages)
	if err != nil {
		return nil, err
	}
	signed, contents, err := document.extend(update{
		proof: proof, room: s.room, at: at, reason: s.config.Reason, location: s.config.Location, name: s.config.Chain[0].Subject.CommonName,
	})
	if err != nil {
		return nil, err
	}
	message, err := s.message(ctx, digestAround(signed, contents))
	if err != nil {
		return nil, err
	}
	if hex.EncodedLen(len(message)) > contents.end-contents.start-2 {
		return nil, fmt.Errorf("the signature is %d bytes, more than the %d there is room for", len(message), s.room)
	}
	hex.Encode(signed[contents.start+1:], message)
	if made, err := read(signed); err != nil || !bytes.Equal(made.proof, proof) {
		return nil, fmt.Errorf("%w: what was signed cannot be read back: %w", ErrPDF, firstError(err, errForm))
	}
	return signed, nil
}

// span is a part of a file: from start to before end.
type span struct{ start, end int }

// digestAround hashes everything but a span.
func digestAround(file []byte, hole span) []byte {
	sum := sha256.New()
	sum.Write(file[:hole.start])
	sum.Write(file[hole.end:])
	return sum.Sum(nil)
}
