package conformance

import (
	"context"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/twin"
)

// ApplicationSubject is a fresh twin of a portal that takes applications.
type ApplicationSubject struct {
	Subject
	// Open makes the connector under test; it logs to the given logger.
	Open func(connectors.PortalConfig, *slog.Logger) (connectors.Applications, error)
	// Submit, Find and Status are the twin's names of the operations; Submit is
	// the exchange that commits.
	Submit, Find, Status string
	// Application makes the i-th of many valid applications.
	Application func(i int, reference string) connectors.Application
	// Query makes the query that looks an application up and asks for its
	// status; submitted is zero when its outcome is not known.
	Query func(application connectors.Application, submitted connectors.Submitted) connectors.ApplicationQuery
	// Invalid is an application that the portal sends back because of Field.
	Invalid func(reference string) (application connectors.Application, field string)
	// Unknown asks for the status of an application the portal never saw.
	Unknown connectors.ApplicationQuery
	// Submissions counts what was really submitted, Doubled what was submitted
	// more than once.
	Submissions, Doubled func() int
	// Decide moves the twin's application on: it is approved and its document
	// issued. Nil where the twin cannot, and then no document is asked for.
	Decide func(number string)
	// AskCitizen asks the citizen something about the application, as the department
	// would. Nil where the twin cannot.
	AskCitizen func(number string)
	// Reply is the twin's name of the exchange that commits an answer to a query;
	// empty where AskCitizen is nil. Replies counts what really arrived, and what
	// did so too often.
	Reply   string
	Replies func() (count, doubled int)
	// PostFee is the twin's name of the exchange that commits the fee it named for an
	// application; empty where it cannot be told. FeePostings counts what was really
	// posted, and what was so too often. PayAtOffice pays the fee by other means.
	PostFee     string
	FeePostings func() (count, doubled int)
	PayAtOffice func(number string)
}

// RunApplication checks a connector with the application capability. start makes
// a fresh twin for each test.
func RunApplication(t *testing.T, start func(t *testing.T) ApplicationSubject) {
	t.Helper()
	suite := capability[ApplicationSubject]{
		name: "application", start: start,
		bench: func(s ApplicationSubject) Subject { return s.Subject },
		open:  func(s ApplicationSubject) opener { return untyped(s.Open) },
		probe: func(s ApplicationSubject) connectors.Probe {
			return connectors.Probe{Service: s.Application(0, "AP-1/submit").Service}
		},
		reads: func(t *testing.T, b *bench, s ApplicationSubject) []read {
			reads := []read{applicationStatus(t, b, s)}
			if s.PostFee != "" {
				reads = append(reads, feeLookUp(t, b, s))
			}
			return reads
		},
		changes: []change[ApplicationSubject]{
			{name: "submission", operation: func(s ApplicationSubject) string { return s.Submit }, make: newSubmission},
			{name: "reply", operation: func(s ApplicationSubject) string { return s.Reply }, make: newReply},
			{name: "fee", operation: func(s ApplicationSubject) string { return s.PostFee }, make: newFeePosting},
		},
		probes: func(t *testing.T, s ApplicationSubject) []probe {
			connector := liveConnector(t, s.Subject, s.Open)
			return []probe{{"status of an unknown application", func(ctx context.Context) error {
				_, err := connector.Status(ctx, s.Unknown)
				return err
			}}}
		},
		own: map[string]func(*testing.T, *bench, ApplicationSubject){
			"submitted once, found, and tracked": applicationRoundTrip,
			"what the portal sends back":         applicationInvalid,
			"challenge relayed between workers":  applicationChallenge,
			"an unknown application":             applicationUnknown,
			"document when it is issued":         applicationDocument,
			"query of the department":            applicationQuery,
			"a fee is told once, and found":      feeRoundTrip,
			"a fee that is refused":              feeRefusal,
			"same fee eight times at once":       feeParallel,
		},
	}
	suite.run(t)
}

// newSubmission makes the application that a change is tried with.
func newSubmission(b *bench, s ApplicationSubject) attempt {
	application := s.Application(0, "AP-1/submit")
	return attempt{
		do: func(ctx context.Context, t *testing.T, tight ...tighten) error {
			connector := opened(t, b, s.Open, tight...)
			return b.answering(func(answer *connectors.ChallengeAnswer) error {
				application.Answer = answer
				_, err := connector.Submit(ctx, application)
				return err
			})
		},
		find: func(ctx context.Context, t *testing.T) error {
			connector := opened(t, b, s.Open)
			query := s.Query(application, connectors.Submitted{})
			return b.answering(func(answer *connectors.ChallengeAnswer) error {
				query.Answer = answer
				_, err := connector.Find(ctx, query)
				return err
			})
		},
		happened: s.Submissions, doubled: s.Doubled,
	}
}

// newReply answers what the department asks about an application.
func newReply(b *bench, s ApplicationSubject) attempt {
	var given connectors.QueryAnswer
	answerer := func(t *testing.T, tight ...tighten) connectors.QueryAnswerer {
		t.Helper()
		able, ok := opened(t, b, s.Open, tight...).(connectors.QueryAnswerer)
		require.True(t, ok)
		return able
	}
	return attempt{
		prepare: func(t *testing.T) { given = s.asked(t, b, opened(t, b, s.Open)) },
		do: func(ctx context.Context, t *testing.T, tight ...tighten) error {
			able := answerer(t, tight...)
			return b.answering(func(answer *connectors.ChallengeAnswer) error {
				given.Answer = answer
				return able.AnswerQuery(ctx, given)
			})
		},
		find: func(ctx context.Context, t *testing.T) error {
			able := answerer(t)
			return b.answering(func(answer *connectors.ChallengeAnswer) error {
				given.Answer = answer
				return able.QueryAnswered(ctx, given)
			})
		},
		happened: func() int { count, _ := s.Replies(); return count },
		doubled:  func() int { _, doubled := s.Replies(); return doubled },
	}
}

// asked submits an application about which the department then asks, and makes the
// answer.
func (s ApplicationSubject) asked(t *testing.T, b *bench, connector connectors.Applications) connectors.QueryAnswer {
	t.Helper()
	application := s.Application(0, "AP-1/submit")
	submitted := s.submit(t, b, connector, application)
	s.AskCitizen(submitted.Number)
	status, err := s.status(t, b, connector, s.Query(application, submitted))
	require.NoError(t, err)
	require.Equal(t, connectors.ApplicationQueried, status.State)
	require.NotNil(t, status.Query)
	require.NotEmpty(t, status.Query.Text)
	return connectors.QueryAnswer{
		Reference: "AP-1/query-1", Service: application.Service, Number: submitted.Number, QueryID: status.Query.ID,
		Text: "As asked.", Fields: application.Fields, Enclosures: application.Enclosures,
	}
}

func (s ApplicationSubject) submit(t *testing.T, b *bench, connector connectors.Applications, application connectors.Application) connectors.Submitted {
	t.Helper()
	var submitted connectors.Submitted
	require.NoError(t, b.answering(func(answer *connectors.ChallengeAnswer) (err error) {
		application.Answer = answer
		submitted, err = connector.Submit(t.Context(), application)
		return err
	}))
	return submitted
}

// applicationStatus asks for one application that is there.
func applicationStatus(t *testing.T, b *bench, s ApplicationSubject) read {
	t.Helper()
	application := s.Application(0, "AP-1/submit")
	submitted := s.submit(t, b, opened(t, b, s.Open), application)
	query := s.Query(application, submitted)
	return read{name: "status", operation: s.Status, open: func(t *testing.T, tight ...tighten) call {
		connector := opened(t, b, s.Open, tight...)
		return func(ctx context.Context) error {
			asked := query
			return b.answering(func(answer *connectors.ChallengeAnswer) error {
				asked.Answer = answer
				_, err := connector.Status(ctx, asked)
				return err
			})
		}
	}}
}

func (s ApplicationSubject) status(
	t *testing.T, b *bench, connector connectors.Applications, query connectors.ApplicationQuery,
) (status connectors.ApplicationStatus, err error) {
	t.Helper()
	err = b.answering(func(answer *connectors.ChallengeAnswer) (err error) {
		query.Answer = answer
		status, err = connector.Status(t.Context(), query)
		return err
	})
	return status, err
}

func applicationRoundTrip(t *testing.T, b *bench, s ApplicationSubject) {
	connector := opened(t, b, s.Open)
	application := s.Application(0, "AP-1/submit")
	submitted := s.submit(t, b, connector, application)
	require.NotEmpty(t, submitted.Number)
	require.Equal(t, application.Reference, submitted.Reference)
	require.Equal(t, 1, s.Submissions())

	var found connectors.Submitted
	query := s.Query(application, connectors.Submitted{})
	err := b.answering(func(answer *connectors.ChallengeAnswer) (err error) {
		query.Answer = answer
		found, err = connector.Find(t.Context(), query)
		return err
	})
	if connectors.ClassOf(err) != connectors.ClassOutcomeUnknown { // a portal that cannot look up says so
		require.NoError(t, err)
		require.Equal(t, submitted.Number, found.Number)
	}
	status, err := s.status(t, b, connector, s.Query(application, submitted))
	require.NoError(t, err)
	require.Equal(t, submitted.Number, status.Number)
	require.Contains(t, []connectors.ApplicationState{connectors.ApplicationReceived, connectors.ApplicationInProgress}, status.State)

	other := s.submit(t, b, connector, s.Application(1, "AP-2/submit"))
	require.NotEqual(t, submitted.Number, other.Number, "another application is another number")
	require.Equal(t, 2, s.Submissions())
	require.Zero(t, s.Doubled())
}

func applicationInvalid(t *testing.T, b *bench, s ApplicationSubject) {
	application, field := s.Invalid("AP-1/submit")
	connector := opened(t, b, s.Open)
	err := b.answering(func(answer *connectors.ChallengeAnswer) error {
		application.Answer = answer
		_, err := connector.Submit(t.Context(), application)
		return err
	})
	var rejected *connectors.InputRejectedError
	require.ErrorAs(t, err, &rejected)
	require.Equal(t, field, rejected.Field)
	require.Zero(t, s.Submissions())
}

func applicationChallenge(t *testing.T, b *bench, s ApplicationSubject) {
	challengeRelayed(t, b, func(t *testing.T, answer *connectors.ChallengeAnswer) error {
		application := s.Application(0, "AP-1/submit")
		application.Answer = answer
		_, err := opened(t, b, s.Open).Submit(t.Context(), application)
		return err
	})
	require.LessOrEqual(t, s.Submissions(), 1)
}

func applicationUnknown(t *testing.T, b *bench, s ApplicationSubject) {
	_, err := s.status(t, b, opened(t, b, s.Open), s.Unknown)
	require.Equal(t, connectors.ClassNotFound, connectors.ClassOf(err), "%v", err)
}

func applicationDocument(t *testing.T, b *bench, s ApplicationSubject) {
	connector := opened(t, b, s.Open)
	giver, ok := connector.(connectors.DocumentGiver)
	if !ok || s.Decide == nil {
		t.Skip("gives no documents")
	}
	application := s.Application(0, "AP-1/submit")
	submitted := s.submit(t, b, connector, application)
	var document connectors.Document
	fetch := func() error {
		query := s.Query(application, submitted)
		return b.answering(func(answer *connectors.ChallengeAnswer) (err error) {
			query.Answer = answer
			document, err = giver.Document(t.Context(), query)
			return err
		})
	}
	require.Equal(t, connectors.ClassNotFound, connectors.ClassOf(fetch()), "not issued yet")
	s.Decide(submitted.Number)
	status, err := s.status(t, b, connector, s.Query(application, submitted))
	require.NoError(t, err)
	require.Contains(t, []connectors.ApplicationState{connectors.ApplicationApproved, connectors.ApplicationDelivered}, status.State)
	require.NoError(t, fetch())
	require.NotEmpty(t, document.Content)
	require.NotEmpty(t, document.MIMEType)
	require.NoError(t, s.Faults.Set(twin.Fault{Kind: twin.StrangePage}))
	require.NotEqual(t, connectors.ClassOK, connectors.ClassOf(fetch()), "a page is not a document")
}

func applicationQuery(t *testing.T, b *bench, s ApplicationSubject) {
	connector := opened(t, b, s.Open)
	answerer, ok := connector.(connectors.QueryAnswerer)
	if !ok || s.AskCitizen == nil {
		t.Skip("answers no queries")
	}
	given := s.asked(t, b, connector)
	require.Equal(t, connectors.ClassNotFound, connectors.ClassOf(answerer.QueryAnswered(t.Context(), given)), "nothing was answered yet")
	for range 2 { // the second is a repeat after a lost answer
		require.NoError(t, b.answering(func(answer *connectors.ChallengeAnswer) error {
			given.Answer = answer
			return answerer.AnswerQuery(t.Context(), given)
		}))
		require.NoError(t, answerer.QueryAnswered(t.Context(), given))
	}
	count, doubled := s.Replies()
	require.Equal(t, []int{1, 0}, []int{count, doubled})
	application := s.Application(0, "AP-1/submit")
	status, err := s.status(t, b, connector, s.Query(application, connectors.Submitted{Reference: application.Reference, Number: given.Number}))
	require.NoError(t, err)
	require.NotEqual(t, connectors.ApplicationQueried, status.State)
}
