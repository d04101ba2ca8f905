package municipal

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"github.com/jansetu/jansetu/connectors"
)

// billWire is a bill of billing v2. Amounts are rupees, times milliseconds.
type billWire struct {
	ID       string       `json:"id"`
	Number   string       `json:"billNumber"`
	Consumer string       `json:"consumerCode"`
	Service  string       `json:"businessService"`
	Mobile   string       `json:"mobileNumber"`
	Payer    string       `json:"payerName"`
	Date     int64        `json:"billDate"`
	Total    json.Number  `json:"totalAmount"`
	Details  []billDetail `json:"billDetails"`
}

type billDetail struct {
	Expiry int64       `json:"expiryDate"`
	From   int64       `json:"fromPeriod"`
	Amount json.Number `json:"amount"`
}

func readOpenBill(body []byte, account string) (openBill, error) {
	var answer struct {
		Bills []billWire `json:"Bill"`
	}
	if err := decode(body, &answer); err != nil {
		return openBill{}, err
	}
	if answer.Bills == nil {
		return openBill{}, errUnreadable
	}
	for _, wire := range answer.Bills {
		if wire.Consumer == account {
			bill, err := wire.bill()
			return openBill{bill: bill, id: wire.ID, mobile: wire.Mobile, payer: wire.Payer}, err
		}
	}
	if len(answer.Bills) > 0 {
		return openBill{}, errUnreadable
	}
	return openBill{}, &connectors.RefusedError{Code: refusedNoDemands}
}

// bill adds up: the newest period is the charge, the ones before it arrears.
func (w billWire) bill() (connectors.Bill, error) {
	total, err := connectors.ParsePaise(w.Total.String())
	if err != nil || w.ID == "" || w.Number == "" || len(w.Details) == 0 {
		return connectors.Bill{}, errUnreadable
	}
	newest := w.Details[0]
	for _, detail := range w.Details {
		if detail.From > newest.From {
			newest = detail
		}
	}
	amount, err := connectors.ParsePaise(newest.Amount.String())
	if err != nil {
		return connectors.Bill{}, errUnreadable
	}
	bill := connectors.Bill{
		Account: w.Consumer, Name: w.Payer, Number: w.Number, Status: connectors.BillDue,
		IssuedOn: day(w.Date), DueDate: day(newest.Expiry), Amount: amount, Arrears: total - amount, Total: total,
	}
	if newest.From > 0 {
		bill.Period = moment(newest.From).Format("2006-01")
	}
	if total <= 0 {
		bill.Status, bill.Total = connectors.BillPaid, 0
	}
	return bill, nil
}

// day is midnight of a moment's day.
func day(milliseconds int64) time.Time {
	at := moment(milliseconds)
	if at.IsZero() {
		return at
	}
	return time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, connectors.IndianTime)
}

// hasEntry tells whether the list of an answer holds anything.
func hasEntry(body []byte, list string) (bool, error) {
	var answer map[string]json.RawMessage
	if err := decode(body, &answer); err != nil {
		return false, err
	}
	var entries []json.RawMessage
	if err := decode(answer[list], &entries); err != nil {
		return false, err
	}
	return len(entries) > 0, nil
}

// paymentWire is a payment of the collection service.
type paymentWire struct {
	Transaction string          `json:"transactionNumber"`
	At          json.Number     `json:"transactionDate"`
	Status      string          `json:"paymentStatus"`
	Total       json.Number     `json:"totalAmountPaid"`
	Details     []paymentDetail `json:"paymentDetails"`
}

type paymentDetail struct {
	Receipt string    `json:"receiptNumber"`
	Service string    `json:"businessService"`
	Bill    *billWire `json:"bill"`
}

// pays tells whether a payment is for the account; one without its bill cannot
// contradict.
func (p paymentWire) pays(service, account string) bool {
	for _, detail := range p.Details {
		if (detail.Service == "" || detail.Service == service) && (detail.Bill == nil || detail.Bill.Consumer == account) {
			return true
		}
	}
	return false
}

func (p paymentWire) posted() (connectors.Posted, error) {
	amount, err := connectors.ParsePaise(p.Total.String())
	if err != nil || len(p.Details) == 0 || p.Details[0].Receipt == "" || p.Transaction == "" {
		return connectors.Posted{}, errUnreadable
	}
	return connectors.Posted{
		Reference: p.Transaction, PortalReceipt: p.Details[0].Receipt, Amount: amount, PostedAt: p.moment(),
	}, nil
}

func (p paymentWire) moment() time.Time {
	milliseconds, err := p.At.Int64()
	if err != nil {
		return time.Time{}
	}
	return moment(milliseconds)
}

// pay posts the payment of a whole bill. The instrument is the payment gateway's,
// which collection wants for an online payment.
func (c *Connector) pay(ctx context.Context, posting connectors.Posting, open openBill) (connectors.Posted, error) {
	mobile := posting.Fields[FieldMobile]
	if mobile == "" {
		mobile = open.mobile
	}
	tenant, amount := c.tenantOf(posting.Fields), json.Number(posting.Amount.Decimal())
	var posted connectors.Posted
	err := c.call(ctx, exchange{
		operation: operationPost, path: "collection-services/payments/_create", reference: posting.Reference,
		body: map[string]any{"Payment": map[string]any{
			"tenantId": tenant, "totalDue": amount, "totalAmountPaid": amount, "paymentMode": c.terms.paymentMode,
			"transactionNumber": posting.Reference, "transactionDate": posting.PaidAt.UnixMilli(),
			"instrumentNumber": posting.GatewayPaymentID, "instrumentDate": posting.PaidAt.UnixMilli(),
			"paidBy": "OWNER", "mobileNumber": mobile, "payerName": open.payer,
			"paymentDetails": []any{map[string]any{
				"tenantId": tenant, "businessService": posting.Service, "billId": open.id, "totalDue": amount, "totalAmountPaid": amount,
			}},
		}},
		expected: "the payment that was posted", meaning: paymentFault,
		read: func(body []byte) error {
			list, err := readPayments(body)
			if err != nil || len(list) != 1 || list[0].Transaction != posting.Reference {
				return errUnreadable
			}
			posted, err = list[0].posted()
			return err
		},
	})
	return posted, err
}

// paymentFault knows the codes of PaymentValidator.
func paymentFault(told fault) error {
	switch told.Code {
	case "BILL_ALREADY_PAID":
		return &connectors.RefusedError{Code: connectors.RefusedAlreadyPaid, Reason: told.Message}
	case "INVALID_PAYMENTDETAIL", "INVALID_BILL":
		if strings.Contains(told.Message, "paymentMode") {
			return &connectors.RefusedError{Code: "payment_mode", Reason: told.Message}
		}
		return &connectors.RefusedError{Code: connectors.RefusedAmount, Reason: told.Message}
	case "BILL_EXPIRED":
		// The next try finds a new bill.
		return &connectors.UnavailableError{Reason: connectors.ReasonServerError, RetryAfter: time.Second}
	case "INVALID_PAYMENTMODE", "INVALID_TXN_NUMBER", "INVALID_INSTRUMENT_NUMBER", "INVALID_USER_INFO", "INVALID_USER_ID",
		"INVALID_BUSINESS_DETAILS":
		return &connectors.ChangedError{Expected: "our request to be accepted", Seen: told.Code}
	default:
		return nil
	}
}

func readPayments(body []byte) ([]paymentWire, error) {
	var answer struct {
		Payments []paymentWire `json:"Payments"`
	}
	if err := decode(body, &answer); err != nil {
		return nil, err
	}
	if answer.Payments == nil {
		return nil, errUnreadable
	}
	return answer.Payments, nil
}

// payments searches by the module's path, which employees must use.
func (c *Connector) payments(ctx context.Context, service string, wanted url.Values) ([]paymentWire, error) {
	var list []paymentWire
	err := c.call(ctx, exchange{
		operation: operationPayments, path: "collection-services/payments/" + url.PathEscape(service) + "/_search", query: wanted,
		expected: "a list of payments",
		read: func(body []byte) (err error) {
			list, err = readPayments(body)
			for _, made := range list {
				if err == nil && made.Status != "CANCELLED" {
					_, err = made.posted()
				}
			}
			return err
		},
	})
	made := list[:0]
	for _, payment := range list {
		if payment.Status != "CANCELLED" && payment.Status != "DISHONOURED" {
			made = append(made, payment)
		}
	}
	return made, err
}

// lastPaid answers the newest paid bill of an account.
func (c *Connector) lastPaid(ctx context.Context, query connectors.BillQuery) (connectors.Bill, error) {
	list, err := c.payments(ctx, query.Service, url.Values{
		"tenantId": {c.tenantOf(query.Fields)}, "consumerCodes": {query.Account},
	})
	if err != nil {
		return connectors.Bill{}, err
	}
	var newest paymentWire
	for _, made := range list {
		if made.pays(query.Service, query.Account) && !made.moment().Before(newest.moment()) {
			newest = made
		}
	}
	if len(newest.Details) == 0 {
		return connectors.Bill{}, &connectors.NotFoundError{What: "payment"}
	}
	bill := connectors.Bill{Account: query.Account}
	if paid := newest.Details[0].Bill; paid != nil {
		if bill, err = paid.bill(); err != nil {
			return connectors.Bill{}, &connectors.ChangedError{Expected: "a payment with its bill", Seen: "another bill"}
		}
	}
	bill.Status, bill.Total = connectors.BillPaid, 0
	bill.PaidOn, bill.Receipt = newest.moment(), newest.Details[0].Receipt
	return bill, nil
}
