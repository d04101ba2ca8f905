package edistrict

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/webform"
)

// RefusedNoQuery is the refusal of an answer to nothing: the officer asks
// nothing about the application now.
const RefusedNoQuery = "no_query"

// fieldReply is the control that takes the words of a reply.
const fieldReply = "replyText"

// AnswerQuery implements connectors.QueryAnswerer. It takes two calls: the first
// ends in a ChallengeError for the OTP. The papers go into the places for files as
// they come.
func (c *Connector) AnswerQuery(ctx context.Context, answer connectors.QueryAnswer) error {
	at, err := c.resume(answer.Reference, answer.Answer)
	if err != nil {
		return fmt.Errorf("answer query: %w", err)
	}
	submission := portal.Submission[struct{}]{
		Reference: answer.Reference, Settle: settle,
		Submit: func(ctx context.Context) (struct{}, error) {
			return struct{}{}, at.anewAfter(c.advanceReply(ctx, at, answer))
		},
		Find: func(ctx context.Context) (struct{}, error) { return struct{}{}, c.QueryAnswered(ctx, answer) },
	}
	if _, err := portal.SubmitOnce(ctx, submission); err != nil {
		return fmt.Errorf("answer query: %w", err)
	}
	return nil
}

// QueryAnswered implements connectors.QueryAnswerer: the history of the
// application shows our reference beside the reply.
func (c *Connector) QueryAnswered(ctx context.Context, answer connectors.QueryAnswer) error {
	_, found, err := c.track(ctx, byNumber, answer.Number)
	switch {
	case connectors.ClassOf(err) == connectors.ClassNotFound:
		err = &connectors.ChangedError{Expected: "the application that was asked about", Seen: "no application"}
	case err != nil:
	case c.referenceField == "" && found.state != connectors.ApplicationQueried:
		err = &connectors.OutcomeUnknownError{Reference: answer.Reference}
	case c.referenceField == "" || !hasReply(found, answer.Reference):
		err = &connectors.NotFoundError{What: "reply"}
	}
	if err != nil {
		return fmt.Errorf("look for the reply: %w", err)
	}
	return nil
}

func hasReply(found tracked, reference string) bool {
	for _, one := range found.tasks {
		for word := range strings.FieldsSeq(one.remarks) {
			if word == reference {
				return true
			}
		}
	}
	return false
}

func (c *Connector) advanceReply(ctx context.Context, at *visit, answer connectors.QueryAnswer) error {
	trip := journey{
		reference: answer.Reference,
		mobile:    answer.Fields[FieldMobile],
		enter: func(ctx context.Context, session *portal.Session) (*url.URL, error) {
			return enterReply(ctx, session, answer.Number)
		},
		inside: func(ctx context.Context, session *portal.Session, first page) error {
			return c.reply(ctx, session, first, answer)
		},
	}
	if at.waiting.Step != stepOTP {
		return c.begin(ctx, trip)
	}
	err := logInOnce(ctx, at, answer.Answer, trip)
	at.waiting.Step = "" // an OTP is good for one login: another try begins anew
	return err
}

func enterReply(ctx context.Context, session *portal.Session, number string) (*url.URL, error) {
	found, err := trackOnce(ctx, session, byNumber, number)
	if err != nil {
		return nil, err
	}
	if found.reply == nil {
		return nil, &connectors.RefusedError{Code: RefusedNoQuery, Reason: "Nothing is asked about this application now."}
	}
	return found.reply, nil
}

// reply sends the answer. It is the exchange that commits.
func (c *Connector) reply(ctx context.Context, session *portal.Session, first page, answer connectors.QueryAnswer) error {
	if first.says("no query is pending") {
		return &connectors.RefusedError{Code: RefusedNoQuery, Reason: first.Text(".alert")}
	}
	form, err := first.FormWith(fieldReply)
	if err != nil {
		return explained(first.Response(), err)
	}
	if err := c.fillReply(form, answer); err != nil {
		return err
	}
	request, err := form.Submit(operationReply, "")
	if err != nil {
		return err
	}
	request.Reference = answer.Reference
	_, err = open(ctx, session, request, func(shown page) error {
		if rejected := shown.complaint(); rejected != nil {
			return rejected
		}
		read := rowsOf(shown.Document.Find("table"))
		if read.required("application reference number") != answer.Number || !shown.says("reply has been submitted") {
			read.fail("the acknowledgement of the reply")
		}
		return read.err
	})
	return err
}

func (c *Connector) fillReply(form *webform.Form, answer connectors.QueryAnswer) error {
	if strings.TrimSpace(answer.Text) == "" {
		return &connectors.InputRejectedError{Field: fieldReply, Reason: "This is needed."}
	}
	fields := map[string]string{fieldReply: answer.Text}
	if c.referenceField != "" {
		fields[c.referenceField] = answer.Reference
	}
	var places []string
	for _, control := range form.Controls() {
		if control.Kind == webform.KindFile {
			places = append(places, control.Name)
		}
	}
	for i, paper := range answer.Enclosures {
		if i >= len(places) {
			return &connectors.InputRejectedError{Field: paper.Kind, Reason: "The portal takes fewer papers with a reply."}
		}
		if err := form.Attach(places[i], paper); err != nil {
			return err
		}
	}
	return form.Fill(fields)
}
