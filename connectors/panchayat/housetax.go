package panchayat

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

// The names of metrics' operations.
const (
	operationFetch    = "fetch_bill"
	operationPost     = "post_payment"
	operationFind     = "find_payment"
	operationForm     = "form"
	operationSubmit   = "submit"
	operationLookup   = "find_application"
	operationStatus   = "status"
	operationDocument = "document"
)

// FetchBill implements connectors.BillFetcher: the house tax of one assessment
// for the current half-year. Bill.Period is the month the half-year begins with.
func (c *Connector) FetchBill(ctx context.Context, query connectors.BillQuery) (connectors.Bill, error) {
	bill, err := call(ctx, c, query.Fields, formPost(operationFetch, "htdemand.asp", url.Values{"assno": {query.Account}}), readDemand)
	if err == nil && bill.Account != query.Account {
		err = &connectors.ChangedError{Expected: "the demand of the assessment asked for", Seen: "another's"}
	}
	if err != nil {
		return connectors.Bill{}, fmt.Errorf("fetch bill: %w", err)
	}
	bill.AsOf = c.clock()
	return bill, nil
}

// PostPayment implements connectors.PaymentPoster. When the server says that the
// demand is paid or the reference used, that may be our own posting whose answer
// was lost; it is looked up before it is called a refusal.
func (c *Connector) PostPayment(ctx context.Context, posting connectors.Posting) (connectors.Posted, error) {
	request := formPost(operationPost, "htpayment.asp", url.Values{
		"assno": {posting.Account}, "demno": {posting.BillNumber}, "amount": {posting.Amount.Decimal()},
		"refno": {posting.Reference}, "bankref": {posting.GatewayPaymentID},
		"paydt": {posting.PaidAt.In(connectors.IndianTime).Format(dateTimeLayout)},
	})
	request.Reference = posting.Reference
	posted, err := portal.SubmitOnce(ctx, portal.Submission[connectors.Posted]{
		Reference: posting.Reference, Idempotent: true, Ambiguous: []string{connectors.RefusedAlreadyPaid},
		Same: func(posted connectors.Posted) bool { return posted.Amount == posting.Amount },
		Submit: func(ctx context.Context) (connectors.Posted, error) {
			return call(ctx, c, posting.Fields, request, receiptOf(posting.Account, posting.Reference))
		},
		Find: func(ctx context.Context) (connectors.Posted, error) {
			return c.FindPayment(ctx, connectors.PostingQuery{
				Reference: posting.Reference, Service: posting.Service, Account: posting.Account, Fields: posting.Fields,
			})
		},
	})
	if err != nil {
		return connectors.Posted{}, fmt.Errorf("post payment: %w", err)
	}
	return posted, nil
}

// FindPayment implements connectors.PaymentPoster.
func (c *Connector) FindPayment(ctx context.Context, query connectors.PostingQuery) (connectors.Posted, error) {
	request := portal.Request{
		Operation: operationFind, Method: http.MethodGet, Path: "htreceipt.asp",
		Query: url.Values{"assno": {query.Account}, "refno": {query.Reference}},
	}
	posted, err := call(ctx, c, query.Fields, request, receiptOf(query.Account, query.Reference))
	if err != nil {
		return connectors.Posted{}, fmt.Errorf("find payment: %w", err)
	}
	return posted, nil
}

// noDemand is what the page says of an assessment too new to have a demand.
const noDemand = "demand is not yet raised"

func readDemand(shown page) (connectors.Bill, error) {
	read := shown.rows()
	bill := connectors.Bill{Account: read.required("assessment no"), Name: read.optional("owner name"), Status: connectors.BillNone}
	if shown.says(noDemand) {
		return bill, read.err
	}
	bill.Number = read.required("demand no")
	bill.Period = read.period("half year")
	bill.IssuedOn, bill.DueDate = read.date("demand date"), read.date("due date")
	bill.Amount = read.paise("house tax") + read.paise("library cess")
	bill.Arrears = read.paise("arrears with penalty")
	total := read.paise("total amount")
	switch strings.ToUpper(read.required("status")) {
	case "NOT PAID":
		bill.Status, bill.Total = connectors.BillDue, total
		if bill.Amount+bill.Arrears != total {
			read.fail("a total that is the sum of its parts")
		}
	case "PAID":
		bill.Status, bill.Receipt, bill.PaidOn = connectors.BillPaid, read.optional("receipt no"), read.date("receipt date")
	default:
		read.fail("status PAID or NOT PAID")
	}
	if bill.Status == connectors.BillDue && bill.Total <= 0 {
		bill.Status, bill.Total = connectors.BillPaid, 0
	}
	return bill, read.err
}

func receiptOf(account, reference string) func(page) (connectors.Posted, error) {
	return func(shown page) (connectors.Posted, error) {
		read := shown.rows()
		posted := connectors.Posted{
			Reference: read.required("reference no"), PortalReceipt: read.required("receipt no"),
			Amount: read.paise("amount paid"), PostedAt: read.moment("receipt date"),
		}
		if read.required("assessment no") != account || posted.Reference != reference {
			read.fail("the receipt of the assessment and reference asked for")
		}
		return posted, read.err
	}
}

// startOfHalf turns "2026-27 II" into 2026-10, the half-year's first month.
func startOfHalf(text string) (time.Time, bool) {
	years, half, _ := strings.Cut(strings.TrimSpace(text), " ")
	start, _, _ := strings.Cut(years, "-")
	year, err := time.Parse("2006", start)
	month, known := map[string]time.Month{"I": time.April, "II": time.October}[strings.TrimSpace(half)]
	return time.Date(year.Year(), month, 1, 0, 0, 0, 0, connectors.IndianTime), err == nil && known
}

func formPost(operation, path string, form url.Values) portal.Request {
	return portal.Request{
		Operation: operation, Method: http.MethodPost, Path: path,
		Body: []byte(form.Encode()), ContentType: "application/x-www-form-urlencoded",
	}
}
