package transport

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/jsf"
	"github.com/jansetu/jansetu/connectors/portal/webform"
)

// settle is how long the portal may go on with a submission whose answer was
// lost.
const settle = 2 * time.Minute

// labelNumber is the label of the department's number of an application.
const labelNumber = "Application Number"

func formOf(service string) string { return "apply/" + url.PathEscape(service) + ".xhtml" }

// Submit implements connectors.Applications. Its first call ends in a
// ChallengeError with the picture to copy, and where the portal sends a code to the
// phone the second one too; nothing was submitted until then. An Enclosure.Kind is
// the label of its place on the form.
func (c *Connector) Submit(ctx context.Context, application connectors.Application) (connectors.Submitted, error) {
	submission := portal.Submission[connectors.Submitted]{
		Reference: application.Reference, Settle: settle,
		Submit: func(ctx context.Context) (connectors.Submitted, error) { return c.submit(ctx, application) },
	}
	if c.referenceLabel != "" {
		submission.Find = func(ctx context.Context) (connectors.Submitted, error) {
			return c.find(ctx, application.Reference, application.Fields)
		}
	}
	submitted, err := portal.SubmitOnce(ctx, submission)
	if err != nil {
		return connectors.Submitted{}, wrapped("submit application", err)
	}
	return submitted, nil
}

func (c *Connector) submit(ctx context.Context, application connectors.Application) (connectors.Submitted, error) {
	fields := maps.Clone(application.Fields)
	if c.referenceLabel != "" {
		fields[c.referenceLabel] = application.Reference
	}
	var submitted connectors.Submitted
	err := c.run(ctx, errand{
		path: formOf(application.Service), button: buttonSubmit, fields: fields, papers: application.Enclosures,
		operation: operationSubmit, reference: application.Reference, answer: application.Answer,
		read: func(page *webform.Page) error {
			read := &rows{page: page}
			submitted = read.submitted(application.Reference, c.referenceLabel)
			return read.err
		},
	})
	return submitted, err
}

// Find implements connectors.Applications. ApplicationQuery.Fields holds
// FieldBirth.
func (c *Connector) Find(ctx context.Context, query connectors.ApplicationQuery) (connectors.Submitted, error) {
	submitted, err := c.find(ctx, query.Reference, query.Fields)
	if err != nil {
		return connectors.Submitted{}, wrapped("find application", err)
	}
	return submitted, nil
}

func (c *Connector) find(ctx context.Context, reference string, fields map[string]string) (connectors.Submitted, error) {
	if c.referenceLabel == "" {
		return connectors.Submitted{}, &connectors.OutcomeUnknownError{Reference: reference}
	}
	var submitted connectors.Submitted
	_, err := c.track(ctx, map[string]string{c.referenceLabel: reference, FieldBirth: fields[FieldBirth]}, func(read *rows) {
		submitted = read.submitted(reference, c.referenceLabel)
	})
	return submitted, err
}

// Status implements connectors.Applications. ApplicationQuery.Fields holds
// FieldBirth.
func (c *Connector) Status(ctx context.Context, query connectors.ApplicationQuery) (connectors.ApplicationStatus, error) {
	status, _, err := c.status(ctx, query)
	if err != nil {
		return connectors.ApplicationStatus{}, wrapped("status of application", err)
	}
	return status, nil
}

func (c *Connector) status(ctx context.Context, query connectors.ApplicationQuery) (connectors.ApplicationStatus, *jsf.View, error) {
	var status connectors.ApplicationStatus
	view, err := c.track(ctx, map[string]string{labelNumber: query.Number, FieldBirth: query.Fields[FieldBirth]}, func(read *rows) {
		status = read.status()
		if status.Number != query.Number {
			read.fail("the application asked for")
		}
	})
	return status, view, err
}

// track looks an application up and reads what the page says about it.
func (c *Connector) track(ctx context.Context, fields map[string]string, read func(*rows)) (*jsf.View, error) {
	var view *jsf.View
	err := c.client.Journey(func(session *portal.Session) error {
		asked := false
		config := pages("status/application.xhtml")
		config.Check = func(page *webform.Page) error {
			if !asked {
				return nil
			}
			if err := complaintOn(page); errors.Is(err, errWrongAnswer) {
				return page.Changed("a status without a picture to copy")
			} else if err != nil {
				return explained(page, err)
			}
			found := &rows{page: page}
			read(found)
			return explained(page, found.err)
		}
		view = jsf.NewView(session, config)
		if err := view.Start(ctx); err != nil {
			return err
		}
		if err := fill(ctx, view, fields, nil); err != nil {
			return err
		}
		button, err := view.Form().Button(buttonTrack)
		if err != nil {
			return err
		}
		asked = true
		return view.Ajax(ctx, jsf.Event{Operation: operationTrack, Source: button})
	})
	return view, err
}

// rows reads the labels and values of a page, and keeps the first thing that is
// not as expected.
type rows struct {
	page *webform.Page
	err  error
}

func (r *rows) fail(expected string) {
	if r.err == nil {
		r.err = r.page.Changed(expected)
	}
}

func (r *rows) text(label string) string {
	value, _ := r.page.Beside(label)
	if value == "" {
		r.fail("a row " + label)
	}
	return value
}

func (r *rows) moment(text string) time.Time {
	at, err := time.ParseInLocation(dateTimeLayout, text, connectors.IndianTime)
	if err != nil {
		r.fail("a date with its time")
	}
	return at
}

func (r *rows) submitted(reference, referenceLabel string) connectors.Submitted {
	if referenceLabel != "" && r.text(referenceLabel) != reference {
		r.fail("the acknowledgement of our reference")
	}
	submitted := connectors.Submitted{Reference: reference, Number: r.text(labelNumber), SubmittedAt: r.moment(r.text("Date of Submission"))}
	if due, found := r.page.Beside("To be decided by"); found && due != "" {
		day, err := time.ParseInLocation(dateLayout, due, connectors.IndianTime)
		if err != nil {
			r.fail("a day to decide by")
		}
		submitted.DueBy = day
	}
	if fee, found := r.page.Beside(labelFee); found && fee != "" {
		submitted.Fee = r.amount(fee)
	}
	return submitted
}

func (r *rows) status() connectors.ApplicationStatus {
	state, known := stateOf(r.text("Current Status"))
	if !known {
		r.fail("a status we know")
	}
	status := connectors.ApplicationStatus{Number: r.text(labelNumber), State: state}
	history := r.history()
	if len(history) == 0 {
		return status
	}
	last := history[len(history)-1]
	status.Officer, status.Note, status.UpdatedAt = last["Officer"], last["Remarks"], r.moment(last["Date"])
	if state == connectors.ApplicationQueried {
		status.Query = &connectors.DepartmentQuery{ID: last["Date"], Text: last["Remarks"]}
	}
	return status
}

// history is what was done with the application, oldest first; at least that it
// was submitted.
func (r *rows) history() []map[string]string {
	lines, err := r.page.Rows("Task", "Officer", "Date", "Remarks")
	if err != nil || len(lines) == 0 {
		r.fail("the history of the application")
	}
	return lines
}

// stateOf tells the state that a word of the portal means.
func stateOf(word string) (connectors.ApplicationState, bool) {
	states := []struct {
		words string
		state connectors.ApplicationState
	}{
		{"rejected", connectors.ApplicationRejected}, {"issued", connectors.ApplicationDelivered}, {"approved", connectors.ApplicationApproved},
		{"hold", connectors.ApplicationQueried}, {"scrutiny", connectors.ApplicationInProgress}, {"test", connectors.ApplicationInProgress},
		{"submitted", connectors.ApplicationReceived}, {"fee pending", connectors.ApplicationReceived},
	}
	for _, one := range states {
		if strings.Contains(strings.ToLower(word), one.words) {
			return one.state, true
		}
	}
	return "", false
}

// maxDocument is the largest paper taken, in bytes.
const maxDocument = 10 << 20

// Document implements connectors.DocumentGiver.
func (c *Connector) Document(ctx context.Context, query connectors.ApplicationQuery) (connectors.Document, error) {
	_, view, err := c.status(ctx, query)
	if err != nil {
		return connectors.Document{}, wrapped("document", err)
	}
	link := view.Page().Document.Find("a.print[href]").First()
	if link.Length() == 0 {
		return connectors.Document{}, wrapped("document", &connectors.NotFoundError{What: "document"})
	}
	address, err := view.Page().Response().Resolve(link.AttrOr("href", ""))
	if err != nil {
		return connectors.Document{}, wrapped("document", err)
	}
	response, err := view.Session().Do(ctx, portal.Request{
		Operation: operationDocument, Method: http.MethodGet, URL: address, MaxBody: maxDocument, Check: isPDF,
	})
	if err != nil {
		return connectors.Document{}, wrapped("document", notLost(err))
	}
	return connectors.Document{
		Filename: strings.ReplaceAll(query.Number, "/", "-") + ".pdf", MIMEType: "application/pdf", Content: response.Body, Number: query.Number,
	}, nil
}

// notLost calls a portal that has forgotten the visit in its last step unavailable.
func notLost(err error) error {
	if errors.Is(err, portal.ErrVisitLost) {
		return &connectors.UnavailableError{Reason: connectors.ReasonServerError}
	}
	return err
}

// isPDF accepts a whole PDF and nothing else.
func isPDF(response *portal.Response) error {
	if err := (webform.Reader{Lost: pages("").Lost}).VisitLost(response); err != nil {
		return err
	}
	if response.Status != http.StatusOK || !bytes.HasPrefix(response.Body, []byte("%PDF-")) {
		return markers().Unexpected(response, "a PDF")
	}
	if !bytes.Contains(response.Body[max(len(response.Body)-1024, 0):], []byte("%%EOF")) {
		return &connectors.UnavailableError{Reason: connectors.ReasonServerError}
	}
	return nil
}
