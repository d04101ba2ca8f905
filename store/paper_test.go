package store_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
	"github.com/jansetu/jansetu/store/vault"
)

func addPaper(t testing.TB, s *store.Store, reference, media, content string) (kept store.Paper, added bool) {
	t.Helper()
	err := s.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		kept, added, err = tx.AddPaper(ctx, media, store.Paper{Request: reference, MIMEType: "image/jpeg", Pages: 1, Content: []byte(content)})
		return err
	})
	require.NoError(t, err)
	return kept, added
}

func requestOf(t testing.TB, s *store.Store, reference string) (person string) {
	t.Helper()
	person, conversation := storetest.Person(t, s)
	storetest.Request(t, s, store.Request{Reference: reference, Person: person, Conversation: conversation})
	return person
}

func TestTheSameFileOfARequestIsOnePaper(t *testing.T) {
	t.Parallel()
	s := storetest.Store(t)
	requestOf(t, s, "R1")
	var together sync.WaitGroup
	ids := make([]string, 8)
	for i := range ids {
		together.Go(func() {
			kept, _ := addPaper(t, s, "R1", "media", "a paper")
			ids[i] = kept.ID
		})
	}
	together.Wait()
	for _, id := range ids {
		require.Equal(t, ids[0], id)
	}
	kept, err := s.PaperOfMedia(t.Context(), "R1", "media")
	require.NoError(t, err)
	sum := sha256.Sum256([]byte("a paper"))
	require.Equal(t, store.Paper{
		ID: ids[0], Request: "R1", MIMEType: "image/jpeg", Hash: hex.EncodeToString(sum[:]), Bytes: 7, Pages: 1, Content: []byte("a paper"),
	}, kept)
	require.Equal(t, 0, number(t, s, `select count(*) from paper where position('a paper'::bytea in content) > 0 or position('media'::bytea in media) > 0`))
}

func TestEachRequestHasItsOwnCopyOfAPaper(t *testing.T) {
	t.Parallel()
	s := storetest.Store(t)
	lakshmi := requestOf(t, s, "R1")
	requestOf(t, s, "R2")
	first, added := addPaper(t, s, "R1", "media", "a paper")
	require.True(t, added)
	second, added := addPaper(t, s, "R2", "media", "a paper")
	require.True(t, added)
	require.NotEqual(t, first.ID, second.ID)
	for name, ask := range map[string][2]string{
		"another request's": {"R2", first.ID}, "nobody's": {"R1", uuid.NewString()}, "no id": {"R1", "x' or true"}, "no request's": {"R3", first.ID},
	} {
		_, err := s.Paper(t.Context(), ask[0], ask[1])
		require.ErrorIs(t, err, store.ErrNoPaper, name)
	}
	require.NoError(t, s.DestroyKey(t.Context(), lakshmi))
	_, err := s.Paper(t.Context(), "R1", first.ID)
	require.ErrorIs(t, err, vault.ErrErased)
	read, err := s.Paper(t.Context(), "R2", second.ID)
	require.NoError(t, err)
	require.Equal(t, second, read, "one person's erasure takes nothing from another")
}

func TestWhoseThePapersOfARequestAre(t *testing.T) {
	t.Parallel()
	s := storetest.Store(t)
	person := requestOf(t, s, "R1")
	source, err := s.PaperSource(t.Context(), "R1")
	require.NoError(t, err)
	require.Equal(t, person, source.Person)
	require.NotEmpty(t, source.PhoneNumberID)
	_, err = s.PaperSource(t.Context(), "R2")
	require.ErrorIs(t, err, store.ErrNoRequest)
}

func TestPapersAreInTheCopyOfPersonalData(t *testing.T) {
	t.Parallel()
	s := storetest.Store(t)
	person := requestOf(t, s, "R1")
	addPaper(t, s, "R1", "media", "a paper")
	held, err := s.PersonalData(t.Context(), person)
	require.NoError(t, err)
	require.Len(t, held.Documents, 1)
	require.Equal(t, "paper.jpg", held.Documents[0].Filename)
}
