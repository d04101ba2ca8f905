package money

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jansetu/jansetu/activities/money/payment"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/payments"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

// dayOf is the midnight in India at which a moment's day began.
func dayOf(at time.Time) time.Time {
	year, month, day := at.In(connectors.IndianTime).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, connectors.IndianTime)
}

// dateOnly is a day as PostgreSQL takes it, whatever the session's time zone.
func dateOnly(day time.Time) time.Time {
	year, month, date := day.Date()
	return time.Date(year, month, date, 0, 0, 0, 0, time.UTC)
}

func span(day string) (from, until time.Time, err error) {
	from, err = time.ParseInLocation(time.DateOnly, day, connectors.IndianTime)
	if err != nil {
		return from, until, fmt.Errorf("read the day: %w", err)
	}
	return from, from.AddDate(0, 0, 1), nil
}

// ReconcileGateway compares a day with the payment gateway: what it took, gave back and paid out. What our books only had not heard of
// they hear now; the rest are cases.
func (a *Activities) ReconcileGateway(ctx context.Context, input workflows.ReconcileInput) (workflows.Reconciled, error) {
	c := &comparison{Activities: a, portal: input.Portal}
	var err error
	if c.from, c.until, err = span(input.Day); err != nil {
		return c.done, err
	}
	for _, compare := range []func(context.Context) error{c.payments, c.refunds, c.settlements} {
		if err := compare(ctx); err != nil {
			return c.done, a.failure(err)
		}
	}
	return c.done, markOver(ctx, a.Store, input.Portal, c.from, a.Now())
}

// markOver notes that a day was compared, unless it is not over and more may come.
func markOver(ctx context.Context, s *store.Store, portal string, day, now time.Time) error {
	if now.Before(day.AddDate(0, 0, 1)) {
		return nil
	}
	return s.MarkReconciled(ctx, portal, dateOnly(day))
}

// comparison is one day of one portal under way.
type comparison struct {
	*Activities

	portal      string
	from, until time.Time
	done        workflows.Reconciled
}

// settle opens and closes the cases of what was examined.
func (c *comparison) settle(ctx context.Context, examined store.Examination) error {
	opened, closed, err := c.Store.SettleCases(ctx, examined)
	c.done.Opened, c.done.Closed = c.done.Opened+opened, c.done.Closed+closed
	return err
}

func (c *comparison) difference(kind, subject, order string, expected, found connectors.Paise) store.Difference {
	return store.Difference{
		Kind: kind, Subject: subject, Portal: c.portal, Order: order, Day: dateOnly(c.from), Expected: int64(expected), Found: int64(found),
	}
}

// payments compares what was taken.
func (c *comparison) payments(ctx context.Context) error {
	examined := store.Examination{Kinds: []string{CaseUnknownCapture, CaseNotAtGateway, CaseCapturedAmount}}
	stated, err := c.stated(ctx)
	if err != nil {
		return err
	}
	for _, paid := range stated {
		examined.Subjects = append(examined.Subjects, paid.ID)
		differences, err := c.statedPayment(ctx, paid)
		if err != nil {
			return err
		}
		examined.Differences = append(examined.Differences, differences...)
	}
	ours, err := c.Store.MoneyFacts(ctx, string(payment.Captured), c.from, c.until)
	if err != nil {
		return err
	}
	seen := setOf(examined.Subjects)
	for _, fact := range ours {
		if seen[fact.Payment] {
			continue
		}
		examined.Subjects = append(examined.Subjects, fact.Payment)
		differences, err := c.ourPayment(ctx, fact)
		if err != nil {
			return err
		}
		examined.Differences = append(examined.Differences, differences...)
	}
	return c.settle(ctx, examined)
}

func setOf(names []string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, name := range names {
		set[name] = true
	}
	return set
}

// stated is nil for a gateway that gives no statements.
func (c *comparison) stated(ctx context.Context) ([]payments.StatedPayment, error) {
	statements, ok := c.Gateway.(payments.Statements)
	if !ok {
		return nil, nil
	}
	return statements.PaymentsMade(ctx, c.from, c.until)
}

// statedPayment compares a payment of the gateway's statement. One on an order of ours is news for the books at most.
func (c *comparison) statedPayment(ctx context.Context, stated payments.StatedPayment) ([]store.Difference, error) {
	order, err := c.Store.OrderOf(ctx, stated.Reference, "", stated.ID)
	if errors.Is(err, store.ErrNoOrder) {
		if stated.Status != payments.PaymentCaptured {
			return nil, nil
		}
		return []store.Difference{c.difference(CaseUnknownCapture, stated.ID, "", 0, stated.Amount)}, nil
	}
	if err != nil {
		return nil, err
	}
	standing, err := c.Books.Hear(ctx, order, NewsOfPayment(c.Provider, stated.Payment)...)
	if err != nil {
		return nil, fmt.Errorf("keep the books: %w", err)
	}
	return c.comparePayment(order, standing, stated.Payment), nil
}

// comparePayment holds a payment of the gateway against the books, which have heard all of it by now.
func (c *comparison) comparePayment(order string, standing payment.Standing, stated payments.Payment) []store.Difference {
	ours, _ := standing.Find(stated.ID)
	taken := stated.Status == payments.PaymentCaptured || stated.Status == payments.PaymentRefunded
	switch {
	case ours.Stage == payment.StageCaptured && !taken:
		return []store.Difference{c.difference(CaseNotAtGateway, stated.ID, order, ours.Amount, 0)}
	case taken && ours.Amount != stated.Amount:
		return []store.Difference{c.difference(CaseCapturedAmount, stated.ID, order, ours.Amount, stated.Amount)}
	}
	return nil
}

// ourPayment looks a payment up that we know and the statement does not name: it may have been begun on another day.
func (c *comparison) ourPayment(ctx context.Context, fact store.MoneyFact) ([]store.Difference, error) {
	standing, err := c.Books.Record(ctx, fact.Order)
	if err != nil {
		return nil, fmt.Errorf("read the books: %w", err)
	}
	link, err := c.Gateway.FindLink(ctx, fact.Order)
	if _, absent := errors.AsType[*connectors.NotFoundError](err); err != nil && !absent {
		return nil, err
	}
	for _, stated := range link.Payments {
		if stated.ID == fact.Payment {
			return c.comparePayment(fact.Order, standing, stated), nil
		}
	}
	return []store.Difference{c.difference(CaseNotAtGateway, fact.Payment, fact.Order, connectors.Paise(fact.Amount), 0)}, nil
}

// ReconcileBooks looks through our own books for money that nothing moves any more, and answers which cases are open.
func (a *Activities) ReconcileBooks(ctx context.Context, now time.Time) (workflows.OpenCases, error) {
	c := &comparison{Activities: a, portal: workflows.PaymentsPortal, from: dayOf(now)}
	for _, compare := range []func(context.Context) error{c.stuckOrders, func(ctx context.Context) error { return c.lateRefunds(ctx, now) }} {
		if err := compare(ctx); err != nil {
			return workflows.OpenCases{}, err
		}
	}
	counts, err := a.Store.CountCases(ctx)
	if err != nil {
		return workflows.OpenCases{}, err
	}
	return summarise(counts), nil
}

func summarise(counts map[string]int) workflows.OpenCases {
	var open workflows.OpenCases
	parts := make([]string, 0, len(counts))
	for kind, n := range counts {
		open.Total += n
		parts = append(parts, fmt.Sprintf("%d %s", n, kind))
	}
	slices.Sort(parts)
	open.Summary = strings.Join(parts, ", ")
	return open
}

func (c *comparison) stuckOrders(ctx context.Context) error {
	kinds := []string{CaseContradiction, CaseHeld}
	stuck, err := c.Store.StuckOrders(ctx)
	if err != nil {
		return err
	}
	subjects, err := c.Store.CasesAbout(ctx, kinds...)
	if err != nil {
		return err
	}
	examined := store.Examination{Kinds: kinds, Subjects: subjects}
	for _, order := range stuck {
		kind := CaseHeld
		if order.State == string(payment.StateReview) {
			kind = CaseContradiction
		}
		difference := c.difference(kind, order.ID, order.ID, connectors.Paise(order.Amount), 0)
		difference.Portal = order.Portal
		examined.Differences = append(examined.Differences, difference)
	}
	return c.settle(ctx, examined)
}

// mostRefunds that one look considers; more than that being late has one cause.
const mostRefunds = 10_000

func (c *comparison) lateRefunds(ctx context.Context, now time.Time) error {
	open, err := c.Store.OpenRefunds(ctx, mostRefunds)
	if err != nil {
		return err
	}
	subjects, err := c.Store.CasesAbout(ctx, CaseRefundLate)
	if err != nil {
		return err
	}
	examined := store.Examination{Kinds: []string{CaseRefundLate}, Subjects: subjects}
	for _, refund := range open {
		if refund.State == string(workflows.RefundFailed) || now.After(workflows.RefundDue(refund.CreatedAt)) {
			examined.Differences = append(examined.Differences, c.difference(CaseRefundLate, refund.ID, refund.Order, connectors.Paise(refund.Amount), 0))
		}
	}
	return c.settle(ctx, examined)
}
