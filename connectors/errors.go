package connectors

import (
	"fmt"
	"time"
)

// The error texts below are written to logs and to workflow history, which
// operators read. They therefore carry field names, codes and our own
// references, and leave out what the portal or the citizen wrote.

// InputRejectedError says that the department refuses something the citizen
// gave. The citizen is asked for that field again.
type InputRejectedError struct {
	// Field is the name of the refused input: a key of the query's Fields, or
	// FieldAccount.
	Field string `json:"field"`
	// Reason is the portal's own text for the citizen; it may repeat what the
	// citizen typed, so it is kept out of Error.
	Reason string `json:"reason"`
}

// FieldAccount is the InputRejectedError.Field for the account number of a
// bill query, which has a place of its own outside Fields.
const FieldAccount = "account"

func (e *InputRejectedError) Error() string { return fmt.Sprintf("input rejected: field %q", e.Field) }
func (*InputRejectedError) class() Class    { return ClassInputRejected }

// NotFoundError says that the portal answered and the thing is certainly not
// there.
type NotFoundError struct {
	// What is the kind of thing, never its number: "consumer", "posting".
	What string `json:"what"`
}

func (e *NotFoundError) Error() string { return fmt.Sprintf("%s not found", e.What) }
func (*NotFoundError) class() Class    { return ClassNotFound }

// UnavailableReason says why a portal cannot be used now.
type UnavailableReason string

// The reasons of UnavailableError. All but OverBudget and BreakerOpen were
// told by the portal or its calendar; those two are our own restraint.
const (
	ReasonConnection  UnavailableReason = "connection"   // refused, reset, no such host
	ReasonTimeout     UnavailableReason = "timeout"      // no answer in time, and nothing was changed
	ReasonServerError UnavailableReason = "server_error" // 5xx or an error page
	ReasonRateLimited UnavailableReason = "rate_limited" // 429
	ReasonMaintenance UnavailableReason = "maintenance"  // its calendar or its page says so
	ReasonBreakerOpen UnavailableReason = "breaker_open" // it failed too often just now
	ReasonOverBudget  UnavailableReason = "over_budget"  // our own budget for it is used up
)

// UnavailableError says that the portal cannot be used now and that nothing
// was changed there. The request is kept and tried again later.
type UnavailableError struct {
	// Until is when the portal is expected back; zero when nobody said.
	Until time.Time `json:"until,omitzero"`
	// RetryAfter is the shortest wait before another try; zero when unknown.
	RetryAfter time.Duration     `json:"retry_after,omitempty"`
	Reason     UnavailableReason `json:"reason"`
}

func (e *UnavailableError) Error() string { return fmt.Sprintf("portal unavailable: %s", e.Reason) }
func (*UnavailableError) class() Class    { return ClassUnavailable }

// Delay is how long to wait, seen from now, before the next try: the later of
// Until and RetryAfter, or zero when the portal gave neither.
func (e *UnavailableError) Delay(now time.Time) time.Duration {
	delay := e.RetryAfter
	if !e.Until.IsZero() {
		delay = max(delay, e.Until.Sub(now))
	}
	return max(delay, 0)
}

// ChangedError says that the portal's answer is not the one this connector was
// written for. Sending stops and an operator looks at the difference.
type ChangedError struct {
	// Expected and Seen describe shapes in the connector's own words, such as
	// "JSON object with BILL_AMOUNT" and "text/html"; never the page's text.
	Expected string `json:"expected"`
	Seen     string `json:"seen"`
	// Evidence is a redacted piece of the answer for the operator, at most a
	// few hundred bytes.
	Evidence string `json:"evidence,omitempty"`
	// Snapshot is a copy of the page for the operator, without any value in it,
	// of some kilobytes; to be stored, not logged.
	Snapshot string `json:"snapshot,omitempty"`
}

func (e *ChangedError) Error() string {
	return fmt.Sprintf("portal changed: expected %s, saw %s", e.Expected, e.Seen)
}
func (*ChangedError) class() Class { return ClassChanged }

// OutcomeUnknownError says that something was sent which may or may not have
// taken effect. It must be looked up before anything is sent again.
type OutcomeUnknownError struct {
	// Reference is our own key for what was sent, with which Find looks it up.
	Reference string `json:"reference"`
	// Answered says that the portal did answer, though not in a way that
	// tells: it has finished, so "not found" from now on is certain. Without it
	// the portal may still be working on what was sent.
	Answered bool `json:"answered,omitempty"`
}

func (e *OutcomeUnknownError) Error() string {
	return fmt.Sprintf("outcome unknown: reference %s", e.Reference)
}
func (*OutcomeUnknownError) class() Class { return ClassOutcomeUnknown }

// RefusedError is a final no from the department.
type RefusedError struct {
	// Reason is the department's text for the citizen; kept out of Error.
	Reason string `json:"reason"`
	// Code is a short, stable word for the refusal, one of the Refused
	// constants or the portal's own code.
	Code string `json:"code"`
}

// The refusals that callers decide on.
const (
	// RefusedAlreadyPaid: the bill was paid by other means in the meantime.
	RefusedAlreadyPaid = "already_paid"
	// RefusedAmount: the amount is not the one the department wants.
	RefusedAmount = "amount"
	// RefusedDuplicate: our reference was used before.
	RefusedDuplicate = "duplicate"
	// RefusedSoldOut: no place is left.
	RefusedSoldOut = "sold_out"
	// RefusedHoldExpired: the hold ran out before it was confirmed.
	RefusedHoldExpired = "hold_expired"
	// RefusedTooLate: the time for it is over.
	RefusedTooLate = "too_late"
	// RefusedNotEligible: the citizen does not meet the department's conditions.
	RefusedNotEligible = "not_eligible"
)

func (e *RefusedError) Error() string { return fmt.Sprintf("refused by the department: %s", e.Code) }
func (*RefusedError) class() Class    { return ClassRefused }
