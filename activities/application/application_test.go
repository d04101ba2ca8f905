package application_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"github.com/jansetu/jansetu/activities/application"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/edistrict"
	edistricttwin "github.com/jansetu/jansetu/connectors/edistrict/twin"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/twin"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
	"github.com/jansetu/jansetu/workflows"
)

const reference = "JS-7K3M-Q2PX"

// office is the e-District twin over HTTP, with the activities that ask it and a store of its own.
type office struct {
	*edistricttwin.Twin

	store      *store.Store
	activities *application.Activities
	env        *testsuite.TestActivityEnvironment
	to         workflows.Recipient
	session    *connectors.ChallengeAnswer
}

type services struct{}

func (services) Service(id string) (*catalog.Service, bool) {
	return &catalog.Service{Portal: catalog.PortalBinding{Service: "1042"}}, id == "income-certificate"
}

// shelf has every paper.
type shelf struct{}

func (shelf) Enclosure(_ context.Context, _, id, kind string) (connectors.Enclosure, error) {
	return connectors.Enclosure{Kind: kind, Filename: id + ".pdf", MIMEType: "application/pdf", Content: []byte("%PDF-1.4 " + id + "\n%%EOF")}, nil
}

func openOffice(t *testing.T) *office {
	t.Helper()
	made, err := edistricttwin.New(edistricttwin.Config{Pace: time.Nanosecond})
	require.NoError(t, err)
	server := httptest.NewServer(made)
	t.Cleanup(func() { server.Close(); require.NoError(t, made.Close()) })
	sealer, err := portal.NewEphemeralSealer()
	require.NoError(t, err)
	connector, err := edistrict.Family{Sealer: sealer}.New(connectors.PortalConfig{
		Name: "ap-revenue", URL: server.URL, Budget: connectors.Budget{RequestsPerSecond: 1e6, Burst: 1e6, Concurrent: 8},
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, connector.Close()) })
	o := &office{Twin: made, store: storetest.Store(t)}
	person, conversation := storetest.Person(t, o.store)
	storetest.Request(t, o.store, store.Request{Reference: reference, Person: person, Conversation: conversation})
	o.to = workflows.Recipient{Reference: reference, Conversation: conversation, Language: "te"}
	o.open(connector)
	return o
}

func (o *office) open(connector connectors.Applications) {
	o.activities = application.New(application.Config{Connector: connector, Services: services{}, Shelf: shelf{}, Documents: o.store, Now: time.Now})
	suite := testsuite.WorkflowTestSuite{}
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	o.env = suite.NewTestActivityEnvironment()
	o.env.RegisterActivity(o.activities)
}

func run[T any](t *testing.T, o *office, activity, input any) (result T, err error) {
	t.Helper()
	value, err := o.env.ExecuteActivity(activity, input)
	if err != nil {
		return result, err
	}
	if value.HasValue() {
		require.NoError(t, value.Get(&result))
	}
	return result, nil
}

// failed is what a workflow learns of an error.
func failed(t *testing.T, err error) (failure workflows.Failure) {
	t.Helper()
	var application *temporal.ApplicationError
	require.ErrorAs(t, err, &application)
	require.NoError(t, application.Details(&failure))
	return failure
}

func (o *office) input() workflows.SubmitApplicationInput {
	return workflows.SubmitApplicationInput{
		To: o.to, Service: "income-certificate", FirstTried: time.Now(), Answer: o.session,
		Fields: map[string]string{
			edistrict.FieldMobile: "9848012345", "14201": "Smt", "14202": "Sita Devi", "14203": "Rama Rao", "14204": "521151", "17001": "Krishna",
			"14206": "90000", "14207": "Scholarship", "14208": "Y",
		},
		Papers: []workflows.SentPaper{{ID: "p1", Kind: "101/Voter ID"}, {ID: "p2", Kind: "103/Self Declaration"}},
	}
}

// proven makes the first two calls, up to the letters of the picture.
func (o *office) proven(t *testing.T) workflows.SubmitApplicationInput {
	t.Helper()
	for _, kind := range []connectors.ChallengeKind{connectors.ChallengeOTP, connectors.ChallengeCaptcha} {
		_, err := run[workflows.SubmittedApplication](t, o, o.activities.SubmitApplication, o.input())
		asked := failed(t, err).Challenge
		require.Equal(t, kind, asked.Kind)
		o.session = &connectors.ChallengeAnswer{Session: asked.Session, Answer: o.OTP("9848012345")}
		if kind == connectors.ChallengeCaptcha {
			o.session.Answer = o.Read(asked.Image)
		}
	}
	return o.input()
}

func TestAnApplicationGoesThroughACodeAndAPictureToItsCertificate(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	submitted, err := run[workflows.SubmittedApplication](t, o, o.activities.SubmitApplication, o.proven(t))
	require.NoError(t, err)
	require.Equal(t, o.Submissions()[0].Number, submitted.Number)
	require.Len(t, o.Submissions()[0].Papers, 2)

	at := workflows.ApplicationAt{To: o.to, Service: "income-certificate", Number: submitted.Number}
	status, err := run[connectors.ApplicationStatus](t, o, o.activities.ApplicationStatus, at)
	require.NoError(t, err)
	require.Equal(t, connectors.ApplicationDelivered, status.State)
	certificate, err := run[workflows.Document](t, o, o.activities.FetchCertificate, at)
	require.NoError(t, err)
	again, err := run[workflows.Document](t, o, o.activities.FetchCertificate, at)
	require.NoError(t, err)
	require.Equal(t, certificate, again, "fetched twice, kept once")
	kept, err := o.store.Document(t.Context(), certificate.ID)
	require.NoError(t, err)
	require.Equal(t, "certificate", kept.Kind)
}

func TestWhatWasSentBeforeIsLookedUpAndNotSentAgain(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	_, err := run[workflows.SubmittedApplication](t, o, o.activities.SubmitApplication, o.proven(t))
	require.NoError(t, err)
	o.session = nil
	input := o.input()
	input.LookFirst = true
	found, err := run[workflows.SubmittedApplication](t, o, o.activities.SubmitApplication, input)
	require.NoError(t, err)
	require.Equal(t, o.Submissions()[0].Number, found.Number)
	require.Len(t, o.Submissions(), 1)

	require.NoError(t, o.Faults.Set(twin.Fault{Kind: twin.Unavailable, Operation: edistricttwin.Track}))
	_, err = run[workflows.SubmittedApplication](t, o, o.activities.SubmitApplication, input)
	require.Equal(t, connectors.ClassUnavailable, failed(t, err).Class, "what cannot be told is not sent")
	require.Len(t, o.Submissions(), 1)
}

func TestWhatIsCertainlyNotThereIsSaidSo(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	_, err := run[workflows.SubmittedApplication](t, o, o.activities.FindApplication, workflows.FindApplicationInput{
		To: o.to, Service: "income-certificate", Fields: o.input().Fields, FirstTried: time.Now(),
	})
	require.Equal(t, connectors.ClassNotFound, failed(t, err).Class)
}

func TestAServiceThatIsGoneFromTheCatalogIsForAPerson(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	input := o.input()
	input.Service = "gone"
	_, err := run[workflows.SubmittedApplication](t, o, o.activities.SubmitApplication, input)
	require.Equal(t, connectors.ClassChanged, failed(t, err).Class)
}

// counter is a department that only takes and tells: no documents, no answers; its look-up asks for letters.
type counter struct{ sent int }

func (c *counter) Submit(context.Context, connectors.Application) (connectors.Submitted, error) {
	c.sent++
	return connectors.Submitted{
		Number: "N1", Fee: 4500, Acknowledgement: &connectors.Document{Filename: "slip.jpg", MIMEType: "image/jpeg", Content: []byte("slip")},
	}, nil
}

func (*counter) Find(context.Context, connectors.ApplicationQuery) (connectors.Submitted, error) {
	return connectors.Submitted{}, &connectors.ChallengeError{Kind: connectors.ChallengeCaptcha, Session: "of the look-up"}
}

func (*counter) Status(context.Context, connectors.ApplicationQuery) (connectors.ApplicationStatus, error) {
	return connectors.ApplicationStatus{}, errors.New("not asked here")
}

func TestADepartmentThatOnlyTakesAndTells(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	department := &counter{}
	o.open(department)
	submitted, err := run[workflows.SubmittedApplication](t, o, o.activities.SubmitApplication, o.input())
	require.NoError(t, err)
	require.Equal(t, connectors.Paise(4500), submitted.Fee)
	slip, err := o.store.Document(t.Context(), submitted.Slip.ID)
	require.NoError(t, err)
	require.Equal(t, "image/jpeg", slip.MIMEType, "the slip stays what it is")

	_, err = run[workflows.Document](t, o, o.activities.FetchCertificate, workflows.ApplicationAt{To: o.to, Service: "income-certificate", Number: "N1"})
	require.Equal(t, workflows.RefusedNoDocument, failed(t, err).Code)
	_, err = run[any](t, o, o.activities.AnswerQuery, workflows.AnswerQueryInput{To: o.to, Service: "income-certificate", Number: "N1", Query: 1})
	require.Equal(t, workflows.RefusedNoAnswers, failed(t, err).Code)

	again := o.input()
	again.LookFirst = true
	_, err = run[workflows.SubmittedApplication](t, o, o.activities.SubmitApplication, again)
	require.Equal(t, connectors.ClassOutcomeUnknown, failed(t, err).Class, "a challenge of the look-up is not one of the submission")
	require.Equal(t, 1, department.sent)
}

func TestAQueryIsAnsweredOnce(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	submitted, err := run[workflows.SubmittedApplication](t, o, o.activities.SubmitApplication, o.proven(t))
	require.NoError(t, err)
	require.NoError(t, o.Ask(submitted.Number))
	reply := workflows.AnswerQueryInput{
		To: o.to, Service: "income-certificate", Number: submitted.Number, Query: 1, Text: "Please see the enclosed paper.", Fields: o.input().Fields,
		Papers: []workflows.SentPaper{{ID: "p3", Kind: "reply"}},
	}
	_, err = run[any](t, o, o.activities.QueryAnswered, reply)
	require.Equal(t, connectors.ClassNotFound, failed(t, err).Class)
	_, err = run[any](t, o, o.activities.AnswerQuery, reply)
	asked := failed(t, err).Challenge
	require.Equal(t, connectors.ChallengeOTP, asked.Kind)
	reply.Answer = &connectors.ChallengeAnswer{Session: asked.Session, Answer: o.OTP("9848012345")}
	_, err = run[any](t, o, o.activities.AnswerQuery, reply)
	require.NoError(t, err)
	reply.Answer, reply.LookFirst = nil, true
	_, err = run[any](t, o, o.activities.AnswerQuery, reply)
	require.NoError(t, err, "it is there")
	count, doubled := o.Replies()
	require.Equal(t, 1, count)
	require.Zero(t, doubled)
}
