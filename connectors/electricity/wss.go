package electricity

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

// wssWire is the Java product "WSS", where every call is a form sent to the one
// address wss and uiActionName says what is wanted.
type wssWire struct{ clock func() time.Time }

// The actions. Only the first is known from public client code; see doc.go.
const (
	wssFetch = "postViewPayBill"
	wssPost  = "postAgencyCollection"
	wssFind  = "getAgencyCollection"
)

const (
	fieldBillingUnit  = "BuNumber"
	fieldConsumerType = "consumerType"
	wssDateLayout     = "02-Jan-2006"
)

type wssStatus struct {
	Code    string `json:"messageCode"`
	Message string `json:"message"`
}

type wssBill struct {
	wssStatus
	ConsumerNo string      `json:"consumerNo"`
	Name       string      `json:"consumerName"`
	BillNo     string      `json:"billNumber"`
	Month      string      `json:"billMonth"`
	IssuedOn   string      `json:"billDate"`
	DueDate    string      `json:"dueDate"`
	Amount     json.Number `json:"billAmount"`
	Arrears    json.Number `json:"arrears"`
	// Prompt is what to pay until PromptUntil, "/Date(milliseconds)/".
	Prompt      json.Number `json:"netPPDAmount"`
	PromptUntil string      `json:"promptPaymentDate"`
	ToBePaid    string      `json:"billToBePaid"`
	PaidOn      string      `json:"lastReceiptDate"`
	Receipt     string      `json:"lastReceiptNo"`
}

type wssPosted struct {
	wssStatus
	Reference string      `json:"collectionRefNo"`
	Receipt   string      `json:"receiptNo"`
	Amount    json.Number `json:"amount"`
	PostedAt  string      `json:"collectionDate"`
}

func (wssWire) fetch(query connectors.BillQuery) portal.Request {
	return wssCall(operationFetch, wssFetch, query.Account, query.Fields, nil)
}

func (wssWire) find(query connectors.PostingQuery) portal.Request {
	return wssCall(operationFind, wssFind, query.Account, query.Fields, url.Values{"collectionRefNo": {query.Reference}})
}

func (wssWire) post(posting connectors.Posting) portal.Request {
	request := wssCall(operationPost, wssPost, posting.Account, posting.Fields, url.Values{
		"collectionRefNo": {posting.Reference}, "billNumber": {posting.BillNumber},
		"amount": {posting.Amount.Decimal()}, "pgRefNo": {posting.GatewayPaymentID},
		"collectionDate": {posting.PaidAt.In(connectors.IndianTime).Format(dateTimeLayout)},
	})
	request.Reference = posting.Reference
	return request
}

func wssCall(operation, action, account string, fields map[string]string, more url.Values) portal.Request {
	form := url.Values{
		"ConsumerNo": {account}, fieldBillingUnit: {fields[fieldBillingUnit]}, fieldConsumerType: {fields[fieldConsumerType]},
	}
	maps.Copy(form, more)
	request := formPost(operation, "wss", form)
	request.Query = url.Values{"uiActionName": {action}, "IsAjax": {"true"}}
	return request
}

func (w wssWire) readBill(body []byte) (connectors.Bill, error) {
	var answer wssBill
	if err := wssDecode(body, &answer, whatConsumer); err != nil {
		return connectors.Bill{}, err
	}
	if err := answer.failure(); err != nil {
		return connectors.Bill{}, err
	}
	var read reader
	bill := connectors.Bill{
		Account: read.required(answer.ConsumerNo), Name: answer.Name, Receipt: answer.Receipt,
		Arrears: read.optionalPaise(answer.Arrears.String()), PaidOn: read.wssDate(answer.PaidOn),
	}
	if answer.BillNo == "" && answer.Month == "" {
		bill.Status = connectors.BillNone
		return settle(bill), read.err
	}
	bill.Number, bill.Period = read.required(answer.BillNo), formatPeriod(read.wssMonth(answer.Month))
	bill.IssuedOn, bill.DueDate = read.wssDate(answer.IssuedOn), read.wssDate(answer.DueDate)
	switch answer.ToBePaid {
	case "Y":
		bill.Status, bill.Total = connectors.BillDue, w.payable(&read, answer)
		bill.Amount = bill.Total - bill.Arrears
	case "N":
		bill.Status, bill.Amount = connectors.BillPaid, read.paise(answer.Amount.String())-bill.Arrears
	default:
		read.fail()
	}
	return settle(bill), read.err
}

// payable is what the portal takes today: less while the prompt payment
// discount lasts.
func (w wssWire) payable(read *reader, answer wssBill) connectors.Paise {
	full := read.paise(answer.Amount.String())
	if answer.PromptUntil == "" || answer.Prompt == "" {
		return full
	}
	until := read.wssMoment(answer.PromptUntil)
	if w.clock().After(until) {
		return full
	}
	return read.paise(answer.Prompt.String())
}

func (wssWire) readPosted(body []byte) (connectors.Posted, error) {
	var answer wssPosted
	if err := wssDecode(body, &answer, whatPosting); err != nil {
		return connectors.Posted{}, err
	}
	if err := answer.failure(); err != nil {
		return connectors.Posted{}, err
	}
	var read reader
	return connectors.Posted{
		Reference: read.required(answer.Reference), PortalReceipt: read.required(answer.Receipt),
		Amount: read.paise(answer.Amount.String()), PostedAt: read.time(dateTimeLayout, answer.PostedAt),
	}, read.err
}

// wssDecode reads an object; the bare word false is the product's way to say
// that there is no such thing.
func wssDecode(body []byte, into any, what string) error {
	if strings.TrimSpace(string(body)) == "false" {
		return &connectors.NotFoundError{What: what}
	}
	return decode(body, into)
}

func (s wssStatus) failure() error {
	codes := map[string]meaning{
		"WSS-101": meaningBadAccount, "WSS-103": meaningBadUnit, "WSS-201": meaningAlreadyPaid,
		"WSS-202": meaningWrongAmount, "WSS-203": meaningDuplicate,
		"WSS-301": meaningNotAccepted, "WSS-900": meaningBusy,
	}
	if s.Code == "" {
		return nil
	}
	return failure(codes[s.Code], s.Message)
}

// wssMonth reads "Oct-2026", "OCTOBER 2026" and what lies between.
func (r *reader) wssMonth(text string) time.Time {
	month, year, ok := strings.Cut(strings.ReplaceAll(text, " ", "-"), "-")
	if !ok || len(month) < 3 {
		r.fail()
		return time.Time{}
	}
	return r.time("Jan-2006", titled(month[:3])+"-"+year)
}

// wssDate reads "05-OCT-2026"; a date that is not there is no error.
func (r *reader) wssDate(text string) time.Time {
	if text == "" {
		return time.Time{}
	}
	day, rest, _ := strings.Cut(text, "-")
	return r.time(wssDateLayout, fmt.Sprintf("%s-%s", day, titled(rest)))
}

func titled(word string) string {
	if word == "" {
		return ""
	}
	return strings.ToUpper(word[:1]) + strings.ToLower(word[1:])
}

var wssMoment = regexp.MustCompile(`Date\((\d{1,15})\)`)

// wssMoment reads "/Date(1793471400000)/", milliseconds of Unix time, the
// serialisation of dates that came with Microsoft's early JSON.
func (r *reader) wssMoment(text string) time.Time {
	found := wssMoment.FindStringSubmatch(text)
	if found == nil {
		r.fail()
		return time.Time{}
	}
	milliseconds, err := strconv.ParseInt(found[1], 10, 64)
	if err != nil {
		r.fail()
	}
	return time.UnixMilli(milliseconds)
}

var _ wire = wssWire{}
