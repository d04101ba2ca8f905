package razorpay

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/payments"
	"github.com/jansetu/jansetu/connectors/portal"
)

// retrySoon is how long to leave a link alone whose creation got no answer: long
// enough for it to show up, short for a citizen who waits.
const retrySoon = 3 * time.Second

// CreateLink implements payments.Gateway. The gateway keeps references unique, so
// an unknown outcome is only a delay.
func (g *Gateway) CreateLink(ctx context.Context, request payments.LinkRequest) (payments.Link, error) {
	if request.Reference == "" || len(request.Reference) > payments.MaxReference {
		return payments.Link{}, fmt.Errorf("create payment link: reference is %d bytes, want 1 to %d",
			len(request.Reference), payments.MaxReference)
	}
	link, err := portal.SubmitOnce(ctx, portal.Submission[payments.Link]{
		Reference: request.Reference, New: request.New,
		Submit: func(ctx context.Context) (payments.Link, error) { return g.create(ctx, request) },
		Find:   func(ctx context.Context) (payments.Link, error) { return g.existing(ctx, request) },
	})
	switch {
	case isUnknown(err) && ctx.Err() != nil:
		err = ctx.Err()
	case isUnknown(err):
		err = &connectors.UnavailableError{Reason: connectors.ReasonTimeout, RetryAfter: retrySoon}
	}
	if err != nil {
		return payments.Link{}, fmt.Errorf("create payment link: %w", err)
	}
	return link, nil
}

// existing answers the link that this request made before.
func (g *Gateway) existing(ctx context.Context, request payments.LinkRequest) (payments.Link, error) {
	found, err := g.linkByReference(ctx, request.Reference)
	if err != nil {
		return payments.Link{}, err
	}
	if found.Amount != request.Amount {
		return payments.Link{}, &connectors.RefusedError{
			Code: connectors.RefusedAmount, Reason: "the reference was used for another amount",
		}
	}
	return found.link(), nil
}

func (g *Gateway) create(ctx context.Context, request payments.LinkRequest) (payments.Link, error) {
	body := linkBody{
		Amount: request.Amount, Currency: "INR", ReferenceID: request.Reference,
		Description: request.Description, CallbackURL: request.CallbackURL,
		Notes: notes{noteReference: request.Reference},
	}
	if request.CallbackURL != "" {
		body.CallbackMethod = "get"
	}
	if !request.ExpireBy.IsZero() {
		body.ExpireBy = request.ExpireBy.Unix()
	}
	var made linkObject
	if err := g.post(ctx, "create_link", "v1/payment_links", request.Reference, nil, body, &made); err != nil {
		return payments.Link{}, err
	}
	return made.link(), nil
}

// FindLink implements payments.Gateway.
func (g *Gateway) FindLink(ctx context.Context, reference string) (payments.LinkState, error) {
	found, err := g.linkByReference(ctx, reference)
	if err != nil {
		return payments.LinkState{}, fmt.Errorf("find payment link: %w", err)
	}
	state := payments.LinkState{Link: found.link()}
	state.Payments, err = g.paymentsOf(ctx, found)
	if err != nil {
		return payments.LinkState{}, fmt.Errorf("find payments of link: %w", err)
	}
	return state, nil
}

func (g *Gateway) linkByReference(ctx context.Context, reference string) (linkObject, error) {
	var list struct {
		Links *[]linkObject `json:"payment_links"`
	}
	query := url.Values{"reference_id": {reference}}
	if err := g.get(ctx, "find_link", "v1/payment_links", query, &list); err != nil {
		return linkObject{}, err
	}
	if list.Links == nil {
		return linkObject{}, &connectors.ChangedError{Expected: "a list of payment links", Seen: "an object without it"}
	}
	for _, link := range *list.Links {
		// The filter is the gateway's; money does not rest on it alone.
		if link.ReferenceID == reference {
			return link, nil
		}
	}
	return linkObject{}, &connectors.NotFoundError{What: "payment link"}
}

// paymentsOf joins the link's own list with its order's, which also tells of
// failed and pending attempts.
func (g *Gateway) paymentsOf(ctx context.Context, link linkObject) ([]payments.Payment, error) {
	var found []payments.Payment
	if link.OrderID != "" {
		var list collection[paymentObject]
		err := g.get(ctx, "order_payments", "v1/orders/"+url.PathEscape(link.OrderID)+"/payments", nil, &list)
		if err != nil {
			return nil, err
		}
		for _, item := range list.Items {
			found = append(found, item.payment())
		}
	}
	for _, listed := range link.Payments {
		if slices.ContainsFunc(found, func(p payments.Payment) bool { return p.ID == listed.PaymentID }) {
			continue
		}
		found = append(found, payments.Payment{
			ID: listed.PaymentID, Amount: listed.Amount, Status: payments.PaymentStatus(listed.Status),
			Method: listed.Method, CreatedAt: unix(listed.CreatedAt),
		})
	}
	slices.SortStableFunc(found, func(a, b payments.Payment) int { return a.CreatedAt.Compare(b.CreatedAt) })
	return found, nil
}

// CancelLink implements payments.Gateway.
func (g *Gateway) CancelLink(ctx context.Context, linkID string) error {
	path := "v1/payment_links/" + url.PathEscape(linkID)
	var link linkObject
	err := g.post(ctx, "cancel_link", path+"/cancel", linkID, nil, struct{}{}, &link)
	if err == nil {
		return nil
	}
	// Cancelling twice is harmless, so what became of the link decides.
	if class := connectors.ClassOf(err); class == connectors.ClassOutcomeUnknown || class == connectors.ClassRefused {
		if lookupErr := g.get(ctx, "read_link", path, nil, &link); lookupErr != nil {
			return fmt.Errorf("cancel payment link: %w", errors.Join(err, lookupErr))
		}
		if payments.LinkStatus(link.Status) == payments.LinkCancelled {
			return nil
		}
	}
	return fmt.Errorf("cancel payment link: %w", err)
}
