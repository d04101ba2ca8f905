package electricity

import (
	"net/http"
	"net/url"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

// requestnoWire is the shape asked by REQUEST_NO and MOBILE.
type requestnoWire struct{}

type requestnoEnvelope[T any] struct {
	Code string `json:"RESP_CODE"`
	Text string `json:"RESP_DESC"`
	Data T      `json:"DATA"`
}

type requestnoBill struct {
	Account  string `json:"SCNO"`
	Name     string `json:"NAME"`
	BillNo   string `json:"BILLNO"`
	Month    string `json:"BILLMON"`
	IssuedOn string `json:"BILLDT"`
	DueDate  string `json:"DUEDT"`
	Amount   string `json:"BILLAMT"`
	Arrears  string `json:"ARREAR"`
	Net      string `json:"NETAMT"`
	PayFlag  string `json:"PAYFLAG"`
	PaidOn   string `json:"PAIDDT"`
	Receipt  string `json:"RCPTNO"`
}

type requestnoPosted struct {
	RequestNo string `json:"REQUEST_NO"`
	Receipt   string `json:"RCPTNO"`
	Amount    string `json:"AMOUNT"`
	PostedAt  string `json:"POSTDT"`
}

func (requestnoWire) fetch(query connectors.BillQuery) portal.Request {
	return formPost(operationFetch, "getBill", url.Values{
		"SCNO": {query.Account}, "MOBILE": {query.Fields[fieldMobile]},
	})
}

func (requestnoWire) find(query connectors.PostingQuery) portal.Request {
	return formPost(operationFind, "getPayment", url.Values{
		"SCNO": {query.Account}, "MOBILE": {query.Fields[fieldMobile]}, "REQUEST_NO": {query.Reference},
	})
}

func (requestnoWire) post(posting connectors.Posting) portal.Request {
	request := formPost(operationPost, "postPayment", url.Values{
		"SCNO": {posting.Account}, "MOBILE": {posting.Fields[fieldMobile]},
		"REQUEST_NO": {posting.Reference}, "BILLNO": {posting.BillNumber},
		"AMOUNT": {posting.Amount.Decimal()}, "PGREF": {posting.GatewayPaymentID},
		"PAYDT": {posting.PaidAt.In(connectors.IndianTime).Format(dateTimeLayout)},
	})
	request.Reference = posting.Reference
	return request
}

func formPost(operation, path string, form url.Values) portal.Request {
	return portal.Request{
		Operation: operation, Method: http.MethodPost, Path: path,
		Body: []byte(form.Encode()), ContentType: "application/x-www-form-urlencoded",
	}
}

func (requestnoWire) readBill(body []byte) (connectors.Bill, error) {
	var answer requestnoEnvelope[requestnoBill]
	if err := decode(body, &answer); err != nil {
		return connectors.Bill{}, err
	}
	if err := answer.failure(); err != nil {
		return connectors.Bill{}, err
	}
	var read reader
	data := answer.Data
	bill := connectors.Bill{
		Account: read.required(data.Account), Name: data.Name,
		Amount: read.optionalPaise(data.Amount), Arrears: read.optionalPaise(data.Arrears),
		IssuedOn: read.optionalDate(data.IssuedOn),
		DueDate:  read.optionalDate(data.DueDate),
		PaidOn:   read.optionalDate(data.PaidOn), Receipt: data.Receipt,
	}
	switch data.PayFlag {
	case "N":
		bill.Status, bill.Total = connectors.BillDue, read.paise(data.Net)
	case "Y":
		bill.Status = connectors.BillPaid
	case "X":
		bill.Status = connectors.BillNone
		return settle(bill), read.err
	default:
		read.fail()
	}
	bill.Number = read.required(data.BillNo)
	bill.Period = formatPeriod(read.time("200601", data.Month))
	return settle(bill), read.err
}

func (requestnoWire) readPosted(body []byte) (connectors.Posted, error) {
	var answer requestnoEnvelope[requestnoPosted]
	if err := decode(body, &answer); err != nil {
		return connectors.Posted{}, err
	}
	if err := answer.failure(); err != nil {
		return connectors.Posted{}, err
	}
	var read reader
	return connectors.Posted{
		Reference: read.required(answer.Data.RequestNo), PortalReceipt: read.required(answer.Data.Receipt),
		Amount: read.paise(answer.Data.Amount), PostedAt: read.time(dateTimeLayout, answer.Data.PostedAt),
	}, read.err
}

func (e requestnoEnvelope[T]) failure() error {
	if e.Code == "000" {
		return nil
	}
	codes := map[string]meaning{
		"101": meaningBadAccount, "102": meaningNoConsumer, "103": meaningBadMobile, "201": meaningAlreadyPaid,
		"202": meaningWrongAmount, "203": meaningDuplicate, "204": meaningNoPosting,
		"301": meaningNotAccepted, "900": meaningBusy,
	}
	return failure(codes[e.Code], e.Text)
}
