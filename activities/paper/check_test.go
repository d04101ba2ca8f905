package paper_test

import (
	"context"
	"image"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"
	"golang.org/x/image/draw"

	"github.com/jansetu/jansetu/activities/paper"
	"github.com/jansetu/jansetu/documents/reading"
	"github.com/jansetu/jansetu/gateway/upload"
	"github.com/jansetu/jansetu/gateway/whatsapp"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/audit"
	"github.com/jansetu/jansetu/workflows"
)

// desk is where papers are checked: PostgreSQL is real, and files come from an emulator of the Cloud API.
type desk struct {
	t      *testing.T
	store  *store.Store
	person string
	meta   *emulator.Emulator
	api    string
	config paper.Config
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t}
	d.store, d.person = newRequest(t)
	var err error
	d.meta, err = emulator.New(emulator.Config{AppSecret: "secret", VerifyToken: "verify", AccessToken: "token", Log: slog.New(slog.DiscardHandler),
		Numbers: []emulator.Number{{PhoneNumberID: "n", DisplayPhoneNumber: "+1 555 078 3881", WABAID: "1"}}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, d.meta.Close()) })
	server := httptest.NewServer(d.meta.Handler())
	t.Cleanup(server.Close)
	d.api = server.URL + "/v23.0/"
	client, err := whatsapp.NewClient(whatsapp.ClientConfig{URL: server.URL, Version: "v23.0", AccessToken: "token", ProofSecret: "secret", Timeout: 20 * time.Second})
	require.NoError(t, err)
	d.config = paper.Config{Store: d.store, Media: client, Inspector: upload.NewInspector(upload.Limits{}, nil),
		Now: func() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }}
	return d
}

// sends puts a file where the channel keeps what citizens send.
func (d *desk) sends(mimeType string, content []byte) (media string) {
	d.t.Helper()
	file, err := d.meta.AddMedia(mimeType, "scan", content)
	require.NoError(d.t, err)
	return file.ID
}

// loses is the channel's forgetting after its time.
func (d *desk) loses(media string) {
	d.t.Helper()
	request, err := http.NewRequestWithContext(d.t.Context(), http.MethodDelete, d.api+media, http.NoBody)
	require.NoError(d.t, err)
	request.Header.Set("Authorization", "Bearer token")
	response, err := http.DefaultClient.Do(request)
	require.NoError(d.t, err)
	require.NoError(d.t, response.Body.Close())
	require.Equal(d.t, http.StatusOK, response.StatusCode)
}

// check runs the activity as Temporal does.
func (d *desk) check(papers ...workflows.PaperAnswer) workflows.CheckedPapers {
	d.t.Helper()
	return d.checkFor("", papers...)
}

func (d *desk) checkFor(applicant string, papers ...workflows.PaperAnswer) (checked workflows.CheckedPapers) {
	d.t.Helper()
	var suite testsuite.WorkflowTestSuite
	environment := suite.NewTestActivityEnvironment()
	environment.SetTestTimeout(time.Minute)
	environment.RegisterActivity(paper.New(d.config))
	value, err := environment.ExecuteActivity(workflows.ActivityCheckPapers,
		workflows.CheckPapersInput{Reference: "JS-1", Language: "en", Applicant: applicant, Papers: papers})
	require.NoError(d.t, err)
	require.NoError(d.t, value.Get(&checked))
	return checked
}

// smear makes a picture's letters run together.
func smear(picture *image.Gray) *image.Gray {
	small := image.NewGray(image.Rect(0, 0, picture.Rect.Dx()/10, picture.Rect.Dy()/10))
	draw.BiLinear.Scale(small, small.Rect, picture, picture.Rect, draw.Src, nil)
	out := image.NewGray(picture.Rect)
	draw.BiLinear.Scale(out, out.Rect, small, small.Rect, draw.Src, nil)
	return out
}

func TestAPaperInOrderIsKeptOnceForTheDepartment(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	media := d.sends("image/jpeg", asJPEG(t, page{}.draw(t)))
	checked := d.check(workflows.PaperAnswer{Field: "residence", Media: media, MaxMB: 2})
	require.Empty(t, checked.Findings)
	require.Len(t, checked.Papers, 1)
	d.loses(media)
	require.Equal(t, checked, d.check(workflows.PaperAnswer{Field: "residence", Media: media, MaxMB: 2}), "asked again, after the channel lost it")

	taken := checked.Papers[0]
	enclosure, err := paper.NewShelf(d.store).Enclosure(t.Context(), "JS-1", taken.ID, "Annexure_1")
	require.NoError(t, err)
	require.Equal(t, "Annexure_1.jpg", enclosure.Filename)
	require.Equal(t, upload.JPEG, enclosure.MIMEType)
	require.Len(t, enclosure.Content, taken.Bytes)
	require.Equal(t, 1, taken.Pages)
	recorded, err := audit.Recent(t.Context(), d.store.Pool(), d.person, 10)
	require.NoError(t, err)
	require.Equal(t, []audit.Action{audit.DocumentRead, audit.UploadTaken}, []audit.Action{recorded[0].Action, recorded[1].Action})
	require.Len(t, recorded, 2)
	_, err = paper.NewShelf(d.store).Enclosure(t.Context(), "JS-2", taken.ID, "x")
	require.ErrorIs(t, err, store.ErrNoPaper)
}

func TestEachPaperIsToldWhatIsWrongWithIt(t *testing.T) {
	t.Parallel()
	blank := image.NewGray(image.Rect(0, 0, 900, 1200))
	for i := range blank.Pix {
		blank.Pix[i] = 250
	}
	tests := []struct {
		reason   workflows.PaperReason
		mimeType string
		content  []byte
		answer   workflows.PaperAnswer
		waivable bool
	}{
		{reason: workflows.PaperMissing},
		{reason: workflows.PaperBlurred, mimeType: "image/jpeg", content: asJPEG(t, smear(page{}.draw(t))), waivable: true},
		{reason: workflows.PaperDark, mimeType: "image/jpeg", content: asJPEG(t, page{paper: 40, ink: 1}.draw(t)), waivable: true},
		{reason: workflows.PaperBlank, mimeType: "image/jpeg", content: asJPEG(t, blank)},
		{reason: workflows.PaperTooLarge, mimeType: "image/png", content: asPNG(t, page{}.draw(t)), answer: workflows.PaperAnswer{MaxMB: 0.001}},
		{reason: workflows.PaperReason(upload.Damaged), mimeType: "image/png", content: asPNG(t, page{}.draw(t))[:900]},
		{reason: workflows.PaperReason(upload.WrongType), mimeType: "application/pdf", content: asPNG(t, page{}.draw(t))},
	}
	for _, test := range tests {
		t.Run(string(test.reason), func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			answer := test.answer
			answer.Field = "residence"
			if test.content != nil {
				answer.Media = d.sends(test.mimeType, test.content)
			}
			checked := d.check(answer)
			require.Empty(t, checked.Papers)
			require.Len(t, checked.Findings, 1)
			finding := checked.Findings[0]
			require.Equal(t, test.reason, finding.Reason)
			require.Equal(t, "residence", finding.Field)
			require.Equal(t, test.waivable, finding.Waivable)
			answer.AsItIs = true
			require.Equal(t, test.waivable, len(d.check(answer).Papers) == 1, "the citizen wants it sent as it is")
		})
	}
}

func TestAPaperThatTheChannelLostIsAskedForAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	media := d.sends("image/jpeg", asJPEG(t, page{}.draw(t)))
	d.loses(media)
	checked := d.check(workflows.PaperAnswer{Field: "residence", Media: media}, workflows.PaperAnswer{Field: "photo", Optional: true})
	require.Equal(t, []workflows.PaperFinding{{Field: "residence", Reason: workflows.PaperGone, Text: "upload.gone"}}, checked.Findings)
	require.Empty(t, checked.Papers)
}

// readerFunc reads what the test wants.
type readerFunc func() (reading.Text, error)

func (f readerFunc) Read(context.Context, *image.Gray, string) (reading.Text, error) { return f() }

func TestWithoutAReaderAndWithOneThatFailsPapersAreTakenUnread(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.config.Reader = readerFunc(func() (reading.Text, error) { return reading.Text{}, reading.ErrFailed })
	answer := workflows.PaperAnswer{Field: "residence", Media: d.sends("image/jpeg", asJPEG(t, page{}.draw(t))), Accepts: []workflows.PaperKind{workflows.PaperPAN}}
	require.Len(t, d.checkFor("Somebody Else", answer).Papers, 1)
}

func TestWhatIsReadIsComparedAndProposed(t *testing.T) {
	t.Parallel()
	card := "ELECTION COMMISSION OF INDIA\nElector Photo Identity Card\nName : Lakshmi Devi Kommineni\nFather's Name : Venkata Rao\n" +
		"Date of Birth : 09/03/1999\nHouse 4-12 Brodipet Guntur Andhra Pradesh\nValid till 31/12/2027\n"
	tests := []struct {
		name, read, applicant string
		accepts               []workflows.PaperKind
		want                  []workflows.PaperReason
	}{
		{"all is right", card, "Kommineni Laxmi Devi", []workflows.PaperKind{workflows.PaperVoterID}, nil},
		{"in another script", card, "కొమ్మినేని లక్ష్మి దేవి", nil, nil},
		{"another kind of paper", card, "", []workflows.PaperKind{workflows.PaperRationCard}, []workflows.PaperReason{workflows.PaperWrongKind}},
		{"somebody else's", card, "Mohammed Rafi", nil, []workflows.PaperReason{workflows.PaperOtherName}},
		{"no longer good", strings.ReplaceAll(card, "2027", "2025"), "", nil, []workflows.PaperReason{workflows.PaperExpired}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			d.config.Reader = readerFunc(func() (reading.Text, error) { return reading.Plain(test.read), nil })
			answer := workflows.PaperAnswer{Field: "residence", Media: d.sends("image/jpeg", asJPEG(t, page{}.draw(t))), Accepts: test.accepts}
			checked := d.checkFor(test.applicant, answer)
			var reasons []workflows.PaperReason
			for _, finding := range checked.Findings {
				require.True(t, finding.Waivable, "we may have misread")
				reasons = append(reasons, finding.Reason)
			}
			require.Equal(t, test.want, reasons)
			if test.want == nil {
				require.Equal(t, map[workflows.Suggestion]string{workflows.SuggestedName: "Lakshmi Devi Kommineni", workflows.SuggestedBirthDate: "1999-03-09"},
					checked.Papers[0].Suggestions)
			}
		})
	}
}
