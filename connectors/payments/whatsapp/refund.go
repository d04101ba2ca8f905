package whatsapp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/payments"
	"github.com/jansetu/jansetu/connectors/portal"
)

// Refund implements payments.Gateway. See the package comment for what counts as
// made before.
func (g *Gateway) Refund(ctx context.Context, request payments.RefundRequest) (payments.Refund, error) {
	made, err := portal.SubmitOnce(ctx, portal.Submission[payments.Refund]{
		Reference: request.Reference,
		Submit:    func(ctx context.Context) (payments.Refund, error) { return g.refund(ctx, request) },
		Find:      func(ctx context.Context) (payments.Refund, error) { return g.existing(ctx, request) },
	})
	if err != nil {
		return payments.Refund{}, fmt.Errorf("refund: %w", err)
	}
	return made, nil
}

func (g *Gateway) existing(ctx context.Context, request payments.RefundRequest) (payments.Refund, error) {
	refunds, err := g.FindRefunds(ctx, request.PaymentID)
	if err != nil {
		return payments.Refund{}, err
	}
	for _, made := range refunds {
		if made.Amount == request.Amount {
			made.Reference = request.Reference
			return made, nil
		}
	}
	return payments.Refund{}, &connectors.NotFoundError{What: "refund"}
}

func (g *Gateway) refund(ctx context.Context, request payments.RefundRequest) (payments.Refund, error) {
	reference, _ := orderOf(request.PaymentID)
	body, err := json.Marshal(map[string]any{
		"reference_id": reference, "speed": "normal", "payment_config_id": g.configuration,
		"amount": map[string]string{"currency": "INR", "value": strconv.FormatInt(int64(request.Amount), 10), "offset": "100"},
	})
	if err != nil {
		return payments.Refund{}, fmt.Errorf("encode refund: %w", err)
	}
	var made refund
	err = g.call(ctx, portal.Request{
		Operation: "refund", Method: http.MethodPost, Path: url.PathEscape(g.phone) + "/payments_refund",
		Reference: request.Reference, Body: body, ContentType: "application/json",
	}, func(body []byte) error {
		if err := json.Unmarshal(body, &made); err != nil || made.ID == "" || made.state() == "" {
			return errUnreadable
		}
		return nil
	})
	if unknown, ok := errors.AsType[*connectors.OutcomeUnknownError](err); ok {
		// A refund may be listed later than it is made, so even an answer that
		// went wrong does not make "not listed" certain.
		return payments.Refund{}, &connectors.OutcomeUnknownError{Reference: unknown.Reference}
	}
	if err != nil {
		return payments.Refund{}, err
	}
	return payments.Refund{
		ID: made.ID, PaymentID: request.PaymentID, Reference: request.Reference, Amount: request.Amount, Status: made.state(),
	}, nil
}

// FindRefunds implements payments.Gateway. Refund.Reference is empty: Meta keeps
// none.
func (g *Gateway) FindRefunds(ctx context.Context, id string) ([]payments.Refund, error) {
	reference, ok := orderOf(id)
	if !ok {
		return nil, fmt.Errorf("find refunds: %w", &connectors.RefusedError{Code: "unknown_payment", Reason: "not a payment of this gateway"})
	}
	found, err := g.lookUp(ctx, reference)
	if connectors.ClassOf(err) == connectors.ClassNotFound {
		// An unknown payment is a fault of the caller, not an absent refund.
		err = &connectors.RefusedError{Code: "unknown_payment", Reason: "WhatsApp knows no such order"}
	}
	if err != nil {
		return nil, fmt.Errorf("find refunds: %w", err)
	}
	refunds := make([]payments.Refund, 0, len(found.refunds()))
	for _, made := range found.refunds() {
		amount, _ := made.Amount.paise()
		refunds = append(refunds, payments.Refund{
			ID: made.ID, PaymentID: id, Amount: amount, Status: made.state(), CreatedAt: made.CreatedAt.time(),
		})
	}
	return refunds, nil
}
