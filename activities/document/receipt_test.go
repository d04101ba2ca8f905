package document_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/activities/document"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/documents/pdf/pdftest"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
)

func TestAReceiptIsInTheCitizensLanguage(t *testing.T) {
	t.Parallel()
	s := storetest.Store(t)
	person, conversation := storetest.Person(t, s)
	storetest.Request(t, s, store.Request{Reference: "R1", Person: person, Conversation: conversation, Language: "te"})
	texts, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	activities := document.New(s, texts, nil, nil)
	for language, words := range map[catalog.Language][]string{
		"te": {"చెల్లింపు రసీదు Payment receipt", "ఆంధ్రప్రదేశ్", "చెల్లించిన మొత్తం Amount paid", "21 సెప్టెంబరు 2026, 19:43:20"},
		"hi": {"भुगतान रसीद Payment receipt", "आंध्र प्रदेश", "चुकाई गई राशि Amount paid"},
		"en": {"Payment receipt", "Andhra Pradesh", "21 September 2026, 7:43:20 pm IST"},
		"":   {"Payment receipt"},
		"kn": {"Payment receipt"}, // documents are not written in Kannada, and a receipt is owed in any case
	} {
		input := paidBill()
		input.To.Language = language
		issued, err := activities.IssueReceipt(t.Context(), input)
		require.NoError(t, err)
		stored, err := s.Document(t.Context(), issued.ID)
		require.NoError(t, err)
		text := pdftest.Text(t, stored.Content)
		for _, each := range append(words, "₹1,240.00", "1121104001001", "K LAKSHMI DEVI", "B-77", "UPI", "pay_Pz8ueGo1qLbNx4", "PS-1", "R1") {
			require.Contains(t, text, each, language)
		}
	}
}
