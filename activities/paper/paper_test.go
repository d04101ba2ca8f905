package paper_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/jansetu/jansetu/activities/paper"
	"github.com/jansetu/jansetu/gateway/upload"
	"github.com/jansetu/jansetu/gateway/whatsapp"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/audit"
	"github.com/jansetu/jansetu/store/storetest"
)

type mediaFunc func() (whatsapp.Media, error)

func (f mediaFunc) Download(context.Context, string, string, int) (whatsapp.Media, error) { return f() }

func scan(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, png.Encode(&out, image.NewRGBA(image.Rect(0, 0, 20, 20))))
	return out.Bytes()
}

func take(t *testing.T, s *store.Store, person string, media mediaFunc) (paper.Taken, error) {
	t.Helper()
	activities := paper.New(s, media, upload.NewInspector(upload.Limits{}, nil))
	return activities.TakePaper(t.Context(), paper.Sent{Request: "JS-1", Person: person, PhoneNumberID: "n", MediaID: "m"})
}

func newRequest(t *testing.T) (s *store.Store, person string) {
	t.Helper()
	s = storetest.Store(t)
	person, conversation := storetest.Person(t, s)
	storetest.Request(t, s, store.Request{Reference: "JS-1", Person: person, Conversation: conversation, Service: "s", Kind: "application",
		Portal: "p", Language: "te", Stage: "received", Answers: map[string]string{}})
	return s, person
}

func TestAPaperIsKeptOnceAndOnTheRecord(t *testing.T) {
	t.Parallel()
	s, person := newRequest(t)
	content := append(scan(t), "a second file behind it"...)
	photo := func() (whatsapp.Media, error) { return whatsapp.Media{MIMEType: "image/png", Content: content}, nil }
	taken, err := take(t, s, person, photo)
	require.NoError(t, err)
	again, err := take(t, s, person, photo)
	require.NoError(t, err)
	require.Equal(t, taken, again)
	document, err := s.Document(t.Context(), taken.Document)
	require.NoError(t, err)
	require.Equal(t, upload.PNG, document.MIMEType)
	require.NotContains(t, string(document.Content), "second file")
	recorded, err := audit.Recent(t.Context(), s.Pool(), person, 10)
	require.NoError(t, err)
	require.Equal(t, audit.UploadTaken, recorded[0].Action)
	require.Equal(t, taken.Document, recorded[0].Object)
}

func TestAPaperThatCannotBeKeptIsToldByItsReason(t *testing.T) {
	t.Parallel()
	tests := map[upload.Reason]mediaFunc{
		upload.UnknownType: func() (whatsapp.Media, error) { return whatsapp.Media{Content: []byte("MZ")}, nil },
		upload.Gone:        func() (whatsapp.Media, error) { return whatsapp.Media{}, whatsapp.ErrMediaGone },
		upload.TooLarge:    func() (whatsapp.Media, error) { return whatsapp.Media{}, whatsapp.ErrMediaTooLarge },
	}
	for reason, media := range tests {
		t.Run(string(reason), func(t *testing.T) {
			t.Parallel()
			s, person := newRequest(t)
			_, err := take(t, s, person, media)
			var refused *temporal.ApplicationError
			require.ErrorAs(t, err, &refused)
			require.Equal(t, paper.ErrorRefused, refused.Type())
			require.True(t, refused.NonRetryable())
			var told upload.Reason
			require.NoError(t, refused.Details(&told))
			require.Equal(t, reason, told)
			recorded, err := audit.Recent(t.Context(), s.Pool(), person, 1)
			require.NoError(t, err)
			require.Equal(t, audit.UploadRefused, recorded[0].Action)
		})
	}
	s, person := newRequest(t)
	_, err := take(t, s, person, func() (whatsapp.Media, error) { return whatsapp.Media{}, errors.New("meta is away") })
	require.ErrorContains(t, err, "meta is away")
	var final *temporal.ApplicationError
	require.NotErrorAs(t, err, &final, "it is tried again")
}
