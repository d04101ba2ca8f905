package portal

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jansetu/jansetu/connectors"
)

const (
	// defaultSettle is how long a portal is thought to go on with a request
	// whose answer was lost.
	defaultSettle = time.Minute
	// longestSettle is how long SubmitOnce waits in place; a longer wait is the
	// workflow's.
	longestSettle = 2 * time.Second
	// submissionTries is how often one call of SubmitOnce sends.
	submissionTries = 2
)

// Submission is a change at a portal that must happen once. T is what the portal
// answers with: a receipt, a number, a ticket.
type Submission[T any] struct {
	// Reference is our key of the submission, for an OutcomeUnknownError. It
	// stands inside what Submit sends where the portal has a place for it.
	Reference string
	// Submit sends. The exchange that commits carries Request.Reference, so
	// that a lost answer is an OutcomeUnknownError.
	Submit func(ctx context.Context) (T, error)
	// Find looks the submission up. It answers a NotFoundError only when it is
	// certainly not there. Nil for a portal that cannot look up: an unknown
	// outcome then stays unknown, and a person decides.
	Find func(ctx context.Context) (T, error)
	// Idempotent says that the portal itself answers a repeated reference with
	// the first result. Otherwise Find is asked before the first try too: an
	// earlier call may have ended before it could tell.
	Idempotent bool
	// New says that nothing was ever submitted under this reference, so that
	// there is nothing to find before the first try.
	New bool
	// Same tells whether an answer is about what was submitted. One that is
	// not leaves the outcome unknown. Nil accepts every answer.
	Same func(T) bool
	// Ambiguous lists the codes of refusals that our own earlier submission may
	// have caused, besides connectors.RefusedDuplicate. Such a refusal is
	// looked up first and stands only if the submission is not there.
	Ambiguous []string
	// Settle is how long the portal may go on with a request whose answer was
	// lost; a minute when zero. Before that "not there" is not certain.
	Settle time.Duration
}

// SubmitOnce submits, and looks before it submits again. It sends a second time
// only when the first is certainly not there: the portal answered, so it had
// finished, or Settle has passed. It returns
//
//   - what the portal answered, now or to an earlier submission that was found,
//   - the portal's own error when nothing was submitted,
//   - OutcomeUnknownError when it may have been and cannot be told now,
//   - UnavailableError when two tries were lost and neither has landed.
func SubmitOnce[T any](ctx context.Context, submission Submission[T]) (T, error) {
	if submission.Find != nil && !submission.Idempotent && !submission.New {
		found, err := submission.Find(ctx)
		if connectors.ClassOf(err) != connectors.ClassNotFound {
			return submission.checked(found, err)
		}
	}
	for range submissionTries {
		result, err := submission.checked(submission.Submit(ctx))
		if refused, doubtful := submission.doubtful(err); doubtful {
			return submission.resolve(ctx, refused)
		}
		lost, unknown := errors.AsType[*connectors.OutcomeUnknownError](err)
		if !unknown || submission.Find == nil {
			return result, err
		}
		found, err := submission.lookUp(ctx, lost)
		if connectors.ClassOf(err) != connectors.ClassNotFound {
			return found, err
		}
	}
	var none T
	return none, &connectors.UnavailableError{Reason: connectors.ReasonServerError}
}

// checked makes an answer about something else an unknown outcome.
func (s Submission[T]) checked(result T, err error) (T, error) {
	if err == nil && s.Same != nil && !s.Same(result) {
		var none T
		return none, s.unknown()
	}
	return result, err
}

func (s Submission[T]) unknown() error {
	return &connectors.OutcomeUnknownError{Reference: s.Reference}
}

func (s Submission[T]) doubtful(err error) (*connectors.RefusedError, bool) {
	refused, ok := errors.AsType[*connectors.RefusedError](err)
	if !ok || s.Find == nil {
		return nil, false
	}
	return refused, refused.Code == connectors.RefusedDuplicate || slices.Contains(s.Ambiguous, refused.Code)
}

// resolve finds out whether a refusal is about what we submitted before. A
// portal that knows our reference and does not find it contradicts itself.
func (s Submission[T]) resolve(ctx context.Context, refused *connectors.RefusedError) (T, error) {
	found, err := s.checked(s.Find(ctx))
	switch {
	case err == nil:
		return found, nil
	case connectors.ClassOf(err) == connectors.ClassNotFound && refused.Code != connectors.RefusedDuplicate:
		return found, refused
	default:
		return found, s.unknown()
	}
}

// lookUp answers what became of a lost submission: its result, a NotFoundError
// that is certain, or an OutcomeUnknownError.
func (s Submission[T]) lookUp(ctx context.Context, lost *connectors.OutcomeUnknownError) (T, error) {
	var none T
	if ctx.Err() != nil {
		return none, s.unknown()
	}
	found, err := s.checked(s.Find(ctx))
	if connectors.ClassOf(err) == connectors.ClassNotFound && !lost.Answered {
		if !s.settle(ctx) {
			return none, s.unknown()
		}
		found, err = s.checked(s.Find(ctx))
	}
	if class := connectors.ClassOf(err); class == connectors.ClassOK || class == connectors.ClassNotFound {
		return found, err
	}
	return none, s.unknown()
}

// settle waits until the portal has finished with a lost request, where that is
// soon.
func (s Submission[T]) settle(ctx context.Context) bool {
	wait := s.Settle
	if wait == 0 {
		wait = defaultSettle
	}
	if wait > longestSettle {
		return false
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
