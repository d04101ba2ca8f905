package sign

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"
	"slices"
)

// CMS SignedData (RFC 5652) as PAdES baseline asks for it: detached, content type, message digest and signing-certificate-v2 (RFC 5035)
// as signed attributes, and no signing-time, which EN 319 142-1 (6.3) forbids: the time stands in the PDF's /M. The library that
// reads CMS here always writes signing-time, which is why the message is written by hand.
var (
	oidData           = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidSignedData     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidContentType    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidMessageDigest  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidCertificateV2  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}
	oidTimestampToken = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 14}
	oidSHA256         = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidECDSAWithSHA   = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}
	oidRSAWithSHA     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}
)

type contentInfo struct {
	Type    asn1.ObjectIdentifier
	Content asn1.RawValue `asn1:"explicit,tag:0"`
}

type signedData struct {
	Version      int
	Digests      []pkix.AlgorithmIdentifier `asn1:"set"`
	Content      struct{ Type asn1.ObjectIdentifier }
	Certificates asn1.RawValue
	Signers      []signerInfo `asn1:"set"`
}

type signerInfo struct {
	Version   int
	Signer    issuerAndSerial
	Digest    pkix.AlgorithmIdentifier
	Signed    asn1.RawValue
	Algorithm pkix.AlgorithmIdentifier
	Signature []byte
	Unsigned  asn1.RawValue `asn1:"optional,tag:1"`
}

type issuerAndSerial struct {
	Issuer asn1.RawValue
	Serial *big.Int
}

type attribute struct {
	Type   asn1.ObjectIdentifier
	Values asn1.RawValue
}

type signingCertificateV2 struct {
	Certificates []essCertificate
}

// essCertificate leaves out the hash algorithm: SHA-256 is its default.
type essCertificate struct{ Hash []byte }

const (
	tagSet         = 0x31
	tagFirst       = 0xa0 // [0], constructed
	tagSecond      = 0xa1
	signerVersion  = 1
	messageVersion = 1
)

// message makes the CMS message for a digest.
func (s *Signer) message(ctx context.Context, digest []byte) ([]byte, error) {
	certificate := s.config.Chain[0]
	attributes, err := signedAttributes(digest, certificate)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(tagged(tagSet, attributes))
	signature, err := s.config.Key.Sign(rand.Reader, sum[:], crypto.SHA256)
	if err != nil {
		return nil, fmt.Errorf("sign the PDF: %w", err)
	}
	signer := signerInfo{
		Version: signerVersion, Signer: issuerAndSerial{asn1.RawValue{FullBytes: certificate.RawIssuer}, certificate.SerialNumber},
		Digest: pkix.AlgorithmIdentifier{Algorithm: oidSHA256}, Signed: asn1.RawValue{FullBytes: tagged(tagFirst, attributes)},
		Algorithm: algorithmOf(certificate), Signature: signature,
	}
	if s.config.Time != nil {
		token, err := s.config.Time.stamp(ctx, signature)
		if err != nil {
			return nil, fmt.Errorf("stamp the signature with the time: %w", err)
		}
		stamp, err := asn1.Marshal(attribute{oidTimestampToken, asn1.RawValue{FullBytes: tagged(tagSet, token)}})
		if err != nil {
			return nil, fmt.Errorf("write timestamp: %w", err)
		}
		signer.Unsigned = asn1.RawValue{FullBytes: tagged(tagSecond, stamp)}
	}
	return marshalMessage(signer, s.config.Chain)
}

func algorithmOf(certificate *x509.Certificate) pkix.AlgorithmIdentifier {
	if _, ok := certificate.PublicKey.(*rsa.PublicKey); ok {
		return pkix.AlgorithmIdentifier{Algorithm: oidRSAWithSHA, Parameters: asn1.NullRawValue}
	}
	return pkix.AlgorithmIdentifier{Algorithm: oidECDSAWithSHA}
}

func marshalMessage(signer signerInfo, chain []*x509.Certificate) ([]byte, error) {
	var certificates []byte
	for _, each := range chain {
		certificates = append(certificates, each.Raw...)
	}
	data := signedData{
		Version: messageVersion, Digests: []pkix.AlgorithmIdentifier{{Algorithm: oidSHA256}},
		Certificates: asn1.RawValue{FullBytes: tagged(tagFirst, certificates)}, Signers: []signerInfo{signer},
	}
	data.Content.Type = oidData
	inner, err := asn1.Marshal(data)
	if err != nil {
		return nil, fmt.Errorf("write signature: %w", err)
	}
	message, err := asn1.Marshal(contentInfo{oidSignedData, asn1.RawValue{FullBytes: tagged(tagFirst, inner)}})
	if err != nil {
		return nil, fmt.Errorf("write signature: %w", err)
	}
	return message, nil
}

// signedAttributes are the attributes in DER's order, without the tag of their set.
func signedAttributes(digest []byte, certificate *x509.Certificate) ([]byte, error) {
	hash := sha256.Sum256(certificate.Raw)
	values := []struct {
		kind  asn1.ObjectIdentifier
		value any
	}{
		{oidContentType, oidData},
		{oidMessageDigest, digest},
		{oidCertificateV2, signingCertificateV2{[]essCertificate{{hash[:]}}}},
	}
	encoded := make([][]byte, 0, len(values))
	for _, each := range values {
		value, err := asn1.Marshal(each.value)
		if err != nil {
			return nil, fmt.Errorf("write attribute: %w", err)
		}
		raw, err := asn1.Marshal(attribute{each.kind, asn1.RawValue{FullBytes: tagged(tagSet, value)}})
		if err != nil {
			return nil, fmt.Errorf("write attribute: %w", err)
		}
		encoded = append(encoded, raw)
	}
	slices.SortFunc(encoded, bytes.Compare)
	return bytes.Join(encoded, nil), nil
}

// tagged puts a tag and a length before content.
func tagged(tag byte, content []byte) []byte {
	length := binary.BigEndian.AppendUint32(nil, uint32(len(content))) //nolint:gosec // some thousand bytes
	header := []byte{tag}
	if len(content) < 0x80 {
		header = append(header, length[3])
	} else {
		length = bytes.TrimLeft(length, "\x00")
		header = append(append(header, 0x80|byte(len(length))), length...) //nolint:gosec // at most four
	}
	return append(header, content...)
}

// message is a CMS message that was read and is written exactly as we write it.
type message struct {
	signer signerInfo
	chain  []*x509.Certificate
	token  []byte // of the timestamp; nil: none
}

var errForm = errors.New("not in the form in which it is written")

// parseMessage reads a message, and refuses it when one byte outside of what is signed is not as we write it.
func parseMessage(raw []byte) (*message, error) {
	var outer contentInfo
	var data signedData
	if rest, err := asn1.Unmarshal(raw, &outer); err != nil || len(rest) > 0 {
		return nil, firstError(err, errForm)
	}
	if rest, err := asn1.Unmarshal(outer.Content.Bytes, &data); err != nil || len(rest) > 0 || len(data.Signers) != 1 {
		return nil, firstError(err, errForm)
	}
	m := &message{signer: data.Signers[0]}
	var err error
	if m.chain, err = x509.ParseCertificates(data.Certificates.Bytes); err != nil || len(m.chain) == 0 {
		return nil, firstError(err, errForm)
	}
	if len(m.signer.Unsigned.FullBytes) > 0 {
		var stamp attribute
		if rest, err := asn1.Unmarshal(m.signer.Unsigned.Bytes, &stamp); err != nil || len(rest) > 0 || !stamp.Type.Equal(oidTimestampToken) {
			return nil, firstError(err, errForm)
		}
		m.token = stamp.Values.Bytes
		if written, err := asn1.Marshal(attribute{oidTimestampToken, asn1.RawValue{FullBytes: tagged(tagSet, m.token)}}); err != nil ||
			!bytes.Equal(m.signer.Unsigned.FullBytes, tagged(tagSecond, written)) {
			return nil, firstError(err, errForm)
		}
	}
	again, err := marshalMessage(m.signer, m.chain)
	if err != nil || !bytes.Equal(again, raw) {
		return nil, firstError(err, errForm)
	}
	return m, nil
}

func firstError(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// verify checks the signature over a digest.
func (m *message) verify(digest []byte) error {
	certificate := m.chain[0]
	attributes, err := signedAttributes(digest, certificate)
	if err != nil {
		return err
	}
	signer := m.signer
	expected := signer.Signer.Serial.Cmp(certificate.SerialNumber) == 0 && bytes.Equal(signer.Signer.Issuer.FullBytes, certificate.RawIssuer) &&
		signer.Version == signerVersion && signer.Digest.Algorithm.Equal(oidSHA256) && len(signer.Digest.Parameters.FullBytes) == 0 &&
		signer.Algorithm.Algorithm.Equal(algorithmOf(certificate).Algorithm) && bytes.Equal(signer.Signed.FullBytes, tagged(tagFirst, attributes))
	if !expected {
		return errors.New("the signature is over other content or by another certificate")
	}
	sum := sha256.Sum256(tagged(tagSet, attributes))
	switch public := certificate.PublicKey.(type) {
	case *ecdsa.PublicKey:
		if ecdsa.VerifyASN1(public, sum[:], signer.Signature) {
			return nil
		}
	case *rsa.PublicKey:
		if rsa.VerifyPKCS1v15(public, crypto.SHA256, sum[:], signer.Signature) == nil {
			return nil
		}
	}
	return errors.New("the signature is wrong")
}
