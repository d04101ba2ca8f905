package municipal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

// The names of the bill operations in metrics.
const (
	operationFetch    = "fetch_bill"
	operationPost     = "post_payment"
	operationPayments = "find_payment"
	operationRegistry = "registry"
)

// accountShape keeps an account from becoming two: DIGIT reads a comma as the
// next consumer code.
var accountShape = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9 ./_-]{0,63}$`)

// FetchBill implements connectors.BillFetcher. An account without demands is paid
// when it has a payment, without a bill when the service's register has it, and
// unknown otherwise.
func (c *Connector) FetchBill(ctx context.Context, query connectors.BillQuery) (connectors.Bill, error) {
	bill, err := c.bill(ctx, query)
	if err != nil {
		return connectors.Bill{}, fmt.Errorf("fetch bill: %w", err)
	}
	bill.AsOf = c.clock()
	return bill, nil
}

func (c *Connector) bill(ctx context.Context, query connectors.BillQuery) (connectors.Bill, error) {
	if !accountShape.MatchString(query.Account) {
		return connectors.Bill{}, &connectors.InputRejectedError{Field: connectors.FieldAccount}
	}
	open, err := c.open(ctx, query)
	if err == nil {
		return open.bill, nil
	}
	if !errors.Is(err, errNoDemands) {
		return connectors.Bill{}, err
	}
	paid, err := c.lastPaid(ctx, query)
	if err == nil || connectors.ClassOf(err) != connectors.ClassNotFound {
		return paid, err
	}
	return c.registered(ctx, query)
}

// openBill is a bill that can be paid, with what a payment has to name.
type openBill struct {
	bill   connectors.Bill
	id     string
	mobile string
	payer  string
}

// errNoDemands says that nothing is demanded of an account, or that there is no
// such account: DIGIT does not tell them apart.
var errNoDemands = errors.New("no demands")

// refusedNoDemands carries errNoDemands through a check as a classified answer,
// so that it does not look like a sick portal.
const refusedNoDemands = "no_demands"

// tenantOf is the town that a bill is of: by its name in a bill or by that in a complaint, so that both can take it from the same list.
func (c *Connector) tenantOf(fields map[string]string) string {
	return cmp.Or(fields[FieldTenant], fields[connectors.FieldTenant], c.terms.tenant)
}

// open asks for the present bill. DIGIT makes one when there is none and a new
// one when the last has expired.
func (c *Connector) open(ctx context.Context, query connectors.BillQuery) (openBill, error) {
	var open openBill
	err := c.call(ctx, exchange{
		operation: operationFetch, path: "billing-service/bill/v2/_fetchbill",
		query: url.Values{
			"tenantId": {c.tenantOf(query.Fields)}, "businessService": {query.Service}, "consumerCode": {query.Account},
		},
		expected: "a list of bills", meaning: billFault,
		read: func(body []byte) (err error) {
			open, err = readOpenBill(body, query.Account)
			return err
		},
	})
	if refused, ok := errors.AsType[*connectors.RefusedError](err); ok && refused.Code == refusedNoDemands {
		return openBill{}, errNoDemands
	}
	return open, err
}

// billFault knows the codes of the billing service.
func billFault(told fault) error {
	switch told.Code {
	case "EG_BS_BILL_NO_DEMANDS_FOUND", "EMPTY_DEMANDS":
		return &connectors.RefusedError{Code: refusedNoDemands}
	case "EG_BS_BILL_SEARCH_MANDATORY_FIELDS_MISSING":
		return &connectors.InputRejectedError{Field: connectors.FieldAccount, Reason: told.Message}
	default:
		return nil
	}
}

// registered tells an account without a bill from one that is not there.
func (c *Connector) registered(ctx context.Context, query connectors.BillQuery) (connectors.Bill, error) {
	unknown := &connectors.NotFoundError{What: "account"}
	register, known := c.terms.registries[query.Service]
	if !known {
		return connectors.Bill{}, unknown
	}
	there := false
	err := c.call(ctx, exchange{
		operation: operationRegistry, path: register.path, expected: "the service's register",
		query: url.Values{"tenantId": {c.tenantOf(query.Fields)}, register.parameter: {query.Account}},
		read: func(body []byte) (err error) {
			there, err = hasEntry(body, register.list)
			return err
		},
	})
	if err != nil {
		return connectors.Bill{}, err
	}
	if !there {
		return connectors.Bill{}, unknown
	}
	return connectors.Bill{Account: query.Account, Status: connectors.BillNone}, nil
}

// PostPayment implements connectors.PaymentPoster. It pays the present bill of
// the account if that is still of the same amount. A caller who gives up does not
// learn how far it came: the outcome is unknown to him.
func (c *Connector) PostPayment(ctx context.Context, posting connectors.Posting) (connectors.Posted, error) {
	posted, err := portal.SubmitOnce(ctx, portal.Submission[connectors.Posted]{
		Reference: posting.Reference, Ambiguous: []string{connectors.RefusedAlreadyPaid},
		Submit: func(ctx context.Context) (connectors.Posted, error) { return c.post(ctx, posting) },
		Find: func(ctx context.Context) (connectors.Posted, error) {
			return c.findPayment(ctx, connectors.PostingQuery{
				Reference: posting.Reference, Service: posting.Service, Account: posting.Account, Fields: posting.Fields,
			})
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

func (c *Connector) post(ctx context.Context, posting connectors.Posting) (connectors.Posted, error) {
	open, err := c.open(ctx, connectors.BillQuery{Service: posting.Service, Account: posting.Account, Fields: posting.Fields})
	switch {
	case errors.Is(err, errNoDemands), err == nil && open.bill.Status == connectors.BillPaid:
		return connectors.Posted{}, &connectors.RefusedError{Code: connectors.RefusedAlreadyPaid}
	case err != nil:
		return connectors.Posted{}, err
	case open.bill.Total != posting.Amount:
		return connectors.Posted{}, &connectors.RefusedError{Code: connectors.RefusedAmount}
	default:
		return c.pay(ctx, posting, open)
	}
}

// FindPayment implements connectors.PaymentPoster. Collection stores a payment
// before it answers, so one that is not there was never made.
func (c *Connector) FindPayment(ctx context.Context, query connectors.PostingQuery) (connectors.Posted, error) {
	posted, err := c.findPayment(ctx, query)
	if err != nil {
		return connectors.Posted{}, fmt.Errorf("find payment: %w", err)
	}
	return posted, nil
}

func (c *Connector) findPayment(ctx context.Context, query connectors.PostingQuery) (connectors.Posted, error) {
	list, err := c.payments(ctx, query.Service, url.Values{
		"tenantId": {c.tenantOf(query.Fields)}, "transactionNumber": {query.Reference},
	})
	if err != nil {
		return connectors.Posted{}, err
	}
	for _, made := range list {
		if made.Transaction == query.Reference && made.pays(query.Service, query.Account) {
			return made.posted()
		}
	}
	return connectors.Posted{}, &connectors.NotFoundError{What: "posting"}
}
