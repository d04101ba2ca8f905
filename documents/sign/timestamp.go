package sign

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"slices"
	"time"

	"github.com/smallstep/pkcs7"
)

// TimeAuthority is a time-stamping authority (RFC 3161) spoken to by HTTP.
type TimeAuthority struct {
	URL    string
	Client *http.Client   // nil: one with a deadline of 10 s
	Roots  *x509.CertPool // that its certificate must chain to
}

const (
	stampLimit = 10 * time.Second
	mostStamp  = stampRoom
	nonceBits  = 63
)

var oidTSTInfo = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}

type imprint struct {
	Algorithm pkix.AlgorithmIdentifier
	Hash      []byte
}

type stampRequest struct {
	Version      int
	Imprint      imprint
	Nonce        *big.Int
	Certificates bool
}

type stampResponse struct {
	Status struct {
		Status int
		Rest   []asn1.RawValue `asn1:"optional"`
	}
	Token asn1.RawValue `asn1:"optional"`
}

// stampInfo is TSTInfo (RFC 3161, 2.4.2) as far as it is read.
type stampInfo struct {
	Version  int
	Policy   asn1.ObjectIdentifier
	Imprint  imprint
	Serial   *big.Int
	Time     time.Time `asn1:"generalized"`
	Accuracy struct {
		Seconds int `asn1:"optional"`
		Millis  int `asn1:"optional,tag:0"`
		Micros  int `asn1:"optional,tag:1"`
	} `asn1:"optional"`
	Ordering bool          `asn1:"optional"`
	Nonce    *big.Int      `asn1:"optional"`
	Name     asn1.RawValue `asn1:"optional,tag:0"`
}

// stamp asks for a token over a signature, and checks it.
func (a *TimeAuthority) stamp(ctx context.Context, signature []byte) ([]byte, error) {
	nonce, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), nonceBits))
	if err != nil {
		return nil, fmt.Errorf("make nonce: %w", err)
	}
	sum := sha256.Sum256(signature)
	request, err := asn1.Marshal(stampRequest{
		Version: 1, Imprint: imprint{pkix.AlgorithmIdentifier{Algorithm: oidSHA256, Parameters: asn1.NullRawValue}, sum[:]},
		Nonce: nonce, Certificates: true,
	})
	if err != nil {
		return nil, fmt.Errorf("write request: %w", err)
	}
	raw, err := a.ask(ctx, request)
	if err != nil {
		return nil, err
	}
	var response stampResponse
	if rest, err := asn1.Unmarshal(raw, &response); err != nil || len(rest) > 0 {
		return nil, fmt.Errorf("read response: %w", firstError(err, errForm))
	}
	if response.Status.Status > 1 || len(response.Token.FullBytes) == 0 { // 0 granted, 1 granted with changes
		return nil, fmt.Errorf("refused with status %d", response.Status.Status)
	}
	info, err := verifyToken(response.Token.FullBytes, signature, a.Roots)
	if err != nil {
		return nil, err
	}
	if info.Nonce == nil || info.Nonce.Cmp(nonce) != 0 {
		return nil, errors.New("the token answers another request")
	}
	return response.Token.FullBytes, nil
}

func (a *TimeAuthority) ask(ctx context.Context, request []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, stampLimit)
	defer cancel()
	call, err := http.NewRequestWithContext(ctx, http.MethodPost, a.URL, bytes.NewReader(request))
	if err != nil {
		return nil, fmt.Errorf("ask the authority: %w", err)
	}
	call.Header.Set("Content-Type", "application/timestamp-query")
	client := a.Client
	if client == nil {
		client = &http.Client{Timeout: stampLimit}
	}
	response, err := client.Do(call)
	if err != nil {
		return nil, fmt.Errorf("ask the authority: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the authority answered %s", response.Status)
	}
	raw, err := io.ReadAll(io.LimitReader(response.Body, mostStamp))
	if err != nil {
		return nil, fmt.Errorf("read the authority's answer: %w", err)
	}
	return raw, nil
}

// stampToken is a token as RFC 3161 (2.4.2) wants it: one signer, the TSTInfo inside.
type stampToken struct {
	Version int
	Digests []pkix.AlgorithmIdentifier `asn1:"set"`
	Content struct {
		Type asn1.ObjectIdentifier
		Info []byte `asn1:"explicit,tag:0"`
	}
	Certificates asn1.RawValue `asn1:"tag:0"`
	Signers      []signerInfo  `asn1:"set"`
}

const tokenVersion = 3

// strictToken refuses a token in which a byte that nothing signs is other than it must be. CMS signs neither its own frame nor the
// certificates that travel along.
func strictToken(raw []byte) ([]*x509.Certificate, error) {
	var outer contentInfo
	var token stampToken
	if rest, err := asn1.Unmarshal(raw, &outer); err != nil || len(rest) > 0 || !outer.Type.Equal(oidSignedData) {
		return nil, firstError(err, errForm)
	}
	if rest, err := asn1.Unmarshal(outer.Content.Bytes, &token); err != nil || len(rest) > 0 || len(token.Signers) != 1 {
		return nil, firstError(err, errForm)
	}
	again, err := asn1.Marshal(token)
	if err != nil || !bytes.Equal(again, outer.Content.Bytes) {
		return nil, firstError(err, errForm)
	}
	signer := token.Signers[0]
	strict := token.Version == tokenVersion && token.Content.Type.Equal(oidTSTInfo) && len(token.Digests) == 1 &&
		token.Digests[0].Algorithm.Equal(signer.Digest.Algorithm) && plainParameters(token.Digests[0]) && plainParameters(signer.Digest) &&
		plainParameters(signer.Algorithm) && signer.Version == signerVersion && len(signer.Unsigned.FullBytes) == 0
	if !strict {
		return nil, errForm
	}
	// The library that reads tokens mends lengths that are wrong.
	certificates, err := x509.ParseCertificates(token.Certificates.Bytes)
	if err != nil {
		return nil, fmt.Errorf("its certificates: %w", err)
	}
	return certificates, nil
}

// plainParameters says whether an algorithm has none, or NULL.
func plainParameters(algorithm pkix.AlgorithmIdentifier) bool {
	parameters := algorithm.Parameters.FullBytes
	return len(parameters) == 0 || bytes.Equal(parameters, asn1.NullBytes)
}

// verifyToken checks a token over a signature. Roots nil: the certificates are not looked at.
func verifyToken(raw, signature []byte, roots *x509.CertPool) (stampInfo, error) {
	var info stampInfo
	certificates, err := strictToken(raw)
	if err != nil {
		return info, fmt.Errorf("read timestamp: %w", err)
	}
	parsed, err := pkcs7.Parse(raw)
	if err != nil {
		return info, fmt.Errorf("read timestamp: %w", err)
	}
	if rest, err := asn1.Unmarshal(parsed.Content, &info); err != nil || len(rest) > 0 {
		return info, fmt.Errorf("read timestamp: %w", firstError(err, errForm))
	}
	sum := sha256.Sum256(signature)
	if !info.Imprint.Algorithm.Algorithm.Equal(oidSHA256) || !bytes.Equal(info.Imprint.Hash, sum[:]) {
		return info, errors.New("the timestamp is another signature's")
	}
	var content asn1.ObjectIdentifier
	if err := parsed.UnmarshalSignedAttribute(pkcs7.OIDAttributeContentType, &content); err != nil || !content.Equal(oidTSTInfo) {
		return info, errors.New("the timestamp is not signed as one")
	}
	if signer := parsed.GetOnlySigner(); signer == nil || !slices.Contains(signer.ExtKeyUsage, x509.ExtKeyUsageTimeStamping) {
		return info, errors.New("the timestamp is not signed by a time-stamping authority")
	}
	if err := parsed.VerifyWithChainAtTime(roots, info.Time); err != nil {
		return info, fmt.Errorf("verify timestamp: %w", err)
	}
	return info, everyCertificate(certificates, roots, info.Time)
}

// everyCertificate refuses a certificate that travels along and leads nowhere.
func everyCertificate(certificates []*x509.Certificate, roots *x509.CertPool, at time.Time) error {
	if roots == nil {
		return nil
	}
	between := x509.NewCertPool()
	for _, certificate := range certificates {
		between.AddCert(certificate)
	}
	for _, certificate := range certificates {
		_, err := certificate.Verify(x509.VerifyOptions{
			Roots: roots, Intermediates: between, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
		})
		if err != nil {
			return fmt.Errorf("a certificate of the timestamp: %w", err)
		}
	}
	return nil
}
