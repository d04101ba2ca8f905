package money

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jansetu/jansetu/activities/answer"
	"github.com/jansetu/jansetu/activities/bill"
	"github.com/jansetu/jansetu/activities/money/payment"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/vault"
	"github.com/jansetu/jansetu/workflows"
)

// partOfDay is how many payments a department is asked for in one activity: its queue is never held up for long.
const partOfDay = 25

// DepartmentConfig is what a Department needs. Connector is the portal's; what it can be asked for depends on which of
// connectors.BillConnector, connectors.Bookings and connectors.Applications it is. The others are required.
type DepartmentConfig struct {
	Store     *store.Store
	Connector any
	Services  bill.Services
	Now       func() time.Time
}

// Comparable tells whether a connector can be asked what became of money: for payments of bills, bookings or applications.
func Comparable(connector any) bool {
	switch connector.(type) {
	case connectors.BillConnector, connectors.Bookings, connectors.Applications:
		return true
	}
	return false
}

// Department compares one department's portal with the books.
type Department struct{ DepartmentConfig }

// NewDepartment makes the activity of one portal.
func NewDepartment(config DepartmentConfig) *Department { return &Department{config} }

// ReconcileDepartment asks a portal for what it acknowledged on a day, payment by payment, a part of the day at a time.
func (d *Department) ReconcileDepartment(ctx context.Context, input workflows.ReconcileInput) (workflows.Reconciled, error) {
	var done workflows.Reconciled
	from, until, err := span(input.Day)
	if err != nil {
		return done, err
	}
	orders, err := d.Store.PostedOrders(ctx, input.Portal, from, until, input.After, partOfDay)
	if err != nil {
		return done, err
	}
	examined := store.Examination{Kinds: []string{CasePostedAmount, CaseNotAtDepartment}}
	for _, order := range orders {
		difference, asked, err := d.compare(ctx, input.Portal, dateOnly(from), order)
		if err != nil {
			return done, answer.Error(err, d.Now())
		}
		if asked {
			examined.Subjects = append(examined.Subjects, order)
		}
		if difference != nil {
			examined.Differences = append(examined.Differences, *difference)
		}
	}
	if done.Opened, done.Closed, err = d.Store.SettleCases(ctx, examined); err != nil {
		return done, err
	}
	if len(orders) == partOfDay {
		done.After = orders[len(orders)-1]
		return done, nil
	}
	return done, markOver(ctx, d.Store, input.Portal, from, d.Now())
}

// compare asks for one payment. It is not asked for what cannot be named any more: the request of a person who was erased.
func (d *Department) compare(ctx context.Context, portal string, day time.Time, id string) (difference *store.Difference, asked bool, err error) {
	order, err := d.Store.PaymentOrder(ctx, id)
	if err != nil {
		return nil, false, err
	}
	request, err := d.Store.Request(ctx, order.Request)
	if errors.Is(err, vault.ErrErased) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	query, err := bill.Query(d.Services, request.Service, request.Answers)
	if _, gone := errors.AsType[*connectors.ChangedError](err); gone {
		return nil, false, nil // the service left the catalog: there is nothing to ask by
	}
	if err != nil {
		return nil, false, err
	}
	said, err := d.acknowledged(ctx, order)
	if err != nil {
		return nil, false, err
	}
	found, err := d.has(ctx, order, query, said)
	differs := store.Difference{Subject: id, Portal: portal, Order: id, Day: day, Expected: int64(said.amount)}
	switch _, absent := errors.AsType[*connectors.NotFoundError](err); {
	case errors.Is(err, errCannotAsk):
		return nil, false, nil
	case absent:
		differs.Kind = CaseNotAtDepartment
		return &differs, true, nil
	case err != nil:
		return nil, false, err
	case found != said.amount:
		differs.Kind, differs.Found = CasePostedAmount, int64(found)
		return &differs, true, nil
	}
	return nil, true, nil
}

// acknowledgement is what a department acknowledged of an order, as our books have it.
type acknowledgement struct {
	amount   connectors.Paise
	returned bool // a part of it came back later
}

func (d *Department) acknowledged(ctx context.Context, order store.PaymentOrder) (acknowledgement, error) {
	said := acknowledgement{amount: connectors.Paise(order.Amount)}
	facts, err := d.Store.PaymentFacts(ctx, order.ID)
	if err != nil {
		return said, err
	}
	for _, raw := range facts {
		var fact payment.Fact
		if err := json.Unmarshal(raw, &fact); err != nil {
			return said, fmt.Errorf("read what is known of the order: %w", err)
		}
		switch {
		case fact.Kind == payment.Posted && fact.Amount > 0:
			said.amount = fact.Amount
		case fact.Kind == payment.Returned:
			said.returned = true
		}
	}
	return said, nil
}
