package sign

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// What verification finds. Each is told apart to the person who asks.
var (
	// ErrUnsigned says that a PDF has no signature in the form that is made here.
	ErrUnsigned = errors.New("the PDF is not signed")
	// ErrChanged says that something was changed or added after signing.
	ErrChanged = errors.New("the PDF was changed after it was signed")
	// ErrUntrusted says that the signature is whole, and nobody knows by whom.
	ErrUntrusted = errors.New("the PDF is signed by somebody who is not trusted")
)

// Trust is what a verifier relies on.
type Trust struct {
	Roots     *x509.CertPool // that the signer's certificate must chain to
	TimeRoots *x509.CertPool // that a timestamp's must; nil: timestamps are not relied on
}

// Signature is what a verified signature says.
type Signature struct {
	Signer *x509.Certificate
	At     time.Time // as the signer says
	// Stamped is the time of the timestamp; zero: there is none.
	Stamped time.Time
	// Proof is what Sign was given; nil: nothing. The signature covers it.
	Proof []byte
}

// Verify checks that a PDF is, byte for byte, what a trusted signer signed. It fails with ErrPDF, ErrUnsigned, ErrChanged and ErrUntrusted.
func Verify(file []byte, trust Trust) (Signature, error) {
	r, err := read(file)
	if err != nil {
		return Signature{}, err
	}
	return r.trusted(trust)
}

// reading is a file whose signature is over what it holds.
type reading struct {
	message *message
	fields  dictionary
	proof   []byte
}

func read(file []byte) (*reading, error) {
	d, err := parse(file)
	if err != nil {
		return nil, err
	}
	catalog, _, err := d.dictionary(d.trailer.get("Root"))
	if err != nil {
		return nil, err
	}
	r := &reading{}
	if r.fields, err = d.signature(catalog); err != nil {
		return nil, err
	}
	contents, err := wholeFile(file, r.fields)
	if err != nil {
		return nil, err
	}
	raw, err := unpad(file[contents.start+1 : contents.end-1])
	if err != nil {
		return nil, err
	}
	if r.message, err = parseMessage(raw); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrChanged, err)
	}
	if err := r.message.verify(digestAround(file, contents)); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrChanged, err)
	}
	if proof := catalog.get(proofKey); proof != nil {
		r.proof, err = d.stream(proof)
	}
	return r, err
}

// signature finds the dictionary of the one signature.
func (d *document) signature(catalog dictionary) (dictionary, error) {
	if catalog.get("AcroForm") == nil {
		return nil, ErrUnsigned
	}
	form, _, err := d.dictionary(catalog.get("AcroForm"))
	if err != nil {
		return nil, err
	}
	widgets, err := d.elements(form.get("Fields"))
	if err != nil || len(widgets) != 1 {
		return nil, fmt.Errorf("%w: it has %d fields", ErrUnsigned, len(widgets))
	}
	widget, _, err := d.dictionary(widgets[0])
	if err != nil {
		return nil, err
	}
	fields, _, err := d.dictionary(widget.get("V"))
	if err != nil {
		return nil, err
	}
	if string(fields.get("SubFilter")) != "/ETSI.CAdES.detached" {
		return nil, fmt.Errorf("%w: not as PAdES", ErrUnsigned)
	}
	return fields, nil
}

// wholeFile checks that the signature covers everything but itself.
func wholeFile(file []byte, fields dictionary) (contents span, err error) {
	numbers := strings.Fields(strings.Trim(string(fields.get("ByteRange")), "[]"))
	if len(numbers) != 4 {
		return span{}, fmt.Errorf("%w: no range of bytes", ErrUnsigned)
	}
	var r [4]int
	for i := range r {
		if r[i], err = strconv.Atoi(numbers[i]); err != nil || r[i] < 0 || r[i] > len(file) {
			return span{}, fmt.Errorf("%w: no range of bytes", ErrUnsigned)
		}
	}
	contents = span{r[1], r[2]}
	if r[0] != 0 || r[2]+r[3] != len(file) || contents.end-contents.start != len(fields.get("Contents")) ||
		!bytes.Equal(file[contents.start:contents.end], fields.get("Contents")) || len(fields.get("Contents")) < 2 {
		return span{}, fmt.Errorf("%w: the signature does not cover the whole file", ErrChanged)
	}
	return contents, nil
}

// unpad reads the message and checks that nothing hides behind it: what is signed is everything but these digits.
func unpad(digits []byte) ([]byte, error) {
	padded := make([]byte, hex.DecodedLen(len(digits)))
	if _, err := hex.Decode(padded, digits); err != nil || !bytes.Equal(digits, bytes.ToLower(digits)) {
		return nil, fmt.Errorf("%w: the signature's digits", ErrChanged)
	}
	var outer asn1.RawValue
	rest, err := asn1.Unmarshal(padded, &outer)
	if err != nil || len(bytes.Trim(rest, "\x00")) > 0 || len(digits)%2 != 0 {
		return nil, fmt.Errorf("%w: the signature's form", ErrChanged)
	}
	return outer.FullBytes, nil
}

// trusted reads what the signature says and checks who says it.
func (r *reading) trusted(trust Trust) (s Signature, err error) {
	s.Signer, s.Proof = r.message.chain[0], r.proof
	if s.At, err = time.Parse("(D:20060102150405Z)", string(r.fields.get("M"))); err != nil {
		return s, fmt.Errorf("%w: no time of signing", ErrUnsigned)
	}
	moment := s.At
	if r.message.token != nil {
		info, err := verifyToken(r.message.token, r.message.signer.Signature, trust.TimeRoots)
		if err != nil {
			return s, fmt.Errorf("%w: %w", ErrChanged, err)
		}
		if trust.TimeRoots != nil {
			s.Stamped, moment = info.Time, info.Time
		}
	}
	between := x509.NewCertPool()
	for _, certificate := range r.message.chain[1:] {
		between.AddCert(certificate)
	}
	roots := trust.Roots
	if roots == nil {
		roots = x509.NewCertPool() // not the system's
	}
	_, err = s.Signer.Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: between, CurrentTime: moment, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	if err != nil {
		return s, fmt.Errorf("%w: %w", ErrUntrusted, err)
	}
	return s, nil
}
