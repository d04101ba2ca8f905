package mahabhulekh_test

import (
	"bytes"
	"errors"
	"image/jpeg"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/landrecords/mahabhulekh"
	standin "github.com/jansetu/jansetu/connectors/landrecords/mahabhulekh/twin"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/twin"
)

// bench is a twin behind a server, and workers that share a key.
type bench struct {
	stand  *standin.Twin
	url    string
	sealer *portal.Sealer
}

func newBench(t testing.TB, config standin.Config) *bench {
	t.Helper()
	stand := newTwin(t, config)
	server := httptest.NewServer(stand)
	t.Cleanup(server.Close)
	sealer, err := portal.NewEphemeralSealer()
	require.NoError(t, err)
	return &bench{stand: stand, url: server.URL, sealer: sealer}
}

func (b *bench) worker(t testing.TB) *mahabhulekh.Connector {
	t.Helper()
	return connect(t, b.url, b.sealer)
}

func connect(t testing.TB, url string, sealer *portal.Sealer) *mahabhulekh.Connector {
	t.Helper()
	connector, err := mahabhulekh.New(connectors.PortalConfig{
		Name: "land", URL: url,
		Budget:  connectors.Budget{RequestsPerSecond: 1e6, Burst: 1e6},
		Breaker: connectors.Breaker{Failures: 1 << 20},
	}, portal.Options{Sealer: sealer})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, connector.Close()) })
	return connector
}

// asked expects the call to end in front of the captcha.
func (b *bench) asked(t testing.TB, query connectors.RecordQuery) *connectors.ChallengeError {
	t.Helper()
	_, err := b.worker(t).Extract(t.Context(), query)
	challenge, ok := errors.AsType[*connectors.ChallengeError](err)
	require.True(t, ok, "%v", err)
	return challenge
}

func (b *bench) right(challenge *connectors.ChallengeError) *connectors.ChallengeAnswer {
	return &connectors.ChallengeAnswer{Session: challenge.Session, Answer: b.stand.Solve(challenge.Image)}
}

func answering(query connectors.RecordQuery, answer *connectors.ChallengeAnswer) connectors.RecordQuery {
	query.Answer = answer
	return query
}

func TestSevenTwelveComesAsThePictureThePortalDrew(t *testing.T) {
	t.Parallel()
	b := newBench(t, standin.Config{})
	challenge := b.asked(t, query("Select712", "1"))
	require.Equal(t, connectors.ChallengeCaptcha, challenge.Kind)
	require.Equal(t, "image/png", challenge.ImageType)
	require.Equal(t, 1, challenge.Attempt)
	require.Empty(t, b.stand.Views())

	// Minutes later another worker has the answer.
	record, err := b.worker(t).Extract(t.Context(), answering(query("Select712", "1"), b.right(challenge)))
	require.NoError(t, err)
	require.Equal(t, "७/१२: १", record.Title)
	require.Equal(t, "image/jpeg", record.Document.MIMEType)
	_, err = jpeg.Decode(bytes.NewReader(record.Document.Content))
	require.NoError(t, err)
	require.Len(t, b.stand.Views(), 1)
}

func TestSearchIsByNumberWhereNothingElseIsSaid(t *testing.T) {
	t.Parallel()
	b := newBench(t, standin.Config{})
	wanted := query("Select712", "45")
	delete(wanted.Fields, "ddlSelectSearchType")
	matches, err := b.worker(t).Search(t.Context(), wanted)
	require.NoError(t, err)
	require.Len(t, matches, 3)
}

func TestEightAIsATable(t *testing.T) {
	t.Parallel()
	b := newBench(t, standin.Config{})
	record, err := b.worker(t).Extract(t.Context(), answering(query("Select8A", "45"), b.right(b.asked(t, query("Select8A", "45")))))
	require.NoError(t, err)
	require.Equal(t, "८अ: ४५", record.Title)
	require.Contains(t, record.Fields, connectors.RecordField{Label: "तालुका", Value: "मुळशी"})
	require.Contains(t, record.Fields, connectors.RecordField{Label: "भूमापन क्रमांक व उपविभाग क्रमांक", Value: "४५/३", Group: 3})
	require.Nil(t, record.Document)
}

func TestWrongTwiceThenRefreshedThenRight(t *testing.T) {
	t.Parallel()
	b := newBench(t, standin.Config{})
	challenge := b.asked(t, query("Select712", "2"))
	for attempt := 2; attempt <= 3; attempt++ {
		before := challenge.Image
		challenge = b.asked(t, answering(query("Select712", "2"), &connectors.ChallengeAnswer{Session: challenge.Session, Answer: "00000x"}))
		require.Equal(t, attempt, challenge.Attempt)
		require.NotEqual(t, before, challenge.Image, "the portal drew another")
	}
	challenge = b.asked(t, answering(query("Select712", "2"), &connectors.ChallengeAnswer{Session: challenge.Session, Refresh: true}))
	require.Equal(t, 4, challenge.Attempt)
	record, err := b.worker(t).Extract(t.Context(), answering(query("Select712", "2"), b.right(challenge)))
	require.NoError(t, err)
	require.Equal(t, "७/१२: २", record.Title)
	require.Len(t, b.stand.Views(), 1)
}

func TestVisitThatIsOverLeadsToANewPicture(t *testing.T) {
	t.Parallel()
	b := newBench(t, standin.Config{})
	challenge := b.asked(t, query("Select712", "2"))
	require.NoError(t, b.stand.Faults.Set(twin.Fault{Kind: twin.SessionExpires, Times: 1}))
	again := b.asked(t, answering(query("Select712", "2"), b.right(challenge)))
	require.Equal(t, 1, again.Attempt, "a visit of its own")

	foreign := b.asked(t, answering(query("Select712", "2"), &connectors.ChallengeAnswer{Session: "v1.nonsense", Answer: "1"}))
	require.NotEmpty(t, foreign.Image)

	require.NoError(t, b.stand.Faults.Set(twin.Fault{Kind: twin.CaptchaExpired, Times: 1}))
	late := b.asked(t, answering(query("Select712", "2"), b.right(foreign)))
	require.Equal(t, 2, late.Attempt)
}

func TestCaptchaIsRelayedInAnyDigits(t *testing.T) {
	t.Parallel()
	b := newBench(t, standin.Config{})
	challenge := b.asked(t, query("Select712", "३"))
	answer := b.right(challenge)
	devanagari := []rune(answer.Answer)
	for i := range devanagari {
		devanagari[i] += '०' - '0'
	}
	answer.Answer = " " + string(devanagari) + " "
	record, err := b.worker(t).Extract(t.Context(), answering(query("Select712", "३"), answer))
	require.NoError(t, err)
	require.Equal(t, "७/१२: ३", record.Title)
}

func TestNumberWithPartsIsSearchedAndChosen(t *testing.T) {
	t.Parallel()
	b := newBench(t, standin.Config{})
	matches, err := b.worker(t).Search(t.Context(), query("Select712", "45"))
	require.NoError(t, err)
	require.Equal(t, []connectors.RecordMatch{{ID: "४५/१", Title: "४५/१"}, {ID: "४५/२", Title: "४५/२"}, {ID: "४५/३", Title: "४५/३"}}, matches)
	matches, err = b.worker(t).Search(t.Context(), query("Select712", "४५/2"))
	require.NoError(t, err)
	require.Len(t, matches, 1)

	_, err = b.worker(t).Extract(t.Context(), query("Select712", "45"))
	require.Equal(t, connectors.ClassInputRejected, connectors.ClassOf(err), "which of the three? %v", err)
	chosen := query("Select712", "45")
	chosen.Record = "45/3"
	record, err := b.worker(t).Extract(t.Context(), answering(chosen, b.right(b.asked(t, chosen))))
	require.NoError(t, err)
	require.Equal(t, "७/१२: ४५/३", record.Title)
}

func TestWhatThePortalSaysInAlerts(t *testing.T) {
	t.Parallel()
	b := newBench(t, standin.Config{})
	_, err := b.worker(t).Search(t.Context(), query("Select712", "4711"))
	require.Equal(t, connectors.ClassNotFound, connectors.ClassOf(err), "%v", err)
	_, err = b.worker(t).Search(t.Context(), with(query("Select712", "1"), "ddlVillForAll", "272500050002"))
	require.Equal(t, connectors.ClassNotFound, connectors.ClassOf(err), "%v", err)
	for field, value := range map[string]string{"ddlMainDist": "99", "ddlVillForAll": "", "txtcsno": "12; --", "ddlSelectSearchType": "--निवडा--"} {
		_, err = b.worker(t).Search(t.Context(), with(query("Select712", "1"), field, value))
		var rejected *connectors.InputRejectedError
		require.ErrorAs(t, err, &rejected)
		require.Equal(t, field, rejected.Field)
	}
	challenge := b.asked(t, query("Select712", "1"))
	require.NoError(t, b.stand.Faults.Set(twin.Fault{Kind: standin.RenderFails, Times: 1}))
	_, err = b.worker(t).Extract(t.Context(), answering(query("Select712", "1"), b.right(challenge)))
	require.Equal(t, connectors.ClassUnavailable, connectors.ClassOf(err), "%v", err)
}

func TestBlankPagesEndAVisitAndNotTheRequest(t *testing.T) {
	t.Parallel()
	b := newBench(t, standin.Config{})
	require.NoError(t, b.stand.Faults.Set(twin.Fault{Kind: standin.BlankPage, Times: 1}))
	require.NotEmpty(t, b.asked(t, query("Select712", "1")).Image, "the visit is made once more")
	require.NoError(t, b.stand.Faults.Set(twin.Fault{Kind: standin.BlankPage}))
	_, err := b.worker(t).Extract(t.Context(), query("Select712", "1"))
	require.Equal(t, connectors.ClassUnavailable, connectors.ClassOf(err), "%v", err)
}

func TestNewReleaseIsChanged(t *testing.T) {
	t.Parallel()
	b := newBench(t, standin.Config{})
	require.NoError(t, b.stand.Faults.Set(twin.Fault{Kind: twin.RenamedIDs}))
	_, err := b.worker(t).Extract(t.Context(), query("Select712", "1"))
	require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err), "%v", err)

	require.NoError(t, b.stand.Faults.Set(twin.Fault{Kind: twin.NewMandatoryField}))
	challenge := b.asked(t, query("Select712", "1"))
	_, err = b.worker(t).Extract(t.Context(), answering(query("Select712", "1"), b.right(challenge)))
	require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err), "%v", err)
	require.Empty(t, b.stand.Views())

	b.stand.Faults.Clear()
	_, err = b.worker(t).Search(t.Context(), query("SelectMap", "1"))
	require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err), "a service that the page does not have: %v", err)
}
