package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
)

func TestMoneyThatIsBackDoesNotGoOnItsWayAgain(t *testing.T) {
	t.Parallel()
	s := storetest.Store(t)
	person, conversation := storetest.Person(t, s)
	storetest.Request(t, s, store.Request{Reference: "R1", Person: person, Conversation: conversation})
	for _, news := range []store.StageUpdate{
		{Stage: "refunding", Detail: "by Friday", Open: true},
		{Stage: "refunded", Detail: "on Tuesday"},
		{Stage: "refunding", Detail: "by Friday", Open: true}, // late
	} {
		require.NoError(t, s.SetStage(t.Context(), "R1", news))
		request, err := s.Request(t.Context(), "R1")
		require.NoError(t, err)
		if news.Stage == "refunding" && request.Stage == "refunding" {
			require.Equal(t, "by Friday", request.Detail)
			continue
		}
		require.Equal(t, "refunded", request.Stage)
		require.Equal(t, "on Tuesday", request.Detail)
	}
	require.ErrorIs(t, s.SetStage(t.Context(), "R2", store.StageUpdate{Stage: "done"}), store.ErrNoRequest)
}
