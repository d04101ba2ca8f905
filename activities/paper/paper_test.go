package paper_test

import (
	"context"
	"errors"
	"runtime"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/jansetu/jansetu/activities/paper"
	"github.com/jansetu/jansetu/gateway/upload"
	"github.com/jansetu/jansetu/gateway/whatsapp"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/audit"
	"github.com/jansetu/jansetu/store/storetest"
	"github.com/jansetu/jansetu/workflows"
)

type mediaFunc func() (whatsapp.Media, error)

func (f mediaFunc) Download(context.Context, string, string, int) (whatsapp.Media, error) { return f() }

func gone() (whatsapp.Media, error) { return whatsapp.Media{}, whatsapp.ErrMediaGone }

func newActivities(s *store.Store, media paper.Media) *paper.Activities {
	return paper.New(paper.Config{Store: s, Media: media, Inspector: upload.NewInspector(upload.Limits{}, nil)})
}

func take(t *testing.T, s *store.Store, media mediaFunc) (workflows.TakenPaper, error) {
	t.Helper()
	return newActivities(s, media).TakePaper(t.Context(), workflows.TakePaperInput{Reference: "JS-1", Field: "photo", Media: "m"})
}

func newRequest(t *testing.T) (s *store.Store, person string) {
	t.Helper()
	s = storetest.Store(t)
	person, conversation := storetest.Person(t, s)
	storetest.Request(t, s, store.Request{Reference: "JS-1", Person: person, Conversation: conversation, Service: "s", Kind: "application",
		Portal: "p", Language: "te", Stage: "received", Answers: map[string]string{}})
	return s, person
}

func TestAFileIsKeptOnceAndOnTheRecord(t *testing.T) {
	t.Parallel()
	s, person := newRequest(t)
	content := append(asPNG(t, page{}.draw(t)), "a second file behind it"...)
	photo := func() (whatsapp.Media, error) { return whatsapp.Media{MIMEType: "image/png", Content: content}, nil }
	taken, err := take(t, s, photo)
	require.NoError(t, err)
	require.Equal(t, upload.PNG, taken.MIMEType)
	again, err := take(t, s, gone)
	require.NoError(t, err, "the channel may lose it now")
	require.Equal(t, taken, again)
	kept, err := s.Paper(t.Context(), "JS-1", taken.ID)
	require.NoError(t, err)
	require.NotContains(t, string(kept.Content), "second file")
	recorded, err := audit.Recent(t.Context(), s.Pool(), person, 10)
	require.NoError(t, err)
	require.Len(t, recorded, 1)
	require.Equal(t, audit.UploadTaken, recorded[0].Action)
	require.Equal(t, taken.ID, recorded[0].Object)
}

func TestAFileThatCannotBeKeptIsToldByItsReason(t *testing.T) {
	t.Parallel()
	tests := map[upload.Reason]mediaFunc{
		upload.UnknownType: func() (whatsapp.Media, error) { return whatsapp.Media{Content: []byte("MZ")}, nil },
		upload.Gone:        gone,
		upload.TooLarge:    func() (whatsapp.Media, error) { return whatsapp.Media{}, whatsapp.ErrMediaTooLarge },
	}
	for reason, media := range tests {
		t.Run(string(reason), func(t *testing.T) {
			t.Parallel()
			s, person := newRequest(t)
			_, err := take(t, s, media)
			var refused *temporal.ApplicationError
			require.ErrorAs(t, err, &refused)
			require.Equal(t, paper.ErrorRefused, refused.Type())
			require.True(t, refused.NonRetryable())
			var finding workflows.PaperFinding
			require.NoError(t, refused.Details(&finding))
			require.Equal(t, workflows.PaperReason(reason), finding.Reason)
			require.Equal(t, "photo", finding.Field)
			recorded, err := audit.Recent(t.Context(), s.Pool(), person, 1)
			require.NoError(t, err)
			require.Equal(t, audit.UploadRefused, recorded[0].Action)
		})
	}
}

func TestWhatIsNotAboutTheFileIsTriedAgain(t *testing.T) {
	t.Parallel()
	s, _ := newRequest(t)
	_, err := take(t, s, func() (whatsapp.Media, error) { return whatsapp.Media{}, errors.New("meta is away") })
	require.ErrorContains(t, err, "meta is away")
	var application *temporal.ApplicationError
	require.NotErrorAs(t, err, &application)
	_, err = newActivities(s, mediaFunc(gone)).TakePaper(t.Context(), workflows.TakePaperInput{Reference: "JS-2", Media: "m"})
	require.ErrorAs(t, err, &application)
	require.True(t, application.NonRetryable(), "there is no such request")
}

func TestOnlySoManyFilesAreInMemoryTogether(t *testing.T) {
	t.Parallel()
	s, _ := newRequest(t)
	here := make(chan struct{}, 2)
	content := asPNG(t, page{}.draw(t))
	activities := paper.New(paper.Config{Store: s, Inspector: upload.NewInspector(upload.Limits{}, nil), AtOnce: 2, Media: mediaFunc(func() (whatsapp.Media, error) {
		select {
		case here <- struct{}{}:
		default:
			t.Error("a third one is fetched")
		}
		runtime.Gosched()
		<-here
		return whatsapp.Media{MIMEType: "image/png", Content: content}, nil
	})})
	var together sync.WaitGroup
	for i := range 8 {
		together.Go(func() {
			_, err := activities.TakePaper(t.Context(), workflows.TakePaperInput{Reference: "JS-1", Media: strconv.Itoa(i)})
			if err != nil {
				t.Error(err)
			}
		})
	}
	together.Wait()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := activities.TakePaper(ended, workflows.TakePaperInput{Reference: "JS-1", Media: "m"})
	require.ErrorIs(t, err, context.Canceled)
}
