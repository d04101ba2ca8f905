package transport

import (
	"context"
	"strings"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/webform"
)

var _ connectors.QueryAnswerer = (*Connector)(nil)

const (
	pathReply   = "reply/application.xhtml"
	buttonReply = "Send Reply"
	labelReply  = "Reply"
	// taskReply is the line of the history that tells of a reply, with our
	// reference after referenceMark.
	taskReply     = "reply by applicant"
	referenceMark = "Ref. "
)

// AnswerQuery implements connectors.QueryAnswerer. Its first call ends in a
// ChallengeError with the picture to copy. QueryAnswer.Fields holds FieldBirth; an
// Enclosure.Kind is the label of its place on the form.
func (c *Connector) AnswerQuery(ctx context.Context, given connectors.QueryAnswer) error {
	submission := portal.Submission[struct{}]{
		Reference: given.Reference, Settle: settle, Ambiguous: []string{RefusedNoQuery},
		Submit: func(ctx context.Context) (struct{}, error) { return struct{}{}, c.reply(ctx, given) },
	}
	if c.referenceLabel != "" {
		submission.Find = func(ctx context.Context) (struct{}, error) { return struct{}{}, c.findReply(ctx, given) }
	}
	_, err := portal.SubmitOnce(ctx, submission)
	return wrapped("answer query", err)
}

func (c *Connector) reply(ctx context.Context, given connectors.QueryAnswer) error {
	fields := map[string]string{labelNumber: given.Number, FieldBirth: given.Fields[FieldBirth], labelReply: given.Text}
	if c.referenceLabel != "" {
		fields[c.referenceLabel] = given.Reference
	}
	return c.run(ctx, errand{
		path: pathReply, button: buttonReply, fields: fields, papers: given.Enclosures,
		operation: operationReply, reference: given.Reference, answer: given.Answer,
		read: func(page *webform.Page) error {
			read := &rows{page: page}
			if read.text(labelNumber) != given.Number || c.referenceLabel != "" && read.text(c.referenceLabel) != given.Reference {
				read.fail("the receipt of our reply")
			}
			return read.err
		},
	})
}

// QueryAnswered implements connectors.QueryAnswerer.
func (c *Connector) QueryAnswered(ctx context.Context, given connectors.QueryAnswer) error {
	return wrapped("find reply", c.findReply(ctx, given))
}

// findReply looks for our reference in the history of the application.
func (c *Connector) findReply(ctx context.Context, given connectors.QueryAnswer) error {
	if c.referenceLabel == "" {
		return &connectors.OutcomeUnknownError{Reference: given.Reference}
	}
	found := false
	_, err := c.track(ctx, map[string]string{labelNumber: given.Number, FieldBirth: given.Fields[FieldBirth]}, func(read *rows) {
		if read.text(labelNumber) != given.Number {
			read.fail("the application asked for")
		}
		for _, line := range read.history() {
			reference, marked := strings.CutPrefix(line["Remarks"], referenceMark)
			found = found || strings.EqualFold(line["Task"], taskReply) && marked && reference == given.Reference
		}
	})
	if err == nil && !found {
		err = &connectors.NotFoundError{What: "reply"}
	}
	return err
}
