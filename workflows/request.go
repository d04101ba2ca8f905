// Package workflows holds the processes behind requests, one file per kind, each deterministic and readable from top to bottom.
// It uses only the catalog's and the connectors' types; side effects are in package activities.
package workflows

import (
	"time"

	"github.com/jansetu/jansetu/catalog"
)

// HubTaskQueue is the task queue of all workflows and of the activities that touch only our own store.
const HubTaskQueue = "hub"

// PortalTaskQueue is the task queue of one portal: its bulkhead and its budget.
func PortalTaskQueue(portal string) string { return "portal-" + portal }

// RequestWorkflowID is the workflow id of a request: its reference number.
func RequestWorkflowID(reference string) string { return reference }

// RequestInput starts every kind of request workflow.
type RequestInput struct {
	Reference    string            `json:"reference"`
	Person       string            `json:"person"`       // our own id, never a phone number
	Conversation int64             `json:"conversation"` // where answers and questions go
	Service      string            `json:"service"`
	Department   string            `json:"department,omitempty"`
	Kind         catalog.Kind      `json:"kind"`
	Portal       string            `json:"portal"`
	Language     catalog.Language  `json:"language"`
	Answers      map[string]string `json:"answers"`
	ConfirmedAt  time.Time         `json:"confirmed_at"`
	// District is where the request belongs, by the catalog's or the portal's code, for the operator's view; empty when not known.
	District string `json:"district,omitempty"`
	// Terms are what the catalog said of the service when the citizen confirmed: they hold for as long as the request runs.
	Terms Terms `json:"terms,omitzero"`
}

// Signals that the gateway sends to request workflows.
const (
	SignalAnswer  = "answer"  // payload Answer
	SignalPayment = "payment" // payload PaymentChanged
	SignalCancel  = "cancel"  // no payload: the citizen cancels
)

// Answer is a citizen's answer to a question of the workflow.
type Answer struct {
	Question string `json:"question"`
	// Choice is the id of the choice, when one was chosen.
	Choice string `json:"choice,omitempty"`
	// Value is what catalog.Field.Check made of a typed answer, a photo or a location.
	Value string    `json:"value,omitempty"`
	At    time.Time `json:"at"`
}

// PaymentChanged says that something about a payment order changed.
type PaymentChanged struct {
	Order string `json:"order"`
	// Paid is the payment that counts, as soon as there is one: it stays that. Without it the workflow reads the order's state itself.
	Paid *Payment `json:"paid,omitempty"`
}
