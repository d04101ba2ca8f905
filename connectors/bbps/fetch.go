package bbps

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jansetu/jansetu/connectors"
)

// fetched is the answer to one fetch, which a payment has to name.
type fetched struct {
	biller Biller
	params []tag
	refID  string
	// bills are open and in the order of their due dates; without any, status
	// says why.
	bills  []connectors.Bill
	status connectors.BillStatus
}

// FetchBill implements connectors.BillFetcher. Of several open bills it answers
// the one that is due first.
func (c *Connector) FetchBill(ctx context.Context, query connectors.BillQuery) (connectors.Bill, error) {
	answered, err := c.fetch(ctx, query)
	if err != nil {
		return connectors.Bill{}, fmt.Errorf("fetch bill: %w", err)
	}
	bill := connectors.Bill{Status: answered.status}
	if len(answered.bills) > 0 {
		bill = answered.bills[0]
	}
	bill.Account, bill.AsOf = query.Account, c.clock()
	return bill, nil
}

func (c *Connector) fetch(ctx context.Context, query connectors.BillQuery) (fetched, error) {
	biller, err := c.Biller(ctx, query.Service)
	if err != nil {
		return fetched{}, err
	}
	if biller.FetchRequirement == fetchNotSupported {
		return fetched{}, &connectors.RefusedError{Code: "fetch_not_supported", Reason: biller.Name}
	}
	if err := biller.down(c.clock()); err != nil {
		return fetched{}, err
	}
	params, err := biller.fill(query.Account, query.Fields)
	if err != nil {
		return fetched{}, err
	}
	answered := fetched{biller: biller, params: params, refID: newFetchRefID()}
	sent := c.message(answered.refID, query.Fields, biller, params)
	if err := c.request(ctx, operationRequestFetch, pathFetch, "", sent); err != nil {
		return fetched{}, err
	}
	err = c.await(ctx, func(ctx context.Context) error { return c.askFetch(ctx, &answered) })
	if errors.Is(err, errPending) {
		err = &connectors.UnavailableError{Reason: connectors.ReasonTimeout}
	}
	return answered, err
}

// newFetchRefID is 35 characters that no other request has.
func newFetchRefID() string { return "JSF" + rand.Text() + rand.Text()[:6] }

func (c *Connector) message(refID string, fields map[string]string, biller Biller, params []tag) message {
	return message{
		Head:        head{Version: protocolVersion, Time: c.clock().Format(time.RFC3339), RefID: refID},
		Agent:       agent{ID: c.agent, Device: []tag{{Name: "INITIATING_CHANNEL", Value: c.channel}}},
		Customer:    customer{Mobile: fields[FieldMobile]},
		BillDetails: billDetails{BillerID: biller.ID, Params: params},
	}
}

// askFetch reads what has become of a fetch, errPending included.
func (c *Connector) askFetch(ctx context.Context, into *fetched) error {
	err := c.get(ctx, operationAwaitFetch, pathFetch, into.refID, "the answer to a fetch", func(body []byte) error {
		read, err := readAnswer(body, into.refID)
		if err != nil {
			return err
		}
		into.bills, into.status, err = read.fetchResult()
		if errors.Is(err, errPending) {
			return nil // an answer like any other to the breaker
		}
		return err
	})
	switch {
	case connectors.ClassOf(err) == connectors.ClassNotFound && isMissingReference(err):
		// The aggregator took it a moment ago and will know it soon.
		return errPending
	case err == nil && into.status == "":
		return errPending
	default:
		return err
	}
}

func isMissingReference(err error) bool {
	missing, ok := errors.AsType[*connectors.NotFoundError](err)
	return ok && missing.What == whatPosting
}

// fetchResult answers the open bills, or the status of an account without any.
func (a answer) fetchResult() ([]connectors.Bill, connectors.BillStatus, error) {
	switch a.State {
	case stateReceived, stateReceivedToo:
		return nil, "", errPending
	case stateTimeout, stateSendFailed, stateAckFailed:
		return nil, "", &connectors.UnavailableError{Reason: connectors.ReasonTimeout}
	case stateDecline:
		return a.declined()
	case stateSuccess:
		return a.bills()
	default:
		return nil, "", errUnreadable
	}
}

func (a answer) declined() ([]connectors.Bill, connectors.BillStatus, error) {
	switch a.Reason.ComplianceCode {
	case "BFR001":
		return nil, "", &connectors.NotFoundError{What: "consumer"}
	case "BFR002":
		return nil, "", &connectors.InputRejectedError{Field: connectors.FieldAccount, Reason: a.Reason.ComplianceText}
	case "BFR003", "BFR005":
		return nil, connectors.BillNone, nil
	case "BFR004":
		return nil, connectors.BillPaid, nil
	case "BFR008", "COU_REQUEST_TIMEOUT", "COU_NETWORK_ERROR":
		return nil, "", &connectors.UnavailableError{Reason: connectors.ReasonServerError}
	default:
		return nil, "", errUnreadable
	}
}

func (a answer) bills() ([]connectors.Bill, connectors.BillStatus, error) {
	if a.Reason.Code != successCode || len(a.Bills) == 0 {
		return nil, "", errUnreadable
	}
	var open []connectors.Bill
	for _, wire := range a.Bills {
		bill, err := wire.bill()
		if err != nil {
			return nil, "", err
		}
		if bill.Total > 0 {
			open = append(open, bill)
		}
	}
	slices.SortStableFunc(open, func(x, y connectors.Bill) int { return x.DueDate.Compare(y.DueDate) })
	if len(open) == 0 {
		return nil, connectors.BillPaid, nil
	}
	return open, connectors.BillDue, nil
}

// bill reads one bill. Billers may leave the number out, so its dates then stand
// for it.
func (w billerResponse) bill() (connectors.Bill, error) {
	amount, amountErr := paise(w.Amount)
	due, dueErr := date(w.DueDate)
	issued, issuedErr := date(w.BillDate)
	if err := cmp.Or(amountErr, dueErr, issuedErr); err != nil {
		return connectors.Bill{}, err
	}
	number := w.BillNumber
	if number == "NA" {
		number = ""
	}
	return connectors.Bill{
		Name: w.CustomerName, Number: cmp.Or(number, "due "+w.DueDate), Period: period(w.BillPeriod, issued),
		IssuedOn: issued, DueDate: due, Amount: amount, Total: amount, Status: connectors.BillDue,
	}, nil
}

// period reads the billed month, which billers write in many ways; the month
// before the bill stands in for what is not a month, such as MONTHLY.
func period(text string, issued time.Time) string {
	for _, layout := range []string{"200601", "2006-01", "01/2006", "Jan-2006", "January 2006", "Jan 2006"} {
		if layout != "January 2006" && len(layout) != len(text) { // only the names of months differ in length
			continue
		}
		if month, err := time.Parse(layout, text); err == nil {
			return month.Format("2006-01")
		}
	}
	if issued.IsZero() {
		return ""
	}
	return issued.AddDate(0, 0, -issued.Day()).Format("2006-01")
}
