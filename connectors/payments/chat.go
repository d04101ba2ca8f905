package payments

import (
	"net/http"

	"github.com/jansetu/jansetu/connectors"
)

// InChat is what a gateway may have beside Gateway: its orders are paid in the chat itself, and no page is opened. CreateLink then answers
// a Link without an address, and the order is made by the message that is sent.
type InChat interface {
	// ChatOrder tells what the message needs. A gateway that is not set up for it answers a RefusedError with the code "configuration".
	ChatOrder(request LinkRequest) (connectors.ChatOrder, error)
}

// ManyEvents is what a gateway may have beside Gateway whose webhooks tell of several payments at once.
type ManyEvents interface {
	// ParseEvents is ParseWebhook for all that a message tells.
	ParseEvents(header http.Header, body []byte) ([]Event, error)
}
