package temple

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/webform"
)

// bookingForm matches the form of a slot.
const bookingForm = "form#bookForm"

// Bounds of what the queue's page may ask for.
const (
	shortestWait = time.Second
	longestWait  = 10 * time.Minute
)

// Hold implements connectors.Bookings. HoldRequest.Fields are other controls of
// the form by name, such as the gothram of a seva. Before the quota opens it is an
// UnavailableError with Until, in the queue one with RetryAfter.
func (c *Connector) Hold(ctx context.Context, request connectors.HoldRequest) (connectors.Hold, error) {
	var held connectors.Hold
	err := c.client.Journey(func(session *portal.Session) error {
		page, form, err := c.enter(ctx, session, request)
		if err != nil {
			return err
		}
		if err := fill(form, answers(form, request)); err != nil {
			return shapes()[operationForm].Explain(page, err)
		}
		held, err = hold(ctx, session, form, request)
		return err
	})
	if err != nil {
		return connectors.Hold{}, fmt.Errorf("hold tickets: %w", err)
	}
	c.queue.forget(request.Reference)
	return held, nil
}

// enter gets the form of the slot, if it is our turn. That it is not is the
// portal at work, and must not count as its failure: it is judged after the
// exchange.
func (c *Connector) enter(ctx context.Context, session *portal.Session, request connectors.HoldRequest) (*portal.Response, *webform.Form, error) {
	query := url.Values{"slot": {request.TripID}, "persons": {strconv.Itoa(len(request.Passengers))}}
	if pass := c.queue.pass(request.Reference); pass != "" {
		query.Set("queuePass", pass)
	}
	var form *webform.Form
	var early error
	shown, err := reader().Reading(func(page *webform.Page) (err error) {
		if early, err = c.notNow(page, request.Reference); early != nil || err != nil {
			return err
		}
		if err = complaintOn(page); err == nil {
			form, err = page.Form(bookingForm)
		}
		return explained(page, operationForm, err)
	}).Page(ctx, session, get(operationForm, "book.do", query))
	switch {
	case early != nil:
		return nil, nil, early
	case err != nil:
		return nil, nil, err
	default:
		return shown.Response(), form, nil
	}
}

// explained looks again at a page that is not as expected: it may be one of those
// that mean trouble. Otherwise it says what of the operation's page is missing.
func explained(page *webform.Page, operation string, err error) error {
	if changed, ok := errors.AsType[*connectors.ChangedError](err); ok {
		err = reader().Markers.Unexpected(page.Response(), changed.Expected)
	}
	return shapes()[operation].Explain(page.Response(), err)
}

// notNow answers when to come back: with the place in the queue, or when the
// quota opens.
func (c *Connector) notNow(page *webform.Page, reference string) (early, err error) {
	if page.Has("#notOpen") {
		opens, err := time.ParseInLocation(dateTimeLayout, page.Document.Find("#notOpen").AttrOr("data-opens", ""), connectors.IndianTime)
		if err != nil {
			return nil, page.Changed("when the quota opens")
		}
		return &connectors.UnavailableError{Until: opens, Reason: connectors.ReasonMaintenance}, nil
	}
	if !page.Has("form#queueForm") {
		return nil, nil
	}
	form, err := page.Form("form#queueForm")
	if err != nil {
		return nil, err
	}
	seconds, err := strconv.Atoi(page.Text("#waitSeconds"))
	if err != nil || form.Value("queuePass") == "" {
		return nil, page.Changed("a place in the queue")
	}
	c.queue.keep(reference, form.Value("queuePass"))
	wait := min(max(time.Duration(min(seconds, 1<<20))*time.Second, shortestWait), longestWait)
	return &connectors.UnavailableError{RetryAfter: wait, Reason: connectors.ReasonRateLimited}, nil
}

// hold sends the form that was filled in.
func hold(ctx context.Context, session *portal.Session, form *webform.Form, request connectors.HoldRequest) (connectors.Hold, error) {
	sent, err := form.Submit(operationHold, "")
	if err != nil {
		return connectors.Hold{}, err
	}
	sent.Reference = request.Reference
	var held connectors.Hold
	_, err = reader().Reading(func(page *webform.Page) error {
		if err := complaintOn(page); err != nil {
			return err
		}
		read := rows{page: page}
		held = connectors.Hold{Key: read.text("Booking Reference"), ExpiresAt: read.moment("Held Until"), Fare: read.paise("Amount Payable")}
		read.same("Agent Reference", request.Reference)
		return read.err
	}).Page(ctx, session, sent)
	if err != nil {
		return connectors.Hold{}, err
	}
	return held, nil
}

// fill sets the answers. One that is needed and empty is the citizen's to give,
// not a change of the form.
func fill(form *webform.Form, answers map[string]string) error {
	for _, control := range form.Controls() {
		answer, given := answers[control.Name]
		if given && control.Required && strings.TrimSpace(answer) == "" {
			return &connectors.InputRejectedError{Field: control.Name, Reason: "This is needed."}
		}
	}
	return form.Fill(answers)
}

// answers are the controls of the form with their values. Each pilgrim has
// controls of the same names with a number from 1. Only what a temple asks for is
// on its form; the number of a paper is not on all.
func answers(form *webform.Form, request connectors.HoldRequest) map[string]string {
	fields := map[string]string{"extRef": request.Reference, "mobile": request.Mobile}
	maps.Copy(fields, request.Fields)
	optional := map[string]string{"email": request.Email}
	for i, one := range request.Passengers {
		number := "_" + strconv.Itoa(i+1)
		fields["name"+number], fields["age"+number] = one.Name, strconv.Itoa(one.Age)
		fields["gender"+number] = strings.ToUpper(one.Gender)
		optional["idType"+number], optional["idNo"+number] = one.IDType, one.IDNumber
	}
	for name, value := range optional {
		if form.Has(name) {
			fields[name] = value
		}
	}
	return fields
}

// Release implements connectors.Bookings. It may be repeated.
func (c *Connector) Release(ctx context.Context, key string) error {
	err := c.exchange(ctx, formPost(operationRelease, "release.do", url.Values{"bookingRef": {key}}), func(page *webform.Page) error {
		err := complaintOn(page)
		if err == nil && !page.Has("#released") {
			err = explained(page, operationRelease, page.Changed("a released hold"))
		}
		return err
	})
	if refused, ok := errors.AsType[*connectors.RefusedError](err); ok && refused.Code == connectors.RefusedHoldExpired {
		return nil
	}
	if err != nil {
		return fmt.Errorf("release tickets: %w", err)
	}
	return nil
}

func formPost(operation, path string, form url.Values) portal.Request {
	return portal.Request{
		Operation: operation, Method: http.MethodPost, Path: path,
		Body: []byte(form.Encode()), ContentType: "application/x-www-form-urlencoded",
	}
}

// exchange makes one exchange in a visit of its own.
func (c *Connector) exchange(ctx context.Context, request portal.Request, read func(*webform.Page) error) error {
	return c.client.Journey(func(session *portal.Session) error {
		_, err := reader().Reading(read).Page(ctx, session, request)
		return err
	})
}
