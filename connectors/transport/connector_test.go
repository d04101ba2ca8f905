package transport_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/transport"
	standin "github.com/jansetu/jansetu/connectors/transport/twin"
	"github.com/jansetu/jansetu/connectors/twin"
)

// asks answers the challenge that an error is.
func asks(t testing.TB, err error) *connectors.ChallengeError {
	t.Helper()
	var asked *connectors.ChallengeError
	require.ErrorAs(t, err, &asked)
	require.Equal(t, connectors.ChallengeCaptcha, asked.Kind)
	return asked
}

func copied(stand *standin.Twin, asked *connectors.ChallengeError) *connectors.ChallengeAnswer {
	return &connectors.ChallengeAnswer{Session: asked.Session, Answer: stand.Read(asked.Image)}
}

// extracted asks for a record and copies its picture.
func extracted(t testing.TB, stand *standin.Twin, connector *transport.Connector, query connectors.RecordQuery) (connectors.Record, error) {
	t.Helper()
	_, err := connector.Extract(t.Context(), query)
	query.Answer = copied(stand, asks(t, err))
	return connector.Extract(t.Context(), query)
}

func submitted(t testing.TB, stand *standin.Twin, connector *transport.Connector, application connectors.Application) (connectors.Submitted, error) {
	t.Helper()
	_, err := connector.Submit(t.Context(), application)
	application.Answer = copied(stand, asks(t, err))
	return connector.Submit(t.Context(), application)
}

func TestLicenceIsReadWhole(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, standin.Config{})
	record, err := extracted(t, stand, connect(t, stand, nil), licence("AP031 2011-0001234", "14-08-1985"))
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(connectors.Record{
		Title: "Details of Driving Licence: AP03120110001234",
		Fields: []connectors.RecordField{
			{Label: "Current Status", Value: "ACTIVE"}, {Label: "Holder's Name", Value: "KONDAPALLI RAMESH"},
			{Label: "Date of Issue", Value: "21-03-2011"}, {Label: "Last Transaction At", Value: "RTO VIJAYAWADA"},
			{Label: "Non-Transport", Value: "From: 21-03-2011 To: 13-08-2035"},
			{Label: "COV Category", Value: "NT", Group: 1}, {Label: "Class of Vehicle", Value: "LMV", Group: 1},
			{Label: "COV Issue Date", Value: "21-03-2011", Group: 1},
			{Label: "COV Category", Value: "NT", Group: 2}, {Label: "Class of Vehicle", Value: "MCWG", Group: 2},
			{Label: "COV Issue Date", Value: "21-03-2011", Group: 2},
		},
	}, record))
}

func TestDayOfTheCatalogIsWrittenAsThePortalDoes(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, standin.Config{})
	record, err := extracted(t, stand, connect(t, stand, nil), licence("AP03120110001234", "1985-08-14"))
	require.NoError(t, err)
	require.Equal(t, "Details of Driving Licence: AP03120110001234", record.Title)
}

func TestAnotherServiceNeedsNoCode(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, standin.Config{})
	connector := connect(t, stand, nil)
	record, err := extracted(t, stand, connector, connectors.RecordQuery{
		Service: "rcstatus", Fields: map[string]string{"Registration No.": "ap39uh4567", "Chassis No. (last 5)": "04567"},
	})
	require.NoError(t, err)
	require.Equal(t, "Details of Vehicle: AP39UH4567", record.Title)
	changed := connectors.Application{Reference: "AP-2/submit", Service: "dlchange", Fields: map[string]string{
		"Driving Licence No.": "AP03120110001234", "Date of Birth": "14-08-1985", "New Address": "4-77, Gudivada", "PIN Code": "521301",
	}}
	done, err := submitted(t, stand, connector, changed)
	require.NoError(t, err)
	require.Zero(t, done.Fee)
}

func TestWrongCopyExpiryAndRefreshGiveAnotherPicture(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, standin.Config{})
	connector := connect(t, stand, nil)
	query := licence("AP03120110001234", "14-08-1985")
	_, err := connector.Extract(t.Context(), query)
	first := asks(t, err)
	require.Equal(t, 1, first.Attempt)

	query.Answer = &connectors.ChallengeAnswer{Session: first.Session, Answer: "wrong"}
	_, err = connector.Extract(t.Context(), query)
	second := asks(t, err)
	require.Equal(t, 2, second.Attempt)
	require.NotEqual(t, first.Image, second.Image)
	require.Contains(t, second.Prompt, "does not match")

	query.Answer = &connectors.ChallengeAnswer{Session: second.Session, Refresh: true}
	_, err = connector.Extract(t.Context(), query)
	third := asks(t, err)
	require.Equal(t, 3, third.Attempt)

	require.NoError(t, stand.Faults.Set(twin.Fault{Kind: twin.CaptchaExpired, Times: 1}))
	query.Answer = copied(stand, third)
	_, err = connector.Extract(t.Context(), query)
	fourth := asks(t, err)
	query.Answer = copied(stand, fourth)
	_, err = connector.Extract(t.Context(), query)
	require.NoError(t, err)
}

func TestAnswerToSomethingElseOrToALostVisitBeginsAnew(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, standin.Config{})
	connector := connect(t, stand, nil)
	query := licence("AP03120110001234", "14-08-1985")
	_, err := connector.Extract(t.Context(), query)
	other := licence("AP03120150004321", "02-02-1990")
	other.Answer = copied(stand, asks(t, err))
	_, err = connector.Extract(t.Context(), other)
	anew := asks(t, err)
	require.Equal(t, 1, anew.Attempt, "another record is another visit")

	require.NoError(t, stand.Faults.Set(twin.Fault{Kind: twin.SessionExpires, Times: 1}))
	other.Answer = copied(stand, anew)
	_, err = connector.Extract(t.Context(), other)
	require.Equal(t, 1, asks(t, err).Attempt)
	other.Answer = &connectors.ChallengeAnswer{Session: "v1.nonsense", Answer: "1"}
	_, err = connector.Extract(t.Context(), other)
	asks(t, err)
}

func TestReleaseWithOtherIDsMakesNoDifference(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, standin.Config{Clock: startClock().Now})
	connector := connect(t, stand, nil)
	require.NoError(t, stand.Faults.Set(twin.Fault{Kind: twin.RenamedIDs}, twin.Fault{Kind: twin.DuplicateRows}))
	record, err := extracted(t, stand, connector, licence("AP03120150004321", "02-02-1990"))
	require.NoError(t, err)
	require.Len(t, record.Fields, 5+3*3)
	done, err := submitted(t, stand, connector, learner(0, "AP-1/submit"))
	require.NoError(t, err)
	require.NotEmpty(t, done.Number)
}

func TestNewMandatoryFieldStopsTheApplication(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, standin.Config{})
	require.NoError(t, stand.Faults.Set(twin.Fault{Kind: twin.NewMandatoryField}))
	_, err := connect(t, stand, nil).Submit(t.Context(), learner(0, "AP-1/submit"))
	require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err))
	require.Empty(t, stand.Applications())
}

func TestOfficesFollowTheDistrict(t *testing.T) {
	t.Parallel()
	connector := connect(t, newTwin(t, standin.Config{}), nil)
	districts, err := connector.Choices(t.Context(), "llapply", "District", nil)
	require.NoError(t, err)
	require.Equal(t, connectors.Option{Value: "Guntur", Label: "Guntur"}, districts[0])
	offices, err := connector.Choices(t.Context(), "llapply", "RTO Office", map[string]string{"District": "Guntur"})
	require.NoError(t, err)
	require.Len(t, offices, 2)
	require.Equal(t, "RTO GUNTUR (AP07)", offices[0].Label)
	_, err = connector.Choices(t.Context(), "llapply", "First Name", nil)
	require.Equal(t, connectors.ClassInputRejected, connectors.ClassOf(err))
}

func TestApplicationsThatAreSentBackOrRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change      func(*connectors.Application)
		field, code string
	}{
		"no name":              {change: func(a *connectors.Application) { a.Fields["First Name"] = " " }, field: "First Name"},
		"an office elsewhere":  {change: func(a *connectors.Application) { a.Fields["RTO Office"] = "RTO GUNTUR (AP07)" }, field: "RTO Office"},
		"a service not served": {change: func(a *connectors.Application) { a.Service = "dlrenew" }, code: transport.RefusedNotOffered},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			application := learner(0, "AP-1/submit")
			test.change(&application)
			_, err := connect(t, newTwin(t, standin.Config{}), nil).Submit(t.Context(), application)
			if test.code != "" {
				requireRefused(t, err, test.code)
				return
			}
			var rejected *connectors.InputRejectedError
			require.ErrorAs(t, err, &rejected)
			require.Equal(t, test.field, rejected.Field)
		})
	}
}

func requireRefused(t *testing.T, err error, code string) {
	t.Helper()
	var refused *connectors.RefusedError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, code, refused.Code)
}

func TestChildIsNotEligible(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, standin.Config{Clock: startClock().Now})
	application := learner(0, "AP-1/submit")
	application.Fields["Date of Birth"] = "17-05-2015"
	_, err := submitted(t, stand, connect(t, stand, nil), application)
	requireRefused(t, err, connectors.RefusedNotEligible)
}

func TestStatusFollowsTheApplicationToItsPaper(t *testing.T) {
	t.Parallel()
	clock := startClock()
	stand := newTwin(t, standin.Config{Clock: clock.Now})
	connector := connect(t, stand, nil)
	application := learner(0, "AP-1/submit")
	done, err := submitted(t, stand, connector, application)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(connectors.Submitted{
		Reference: "AP-1/submit", Number: done.Number, SubmittedAt: clock.Now(), Fee: 20_000,
		DueBy: time.Date(2026, 11, 29, 0, 0, 0, 0, connectors.IndianTime),
	}, done))
	require.NoError(t, stand.PayAtOffice(done.Number))
	for _, want := range []connectors.ApplicationStatus{
		{State: connectors.ApplicationReceived, Officer: "Online"}, {State: connectors.ApplicationInProgress, Officer: "Motor Vehicle Inspector"},
		{State: connectors.ApplicationDelivered, Officer: "Licensing Authority", Note: "Issued"},
	} {
		want.Number, want.UpdatedAt = done.Number, clock.Now()
		for _, kind := range []twin.Kind{twin.DuplicateRows, twin.MovedColumns, twin.WrongCharset} {
			require.NoError(t, stand.Faults.Set(twin.Fault{Kind: kind}))
			status, err := connector.Status(t.Context(), query(application, done))
			require.NoError(t, err)
			require.Empty(t, cmp.Diff(want, status), kind)
		}
		clock.Move(time.Minute)
	}
	document, err := connector.Document(t.Context(), query(application, done))
	require.NoError(t, err)
	require.Equal(t, "application/pdf", document.MIMEType)
	require.NoError(t, stand.Faults.Set(twin.Fault{Kind: twin.CutPage, Operation: standin.Print}))
	_, err = connector.Document(t.Context(), query(application, done))
	require.Equal(t, connectors.ClassUnavailable, connectors.ClassOf(err), "half a paper is none")
}

func TestRejectionCarriesItsReason(t *testing.T) {
	t.Parallel()
	clock := startClock()
	stand := newTwin(t, standin.Config{Clock: clock.Now})
	connector := connect(t, stand, nil)
	application := learner(0, "AP-1/submit")
	application.Fields["First Name"] = "SUDHAKAR"
	done, err := submitted(t, stand, connector, application)
	require.NoError(t, err)
	require.NoError(t, stand.PayAtOffice(done.Number))
	clock.Move(time.Hour)
	status, err := connector.Status(t.Context(), query(application, done))
	require.NoError(t, err)
	require.Equal(t, connectors.ApplicationRejected, status.State)
	require.Equal(t, "Photograph is not clear", status.Note)
}

// Even a portal that is careless with references has one application, because the
// connector looks before it submits again.
func TestCarelessPortalHasOneApplication(t *testing.T) {
	t.Parallel()
	for _, kind := range []twin.Kind{standin.AcceptDuplicate, standin.RefuseDuplicate} {
		stand := newTwin(t, standin.Config{Clock: startClock().Now})
		connector := connect(t, stand, nil)
		require.NoError(t, stand.Faults.Set(twin.Fault{Kind: kind}, twin.Fault{Kind: twin.HalfBody, Operation: standin.Submit, Times: 1}))
		first, err := submitted(t, stand, connector, learner(0, "AP-1/submit"))
		require.NoError(t, err, "the lost answer is looked up")
		again, err := connector.Submit(t.Context(), learner(0, "AP-1/submit"))
		require.NoError(t, err)
		require.Equal(t, first.Number, again.Number)
		require.Len(t, stand.Applications(), 1)
	}
}

func TestPortalWithoutAReferenceCannotBeAsked(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, standin.Config{Clock: startClock().Now})
	connector := connect(t, stand, map[string]string{transport.SettingReferenceLabel: transport.NoReference})
	application := learner(0, "AP-1/submit")
	_, err := connector.Find(t.Context(), query(application, connectors.Submitted{}))
	require.Equal(t, connectors.ClassOutcomeUnknown, connectors.ClassOf(err))
	require.NoError(t, stand.Faults.Set(twin.Fault{Kind: twin.ResponseLost, Operation: standin.Submit, Times: 1}))
	_, err = submitted(t, stand, connector, application)
	require.Equal(t, connectors.ClassOutcomeUnknown, connectors.ClassOf(err), "and is left to a person")
	require.Len(t, stand.Applications(), 1)
}

func TestTwinRemembersOverARestart(t *testing.T) {
	t.Parallel()
	config := standin.Config{Clock: startClock().Now, DataDir: t.TempDir()}
	first, err := standin.New(config)
	require.NoError(t, err)
	application := learner(0, "AP-1/submit")
	done, err := submitted(t, first, connect(t, first, nil), application)
	require.NoError(t, err)
	require.NoError(t, first.Close())
	found, err := connect(t, newTwin(t, config), nil).Find(t.Context(), query(application, connectors.Submitted{}))
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(done, found))
}

func TestOpenWantsASealer(t *testing.T) {
	t.Parallel()
	_, err := transport.Family{}.Open(connectors.PortalConfig{Name: "transport", URL: "http://127.0.0.1:1"})
	require.ErrorContains(t, err, "sealer")
}
