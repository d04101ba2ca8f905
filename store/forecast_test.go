package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
)

func TestTheForecastListsWhatWillBeLateAndIsStillOpen(t *testing.T) {
	t.Parallel()
	s := storetest.Store(t)
	person, conversation := storetest.Person(t, s)
	now := time.Now()
	for reference, in := range map[string]time.Duration{"JS-LATE": -24 * time.Hour, "JS-SOON": 24 * time.Hour, "JS-LATER": 30 * 24 * time.Hour, "JS-DONE": time.Hour, "JS-STANDS": time.Hour} {
		storetest.Request(t, s, store.Request{Reference: reference, Person: person, Conversation: conversation})
		require.NoError(t, s.SetDue(t.Context(), reference, now.Add(in)))
	}
	require.NoError(t, s.SetStage(t.Context(), "JS-DONE", store.StageUpdate{Stage: "done"}))
	require.NoError(t, s.SetDue(t.Context(), "JS-STANDS", time.Time{}))

	due, err := s.DueBy(t.Context(), now.Add(72*time.Hour), 10)
	require.NoError(t, err)
	require.Len(t, due, 2)
	require.Equal(t, []string{"JS-LATE", "JS-SOON"}, []string{due[0].Reference, due[1].Reference})
	require.WithinDuration(t, now.Add(24*time.Hour), *due[1].DueAt, time.Second)
	first, err := s.DueBy(t.Context(), now.Add(72*time.Hour), 1)
	require.NoError(t, err)
	require.Len(t, first, 1)
}
