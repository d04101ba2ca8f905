package worker_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/jansetu/jansetu/connectors/edistrict"
	edistricttwin "github.com/jansetu/jansetu/connectors/edistrict/twin"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/twin"
	"github.com/jansetu/jansetu/gateway/bubble"
	"github.com/jansetu/jansetu/gateway/whatsapp"
	"github.com/jansetu/jansetu/worker"
	"github.com/jansetu/jansetu/workflows"
)

// taluk is a hub with the Revenue department's portal.
type taluk struct {
	*hub

	office *edistricttwin.Twin
}

func newTaluk(t *testing.T) *taluk {
	t.Helper()
	office, err := edistricttwin.New(edistricttwin.Config{Pace: time.Nanosecond})
	require.NoError(t, err)
	sealer, err := portal.NewEphemeralSealer()
	require.NoError(t, err)
	connector := connect(t, office, edistrict.Family{Sealer: sealer}.New, quick("ap-revenue", edistrict.FamilyName, nil))
	return &taluk{office: office, hub: newHub(t, func(h *hub, config *worker.Config) {
		config.Portals["ap-revenue"] = connector
		checksPapers(t, h, config)
	})}
}

// media is a channel with one file under every name.
type media []byte

func (m media) Download(context.Context, string, string, int) (whatsapp.Media, error) {
	return whatsapp.Media{MIMEType: "image/png", Content: m}, nil
}

// oneFile is a picture with lines as of writing.
func oneFile(t *testing.T) media {
	t.Helper()
	const width, height, line = 900, 1200, 40
	picture := image.NewGray(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			ink := color.Gray{Y: 250}
			if y%line > 12 && y%line < 28 && x > 80 && x < width-80 && y > 80 && y < height-80 && (x/6+y/line)%3 != 0 {
				ink = color.Gray{Y: 20}
			}
			picture.SetGray(x, y, ink)
		}
	}
	var file bytes.Buffer
	require.NoError(t, png.Encode(&file, picture))
	return file.Bytes()
}

const mobile = "9848012345"

// apply starts an application for an income certificate.
func (k *taluk) apply(t *testing.T, reference, mobile string) client.WorkflowRun {
	t.Helper()
	return k.wants(t, reference, "income-certificate", map[string]string{
		"salutation": "Smt", "applicant_name": "Sita Devi", "father_name": "Rama Rao", "pin_code": "521151", "district": "Krishna",
		"annual_income": "90000", "purpose": "Scholarship", "mobile": mobile, "identity": "media-1", "income_proof": "media-2", "declaration": "Y",
	})
}

// proves types the code and the letters that the portal wants.
func (k *taluk) proves(t *testing.T, reference, mobile string) {
	t.Helper()
	k.answersThis(t, reference, workflows.Answer{Question: k.asked(t, reference, "challenge-1"), Value: k.office.OTP(mobile)})
	question := k.asked(t, reference, "challenge-2")
	k.answersThis(t, reference, workflows.Answer{Question: question, Value: k.office.Read(k.picture(t))})
}

func TestACertificateIsAppliedForAtAPortalThatWantsACodeAndAPicture(t *testing.T) {
	t.Parallel()
	k := newTaluk(t)
	run := k.apply(t, "AP-A1", mobile)
	k.proves(t, "AP-A1", mobile)
	outcome := outcomeOf[workflows.ApplicationOutcome](t, run)
	require.Equal(t, workflows.StageDone, outcome.Ended)
	require.Len(t, k.office.Submissions(), 1)
	require.Equal(t, k.office.Submissions()[0].Number, outcome.Number)
	require.Len(t, k.office.Submissions()[0].Papers, 2)

	certificate, err := k.store.Document(t.Context(), outcome.Certificate)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(certificate.Content), "%PDF"), "as the department issued it")
	sent := k.messages(t)
	require.Equal(t, outcome.Certificate, sent[len(sent)-1].Document.ID)
	for _, each := range sent {
		require.NoError(t, bubble.Validate(each))
	}
	var due time.Time
	require.NoError(t, k.store.Pool().QueryRow(t.Context(), `select due_at from request where reference = 'AP-A1'`).Scan(&due))
	require.Greater(t, time.Until(due), 6*24*time.Hour)
	k.await(t, "AP-A1", workflows.StageDone)
	k.record(t, "AP-A1", "application_delivered")
}

func TestALostAnswerAndADeadWorkerSubmitNothingTwice(t *testing.T) {
	t.Parallel()
	k := newTaluk(t)
	run := k.apply(t, "AP-A2", mobile)
	k.answersThis(t, "AP-A2", workflows.Answer{Question: k.asked(t, "AP-A2", "challenge-1"), Value: k.office.OTP(mobile)})
	question := k.asked(t, "AP-A2", "challenge-2")
	require.NoError(t, k.office.Faults.Set(
		twin.Fault{Kind: twin.ResponseLost, Operation: edistricttwin.Submit, Times: 1}, twin.Fault{Kind: twin.Unavailable, Operation: edistricttwin.Track},
	))
	k.answersThis(t, "AP-A2", workflows.Answer{Question: question, Value: k.office.Read(k.picture(t))})
	k.await(t, "AP-A2", workflows.StageKeptSent)
	k.stop()
	k.start()
	k.office.Faults.Clear()
	k.looksNow(t, "AP-A2")
	require.Equal(t, workflows.StageDone, outcomeOf[workflows.ApplicationOutcome](t, run).Ended)
	require.Len(t, k.office.Submissions(), 1)
	require.Zero(t, k.office.DoubleSubmissions())
	k.record(t, "AP-A2", "application_outcome_unknown")
}

// asksMore is the mobile number of somebody whom the twin's officer asks for more, refused that of somebody who is refused.
const asksMore, refused = "9000000002", "9000000003"

func TestAQueryIsAnsweredWithAPaperAndTheCertificateComes(t *testing.T) {
	t.Parallel()
	k := newTaluk(t)
	run := k.apply(t, "AP-A3", asksMore)
	k.proves(t, "AP-A3", asksMore)
	k.looksNow(t, "AP-A3")
	k.answers(t, "AP-A3", "query-", chose("paper"))
	k.answers(t, "AP-A3", "query-", typed("media-3"))
	k.answersThis(t, "AP-A3", workflows.Answer{Question: k.asked(t, "AP-A3", "challenge-"), Value: k.office.OTP(asksMore)})
	require.Equal(t, workflows.StageDone, k.endedAfterLooks(t, run, "AP-A3").Ended)
	replies, doubled := k.office.Replies()
	require.Equal(t, 1, replies)
	require.Zero(t, doubled)
	k.record(t, "AP-A3", "application_queried")
}

func TestARefusalGoesOnAsAnAppealOfItsOwn(t *testing.T) {
	t.Parallel()
	k := newTaluk(t)
	run := k.apply(t, "AP-A4", refused)
	k.proves(t, "AP-A4", refused)
	k.looksNow(t, "AP-A4")
	k.answers(t, "AP-A4", "appeal-", chose("appeal"))
	outcome := outcomeOf[workflows.ApplicationOutcome](t, run)
	require.Equal(t, workflows.StageAppealed, outcome.Ended)
	appeal := outcome.Appeal
	require.Equal(t, "AP-A4-R1", appeal)
	k.record(t, "AP-A4", "application_refused")

	k.answers(t, appeal, "handed-in", chose("handed_in"))
	k.answers(t, appeal, "filed-on", chose("today"))
	k.await(t, appeal, workflows.StageEscalated)
	k.looksNow(t, appeal)
	k.answers(t, appeal, "decided", chose("granted"))
	k.await(t, appeal, workflows.StageDone)
	request, err := k.store.Request(t.Context(), appeal)
	require.NoError(t, err)
	require.Equal(t, "appeal", request.Kind)
	require.Equal(t, k.person, request.Person)
	var letters int
	require.NoError(t, k.store.Pool().QueryRow(t.Context(), `select count(*) from document where request = $1 and kind = 'appeal'`, appeal).Scan(&letters))
	require.Equal(t, 1, letters)
	k.record(t, appeal, "appeal_granted")
}
