package bbps

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

// The refusals of this network that callers may want to tell apart.
const (
	// RefusedByBiller: the biller did not take the payment.
	RefusedByBiller = "biller_declined"
	// RefusedReversed: the biller undid a payment that was deemed made.
	RefusedReversed = "reversed"
)

// PostPayment implements connectors.PaymentPoster. A payment that the network has
// not decided within the wait is an OutcomeUnknownError, and so is one whose caller
// gave up.
func (c *Connector) PostPayment(ctx context.Context, posting connectors.Posting) (connectors.Posted, error) {
	posted, err := portal.SubmitOnce(ctx, portal.Submission[connectors.Posted]{
		Reference: posting.Reference, Ambiguous: []string{connectors.RefusedAlreadyPaid},
		Submit: func(ctx context.Context) (connectors.Posted, error) { return c.pay(ctx, posting) },
		Find: func(ctx context.Context) (connectors.Posted, error) {
			return c.awaitPayment(ctx, posting.Reference, posting.Service)
		},
		Same: func(posted connectors.Posted) bool { return posted.Amount == posting.Amount },
	})
	if connectors.ClassOf(err) == connectors.ClassCanceled {
		err = &connectors.OutcomeUnknownError{Reference: posting.Reference}
	}
	if err != nil {
		return connectors.Posted{}, fmt.Errorf("post payment: %w", err)
	}
	return posted, nil
}

// FindPayment implements connectors.PaymentPoster. It asks once; a payment that is
// still pending is an OutcomeUnknownError, one that the network declined a
// RefusedError.
func (c *Connector) FindPayment(ctx context.Context, query connectors.PostingQuery) (connectors.Posted, error) {
	posted, err := c.askPayment(ctx, query.Reference, query.Service)
	if errors.Is(err, errPending) {
		err = &connectors.OutcomeUnknownError{Reference: query.Reference}
	}
	if err != nil {
		return connectors.Posted{}, fmt.Errorf("find payment: %w", err)
	}
	return posted, nil
}

// paymentRefID is the network's key of a posting: the same on every attempt, 35
// characters, and nothing of the reference can be read in it.
func paymentRefID(reference string) string {
	sum := sha256.Sum256([]byte(reference))
	return "JSP" + base32.StdEncoding.EncodeToString(sum[:])[:32]
}

// pay fetches the bill anew and pays it if it is still what the citizen paid.
func (c *Connector) pay(ctx context.Context, posting connectors.Posting) (connectors.Posted, error) {
	answered, err := c.fetch(ctx, connectors.BillQuery{Service: posting.Service, Account: posting.Account, Fields: posting.Fields})
	if err != nil {
		return connectors.Posted{}, err
	}
	if err := answered.payable(posting); err != nil {
		return connectors.Posted{}, err
	}
	sent := c.message(paymentRefID(posting.Reference), posting.Fields, answered.biller, answered.params)
	sent.Payment = &paymentPart{
		FetchRefID: answered.refID, ClientRef: posting.Reference, BillNumber: posting.BillNumber,
		Amount: strconv.FormatInt(int64(posting.Amount), 10), Currency: currencyRupee, Mode: c.paymentMode, QuickPay: quickPayNo,
		PaidAt:      posting.PaidAt.Format(time.RFC3339),
		Information: []tag{{Name: "PG_REFERENCE", Value: posting.GatewayPaymentID}},
	}
	if err := c.request(ctx, operationRequestPay, pathPayment, posting.Reference, sent); err != nil {
		return connectors.Posted{}, err
	}
	return c.decided(c.awaitPayment(ctx, posting.Reference, posting.Service))
}

// decided: of a payment that was taken nothing but the network's own word counts.
func (c *Connector) decided(posted connectors.Posted, err error) (connectors.Posted, error) {
	if class := connectors.ClassOf(err); class == connectors.ClassOK || class == connectors.ClassRefused {
		return posted, err
	}
	return connectors.Posted{}, &connectors.OutcomeUnknownError{Reference: posted.Reference}
}

// payable tells whether the bill is still open and of the amount that was paid.
func (f fetched) payable(posting connectors.Posting) error {
	at := slices.IndexFunc(f.bills, func(bill connectors.Bill) bool { return bill.Number == posting.BillNumber })
	if at < 0 {
		return &connectors.RefusedError{Code: connectors.RefusedAlreadyPaid}
	}
	due, exact := f.bills[at].Total, f.biller.Exactness
	if due == posting.Amount || (exact == "EXACT_UP" && posting.Amount > due) ||
		(exact == "EXACT_DOWN" && posting.Amount < due) || exact == "RANGE" {
		return nil
	}
	return &connectors.RefusedError{Code: connectors.RefusedAmount}
}

// awaitPayment answers what became of a payment, waiting for the network to
// decide. It always tells the reference, for decided.
func (c *Connector) awaitPayment(ctx context.Context, reference, biller string) (connectors.Posted, error) {
	posted := connectors.Posted{}
	err := c.await(ctx, func(ctx context.Context) (err error) {
		posted, err = c.askPayment(ctx, reference, biller)
		return err
	})
	if errors.Is(err, errPending) {
		err = &connectors.OutcomeUnknownError{Reference: reference}
	}
	posted.Reference = reference
	return posted, err
}

// askPayment reads what has become of a payment, errPending included.
func (c *Connector) askPayment(ctx context.Context, reference, biller string) (connectors.Posted, error) {
	var posted connectors.Posted
	var told error
	err := c.get(ctx, operationFind, pathPayment, paymentRefID(reference), "what became of a payment", func(body []byte) error {
		read, err := readAnswer(body, paymentRefID(reference))
		if err != nil {
			return err
		}
		posted, told = read.paymentResult(reference, biller)
		if errors.Is(told, errUnreadable) {
			return told
		}
		return nil
	})
	if err != nil {
		return connectors.Posted{}, err
	}
	return posted, told
}

// paymentResult answers a payment that was made. A request that was not answered in
// time, or may not have left, stays pending: nobody knows yet.
func (a answer) paymentResult(reference, biller string) (connectors.Posted, error) {
	switch a.State {
	case stateReceived, stateReceivedToo, stateTimeout, stateSendFailed:
		return connectors.Posted{}, errPending
	case stateAckFailed, stateDecline:
		return connectors.Posted{}, a.refusal()
	case stateSuccess:
	default:
		return connectors.Posted{}, errUnreadable
	}
	switch a.Transaction.Status {
	case statusPending, statusAwaited:
		return connectors.Posted{}, errPending
	case statusFailure:
		return connectors.Posted{}, a.refusal()
	case statusReversed:
		return connectors.Posted{}, &connectors.RefusedError{Code: RefusedReversed, Reason: a.Reason.Text}
	case statusSuccess:
		return a.Transaction.posted(reference, biller)
	default:
		return connectors.Posted{}, errUnreadable
	}
}

func (a answer) refusal() error {
	code := RefusedByBiller
	switch a.Reason.ComplianceCode {
	case "BPR003":
		code = connectors.RefusedAmount
	case "BPR004":
		code = connectors.RefusedAlreadyPaid
	}
	return &connectors.RefusedError{Code: code, Reason: a.Reason.Text}
}

func (t transaction) posted(reference, biller string) (connectors.Posted, error) {
	amount, err := paise(t.Amount)
	at, timeErr := time.Parse(time.RFC3339, t.Time)
	if err != nil || timeErr != nil || t.ID == "" || t.ClientRef != reference || t.BillerID != biller {
		return connectors.Posted{}, errUnreadable
	}
	return connectors.Posted{
		Reference: reference, PortalReceipt: t.ID, Amount: amount, PostedAt: at.In(connectors.IndianTime),
	}, nil
}
