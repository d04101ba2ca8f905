package connectors

import (
	"context"
	"errors"
)

// Class names what a connector's answer means to the request. The set is
// closed, so it serves as a metric label and as a branch in a workflow.
type Class string

// The classes, in the order of the table in the project's portal reference.
const (
	// ClassOK is an answer without an error.
	ClassOK Class = "ok"
	// ClassInputRejected: ask the citizen for that field again.
	ClassInputRejected Class = "input_rejected"
	// ClassNotFound: the thing asked for certainly does not exist there.
	ClassNotFound Class = "not_found"
	// ClassChallenge: the portal wants the citizen (captcha, OTP).
	ClassChallenge Class = "challenge"
	// ClassUnavailable: keep the request and try again later.
	ClassUnavailable Class = "unavailable"
	// ClassChanged: the portal is not the one we know; stop and alarm.
	ClassChanged Class = "changed"
	// ClassOutcomeUnknown: it may or may not have happened; look it up.
	ClassOutcomeUnknown Class = "outcome_unknown"
	// ClassRefused: a final no.
	ClassRefused Class = "refused"
	// ClassCanceled: our own caller gave up; says nothing about the portal.
	ClassCanceled Class = "canceled"
	// ClassInternal: a fault on our side that no connector classified.
	ClassInternal Class = "internal"
)

// Classes returns every class, for metrics that pre-register their labels.
func Classes() []Class {
	return []Class{
		ClassOK, ClassInputRejected, ClassNotFound, ClassChallenge, ClassUnavailable,
		ClassChanged, ClassOutcomeUnknown, ClassRefused, ClassCanceled, ClassInternal,
	}
}

// classified is implemented by the error types of this package only: the set
// cannot grow outside it.
type classified interface {
	error
	class() Class
}

// ClassOf tells the class of an error returned by a connector, looking through
// wrapping. A nil error is ClassOK; an expired or cancelled context that no
// connector turned into something else is ClassCanceled; anything else is
// ClassInternal.
func ClassOf(err error) Class {
	if err == nil {
		return ClassOK
	}
	if known, ok := errors.AsType[classified](err); ok {
		return known.class()
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return ClassCanceled
	}
	return ClassInternal
}
