// Package seal makes and reads the seal of a paper: what the paper says, as CBOR claims in a COSE_Sign1 (RFC 9052) signed with
// ES256, small enough for a printed QR picture that a phone reads from a photocopy. A seal is checked without a network: with the
// signed list of the issuer's keys and the signed list of what was revoked, both made and read here.
//
// It knows neither PDF nor the public log nor a database.
package seal

import (
	"errors"
	"fmt"
	"time"

	"github.com/jansetu/jansetu/documents/internal/strictcbor"
)

// Why a seal says nothing. A caller tells the citizen which.
var (
	// ErrNotSeal says that the text or bytes are not a seal at all.
	ErrNotSeal = errors.New("this is not a seal")
	// ErrForged says that the signature is not the issuer's: the seal was changed, or made by somebody else.
	ErrForged = errors.New("the seal's signature is wrong")
	// ErrUnknownKey says that the key list does not name the key: the list is older than the seal, or the seal is forged.
	ErrUnknownKey = errors.New("the seal's key is not in the key list")
	// ErrKeyNotValid says that the key was not in use when the seal says it was issued, or was withdrawn.
	ErrKeyNotValid = errors.New("the seal's key was not valid then")
	// ErrTooLarge says that the claims do not fit a QR picture that a photocopy survives.
	ErrTooLarge = errors.New("the claims do not fit the QR picture")
)

// Limits of what a seal may hold, for those who read what anybody may have printed.
const (
	mostFields = 24
	mostText   = 400
	mostSeal   = 1024
	mostLevels = 6 // of nesting
)

// Field is one line of the paper that a person compares: Name is the template's name of the field ("name", "father", "amount"), which
// the page that shows it translates; Value is what is printed, letter by letter.
type Field struct{ Name, Value string }

// Claims are what a paper says and who says so. Number is printed on the paper and hard to guess; with Version it names one paper.
type Claims struct {
	Issuer  string    // the deployment, such as "IN-AP"
	Number  string    // of the paper, as printed
	Version int       // 1, and one more with every correction
	Kind    string    // receipt, certificate, ticket …
	Issued  time.Time // to the second, UTC
	Expires time.Time // to the second, UTC; zero: never
	Fields  []Field   // in the order of the paper
}

// wire is Claims as CBOR. Keys 1, 4 and 6 are CWT's iss, exp and iat (RFC 8392); 2 is sub: the paper's number. The negative keys are
// ours: -1 kind, -2 version (left out: 1), -3 fields as name, value, name, value …
type wire struct {
	Issuer  string   `cbor:"1,keyasint"`
	Number  string   `cbor:"2,keyasint"`
	Expires int64    `cbor:"4,keyasint,omitempty"`
	Issued  int64    `cbor:"6,keyasint"`
	Kind    string   `cbor:"-1,keyasint"`
	Version int      `cbor:"-2,keyasint,omitempty"`
	Fields  []string `cbor:"-3,keyasint,omitempty"`
}

func (c Claims) marshal() ([]byte, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	w := wire{Issuer: c.Issuer, Number: c.Number, Issued: c.Issued.Unix(), Kind: c.Kind}
	if c.Version != 1 {
		w.Version = c.Version
	}
	if !c.Expires.IsZero() {
		w.Expires = c.Expires.Unix()
	}
	for _, field := range c.Fields {
		w.Fields = append(w.Fields, field.Name, field.Value)
	}
	return strictcbor.Encode(w)
}

func (c Claims) check() error {
	switch {
	case c.Issuer == "" || c.Number == "" || c.Kind == "" || c.Issued.IsZero() || c.Version < 1:
		return errors.New("claims need issuer, number, kind, version and the moment of issue")
	case len(c.Fields) > mostFields:
		return fmt.Errorf("%w: more than %d fields", ErrTooLarge, mostFields)
	}
	for _, field := range c.Fields {
		if field.Name == "" || len(field.Name) > mostText || len(field.Value) > mostText {
			return fmt.Errorf("%w: a field without a name or longer than %d bytes", ErrTooLarge, mostText)
		}
	}
	return nil
}

func parseClaims(raw []byte) (Claims, error) {
	var w wire
	if err := strictcbor.Decode(raw, &w, mostLevels); err != nil {
		return Claims{}, fmt.Errorf("%w: %w", ErrNotSeal, err)
	}
	if len(w.Fields)%2 != 0 {
		return Claims{}, fmt.Errorf("%w: a field without a value", ErrNotSeal)
	}
	c := Claims{Issuer: w.Issuer, Number: w.Number, Version: w.Version, Kind: w.Kind, Issued: time.Unix(w.Issued, 0).UTC()}
	if c.Version == 0 {
		c.Version = 1
	}
	if w.Expires != 0 {
		c.Expires = time.Unix(w.Expires, 0).UTC()
	}
	for i := 0; i < len(w.Fields); i += 2 {
		c.Fields = append(c.Fields, Field{Name: w.Fields[i], Value: w.Fields[i+1]})
	}
	if err := c.check(); err != nil {
		return Claims{}, fmt.Errorf("%w: %w", ErrNotSeal, err)
	}
	return c, nil
}
