package panchayat

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/webform"
)

// whatApplication is the NotFoundError.What of an application.
const whatApplication = "application"

// Find implements connectors.Applications.
func (c *Connector) Find(ctx context.Context, query connectors.ApplicationQuery) (connectors.Submitted, error) {
	found, err := c.lookUp(ctx, operationLookup, query.Fields, url.Values{"refno": {query.Reference}})
	if err == nil && found.reference != query.Reference {
		err = &connectors.ChangedError{Expected: "the application of the reference asked for", Seen: "another's"}
	}
	if err != nil {
		return connectors.Submitted{}, fmt.Errorf("find application: %w", err)
	}
	return connectors.Submitted{
		Reference: query.Reference, Number: found.number, SubmittedAt: found.submittedAt, DueBy: found.dueBy,
	}, nil
}

// Status implements connectors.Applications.
func (c *Connector) Status(ctx context.Context, query connectors.ApplicationQuery) (connectors.ApplicationStatus, error) {
	found, err := c.lookUp(ctx, operationStatus, query.Fields, url.Values{"appno": {query.Number}})
	if err == nil && found.number != query.Number {
		err = &connectors.ChangedError{Expected: "the application asked for", Seen: "another"}
	}
	if err != nil {
		return connectors.ApplicationStatus{}, fmt.Errorf("status of application: %w", err)
	}
	return connectors.ApplicationStatus{
		Number: found.number, State: found.state, Officer: found.officer, Note: found.remarks, UpdatedAt: found.changedAt,
	}, nil
}

func (c *Connector) lookUp(ctx context.Context, operation string, fields map[string]string, query url.Values) (standing, error) {
	request := portal.Request{Operation: operation, Method: http.MethodGet, Path: "certstatus.asp", Query: query}
	return call(ctx, c, fields, request, readStanding)
}

// standing is one row of the status page.
type standing struct {
	number, reference, remarks, officer string
	submittedAt, dueBy, changedAt       time.Time
	state                               connectors.ApplicationState
}

// readStanding reads the first row; a row that comes again is the same
// application.
func readStanding(shown page) (standing, error) {
	if shown.says("no records found") {
		return standing{}, &connectors.NotFoundError{What: whatApplication}
	}
	read := shown.firstRecord("application no")
	row := standing{
		number: read.required("application no"), reference: read.optional("reference no"), remarks: read.optional("remarks"),
		submittedAt: read.moment("application date"), dueBy: read.date("expected date"), changedAt: read.moment("status date"),
	}
	var known bool
	row.state, row.officer, known = stateOf(read.required("status"))
	if !known {
		read.fail("a status we know")
	}
	return row, read.err
}

// stateOf tells the state that a status of the page means, and who has the
// application.
func stateOf(text string) (state connectors.ApplicationState, officer string, known bool) {
	upper := strings.ToUpper(text)
	if officer, pending := strings.CutPrefix(upper, "PENDING WITH "); pending {
		return connectors.ApplicationInProgress, titled(officer), true
	}
	state, known = map[string]connectors.ApplicationState{
		"RECEIVED": connectors.ApplicationReceived, "PENDING": connectors.ApplicationInProgress, "APPROVED": connectors.ApplicationApproved,
		"REJECTED": connectors.ApplicationRejected, "CERTIFICATE ISSUED": connectors.ApplicationDelivered,
	}[upper]
	return state, "", known
}

// titled writes "PANCHAYAT SECRETARY" as people do.
func titled(upper string) string {
	words := strings.Fields(strings.ToLower(upper))
	for i, word := range words {
		first, size := utf8.DecodeRuneInString(word)
		words[i] = string(unicode.ToUpper(first)) + word[size:]
	}
	return strings.Join(words, " ")
}

// firstRecord reads the first row below a header that has the column, with the
// header's labels.
func (p page) firstRecord(column string) *rows {
	read := &rows{values: map[string]string{}}
	var labels []string
	p.Document.Find("tr").EachWithBreak(func(_ int, row *goquery.Selection) bool {
		cells := row.ChildrenFiltered("td, th").Map(func(_ int, cell *goquery.Selection) string { return webform.Squeeze(cell.Text()) })
		if labels == nil {
			labels = headerWith(cells, column)
			return true
		}
		for i, label := range labels {
			if i < len(cells) {
				read.values[label] = cells[i]
			}
		}
		return false
	})
	return read
}

// headerWith answers the plain labels of a row when one of them is the column.
func headerWith(cells []string, column string) []string {
	labels := make([]string, len(cells))
	found := false
	for i, cell := range cells {
		labels[i] = plainLabel(cell)
		found = found || labels[i] == column
	}
	if !found {
		return nil
	}
	return labels
}

// maxDocument is the largest certificate taken, in bytes.
const maxDocument = 10 << 20

// Document implements connectors.DocumentGiver.
func (c *Connector) Document(ctx context.Context, query connectors.ApplicationQuery) (connectors.Document, error) {
	document, err := c.document(ctx, query)
	if err != nil {
		return connectors.Document{}, fmt.Errorf("certificate: %w", err)
	}
	return document, nil
}

func (c *Connector) document(ctx context.Context, query connectors.ApplicationQuery) (connectors.Document, error) {
	client, err := c.server(query.Fields)
	if err != nil {
		return connectors.Document{}, err
	}
	response, err := client.Do(ctx, portal.Request{
		Operation: operationDocument, Method: http.MethodGet, Path: "certprint.asp",
		Query: url.Values{"appno": {query.Number}}, MaxBody: maxDocument, Check: isDocument,
	})
	if err != nil {
		return connectors.Document{}, err
	}
	mimeType := http.DetectContentType(response.Body)
	extension := map[string]string{"image/jpeg": ".jpg", "application/pdf": ".pdf"}[mimeType]
	return connectors.Document{
		Filename: strings.ReplaceAll(query.Number, "/", "-") + extension,
		MIMEType: mimeType, Content: response.Body, Number: query.Number,
	}, nil
}

// isDocument accepts a whole JPEG or PDF and nothing else.
func isDocument(response *portal.Response) error {
	var whole bool
	switch http.DetectContentType(response.Body) {
	case "image/jpeg":
		whole = bytes.HasSuffix(bytes.TrimRight(response.Body, "\x00\r\n "), []byte("\xff\xd9"))
	case "application/pdf":
		whole = bytes.Contains(response.Body[max(len(response.Body)-1024, 0):], []byte("%%EOF"))
	default:
		if _, err := pageOf(response); err != nil {
			return err
		}
		return markers().Unexpected(response, "a certificate")
	}
	if !whole || response.Status != http.StatusOK {
		return &connectors.UnavailableError{Reason: connectors.ReasonServerError}
	}
	return nil
}
