package store_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
	"github.com/jansetu/jansetu/store/vault"
)

func receiptOf(request string) store.Document {
	return store.Document{Request: request, Kind: "receipt", Filename: "r.pdf", MIMEType: "application/pdf", Content: []byte("%PDF")}
}

func TestADocumentIsThereWithItsTransaction(t *testing.T) {
	t.Parallel()
	s := storetest.Store(t)
	person, conversation := storetest.Person(t, s)
	storetest.Request(t, s, store.Request{Reference: "R1", Person: person, Conversation: conversation})
	want := receiptOf("R1")
	want.ID = store.DocumentID(want.Content)
	add := func(outcome error) error {
		sealed, err := s.SealDocument(t.Context(), receiptOf("R1"))
		require.NoError(t, err)
		require.Equal(t, want.ID, sealed.ID)
		return s.WithTx(t.Context(), func(_ context.Context, tx *store.Tx) error {
			tx.AddDocument(sealed)
			return outcome
		})
	}
	require.ErrorIs(t, add(errBetter), errBetter)
	_, err := s.Document(t.Context(), want.ID)
	require.ErrorIs(t, err, store.ErrNoDocument)
	for range 2 {
		require.NoError(t, add(nil))
	}
	id, err := s.AddDocument(t.Context(), receiptOf("R1"))
	require.NoError(t, err)
	require.Equal(t, want.ID, id, "the same as outside of a transaction")
	stored, err := s.Document(t.Context(), want.ID)
	require.NoError(t, err)
	require.Equal(t, want, stored)
	var content []byte
	require.NoError(t, s.Pool().QueryRow(t.Context(), `select content from document`).Scan(&content), "once")
	under, err := vault.KeyOf(content)
	require.NoError(t, err)
	require.Equal(t, person, under)
}

func TestADocumentThatCannotBeStoredLeavesNothingOfItsTransaction(t *testing.T) {
	t.Parallel()
	s := newRequest(t)
	sealed, err := s.SealDocument(t.Context(), receiptOf("R9"))
	require.NoError(t, err)
	err = s.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		tx.AddDocument(sealed)
		return tx.SetStage(ctx, "R1", store.StageUpdate{Stage: "changed", Open: true})
	})
	var refused *pgconn.PgError
	require.ErrorAs(t, err, &refused)
	require.ErrorContains(t, err, "insert document")
	request, err := s.Request(t.Context(), "R1")
	require.NoError(t, err)
	require.Equal(t, "received", request.Stage)
}

func TestNoDocumentIsSealedForAnErasedPerson(t *testing.T) {
	t.Parallel()
	s := storetest.Store(t)
	person, conversation := storetest.Person(t, s)
	storetest.Request(t, s, store.Request{Reference: "R1", Person: person, Conversation: conversation})
	require.NoError(t, s.DestroyKey(t.Context(), person))
	_, err := s.SealDocument(t.Context(), receiptOf("R1"))
	require.ErrorIs(t, err, vault.ErrErased)
}
