package connectors

import "time"

// ChatOrder is what an order message needs beside its text.
type ChatOrder struct {
	Reference string    `json:"reference"`
	Item      string    `json:"item"` // what is paid for, in the payer's language
	Amount    Paise     `json:"amount"`
	ExpiresAt time.Time `json:"expires_at"`
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
