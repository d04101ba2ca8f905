// Package documents lays out what citizens keep: for now a receipt, as a plain PDF in English. The same input gives the same bytes,
// so that a document can be stored under the hash of its content. It knows neither the store nor the network.
package documents

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"github.com/jansetu/jansetu/connectors"
)

// Receipt is what a receipt for a paid bill shows. A bill payment's receipt must name the biller, the consumer number and name, the
// bill's number and period, the amount, mode, ids, date and time, status, and how to complain.
type Receipt struct {
	Issuer    string // whose service this is
	Reference string // our request
	Service   string
	Biller    string
	Account   string
	Name      string
	Bill      string
	Period    string // YYYY-MM
	DueDate   time.Time

	Amount        connectors.Paise
	Mode          string // upi, card ...
	GatewayID     string // the payment gateway's payment id
	RRN           string // the bank's reference; may be missing
	PaidAt        time.Time
	BillerReceipt string // the department's receipt number
	PostedAt      time.Time

	Complaints string // how to complain, in a sentence
}

// A5 portrait, in millimetres.
const (
	margin     = 14.0
	pageWidth  = 148.0
	inner      = pageWidth - 2*margin
	labelWidth = 42.0
	lineHeight = 5.6
)

// PDF lays the receipt out on one A5 page.
func (r Receipt) PDF() ([]byte, error) {
	page := &receiptPage{Fpdf: fpdf.New("P", "mm", "A5", "")}
	page.toLatin = page.UnicodeTranslatorFromDescriptor("")
	page.describe(r)
	page.header(r)
	page.amount(r)
	page.section("Bill", r.billRows())
	page.section("Payment", r.paymentRows())
	page.footer(r)
	var content bytes.Buffer
	if err := page.Output(&content); err != nil {
		return nil, fmt.Errorf("lay out receipt: %w", err)
	}
	return content.Bytes(), nil
}

type row struct{ label, value string }

func (r Receipt) billRows() []row {
	return []row{
		{"Paid to", r.Biller},
		{"Service", r.Service},
		{"Service number", r.Account},
		{"Name", r.Name},
		{"Bill number", r.Bill},
		{"Bill period", month(r.Period)},
		{"Due date", day(r.DueDate)},
	}
}

func (r Receipt) paymentRows() []row {
	return []row{
		{"Department receipt", r.BillerReceipt},
		{"Date and time", moment(r.PaidAt)},
		{"Told the department", moment(r.PostedAt)},
		{"Mode", strings.ToUpper(r.Mode)},
		{"Payment id", r.GatewayID},
		{"Bank reference (RRN)", r.RRN},
		{"Our reference", r.Reference},
	}
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(connectors.IndianTime).Format("2 January 2006")
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(connectors.IndianTime).Format("2 January 2006, 3:04:05 pm IST")
}

func month(period string) string {
	first, err := time.Parse("2006-01", period)
	if err != nil {
		return period
	}
	return first.Format("January 2006")
}

// rupees avoids the rupee sign, which the PDF core fonts lack.
func rupees(amount connectors.Paise) string {
	return strings.Replace(amount.String(), "₹", "Rs. ", 1)
}
