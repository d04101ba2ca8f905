package edistrict

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/webform"
)

// What the status page looks up by.
const (
	byNumber    = "A"
	byReference = "K"
)

const whatApplication = "application"

// tracked is an application as the status page shows it.
type tracked struct {
	number, reference string
	submittedAt       time.Time
	dueBy             time.Time
	draft             bool
	state             connectors.ApplicationState
	tasks             []task
	// certificate and reply are where its links lead; nil without one.
	certificate, reply *url.URL
}

// task is one line of an application's history.
type task struct {
	name, officer, remarks string
	at                     time.Time
}

// Find implements connectors.Applications. An application that is only a draft
// is not there.
func (c *Connector) Find(ctx context.Context, query connectors.ApplicationQuery) (connectors.Submitted, error) {
	if c.referenceField == "" {
		return connectors.Submitted{}, fmt.Errorf("find application: %w", &connectors.OutcomeUnknownError{Reference: query.Reference})
	}
	_, found, err := c.track(ctx, byReference, query.Reference)
	if err != nil {
		return connectors.Submitted{}, fmt.Errorf("find application: %w", err)
	}
	return connectors.Submitted{
		Reference: query.Reference, Number: found.number, SubmittedAt: found.submittedAt, DueBy: found.dueBy,
	}, nil
}

// Status implements connectors.Applications.
func (c *Connector) Status(ctx context.Context, query connectors.ApplicationQuery) (connectors.ApplicationStatus, error) {
	_, found, err := c.track(ctx, byNumber, query.Number)
	if err != nil {
		return connectors.ApplicationStatus{}, fmt.Errorf("status of application: %w", err)
	}
	status := connectors.ApplicationStatus{Number: found.number, State: found.state, UpdatedAt: found.submittedAt}
	if len(found.tasks) > 0 {
		last := found.tasks[len(found.tasks)-1]
		status.Officer, status.Note, status.UpdatedAt = last.officer, last.remarks, last.at
	}
	if found.state == connectors.ApplicationQueried {
		status.Query = &connectors.DepartmentQuery{ID: queryID(found), Text: status.Note}
	}
	return status, nil
}

// queryID tells a second question about an application from the first.
func queryID(found tracked) string { return strconv.Itoa(len(found.tasks)) }

// track looks one application up on the status page. A session that is lost
// between its two exchanges is begun once more.
func (c *Connector) track(ctx context.Context, by, value string) (session *portal.Session, found tracked, err error) {
	for range 2 {
		session, err = c.client.NewSession()
		if err != nil {
			return nil, tracked{}, err
		}
		found, err = trackOnce(ctx, session, by, value)
		if !errors.Is(err, errSessionLost) {
			return session, found, err
		}
	}
	return nil, tracked{}, &connectors.UnavailableError{Reason: connectors.ReasonServerError}
}

func trackOnce(ctx context.Context, session *portal.Session, by, value string) (tracked, error) {
	var form *webform.Form
	_, err := open(ctx, session, get(operationSearch, "citizenApplication.html", nil), func(shown page) (err error) {
		form, err = shown.FormWith("searchBy", "searchValue")
		return err
	})
	if err != nil {
		return tracked{}, err
	}
	if err := form.Fill(map[string]string{"searchBy": by, "searchValue": value}); err != nil {
		return tracked{}, err
	}
	request, err := form.Submit(operationTrack, "")
	if err != nil {
		return tracked{}, err
	}
	var found tracked
	_, err = open(ctx, session, request, func(shown page) (err error) {
		found, err = choose(shown, by, value)
		return err
	})
	return found, err
}

// choose picks the application that was asked for: the first that is not a draft.
func choose(shown page, by, value string) (tracked, error) {
	list, err := readTracked(shown)
	if err != nil {
		return tracked{}, err
	}
	for _, one := range list {
		key := one.number
		if by == byReference {
			key = one.reference
		}
		if key != value {
			return tracked{}, &connectors.ChangedError{Expected: "the application asked for", Seen: "another"}
		}
		if !one.draft {
			return one, nil
		}
	}
	if len(list) == 0 && !shown.says("no application found") {
		return tracked{}, &connectors.ChangedError{Expected: "an application or that there is none", Seen: "neither"}
	}
	return tracked{}, &connectors.NotFoundError{What: whatApplication}
}

// readTracked reads every application of the page. Each is a block with a table
// of labels and one of its history.
func readTracked(shown page) ([]tracked, error) {
	var list []tracked
	for _, block := range shown.Document.Find(".application").EachIter() {
		one, err := readApplication(shown, block)
		if err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, nil
}

func readApplication(shown page, block *goquery.Selection) (tracked, error) {
	read := rowsOf(block.Find("table").First())
	one := tracked{
		number: read.required("application reference number"), reference: read.values["service centre transaction no"],
		submittedAt: read.moment("date of submission"), dueBy: read.moment("due date"),
	}
	word := read.required("current status")
	if strings.EqualFold(word, "draft") {
		one.draft = true
		return one, read.err
	}
	var known bool
	if one.state, known = stateOf(word); !known {
		read.fail("a status we know")
	}
	if read.err != nil {
		return tracked{}, read.err
	}
	one.certificate = blockLink(shown, block, "download certificate")
	one.reply = blockLink(shown, block, "reply to query")
	var err error
	one.tasks, err = readHistory(block)
	return one, err
}

func blockLink(shown page, block *goquery.Selection, text string) *url.URL {
	for _, anchor := range block.Find("a[href]").EachIter() {
		if strings.EqualFold(webform.Squeeze(anchor.Text()), text) {
			if target, err := shown.Response().Resolve(anchor.AttrOr("href", "")); err == nil {
				return target
			}
		}
	}
	return nil
}

// stateOf tells the state that a word of the portal means.
func stateOf(word string) (state connectors.ApplicationState, known bool) {
	lower := strings.ToLower(word)
	for _, meaning := range []struct {
		words string
		state connectors.ApplicationState
	}{
		{"additional information", connectors.ApplicationQueried}, {"query", connectors.ApplicationQueried},
		{"rejected", connectors.ApplicationRejected}, {"delivered", connectors.ApplicationDelivered},
		{"approved", connectors.ApplicationApproved}, {"under process", connectors.ApplicationInProgress},
		{"forwarded", connectors.ApplicationInProgress}, {"pending", connectors.ApplicationInProgress},
		{"received", connectors.ApplicationReceived}, {"submitted", connectors.ApplicationReceived},
	} {
		if strings.Contains(lower, meaning.words) {
			return meaning.state, true
		}
	}
	return "", false
}

// readHistory reads the table whose first row names its columns.
func readHistory(block *goquery.Selection) ([]task, error) {
	table := block.Find("table").FilterFunction(func(_ int, table *goquery.Selection) bool {
		return table.Find("tr").First().ChildrenFiltered("th").Length() > 0
	}).First()
	if table.Length() == 0 {
		return nil, nil
	}
	columns := table.Find("tr").First().ChildrenFiltered("th").Map(func(_ int, cell *goquery.Selection) string { return plainLabel(cell.Text()) })
	var tasks []task
	for _, row := range table.Find("tr").Slice(1, goquery.ToEnd).EachIter() {
		read := &rows{values: map[string]string{}}
		for i, cell := range row.ChildrenFiltered("td").EachIter() {
			if i < len(columns) {
				read.values[columns[i]] = webform.Squeeze(cell.Text())
			}
		}
		one := task{name: read.required("task"), officer: read.values["officer"], remarks: read.values["remarks"]}
		read.required("date")
		one.at = read.moment("date")
		if read.err != nil {
			return nil, read.err
		}
		tasks = append(tasks, one)
	}
	return tasks, nil
}

// maxDocument is the largest certificate taken, in bytes.
const maxDocument = 10 << 20

// Document implements connectors.DocumentGiver.
func (c *Connector) Document(ctx context.Context, query connectors.ApplicationQuery) (connectors.Document, error) {
	session, found, err := c.track(ctx, byNumber, query.Number)
	if err == nil && found.certificate == nil {
		err = &connectors.NotFoundError{What: "certificate"}
	}
	if err != nil {
		return connectors.Document{}, fmt.Errorf("certificate: %w", err)
	}
	request := follow(operationDocument, found.certificate)
	request.MaxBody, request.Check = maxDocument, isPDF
	response, err := session.Do(ctx, request)
	if err != nil {
		return connectors.Document{}, fmt.Errorf("certificate: %w", err)
	}
	return connectors.Document{
		Filename: strings.ReplaceAll(query.Number, "/", "-") + ".pdf", MIMEType: "application/pdf",
		Content: response.Body, Number: query.Number,
	}, nil
}

// isPDF accepts a whole PDF and nothing else.
func isPDF(response *portal.Response) error {
	if !bytes.HasPrefix(response.Body, []byte("%PDF-")) {
		shown, err := pageOf(response)
		if err == nil && shown.sessionLost() {
			return &connectors.UnavailableError{Reason: connectors.ReasonServerError}
		}
		if err == nil {
			err = markers().Unexpected(response, "a certificate")
		}
		return err
	}
	if response.Status != http.StatusOK || !bytes.Contains(response.Body[max(len(response.Body)-1024, 0):], []byte("%%EOF")) {
		return &connectors.UnavailableError{Reason: connectors.ReasonServerError}
	}
	return nil
}
