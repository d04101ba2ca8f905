// Package digilockertwin calls an issuer as DigiLocker does, and as somebody does who would like to be DigiLocker. It is for tests and
// development, and written from the specification, not from our own issuer.
package digilockertwin

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Caller is DigiLocker, or who pretends to be.
type Caller struct {
	Client *http.Client
	URL    string // of the issuer, without a path
	OrgID  string
	APIKey string
	Now    func() time.Time
}

// Account is whose locker it is.
type Account struct{ ID, FullName, BirthDate string }

// Pulled is an issuer's answer.
type Pulled struct {
	HTTP        int // 200, or why there is nothing else
	Status      int // 1 done, 0 error, 9 pending
	Transaction string
	Name        string
	URI         string
	PDF         []byte
	Data        []byte
}

// Cheat changes a call before it is sent.
type Cheat struct {
	Age         time.Duration              // of the time in it
	Transaction string                     // instead of a new one
	KeyHash     string                     // instead of the right one
	Signature   string                     // instead of the right one
	Body        func(signed []byte) []byte // changed after it was signed
}

// PullURI asks for the document of a number.
func (c *Caller) PullURI(ctx context.Context, account Account, docType, number, format string, cheat Cheat) (Pulled, error) {
	details := element("DocType", docType) + element("DigiLockerId", account.ID) + element("UID", "") + element("FullName", account.FullName) +
		element("DOB", account.BirthDate) + element("UDF1", number) + element("UDF2", "something that was registered later")
	return c.call(ctx, "PullURI", "/digilocker/pulluri", details, format, cheat)
}

// PullDoc asks for a document by its address.
func (c *Caller) PullDoc(ctx context.Context, account Account, uri, format string, cheat Cheat) (Pulled, error) {
	return c.call(ctx, "PullDoc", "/digilocker/pulldoc", element("URI", uri)+element("DigiLockerId", account.ID), format, cheat)
}

func element(name, value string) string {
	var escaped strings.Builder
	_ = xml.EscapeText(&escaped, []byte(value)) // a builder takes everything
	return "<" + name + ">" + escaped.String() + "</" + name + ">"
}

func (c *Caller) call(ctx context.Context, name, path, details, format string, cheat Cheat) (Pulled, error) {
	at := c.Now().Add(-cheat.Age).Format(time.RFC3339)
	transaction, hash := cheat.Transaction, cheat.KeyHash
	if transaction == "" {
		transaction = rand.Text()
	}
	if hash == "" {
		sum := sha256.Sum256([]byte(c.APIKey + at))
		hash = hex.EncodeToString(sum[:])
	}
	const form = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` +
		`<%sRequest xmlns:ns2="http://tempuri.org/" ver="3.0" ts=%q txn=%q orgId=%q keyhash=%q format=%q><DocDetails>%s</DocDetails></%sRequest>`
	body := fmt.Appendf(nil, form, name, at, transaction, c.OrgID, hash, format, details, name)
	mac := hmac.New(sha256.New, []byte(c.APIKey))
	_, _ = mac.Write(body) // never fails
	signature := base64.StdEncoding.EncodeToString(mac.Sum(nil))
	if cheat.Signature != "" {
		signature = cheat.Signature
	}
	if cheat.Body != nil {
		body = cheat.Body(body)
	}
	return c.post(ctx, path, signature, body)
}

func (c *Caller) post(ctx context.Context, path, signature string, body []byte) (Pulled, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL+path, bytes.NewReader(body))
	if err != nil {
		return Pulled{}, fmt.Errorf("call the issuer: %w", err)
	}
	request.Header.Set("Content-Type", "application/xml")
	request.Header.Set("X-Digilocker-Hmac", signature)
	response, err := c.Client.Do(request)
	if err != nil {
		return Pulled{}, fmt.Errorf("call the issuer: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	pulled := Pulled{HTTP: response.StatusCode}
	const most = 64 << 20
	content, err := io.ReadAll(io.LimitReader(response.Body, most))
	if err != nil || response.StatusCode != http.StatusOK {
		return pulled, err
	}
	err = pulled.read(content)
	return pulled, err
}

func (p *Pulled) read(content []byte) error {
	var answer struct {
		Status struct {
			Status      int    `xml:"Status,attr"`
			Transaction string `xml:"txn,attr"`
		} `xml:"ResponseStatus"`
		Person struct {
			Name string `xml:"name,attr"`
		} `xml:"DocDetails>IssuedTo>Persons>Person"`
		URI         string `xml:"DocDetails>URI"`
		DocContent  string `xml:"DocDetails>DocContent"`
		DataContent string `xml:"DocDetails>DataContent"`
	}
	if err := xml.Unmarshal(content, &answer); err != nil {
		return fmt.Errorf("read the issuer's answer: %w", err)
	}
	p.Status, p.Transaction, p.Name, p.URI = answer.Status.Status, answer.Status.Transaction, answer.Person.Name, answer.URI
	var err error
	if p.PDF, err = base64.StdEncoding.DecodeString(answer.DocContent); err != nil {
		return fmt.Errorf("read the document: %w", err)
	}
	if p.Data, err = base64.StdEncoding.DecodeString(answer.DataContent); err != nil {
		return fmt.Errorf("read the document's data: %w", err)
	}
	return nil
}
