package whatsapp

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/payments/upi"
)

// Limits of an order (Meta, order details message), in characters.
const (
	maxBody          = 1024
	maxFooter        = 60
	maxItemName      = 60
	maxDescription   = 60
	maxConfiguration = 60
	// leastValidity is how long an order must be payable.
	leastValidity = 5 * time.Minute
)

// referenceShape is Meta's rule for reference_id, which is unique per message: an
// order that is sent again needs another.
var referenceShape = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,35}$`)

// ErrOrder is wrapped by every error about an order; the errors name fields and no
// values.
var ErrOrder = errors.New("not an order that WhatsApp takes")

// Order is one payment asked of a citizen in the chat.
type Order struct {
	Reference    string
	Body, Footer string
	Items        []Item
	// Tax comes on top of the items.
	Tax            connectors.Paise
	TaxDescription string
	// ExpiresAt is at least five minutes away; zero does not expire.
	ExpiresAt time.Time
	// Gateway and Configuration name the payment gateway linked to the number, such
	// as razorpay. With Link, a upi:// address, they stay empty.
	Gateway, Configuration string
	Link                   string
	// Importer is the department, which gateway mode wants named.
	Importer Importer
}

// Item is one line of an order.
type Item struct {
	Name     string
	Amount   connectors.Paise
	Quantity int
}

// Importer is who the order is from.
type Importer struct {
	Name, Line1, City, PostalCode string
}

// Total is what the citizen pays.
func (o Order) Total() connectors.Paise { return o.subtotal() + o.Tax }

func (o Order) subtotal() (sum connectors.Paise) {
	for _, item := range o.Items {
		sum += item.Amount * connectors.Paise(item.Quantity)
	}
	return sum
}

// Interactive writes the "interactive" object of the order_details message. Now is
// when it is sent. Errors wrap ErrOrder.
func (o Order) Interactive(now time.Time) (json.RawMessage, error) {
	if err := o.check(now); err != nil {
		return nil, err
	}
	lines := make([]any, 0, len(o.Items))
	for _, item := range o.Items {
		lines = append(lines, o.line(item))
	}
	content := map[string]any{
		"status": "pending", "items": lines, "subtotal": amount(o.subtotal()), "type": "quick_pay",
		"tax": map[string]any{"value": int64(o.Tax), "offset": 100, "description": o.TaxDescription},
	}
	if !o.ExpiresAt.IsZero() {
		content["expiration"] = map[string]string{
			"timestamp": strconv.FormatInt(o.ExpiresAt.Unix(), 10), "description": "Payment is not possible after this time",
		}
	}
	message := map[string]any{
		"type": "order_details", "body": map[string]string{"text": o.Body},
		"action": map[string]any{"name": "review_and_pay", "parameters": map[string]any{
			"reference_id": o.Reference, "type": "digital-goods", "currency": "INR",
			"payment_settings": []any{o.settings()}, "total_amount": amount(o.Total()), "order": content,
		}},
	}
	if o.Footer != "" {
		message["footer"] = map[string]string{"text": o.Footer}
	}
	return json.Marshal(message)
}

func amount(paise connectors.Paise) map[string]int64 {
	return map[string]int64{"value": int64(paise), "offset": 100}
}

func (o Order) line(item Item) map[string]any {
	line := map[string]any{"name": item.Name, "amount": amount(item.Amount), "quantity": item.Quantity}
	if o.Link == "" {
		line["country_of_origin"] = "India"
		line["importer_name"] = o.Importer.Name
		line["importer_address"] = map[string]string{
			"address_line1": o.Importer.Line1, "city": o.Importer.City, "country_code": "IN", "postal_code": o.Importer.PostalCode,
		}
	}
	return line
}

// settings name the way to pay. The gateway's own receipt carries our reference, for
// its statement.
func (o Order) settings() map[string]any {
	if o.Link != "" {
		return map[string]any{"type": "upi_intent_link", "upi_intent_link": map[string]string{"link": o.Link}}
	}
	return map[string]any{"type": "payment_gateway", "payment_gateway": map[string]any{
		"type": o.Gateway, "configuration_name": o.Configuration,
		o.Gateway: map[string]any{"receipt": o.Reference},
	}}
}

func (o Order) check(now time.Time) error {
	rules := []struct {
		field string
		kept  bool
	}{
		{"reference_id", referenceShape.MatchString(o.Reference)},
		{"body", isText(o.Body, 1, maxBody)},
		{"footer", isText(o.Footer, 0, maxFooter)},
		{"items", len(o.Items) > 0},
		{"tax", o.Tax >= 0 && isText(o.TaxDescription, 0, maxDescription)},
		{"expiration", o.ExpiresAt.IsZero() || o.ExpiresAt.Sub(now) >= leastValidity},
	}
	for _, rule := range rules {
		if !rule.kept {
			return fmt.Errorf("%w: %s", ErrOrder, rule.field)
		}
	}
	for _, item := range o.Items {
		if !isText(item.Name, 1, maxItemName) || item.Amount <= 0 || item.Quantity < 1 {
			return fmt.Errorf("%w: item", ErrOrder)
		}
	}
	return o.checkSettings()
}

func (o Order) checkSettings() error {
	if o.Link != "" {
		intent, err := upi.ParseIntent(o.Link)
		if err != nil || intent.Amount != o.Total() || o.Gateway != "" {
			return fmt.Errorf("%w: link", ErrOrder)
		}
		return nil
	}
	switch o.Gateway {
	case "razorpay", "payu", "billdesk", "zaakpay":
	default:
		return fmt.Errorf("%w: gateway", ErrOrder)
	}
	if !isText(o.Configuration, 1, maxConfiguration) {
		return fmt.Errorf("%w: configuration", ErrOrder)
	}
	if o.Importer.Name == "" || o.Importer.Line1 == "" || o.Importer.City == "" {
		return fmt.Errorf("%w: importer", ErrOrder)
	}
	return nil
}

func isText(text string, least, most int) bool {
	length := utf8.RuneCountInString(text)
	return utf8.ValidString(text) && length >= least && length <= most
}
