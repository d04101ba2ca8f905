package apisetu

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

// operationPull names the one call in metrics.
const operationPull = "pull_document"

// maxDocument is the largest document taken, in bytes.
const maxDocument = 10 << 20

// The formats a document can be asked for in.
const (
	formatPDF  = "pdf"
	formatXML  = "xml"
	formatJSON = "json"
)

// errUnreadable says that an answer is not in the shape we know.
var errUnreadable = errors.New("answer is not in the known shape")

// route is where a document is pulled from.
type route struct{ issuer, document, format string }

var routeShape = regexp.MustCompile(`^([a-z0-9_-]{1,64})/([a-z0-9_-]{1,32})(?:/(pdf|xml|json))?$`)

func parseRoute(service string) (route, error) {
	parts := routeShape.FindStringSubmatch(service)
	if parts == nil {
		return route{}, fmt.Errorf("service %q is not issuer/document or issuer/document/format", service)
	}
	if parts[3] == "" {
		parts[3] = formatPDF
	}
	return route{issuer: parts[1], document: parts[2], format: parts[3]}, nil
}

// pullBody is the request as the issuers' OpenAPI files have it.
type pullBody struct {
	TxnID      string            `json:"txnId"`
	Format     string            `json:"format"`
	Parameters map[string]string `json:"certificateParameters"`
	Consent    json.RawMessage   `json:"consentArtifact,omitempty"`
}

func (c *Connector) request(wanted route, query connectors.RecordQuery) (portal.Request, error) {
	body, err := json.Marshal(pullBody{
		TxnID: uuid.NewString(), Format: wanted.format, Parameters: query.Fields, Consent: query.Consent,
	})
	if err != nil {
		return portal.Request{}, &connectors.InputRejectedError{Field: FieldConsent}
	}
	header := http.Header{}
	header.Set("X-Apisetu-Apikey", c.apiKey)
	header.Set("X-Apisetu-Clientid", c.clientID)
	header.Set("Accept", "application/pdf, application/xml, application/json")
	return portal.Request{
		Operation: operationPull, Method: http.MethodPost,
		Path:   wanted.issuer + "/" + c.version + "/" + wanted.document + "/certificate",
		Header: header, Body: body, ContentType: "application/json", MaxBody: maxDocument,
	}, nil
}

func readAnswer(wanted route, query connectors.RecordQuery, response *portal.Response) (connectors.Record, error) {
	told := failure(response, query.Fields)
	if response.Status != http.StatusOK || !errors.Is(told, errUnreadable) {
		return connectors.Record{}, told
	}
	record := connectors.Record{Title: strings.ToUpper(wanted.document), Document: &connectors.Document{
		Filename: wanted.document + "." + wanted.format, Content: response.Body,
	}}
	if wanted.format == formatPDF {
		record.Document.MIMEType = "application/pdf"
		return record, checkPDF(response.Body)
	}
	text, err := response.Text()
	if err != nil {
		return connectors.Record{}, errUnreadable
	}
	record.Document.MIMEType = "application/" + wanted.format
	certificate, err := readCertificate(wanted.format, text)
	if err != nil {
		return connectors.Record{}, err
	}
	record.Fields, record.Document.Number = certificate.fields, certificate.number
	if certificate.name != "" {
		record.Title = certificate.name
	}
	return record, nil
}

// checkPDF tells a whole PDF from a page in its place and from half a file. The
// end mark is within the last 1024 bytes (ISO 32000-1, annex H.3).
func checkPDF(body []byte) error {
	if !bytes.HasPrefix(bytes.TrimLeft(body, "\r\n \t"), []byte("%PDF-")) {
		return errUnreadable
	}
	if tail := body[max(0, len(body)-1024):]; !bytes.Contains(tail, []byte("%%EOF")) {
		return &connectors.UnavailableError{Reason: connectors.ReasonServerError}
	}
	return nil
}

// gatewayError is the uniform error body.
type gatewayError struct {
	Code        string `json:"error"`
	Description string `json:"errorDescription"`
}

// failure turns an error below 500 into its class, one that comes with status
// 200 too; the ones above are classified by their status already. An answer that
// is not a uniform error is unreadable.
func failure(response *portal.Response, sent map[string]string) error {
	var told gatewayError
	if !bytes.HasPrefix(bytes.TrimLeft(response.Body, "\r\n \t"), []byte("{")) {
		return errUnreadable
	}
	if err := json.Unmarshal(response.Body, &told); err != nil || told.Code == "" {
		return errUnreadable
	}
	switch told.Code {
	case "record_not_found":
		return &connectors.NotFoundError{What: "record"}
	case "missing_parameter", "invalid_parameter":
		return &connectors.InputRejectedError{Field: offending(told.Description, sent), Reason: told.Description}
	case "invalid_consentid":
		return &connectors.InputRejectedError{Field: FieldConsent, Reason: told.Description}
	case "invalid_authentication", "invalid_authorization":
		return &connectors.ChangedError{Expected: "our credentials to be accepted", Seen: told.Code}
	case "invalid_format", "invalid_txnid", "url_not_found":
		return &connectors.ChangedError{Expected: "the route and request of the specification", Seen: told.Code}
	default:
		return errUnreadable
	}
}

// offending guesses which parameter an error is about: the one it names, or else
// the first by name.
func offending(description string, sent map[string]string) string {
	names := make([]string, 0, len(sent))
	for name := range sent {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if strings.Contains(strings.ToLower(description), strings.ToLower(name)) {
			return name
		}
	}
	if len(names) == 0 {
		return ""
	}
	return names[0]
}
