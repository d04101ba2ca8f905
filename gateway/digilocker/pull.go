package digilocker

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/jansetu/jansetu/documents/seal"
	"github.com/jansetu/jansetu/store"
)

const (
	numberLength = 16 // letters and digits of a document's number
	numberGroup  = 4
	tagLength    = 16 // letters that bind an address to an account: 80 bits
)

// pullURI finds a document by the number that the citizen typed, and gives it an address for this account.
func (i *Issuer) pullURI(ctx context.Context, asked request) response {
	kind, known := i.config.DocTypes[asked.Details.DocType]
	number, readable := grouped(asked.Details.Number)
	if !known || !readable {
		return response{}
	}
	return i.give(ctx, asked, asked.Details.DocType, kind, number)
}

// pullDoc gives a document by an address that was given to this account.
func (i *Issuer) pullDoc(ctx context.Context, asked request) response {
	docType, number, ok := i.fromURI(asked.Details.URI, asked.Details.AccountID)
	kind, known := i.config.DocTypes[docType]
	if !ok || !known {
		return response{}
	}
	asked.Details.FullName, asked.Details.BirthDate = "", "" // they were compared when the address was given
	return i.give(ctx, asked, docType, kind, number)
}

func (i *Issuer) give(ctx context.Context, asked request, docType string, kind DocType, number string) response {
	answer, err := i.find(ctx, asked, docType, kind, number)
	switch {
	case errors.Is(err, store.ErrNotIssued), errors.Is(err, errNotTheirs):
		return response{}
	case err != nil:
		i.config.Log.WarnContext(ctx, "a document cannot be given to DigiLocker now", "error", err)
		return response{status: statusPending}
	}
	return answer
}

// errNotTheirs says that the document is not of the person of the account, or does not count. The caller is told the same as for one
// that does not exist.
var errNotTheirs = errors.New("the document is not of this person, or does not count")

func (i *Issuer) find(ctx context.Context, asked request, docType string, kind DocType, number string) (response, error) {
	issued, err := i.newest(ctx, number)
	if err != nil {
		return response{}, fmt.Errorf("look for the document: %w", err)
	}
	if issued.Kind != kind.Kind || issued.State != store.IssueValid || issued.Forgotten || len(issued.Seal) == 0 {
		return response{}, errNotTheirs
	}
	sealed, err := seal.Read(issued.Seal)
	if err != nil {
		return response{}, fmt.Errorf("read what was issued: %w", err)
	}
	claims := sealed.Claims
	answer := response{status: statusDone, uri: i.uri(docType, number, asked.Details.AccountID), name: field(claims, "name"), birthDate: field(claims, "dob")}
	byName := asked.XMLName.Local == "PullURIRequest"
	switch {
	case answer.name == "", byName && !samePerson(asked, answer):
		return response{}, errNotTheirs
	case !claims.Expires.IsZero() && !i.config.Now().Before(claims.Expires):
		return response{}, errNotTheirs
	case issued.Document == "":
		return response{status: statusPending}, nil
	}
	file, err := i.config.Records.Document(ctx, issued.Document)
	if err != nil {
		return response{}, fmt.Errorf("read the document: %w", err)
	}
	answer.pdf = file.Content
	answer.data, err = i.data(docType, kind, claims)
	return answer, err
}

func field(claims seal.Claims, name string) string {
	for _, each := range claims.Fields {
		if each.Name == name {
			return each.Value
		}
	}
	return ""
}

// samePerson compares the account with the document: the name always, the date of birth where the document shows one.
func samePerson(asked request, found response) bool {
	if asked.Details.FullName == "" || folded(asked.Details.FullName) != folded(found.name) {
		return false
	}
	return found.birthDate == "" || digits(asked.Details.BirthDate) == digits(found.birthDate)
}

// folded is a name without the differences that spelling it again makes: case, spaces, dots.
func folded(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsMark(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKC.String(name))
}

func digits(date string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, date)
}

// uri is the document's address for one account: issuer, type, and a document number that is our number and a keyed hash of both.
func (i *Issuer) uri(docType, number, account string) string {
	return i.config.IssuerID + "-" + docType + "-" + strings.ReplaceAll(number, "-", "") + i.tag(docType, number, account)
}

func (i *Issuer) tag(docType, number, account string) string {
	mac := hmac.New(sha256.New, i.config.LinkKey)
	_, _ = fmt.Fprintf(mac, "%q %q %q", docType, number, account) // never fails
	return base32.StdEncoding.EncodeToString(mac.Sum(nil))[:tagLength]
}

func (i *Issuer) fromURI(uri, account string) (docType, number string, ok bool) {
	rest, ours := strings.CutPrefix(uri, i.config.IssuerID+"-")
	docType, document, cut := strings.Cut(rest, "-")
	if !ours || !cut || len(document) != numberLength+tagLength {
		return "", "", false
	}
	number, ok = grouped(document[:numberLength])
	return docType, number, ok && hmac.Equal([]byte(document[numberLength:]), []byte(i.tag(docType, number, account)))
}

// grouped writes a number as it is printed: four letters, a dash.
func grouped(typed string) (string, bool) {
	letters := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return -1
	}, typed)
	if len(letters) != numberLength {
		return "", false
	}
	groups := make([]string, 0, numberLength/numberGroup)
	for at := 0; at < numberLength; at += numberGroup {
		groups = append(groups, letters[at:at+numberGroup])
	}
	return strings.Join(groups, "-"), true
}

func (i *Issuer) data(docType string, kind DocType, claims seal.Claims) ([]byte, error) {
	issued := claims.Issued.Format(time.DateOnly)
	c := certificate{Language: "99", Type: docType, Name: kind.Title, Number: claims.Number, ValidFrom: issued,
		IssuedAt: i.config.Issuer, IssueDate: issued, Status: "A"}
	if !claims.Expires.IsZero() {
		c.Expiry = claims.Expires.Format(time.DateOnly)
	}
	c.IssuedBy.Organization.Name, c.IssuedBy.Organization.Type = i.config.Issuer, "SG"
	c.IssuedTo.Person.Name, c.IssuedTo.Person.BirthDate = field(claims, "name"), field(claims, "dob")
	for _, each := range claims.Fields {
		c.Data.Fields = append(c.Data.Fields, certificateField(each))
	}
	raw, err := xml.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("write the document's data: %w", err)
	}
	return append([]byte(xml.Header), raw...), nil
}
