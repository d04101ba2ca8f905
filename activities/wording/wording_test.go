package wording_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/activities/wording"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/workflows"
)

func TestAMessageIsWrittenInTheCitizensLanguage(t *testing.T) {
	t.Parallel()
	texts, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	writer := wording.New(texts)
	amount := connectors.Paise(12_34_567_50)
	at := time.Date(2026, 11, 22, 8, 35, 0, 0, time.UTC)
	message := workflows.Message{
		{Text: "bill.period", Values: map[string]workflows.Value{"month": {Month: "2026-11"}}},
		{Text: "bill.due_date", Values: map[string]workflows.Value{"day": {Day: at}}},
		{},
		{Text: "money.detail_awaiting", Values: map[string]workflows.Value{"amount": {Money: &amount}, "until": {Moment: at}}},
	}
	for lang, want := range map[catalog.Language]string{
		"en": "Bill for: Nov 2026\nPay by: 22 Nov 2026\n\n₹12,34,567.50 to pay until 22 Nov 2026, 2:05 pm",
		"te": "బిల్లు నెల: నవంబరు 2026\nఈ తేదీలోగా కట్టాలి: 22 నవంబరు 2026\n\n22 నవంబరు 2026, మధ్యాహ్నం 2:05 లోగా ₹12,34,567.50 కట్టాలి",
		"hi": "बिल का महीना: नवंबर 2026\nइस तारीख़ तक भरना है: 22 नवंबर 2026\n\n22 नवंबर 2026, दोपहर 2:05 तक ₹12,34,567.50 भरने हैं",
	} {
		require.Equal(t, want, writer.Write(lang, message))
	}
}

func TestWhatIsNotKnownIsShownAsItIs(t *testing.T) {
	t.Parallel()
	texts, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	write := func(value workflows.Value) string {
		return wording.New(texts).Write("en", workflows.Message{{Text: "bill.name", Values: map[string]workflows.Value{"name": value}}})
	}
	require.Equal(t, "Name: bi-monthly", write(workflows.Value{Month: "bi-monthly"}))
	require.Equal(t, "Name: nowhere", write(workflows.Value{Portal: "nowhere"}))
	require.Equal(t, "Name: {x}", write(workflows.Value{Plain: "{x}"}))
	require.Contains(t, write(workflows.Value{Portal: "apspdcl"}), "APSPDCL")
}
