package portal_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

const ourReference = "AP-1/submit"

func unknown(answered bool) error {
	return &connectors.OutcomeUnknownError{Reference: ourReference, Answered: answered}
}

func notFound() error { return &connectors.NotFoundError{What: "application"} }

func unavailable() error {
	return &connectors.UnavailableError{Reason: connectors.ReasonTimeout}
}

func refusal(code string) error { return &connectors.RefusedError{Code: code} }

// script answers one error after the other; nil answers a number.
type script struct {
	errors []error
	calls  int
}

func (s *script) next(context.Context) (string, error) {
	if s.calls >= len(s.errors) {
		panic("called more often than the script says")
	}
	s.calls++
	if err := s.errors[s.calls-1]; err != nil {
		return "", err
	}
	return "N-1", nil
}

func TestSubmitOnceLooksBeforeItSubmitsAgain(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		submit, find []error
		idempotent   bool
		settle       time.Duration
		want         connectors.Class
	}{
		"first try":                            {[]error{nil}, nil, true, 0, connectors.ClassOK},
		"looked for first, and not there":      {[]error{nil}, []error{notFound()}, false, 0, connectors.ClassOK},
		"landed in an earlier call":            {nil, []error{nil}, false, 0, connectors.ClassOK},
		"look-up down before the first try":    {nil, []error{unavailable()}, false, 0, connectors.ClassUnavailable},
		"lost, and found":                      {[]error{unknown(false)}, []error{nil}, true, 0, connectors.ClassOK},
		"lost, not there yet, maybe still on":  {[]error{unknown(false)}, []error{notFound()}, true, 0, connectors.ClassOutcomeUnknown},
		"lost, there after it settled":         {[]error{unknown(false)}, []error{notFound(), nil}, true, time.Millisecond, connectors.ClassOK},
		"lost, not there after it settled":     {[]error{unknown(false), nil}, []error{notFound(), notFound()}, true, time.Millisecond, connectors.ClassOK},
		"odd answer, certainly not there":      {[]error{unknown(true), nil}, []error{notFound()}, true, 0, connectors.ClassOK},
		"odd answer, look-up down":             {[]error{unknown(true)}, []error{unavailable()}, true, 0, connectors.ClassOutcomeUnknown},
		"two odd answers, neither there":       {[]error{unknown(true), unknown(true)}, []error{notFound(), notFound()}, true, 0, connectors.ClassUnavailable},
		"portal says not now":                  {[]error{unavailable()}, nil, true, 0, connectors.ClassUnavailable},
		"refused for good":                     {[]error{refusal("x")}, nil, true, 0, connectors.ClassRefused},
		"refused as paid, by us":               {[]error{refusal("paid")}, []error{nil}, true, 0, connectors.ClassOK},
		"refused as paid, by another":          {[]error{refusal("paid")}, []error{notFound()}, true, 0, connectors.ClassRefused},
		"refused as paid, and look-up is down": {[]error{refusal("paid")}, []error{unavailable()}, true, 0, connectors.ClassOutcomeUnknown},
		"duplicate that is not there":          {[]error{refusal(connectors.RefusedDuplicate)}, []error{notFound()}, true, 0, connectors.ClassOutcomeUnknown},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			submit, find := &script{errors: test.submit}, &script{errors: test.find}
			_, err := portal.SubmitOnce(t.Context(), portal.Submission[string]{
				Reference: ourReference, Submit: submit.next, Find: find.next,
				Idempotent: test.idempotent, Settle: test.settle, Ambiguous: []string{"paid"},
			})
			require.Equal(t, test.want, connectors.ClassOf(err), "%v", err)
			require.Equal(t, len(test.submit), submit.calls, "submissions")
			require.Equal(t, len(test.find), find.calls, "look-ups")
		})
	}
}

func TestWhatWasNeverSubmittedIsLookedForOnlyWhenItsAnswerIsLost(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ submit, find []error }{
		"answered": {[]error{nil}, nil},
		"lost":     {[]error{unknown(true)}, []error{nil}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			submit, find := &script{errors: test.submit}, &script{errors: test.find}
			_, err := portal.SubmitOnce(t.Context(), portal.Submission[string]{Reference: ourReference, New: true, Submit: submit.next, Find: find.next})
			require.NoError(t, err)
			require.Equal(t, [2]int{len(test.submit), len(test.find)}, [2]int{submit.calls, find.calls}, "submissions, look-ups")
		})
	}
}

func TestSubmitOnceWithoutALookUpLeavesItToAPerson(t *testing.T) {
	t.Parallel()
	submit := &script{errors: []error{unknown(true)}}
	_, err := portal.SubmitOnce(t.Context(), portal.Submission[string]{Reference: ourReference, Submit: submit.next})
	require.Equal(t, connectors.ClassOutcomeUnknown, connectors.ClassOf(err))
}

func TestAnswerAboutAnotherSubmissionIsNotBelieved(t *testing.T) {
	t.Parallel()
	submit, find := &script{errors: []error{nil}}, &script{errors: []error{nil}}
	_, err := portal.SubmitOnce(t.Context(), portal.Submission[string]{
		Reference: ourReference, Submit: submit.next, Find: find.next, Idempotent: true,
		Same: func(number string) bool { return number == "N-2" },
	})
	require.Equal(t, connectors.ClassOutcomeUnknown, connectors.ClassOf(err))
}

func TestCancelledSubmissionIsNotLookedUp(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	find := &script{}
	_, err := portal.SubmitOnce(ctx, portal.Submission[string]{
		Reference: ourReference, Find: find.next, Idempotent: true,
		Submit: func(context.Context) (string, error) {
			cancel()
			return "", unknown(false)
		},
	})
	require.Equal(t, connectors.ClassOutcomeUnknown, connectors.ClassOf(err))
}
