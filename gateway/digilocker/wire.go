package digilocker

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// The statuses of a response.
const (
	statusDone    = 1
	statusError   = 0
	statusPending = 9 // DigiLocker asks again later
)

// request is PullURIRequest or PullDocRequest. What else stands in one (UID, Photo, further UDFs) is not read.
type request struct {
	XMLName     xml.Name
	Time        string `xml:"ts,attr"`
	Transaction string `xml:"txn,attr"`
	OrgID       string `xml:"orgId,attr"`
	KeyHash     string `xml:"keyhash,attr"`
	Format      string `xml:"format,attr"` // pdf, xml, both; empty: both
	Details     struct {
		DocType   string `xml:"DocType"`
		AccountID string `xml:"DigiLockerId"`
		FullName  string `xml:"FullName"`
		BirthDate string `xml:"DOB"`
		Number    string `xml:"UDF1"` // printed on the document
		URI       string `xml:"URI"`
	} `xml:"DocDetails"`
}

const (
	mostAttribute = 200
	mostDepth     = 8
)

// parseRequest reads a request of a name. Document types, and so entities, are refused.
func parseRequest(name string, body []byte) (request, error) {
	if err := checkForm(body); err != nil {
		return request{}, err
	}
	var asked request
	if err := xml.Unmarshal(body, &asked); err != nil {
		return request{}, fmt.Errorf("read the request: %w", err)
	}
	details := asked.Details
	if asked.XMLName.Local != name || asked.Transaction == "" || details.AccountID == "" {
		return request{}, errors.New("read the request: another request, or no transaction or account")
	}
	for _, text := range []string{
		asked.Time, asked.Transaction, asked.OrgID, asked.KeyHash, asked.Format, details.DocType, details.AccountID, details.FullName,
		details.BirthDate, details.Number, details.URI,
	} {
		if len(text) > mostAttribute {
			return request{}, errors.New("read the request: a value is too long")
		}
	}
	return asked, nil
}

func checkForm(body []byte) error {
	tokens, depth := xml.NewDecoder(bytes.NewReader(body)), 0
	for {
		token, err := tokens.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the request: %w", err)
		}
		switch token.(type) {
		case xml.Directive:
			return errors.New("read the request: it has a document type")
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
		if depth > mostDepth {
			return errors.New("read the request: too deep")
		}
	}
}

// response is what is answered; the zero value is an error.
type response struct {
	status    int
	uri, name string
	birthDate string
	pdf       []byte
	data      []byte
}

type wireResponse struct {
	XMLName xml.Name
	Status  struct {
		Status      int    `xml:"Status,attr"`
		Time        string `xml:"ts,attr"`
		Transaction string `xml:"txn,attr"`
		Text        int    `xml:",chardata"`
	} `xml:"ResponseStatus"`
	Details wireDetails `xml:"DocDetails"`
}

type wireDetails struct {
	IssuedTo    *wirePersons `xml:"IssuedTo,omitempty"`
	URI         string       `xml:"URI,omitempty"`
	DocContent  string       `xml:"DocContent,omitempty"`  // base64 of the PDF
	DataContent string       `xml:"DataContent,omitempty"` // base64 of the certificate as XML
}

type wirePersons struct {
	Persons struct {
		Person struct {
			Name      string `xml:"name,attr"`
			BirthDate string `xml:"dob,attr"`
			Gender    string `xml:"gender,attr"`
			Phone     string `xml:"phone,attr"`
		} `xml:"Person"`
	} `xml:"Persons"`
}

func (i *Issuer) write(w http.ResponseWriter, name string, asked request, answer response) {
	var out wireResponse
	out.XMLName.Local = strings.TrimSuffix(name, "Request") + "Response"
	out.Status.Status, out.Status.Text = answer.status, answer.status
	out.Status.Time, out.Status.Transaction = i.config.Now().Format(time.RFC3339), asked.Transaction
	out.Details.URI = answer.uri
	if answer.status == statusDone {
		out.Details.IssuedTo = &wirePersons{}
		out.Details.IssuedTo.Persons.Person.Name = answer.name
		out.Details.IssuedTo.Persons.Person.BirthDate = answer.birthDate
		out.Details.DataContent = base64.StdEncoding.EncodeToString(answer.data)
		if asked.Format != "xml" {
			out.Details.DocContent = base64.StdEncoding.EncodeToString(answer.pdf)
		}
	}
	raw, err := xml.Marshal(out)
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(append([]byte(xml.Header), raw...)) // who asked may have gone
}

// certificate is a document's data in the form that DigiLocker shows (Certificate XML, version 3.0).
type certificate struct {
	XMLName   xml.Name `xml:"Certificate"`
	Language  string   `xml:"language,attr"`
	Type      string   `xml:"type,attr"`
	Name      string   `xml:"name,attr"`
	Number    string   `xml:"number,attr"`
	Expiry    string   `xml:"expiryDate,attr"`
	ValidFrom string   `xml:"validFromDate,attr"`
	IssuedAt  string   `xml:"issuedAt,attr"`
	IssueDate string   `xml:"issueDate,attr"`
	Status    string   `xml:"status,attr"`
	IssuedBy  struct {
		Organization struct {
			Name string `xml:"name,attr"`
			Type string `xml:"type,attr"`
		} `xml:"Organization"`
	} `xml:"IssuedBy"`
	IssuedTo struct {
		Person struct {
			UID       string `xml:"uid,attr"` // always empty
			Name      string `xml:"name,attr"`
			BirthDate string `xml:"dob,attr"`
		} `xml:"Person"`
	} `xml:"IssuedTo"`
	Data struct {
		Fields []certificateField `xml:"Field"`
	} `xml:"CertificateData"`
}

type certificateField struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}
