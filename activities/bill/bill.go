// Package bill holds the activities that ask one portal about a bill. They run on that portal's task queue, which is its bulkhead
// and its budget; one instance serves one portal.
package bill

import (
	"context"
	"errors"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/jansetu/jansetu/activities/answer"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/workflows"
)

// Services tells how a service's form maps to the portal. *catalog.Catalog is one.
type Services interface {
	Service(id string) (*catalog.Service, bool)
}

// Activities ask one portal.
type Activities struct {
	connector connectors.BillConnector
	services  Services
	now       func() time.Time
}

// New makes the activities of one portal. now is the clock.
func New(connector connectors.BillConnector, services Services, now func() time.Time) *Activities {
	return &Activities{connector: connector, services: services, now: now}
}

// FetchBill answers what is to be paid. Its errors carry a workflows.Failure.
func (a *Activities) FetchBill(ctx context.Context, input workflows.FetchBillInput) (workflows.FetchedBill, error) {
	query, err := Query(a.services, input.Service, input.Answers)
	if err != nil {
		return workflows.FetchedBill{}, answer.Error(err, a.now())
	}
	bill, err := a.connector.FetchBill(ctx, query)
	if err != nil {
		return workflows.FetchedBill{}, answer.Error(err, a.now())
	}
	return workflows.FetchedBill{Bill: bill, Query: query}, nil
}

// Query names the answers of a service's form as the portal does: the field whose portal field is the account, and the others. It fails
// with a *connectors.ChangedError when the catalog has no such service.
func Query(services Services, id string, answers map[string]string) (connectors.BillQuery, error) {
	service, known := services.Service(id)
	if !known {
		return connectors.BillQuery{}, &connectors.ChangedError{Expected: "a service of the catalog", Seen: "service " + id}
	}
	query := connectors.BillQuery{Service: service.Portal.Service, Fields: map[string]string{}}
	for _, field := range service.Form {
		answered, given := answers[field.ID]
		switch {
		case !given || field.PortalField == "":
		case field.PortalField == connectors.FieldAccount:
			query.Account = answered
		default:
			query.Fields[field.PortalField] = answered
		}
	}
	return query, nil
}

// PostPayment tells the department of a payment. A second attempt means that the first one died on the way, so it is looked up
// before anything is sent again.
func (a *Activities) PostPayment(ctx context.Context, input workflows.PostPaymentInput) (connectors.Posted, error) {
	posting := input.Posting
	if input.LookFirst || activity.GetInfo(ctx).Attempt > 1 {
		posted, err := a.connector.FindPayment(ctx, connectors.PostingQuery{
			Reference: posting.Reference, Service: posting.Service, Account: posting.Account, Fields: posting.Fields,
		})
		if _, absent := errors.AsType[*connectors.NotFoundError](err); !absent {
			return posted, answer.Error(err, a.now())
		}
	}
	posted, err := a.connector.PostPayment(ctx, posting)
	return posted, answer.Error(err, a.now())
}

// FindPayment looks up a posting. A failure of the class not_found means that it is certainly not there.
func (a *Activities) FindPayment(ctx context.Context, query connectors.PostingQuery) (connectors.Posted, error) {
	posted, err := a.connector.FindPayment(ctx, query)
	return posted, answer.Error(err, a.now())
}
