package workflows

import (
	"errors"
	"time"

	"go.temporal.io/sdk/temporal"

	"github.com/jansetu/jansetu/connectors"
)

// Failure is the detail of every application error that an activity answers with: a connector's error class and what a workflow
// needs to act on it. The error's type is the class itself, and its message names no person.
type Failure struct {
	Class connectors.Class `json:"class"`
	// Field is the input that was rejected.
	Field string `json:"field,omitempty"`
	// Reason is the department's own text for the citizen.
	Reason string `json:"reason,omitempty"`
	// Code is the stable word for a refusal.
	Code string `json:"code,omitempty"`
	// Until is when the portal is expected back.
	Until time.Time `json:"until,omitzero"`
	// Challenge is what the portal demands of the citizen.
	Challenge *Challenge `json:"challenge,omitempty"`
}

// Challenge is a connectors.ChallengeError on its way to the citizen.
type Challenge struct {
	Kind      connectors.ChallengeKind `json:"kind"`
	Image     []byte                   `json:"image,omitempty"`
	ImageType string                   `json:"image_type,omitempty"`
	Session   string                   `json:"session"`
	Attempt   int                      `json:"attempt,omitempty"`
	ExpiresAt time.Time                `json:"expires_at,omitzero"`
	Prompt    string                   `json:"prompt,omitempty"`
}

// failureOf reads the failure out of an activity's error. A timed-out activity may have done its work or not; everything that is
// not an answer of the portal is internal.
func failureOf(err error) Failure {
	if err == nil {
		return Failure{Class: connectors.ClassOK}
	}
	var failure Failure
	var application *temporal.ApplicationError
	if errors.As(err, &application) && application.HasDetails() && application.Details(&failure) == nil && failure.Class != "" {
		return failure
	}
	if _, timedOut := errors.AsType[*temporal.TimeoutError](err); timedOut {
		return Failure{Class: connectors.ClassOutcomeUnknown}
	}
	return Failure{Class: connectors.ClassInternal}
}
