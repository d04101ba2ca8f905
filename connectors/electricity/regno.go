package electricity

import (
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

// regnoWire is the shape asked by CSC_REGNO and PS_TXN_ID.
type regnoWire struct{}

type regnoStatus struct {
	Status    string `json:"STATUS"`
	ErrorCode string `json:"ERROR_CODE"`
	Message   string `json:"MESSAGE"`
}

type regnoBill struct {
	regnoStatus
	RegNo    string `json:"CSC_REGNO"`
	Name     string `json:"CONSUMER_NAME"`
	BillNo   string `json:"BILL_NO"`
	Month    string `json:"BILL_MONTH"`
	IssuedOn string `json:"BILL_DATE"`
	DueDate  string `json:"DUE_DATE"`
	Demand   string `json:"CURRENT_DEMAND"`
	Arrears  string `json:"ARREARS"`
	Total    string `json:"TOTAL_AMOUNT"`
	State    string `json:"BILL_STATUS"`
	PaidOn   string `json:"PAID_DATE"`
	Receipt  string `json:"RECEIPT_NO"`
}

type regnoPayment struct {
	RegNo   string `json:"CSC_REGNO"`
	TxnID   string `json:"PS_TXN_ID"`
	BillNo  string `json:"BILL_NO"`
	Amount  string `json:"PAID_AMOUNT"`
	PaidAt  string `json:"PAID_DATE"`
	Gateway string `json:"PG_TXN_ID"`
}

type regnoPosted struct {
	regnoStatus
	TxnID    string `json:"PS_TXN_ID"`
	Receipt  string `json:"RECEIPT_NO"`
	Amount   string `json:"PAID_AMOUNT"`
	PostedAt string `json:"POSTED_DATE"`
}

func (regnoWire) fetch(query connectors.BillQuery) portal.Request {
	return portal.Request{
		Operation: operationFetch, Method: http.MethodGet, Path: "billinfo",
		Query: url.Values{"CSC_REGNO": {query.Account}},
	}
}

func (regnoWire) find(query connectors.PostingQuery) portal.Request {
	return portal.Request{
		Operation: operationFind, Method: http.MethodGet, Path: "paymentstatus",
		Query: url.Values{"CSC_REGNO": {query.Account}, "PS_TXN_ID": {query.Reference}},
	}
}

func (regnoWire) post(posting connectors.Posting) portal.Request {
	// A struct of strings always encodes.
	body, _ := json.Marshal(regnoPayment{ // see above
		RegNo: posting.Account, TxnID: posting.Reference, BillNo: posting.BillNumber,
		Amount: posting.Amount.Decimal(), Gateway: posting.GatewayPaymentID,
		PaidAt: posting.PaidAt.In(connectors.IndianTime).Format(dateTimeLayout),
	})
	return portal.Request{
		Operation: operationPost, Method: http.MethodPost, Path: "payment",
		Body: body, ContentType: "application/json", Reference: posting.Reference,
	}
}

func (regnoWire) readBill(body []byte) (connectors.Bill, error) {
	var answer regnoBill
	if err := decode(body, &answer); err != nil {
		return connectors.Bill{}, err
	}
	if err := answer.failure(); err != nil {
		return connectors.Bill{}, err
	}
	var read reader
	bill := connectors.Bill{
		Account: read.required(answer.RegNo), Name: answer.Name,
		Amount: read.optionalPaise(answer.Demand), Arrears: read.optionalPaise(answer.Arrears),
		IssuedOn: read.optionalDate(answer.IssuedOn),
		DueDate:  read.optionalDate(answer.DueDate),
		PaidOn:   read.optionalDate(answer.PaidOn), Receipt: answer.Receipt,
	}
	switch answer.State {
	case "UNPAID":
		bill.Status, bill.Total = connectors.BillDue, read.paise(answer.Total)
	case "PAID":
		bill.Status = connectors.BillPaid
	case "NIL":
		bill.Status = connectors.BillNone
		return settle(bill), read.err
	default:
		read.fail()
	}
	bill.Number = read.required(answer.BillNo)
	bill.Period = formatPeriod(read.time("01/2006", answer.Month))
	return settle(bill), read.err
}

func (regnoWire) readPosted(body []byte) (connectors.Posted, error) {
	var answer regnoPosted
	if err := decode(body, &answer); err != nil {
		return connectors.Posted{}, err
	}
	if err := answer.failure(); err != nil {
		return connectors.Posted{}, err
	}
	var read reader
	return connectors.Posted{
		Reference: read.required(answer.TxnID), PortalReceipt: read.required(answer.Receipt),
		Amount: read.paise(answer.Amount), PostedAt: read.time(dateTimeLayout, answer.PostedAt),
	}, read.err
}

func (s regnoStatus) failure() error {
	if s.Status == "S" {
		return nil
	}
	codes := map[string]meaning{
		"E101": meaningBadAccount, "E102": meaningNoConsumer, "E201": meaningAlreadyPaid,
		"E202": meaningWrongAmount, "E203": meaningDuplicate, "E204": meaningNoPosting,
		"E301": meaningNotAccepted, "E900": meaningBusy,
	}
	if s.Status != "F" {
		return errUnreadable
	}
	return failure(codes[s.ErrorCode], s.Message)
}

func formatPeriod(month time.Time) string { return month.Format("2006-01") }
