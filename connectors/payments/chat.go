package payments

import (
	"net/http"
	"time"

	"github.com/jansetu/jansetu/connectors"
)

// InChat is what a gateway may have beside Gateway: its orders are paid in the chat itself, and no page is opened. CreateLink then answers
// a Link without an address, and the order is made by the message that is sent.
type InChat interface {
	// ChatOrder tells what the message needs. A gateway that is not set up for it answers a RefusedError with the code "configuration".
	ChatOrder(request LinkRequest) (ChatOrder, error)
}

// ManyEvents is what a gateway may have beside Gateway whose webhooks tell of several payments at once.
type ManyEvents interface {
	// ParseEvents is ParseWebhook for all that a message tells.
	ParseEvents(header http.Header, body []byte) ([]Event, error)
}

// ChatOrder is what an order message needs beside its text.
type ChatOrder struct {
	Reference string           `json:"reference"`
	Item      string           `json:"item"` // what is paid for, in the payer's language
	Amount    connectors.Paise `json:"amount"`
	ExpiresAt time.Time        `json:"expires_at"`
	// Provider and Configuration name the payment gateway that is linked to the business number.
	Provider      string `json:"provider"`
	Configuration string `json:"configuration"`
	// Importer is who the order is from, as Indian rules want it named.
	Importer Importer `json:"importer"`
}

// Importer is who an order is from.
type Importer struct {
	Name       string `json:"name"`
	Line1      string `json:"line1"`
	City       string `json:"city"`
	PostalCode string `json:"postal_code,omitempty"`
}
