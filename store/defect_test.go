package store_test

import (
	"encoding/json"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
)

const signal = "defect-news"

// neighbours are complaints of different people, with the references given.
func neighbours(t *testing.T, s *store.Store, references ...string) {
	t.Helper()
	for _, reference := range references {
		person, conversation := storetest.Person(t, s)
		storetest.Request(t, s, store.Request{Reference: reference, Person: person, Conversation: conversation, Kind: "grievance"})
	}
}

func lamp(request, cell string) store.Defect {
	return store.Defect{Request: request, Portal: "towns", Tenant: "ap.vijayawada", Category: "StreetLightNotWorking", Cell: cell, Place: "16.50617,80.64801"}
}

// told are the references to whose workflows news were sent, in order.
func told(t *testing.T, s *store.Store) (references []string) {
	t.Helper()
	for _, row := range storetest.Outbox(t, s) {
		if row.Kind != store.KindWorkflowSignal {
			continue
		}
		var sent store.WorkflowSignal
		require.NoError(t, json.Unmarshal(row.Payload, &sent))
		require.Equal(t, signal, sent.Name)
		references = append(references, sent.Reference)
	}
	return references
}

func TestADefectIsFoundInItsCellByOthers(t *testing.T) {
	t.Parallel()
	s := storetest.Store(t)
	neighbours(t, s, "AP-1", "AP-2", "AP-3")
	require.NoError(t, s.OpenDefect(t.Context(), lamp("AP-1", "tf03n2k")))
	require.NoError(t, s.OpenDefect(t.Context(), lamp("AP-1", "tf03n2k")), "twice is once")

	near, err := s.DefectsIn(t.Context(), "AP-2", lamp("", ""), []string{"tf03n2j", "tf03n2k"})
	require.NoError(t, err)
	require.Len(t, near, 1)
	require.Equal(t, "AP-1", near[0].Request)
	require.Equal(t, "16.50617,80.64801", near[0].Place)
	require.False(t, near[0].Own)
	for what, like := range map[string]store.Defect{
		"of another town":     {Portal: "towns", Tenant: "ap.guntur", Category: "StreetLightNotWorking"},
		"of another category": {Portal: "towns", Tenant: "ap.vijayawada", Category: "StrayAnimals"},
		"of another portal":   {Portal: "other", Tenant: "ap.vijayawada", Category: "StreetLightNotWorking"},
	} {
		none, err := s.DefectsIn(t.Context(), "AP-2", like, []string{"tf03n2k"})
		require.NoError(t, err)
		require.Empty(t, none, what)
	}
	none, err := s.DefectsIn(t.Context(), "AP-2", lamp("", ""), []string{"tf03n2j"})
	require.NoError(t, err)
	require.Empty(t, none, "in another cell")
	require.NoError(t, s.SetStage(t.Context(), "AP-1", store.StageUpdate{Stage: "done"}))
	none, err = s.DefectsIn(t.Context(), "AP-2", lamp("", ""), []string{"tf03n2k"})
	require.NoError(t, err)
	require.Empty(t, none, "whose request is over")
}

func TestWhatIsKeptOfADefectSaysNothingOfItsPerson(t *testing.T) {
	t.Parallel()
	s := storetest.Store(t)
	neighbours(t, s, "AP-1")
	require.NoError(t, s.OpenDefect(t.Context(), lamp("AP-1", "tf03n2k")))
	var place []byte
	require.NoError(t, s.Pool().QueryRow(t.Context(), `select place from defect`).Scan(&place))
	require.NotContains(t, string(place), "16.5")
	require.ErrorIs(t, s.OpenDefect(t.Context(), lamp("AP-NONE", "tf03n2k")), store.ErrNoRequest)
}

func TestNewsReachEachFollowerOnce(t *testing.T) {
	t.Parallel()
	s := storetest.Store(t)
	neighbours(t, s, "AP-1", "AP-2", "AP-3", "AP-4")
	require.NoError(t, s.OpenDefect(t.Context(), lamp("AP-1", "tf03n2k")))
	for _, follower := range []string{"AP-2", "AP-3", "AP-4"} {
		follows, err := s.FollowDefect(t.Context(), follower, "AP-1")
		require.NoError(t, err)
		require.True(t, follows)
	}
	require.NoError(t, s.LeaveDefect(t.Context(), "AP-4"))
	news := store.DefectNews{Defect: "AP-1", Mark: "1", Signal: signal, Payload: json.RawMessage(`{"what":"resolved"}`)}
	for range 2 { // the activity died after its commit
		count, err := s.SpreadNews(t.Context(), news)
		require.NoError(t, err)
		require.Equal(t, 2, count)
	}
	require.ElementsMatch(t, []string{"AP-2", "AP-3"}, told(t, s))
	news.Mark, news.Last = "2", true
	for range 2 {
		_, err := s.SpreadNews(t.Context(), news)
		require.NoError(t, err)
	}
	require.ElementsMatch(t, []string{"AP-2", "AP-3", "AP-2", "AP-3"}, told(t, s))
	for _, follower := range []string{"AP-2", "AP-4"} {
		follows, err := s.FollowsDefect(t.Context(), follower)
		require.NoError(t, err)
		require.False(t, follows)
	}
	follows, err := s.FollowDefect(t.Context(), "AP-4", "AP-1")
	require.NoError(t, err)
	require.False(t, follows, "what is over cannot be joined")
}

// Whoever joins while the defect ends hears of the end or has not joined: nobody waits for news that never come.
func TestJoiningAtTheEndIsNeverForgotten(t *testing.T) {
	t.Parallel()
	s := storetest.Store(t)
	const crowd = 12
	neighbours(t, s, "AP-0")
	for i := range crowd {
		neighbours(t, s, "AP-J"+strconv.Itoa(i))
	}
	require.NoError(t, s.OpenDefect(t.Context(), lamp("AP-0", "tf03n2k")))
	var joined [crowd]bool
	var group sync.WaitGroup
	for i := range crowd {
		group.Go(func() {
			follows, err := s.FollowDefect(t.Context(), "AP-J"+strconv.Itoa(i), "AP-0")
			assert.NoError(t, err)
			joined[i] = follows
		})
	}
	group.Go(func() {
		_, err := s.SpreadNews(t.Context(), store.DefectNews{Defect: "AP-0", Mark: "end", Signal: signal, Payload: json.RawMessage(`{}`), Last: true})
		assert.NoError(t, err)
	})
	group.Wait()
	var want []string
	for i, follows := range joined {
		if follows {
			want = append(want, "AP-J"+strconv.Itoa(i))
		}
	}
	require.ElementsMatch(t, want, told(t, s))
}

func TestOnesOwnDefectIsTold(t *testing.T) {
	t.Parallel()
	s := storetest.Store(t)
	person, conversation := storetest.Person(t, s)
	for _, reference := range []string{"AP-1", "AP-2"} {
		storetest.Request(t, s, store.Request{Reference: reference, Person: person, Conversation: conversation, Kind: "grievance"})
	}
	require.NoError(t, s.OpenDefect(t.Context(), lamp("AP-1", "tf03n2k")))
	near, err := s.DefectsIn(t.Context(), "AP-2", lamp("", ""), []string{"tf03n2k"})
	require.NoError(t, err)
	require.Len(t, near, 1)
	require.True(t, near[0].Own)
}
