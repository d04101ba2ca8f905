package edistrict

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/webform"
)

// settle is how long the portal may go on with a submission whose answer was
// lost.
const settle = 2 * time.Minute

// Submit implements connectors.Applications; see the package comment for its
// three calls.
func (c *Connector) Submit(ctx context.Context, application connectors.Application) (connectors.Submitted, error) {
	at, err := c.resume(application.Reference, application.Answer)
	if err != nil {
		return connectors.Submitted{}, fmt.Errorf("submit application: %w", err)
	}
	submission := portal.Submission[connectors.Submitted]{
		Reference: application.Reference, Settle: settle,
		// The call that answers the OTP submits nothing, so it needs no look.
		Idempotent: at.waiting.Step == stepOTP,
		Submit: func(ctx context.Context) (connectors.Submitted, error) {
			submitted, err := c.advance(ctx, at, application)
			return submitted, at.anewAfter(err)
		},
	}
	if c.referenceField != "" {
		submission.Find = func(ctx context.Context) (connectors.Submitted, error) {
			return c.Find(ctx, connectors.ApplicationQuery{Reference: application.Reference, Service: application.Service})
		}
	}
	submitted, err := portal.SubmitOnce(ctx, submission)
	if err != nil {
		return connectors.Submitted{}, fmt.Errorf("submit application: %w", err)
	}
	return submitted, nil
}

// advance takes the submission from where it stands to the next question, or to
// its end.
func (c *Connector) advance(ctx context.Context, at *visit, application connectors.Application) (connectors.Submitted, error) {
	trip := c.application(application)
	switch at.waiting.Step {
	case stepOTP:
		return connectors.Submitted{}, c.logIn(ctx, at, application.Answer, trip)
	case stepCaptcha:
		submitted, err := c.finish(ctx, at, application)
		if errors.Is(err, errSessionLost) && c.referenceField == "" {
			return submitted, c.begin(ctx, trip)
		}
		return submitted, err
	default:
		return connectors.Submitted{}, c.begin(ctx, trip)
	}
}

// application is the journey of a new application: from the description of its
// service to the captcha.
func (c *Connector) application(application connectors.Application) journey {
	return journey{
		reference: application.Reference,
		mobile:    application.Fields[FieldMobile],
		enter: func(ctx context.Context, session *portal.Session) (*url.URL, error) {
			return enterService(ctx, session, application.Service)
		},
		inside: func(ctx context.Context, session *portal.Session, first page) error {
			return c.draft(ctx, session, first, application)
		},
	}
}

// The refusals of a service.
const (
	// RefusedClosed: the service takes no applications now.
	RefusedClosed = "closed"
	// RefusedNotOffered: the portal has no such service.
	RefusedNotOffered = "not_offered"
)

func enterService(ctx context.Context, session *portal.Session, service string) (*url.URL, error) {
	var login *url.URL
	request := get(operationDescribe, "getServiceDesc.html", url.Values{"serviceId": {service}})
	_, err := open(ctx, session, request, func(shown page) error {
		switch {
		case shown.says("not accepting applications"):
			return &connectors.RefusedError{Code: RefusedClosed, Reason: shown.Text(".alert")}
		case shown.says("service is not available"):
			return &connectors.RefusedError{Code: RefusedNotOffered, Reason: shown.Text(".alert")}
		}
		var found bool
		if login, found = shown.link("apply online"); !found {
			return shown.Changed("a link to apply online")
		}
		return nil
	})
	return login, err
}

// finish answers the captcha. It is the exchange that commits.
func (c *Connector) finish(ctx context.Context, at *visit, application connectors.Application) (connectors.Submitted, error) {
	var submitted connectors.Submitted
	if application.Answer.Refresh {
		return submitted, askCaptcha(ctx, at.session, at.waiting, "")
	}
	form, err := webform.Restore(at.waiting.Form)
	if err != nil {
		return submitted, err
	}
	if err := form.Set("captchaText", application.Answer.Answer); err != nil {
		return submitted, err
	}
	request, err := form.Submit(operationSubmit, "submitBtn")
	if err != nil {
		return submitted, err
	}
	request.Reference = application.Reference
	shown, err := open(ctx, at.session, request, func(shown page) (err error) {
		if shown.Has(`input[name="captchaText"]`) {
			return nil
		}
		submitted, err = readAcknowledgement(shown, c.referenceField != "", application.Reference)
		return err
	})
	if err == nil && submitted.Number == "" {
		return submitted, relayCaptcha(ctx, at.session, shown, application.Reference)
	}
	return submitted, err
}

func readAcknowledgement(shown page, referred bool, reference string) (connectors.Submitted, error) {
	read := rowsOf(shown.Document.Find("table"))
	submitted := connectors.Submitted{
		Reference: reference, Number: read.required("application reference number"),
		SubmittedAt: read.moment("date of submission"), DueBy: read.moment("due date"),
	}
	if referred && read.required("service centre transaction no") != reference {
		read.fail("the acknowledgement of our reference")
	}
	return submitted, read.err
}
