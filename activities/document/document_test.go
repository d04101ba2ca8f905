package document_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/activities/document"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
	"github.com/jansetu/jansetu/workflows"
)

func TestAReceiptIssuedTwiceIsOneDocument(t *testing.T) {
	t.Parallel()
	s := storetest.Store(t)
	person, conversation := storetest.Person(t, s)
	storetest.Request(t, s, store.Request{Reference: "R1", Person: person, Conversation: conversation, Language: "te"})
	texts, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	activities := document.New(s, texts)
	input := workflows.ReceiptInput{
		To: workflows.Recipient{Reference: "R1"}, Service: "electricity-bill-south", Portal: "apspdcl",
		Bill: connectors.Bill{Account: "1121104001001", Name: "K LAKSHMI DEVI"}, Payment: workflows.Payment{ID: "pay_1", Amount: 124000, PaidAt: time.Unix(0, 0)},
		Posted: connectors.Posted{PortalReceipt: "PS-1", PostedAt: time.Unix(1, 0)},
	}
	first, err := activities.IssueReceipt(t.Context(), input)
	require.NoError(t, err)
	again, err := activities.IssueReceipt(t.Context(), input)
	require.NoError(t, err)
	require.Equal(t, first, again)
	require.Equal(t, "Receipt-R1.pdf", first.Filename)
	stored, err := s.Document(t.Context(), first.ID)
	require.NoError(t, err)
	require.Equal(t, "R1", stored.Request)
}
