package razorpay

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/payments"
	"github.com/jansetu/jansetu/connectors/portal"
)

// refusedRefunded is the code of a payment that was given back whole already, which
// our own refund may have done.
const refusedRefunded = "fully_refunded"

// Refund implements payments.Gateway.
func (g *Gateway) Refund(ctx context.Context, request payments.RefundRequest) (payments.Refund, error) {
	made, err := portal.SubmitOnce(ctx, portal.Submission[payments.Refund]{
		Reference: request.Reference, Ambiguous: []string{refusedRefunded},
		Submit: func(ctx context.Context) (payments.Refund, error) { return g.makeRefund(ctx, request) },
		Find:   func(ctx context.Context) (payments.Refund, error) { return g.existingRefund(ctx, request) },
	})
	if err != nil {
		return payments.Refund{}, fmt.Errorf("refund: %w", err)
	}
	return made, nil
}

// headerIdempotency keeps the gateway from making a refund twice when two tries
// overlap, which a look-up before each cannot (Razorpay, "Make idempotent refund
// requests"). An account that does not know it ignores it.
const headerIdempotency = "X-Refund-Idempotency"

func (g *Gateway) makeRefund(ctx context.Context, request payments.RefundRequest) (payments.Refund, error) {
	var made refundObject
	path := "v1/payments/" + url.PathEscape(request.PaymentID) + "/refund"
	key := sha256.Sum256([]byte(request.Reference))
	header := http.Header{headerIdempotency: {hex.EncodeToString(key[:16])}}
	err := g.post(ctx, "refund", path, request.Reference, header, refundBody{
		Amount: request.Amount, Speed: "normal", Receipt: request.Reference,
		Notes: notes{noteReference: request.Reference},
	}, &made)
	if err != nil {
		return payments.Refund{}, err
	}
	return made.refund(), nil
}

// existingRefund answers the refund that this request made before. One that
// failed at the bank counts: it is for a person to see, not for another try.
func (g *Gateway) existingRefund(ctx context.Context, request payments.RefundRequest) (payments.Refund, error) {
	refunds, err := g.FindRefunds(ctx, request.PaymentID)
	if err != nil {
		return payments.Refund{}, err
	}
	for _, refund := range refunds {
		if refund.Reference != request.Reference {
			continue
		}
		if refund.Amount != request.Amount {
			return payments.Refund{}, &connectors.RefusedError{
				Code: connectors.RefusedAmount, Reason: "the reference was used for another amount",
			}
		}
		return refund, nil
	}
	return payments.Refund{}, &connectors.NotFoundError{What: "refund"}
}

// FindRefunds implements payments.Gateway.
func (g *Gateway) FindRefunds(ctx context.Context, paymentID string) ([]payments.Refund, error) {
	var list struct {
		Items *[]refundObject `json:"items"`
	}
	path := "v1/payments/" + url.PathEscape(paymentID) + "/refunds"
	// The default page is 10; a payment has a handful at most.
	if err := g.get(ctx, "find_refunds", path, url.Values{"count": {"100"}}, &list); err != nil {
		if connectors.ClassOf(err) == connectors.ClassNotFound {
			// An unknown payment is a fault of the caller, not an absent refund.
			err = &connectors.RefusedError{Code: "unknown_payment", Reason: "the gateway knows no such payment"}
		}
		return nil, fmt.Errorf("find refunds: %w", err)
	}
	if list.Items == nil {
		return nil, &connectors.ChangedError{Expected: "a list of refunds", Seen: "an object without it"}
	}
	refunds := make([]payments.Refund, 0, len(*list.Items))
	for _, item := range *list.Items {
		refunds = append(refunds, item.refund())
	}
	return refunds, nil
}
