package whatsapp_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors/payments/upi"
	"github.com/jansetu/jansetu/connectors/payments/whatsapp"
)

func order() whatsapp.Order {
	return whatsapp.Order{
		Reference: reference, Body: "Fee for the certificate", Footer: "Jansetu",
		Items: []whatsapp.Item{{Name: "Certificate fee", Amount: 10_000, Quantity: 2}}, Tax: 1000, TaxDescription: "GST",
		ExpiresAt: time.Now().Add(time.Hour), Gateway: "razorpay", Configuration: "prod",
		Importer: whatsapp.Importer{Name: "Revenue Department", Line1: "Secretariat", City: "Amaravati", PostalCode: "522237"},
	}
}

func TestOrderMessageIsWhatMetaDocuments(t *testing.T) {
	t.Parallel()
	asked := order()
	asked.ExpiresAt = time.Unix(1_790_000_000, 0)
	message, err := asked.Interactive(time.Unix(1_789_990_000, 0))
	require.NoError(t, err)
	require.JSONEq(t, `{"type":"order_details","body":{"text":"Fee for the certificate"},"footer":{"text":"Jansetu"},
	 "action":{"name":"review_and_pay","parameters":{"reference_id":"AP-2026-1-pay","type":"digital-goods","currency":"INR",
	 "payment_settings":[{"type":"payment_gateway","payment_gateway":{"type":"razorpay","configuration_name":"prod","razorpay":{"receipt":"AP-2026-1-pay"}}}],
	 "total_amount":{"value":21000,"offset":100},"order":{"status":"pending","type":"quick_pay",
	 "items":[{"name":"Certificate fee","amount":{"value":10000,"offset":100},"quantity":2,"country_of_origin":"India",
	  "importer_name":"Revenue Department","importer_address":{"address_line1":"Secretariat","city":"Amaravati","country_code":"IN","postal_code":"522237"}}],
	 "subtotal":{"value":20000,"offset":100},"tax":{"value":1000,"offset":100,"description":"GST"},
	 "expiration":{"timestamp":"1790000000","description":"Payment is not possible after this time"}}}}}`, string(message))
}

func TestOrderByUPILinkNeedsTheSameAmount(t *testing.T) {
	t.Parallel()
	asked := order()
	asked.Gateway, asked.Configuration = "", ""
	intent := upi.Intent{PayeeAddress: "fees@samplebank", PayeeName: "Jansetu", MerchantCode: "9399", Reference: "AP1", Amount: asked.Total()}
	var err error
	asked.Link, err = intent.Link()
	require.NoError(t, err)
	message, err := asked.Interactive(time.Now())
	require.NoError(t, err)
	require.Contains(t, string(message), `"type":"upi_intent_link"`)
	asked.Tax++
	_, err = asked.Interactive(time.Now())
	require.ErrorIs(t, err, whatsapp.ErrOrder)
}

func TestOrdersBeyondMetasLimitsAreRefused(t *testing.T) {
	t.Parallel()
	for field, spoil := range map[string]func(*whatsapp.Order){
		"reference_id":  func(o *whatsapp.Order) { o.Reference = strings.Repeat("a", 36) },
		"body":          func(o *whatsapp.Order) { o.Body = strings.Repeat("अ", 1025) },
		"footer":        func(o *whatsapp.Order) { o.Footer = strings.Repeat("a", 61) },
		"items":         func(o *whatsapp.Order) { o.Items = nil },
		"item":          func(o *whatsapp.Order) { o.Items[0].Quantity = 0 },
		"tax":           func(o *whatsapp.Order) { o.Tax = -1 },
		"expiration":    func(o *whatsapp.Order) { o.ExpiresAt = time.Now().Add(4 * time.Minute) },
		"gateway":       func(o *whatsapp.Order) { o.Gateway = "treasury" },
		"configuration": func(o *whatsapp.Order) { o.Configuration = "" },
		"importer":      func(o *whatsapp.Order) { o.Importer.City = "" },
		"link":          func(o *whatsapp.Order) { o.Link = "https://example.org" },
	} {
		asked := order()
		spoil(&asked)
		_, err := asked.Interactive(time.Now())
		require.ErrorIs(t, err, whatsapp.ErrOrder, field)
		require.ErrorContains(t, err, field)
	}
}
