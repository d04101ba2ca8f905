// Package answer turns what a connector answered into what Temporal and a workflow understand: an application error whose type is
// the connector's error class and whose detail is a workflows.Failure. It names no person.
package answer

import (
	"errors"
	"time"

	"go.temporal.io/sdk/temporal"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/workflows"
)

// shortest keeps a portal that says "try at once" from being asked in a hot loop.
const shortest = time.Second

// Error maps a connector's error. An unavailable portal is asked again, when it said by then; a caller that gave up and a fault of
// our own are tried again too; everything else is the workflow's to decide, at once.
func Error(err error, now time.Time) error {
	if err == nil {
		return nil
	}
	failure := workflows.Failure{Class: connectors.ClassOf(err)}
	options := temporal.ApplicationErrorOptions{Cause: err}
	var (
		rejected    *connectors.InputRejectedError
		unavailable *connectors.UnavailableError
		refused     *connectors.RefusedError
		challenge   *connectors.ChallengeError
	)
	switch {
	case errors.As(err, &unavailable):
		failure.Until, failure.Code = unavailable.Until, string(unavailable.Reason)
		if delay := unavailable.Delay(now); delay > 0 {
			options.NextRetryDelay = max(delay, shortest)
		}
	case errors.As(err, &rejected):
		failure.Field, failure.Reason = rejected.Field, rejected.Reason
	case errors.As(err, &refused):
		failure.Code, failure.Reason = refused.Code, refused.Reason
	case errors.As(err, &challenge):
		failure.Challenge = &workflows.Challenge{
			Kind: challenge.Kind, Image: challenge.Image, ImageType: challenge.ImageType, Session: challenge.Session,
			Attempt: challenge.Attempt, ExpiresAt: challenge.ExpiresAt, Prompt: challenge.Prompt,
		}
	}
	options.NonRetryable = !repeatable(failure.Class)
	options.Details = []any{failure}
	return temporal.NewApplicationErrorWithOptions(err.Error(), string(failure.Class), options)
}

func repeatable(class connectors.Class) bool {
	switch class {
	case connectors.ClassUnavailable, connectors.ClassCanceled, connectors.ClassInternal:
		return true
	default: // the others are answers
		return false
	}
}
