package municipal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strconv"

	"github.com/jansetu/jansetu/connectors"
)

// Reopen implements connectors.Reopener. DIGIT allows it for ten days after the
// last change, and wants the whole complaint back.
func (c *Connector) Reopen(ctx context.Context, reopening connectors.Reopening) (connectors.GrievanceStatus, error) {
	status, err := c.reopen(ctx, reopening)
	if err != nil {
		return connectors.GrievanceStatus{}, fmt.Errorf("reopen grievance: %w", err)
	}
	return status, nil
}

func (c *Connector) reopen(ctx context.Context, reopening connectors.Reopening) (connectors.GrievanceStatus, error) {
	read, text, err := c.numbered(ctx, reopening.Tenant, reopening.Number)
	if err != nil {
		return connectors.GrievanceStatus{}, err
	}
	status, err := c.statusOf(read)
	if err != nil || isOpen(status) {
		return status, err
	}
	if status.ReopenUntil.IsZero() || c.clock().After(status.ReopenUntil) {
		return status, &connectors.RefusedError{Code: connectors.RefusedTooLate}
	}
	documents, err := c.upload(ctx, reopening.Tenant, reopening.Attachments)
	if err != nil {
		return status, err
	}
	read, err = c.update(ctx, reopening.Reference, text, nil, workflow{
		Action: actionReopen, Comments: reopening.Comment, Documents: documents,
	})
	if isRefused(err) {
		return c.settledAs(ctx, reopening.Tenant, reopening.Number, err, isOpen)
	}
	if err != nil {
		return status, err
	}
	return c.statusOf(read)
}

func isOpen(status connectors.GrievanceStatus) bool { return status.State.Open() }

func isRefused(err error) bool {
	_, refused := errors.AsType[*connectors.RefusedError](err)
	return refused
}

// settledAs finds out whether a refusal is about a change that was made already
// and that the search did not show yet.
func (c *Connector) settledAs(
	ctx context.Context, tenant, number string, refusal error, done func(connectors.GrievanceStatus) bool,
) (connectors.GrievanceStatus, error) {
	for range looks {
		if err := c.pause(ctx, c.terms.settle/looks); err != nil {
			return connectors.GrievanceStatus{}, err
		}
		read, _, err := c.numbered(ctx, tenant, number)
		if err != nil {
			return connectors.GrievanceStatus{}, err
		}
		status, err := c.statusOf(read)
		if err != nil || done(status) {
			return status, err
		}
	}
	return connectors.GrievanceStatus{}, refusal
}

// Rate implements connectors.Rater. A rating closes the complaint.
func (c *Connector) Rate(ctx context.Context, rating connectors.Rating) error {
	if rating.Stars < 1 || rating.Stars > 5 {
		return fmt.Errorf("rate grievance: %w", &connectors.InputRejectedError{Field: "stars"})
	}
	if err := c.rate(ctx, rating); err != nil {
		return fmt.Errorf("rate grievance: %w", err)
	}
	return nil
}

func (c *Connector) rate(ctx context.Context, rating connectors.Rating) error {
	read, text, err := c.numbered(ctx, rating.Tenant, rating.Number)
	if err != nil {
		return err
	}
	status, err := c.statusOf(read)
	switch {
	case err != nil:
		return err
	case status.State == connectors.GrievanceClosed:
		return nil
	case isOpen(status):
		return &connectors.RefusedError{Code: "not_resolved"}
	}
	stars := map[string]json.RawMessage{"rating": json.RawMessage(strconv.Itoa(rating.Stars))}
	_, err = c.update(ctx, rating.Reference, text, stars, workflow{Action: actionRate, Comments: rating.Comment})
	if isRefused(err) {
		_, err = c.settledAs(ctx, rating.Tenant, rating.Number, err, func(status connectors.GrievanceStatus) bool {
			return status.State == connectors.GrievanceClosed
		})
	}
	return err
}

// update sends back the one complaint in text, with the given members replaced.
func (c *Connector) update(
	ctx context.Context, reference string, text []byte, members map[string]json.RawMessage, step workflow,
) (complaint, error) {
	whole, err := readWhole(text)
	if err != nil {
		return complaint{}, &connectors.ChangedError{Expected: "one complaint of a number", Seen: "several"}
	}
	maps.Copy(whole, members)
	var updated complaint
	err = c.call(ctx, exchange{
		operation: operationUpdate, path: pgrPath + "_update", reference: reference,
		body:     map[string]any{"service": whole, "workflow": step},
		expected: "the complaint that was updated", meaning: complaintFault,
		read: func(body []byte) (err error) {
			updated, err = readOne(body)
			return err
		},
	})
	return updated, err
}
