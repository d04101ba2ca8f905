package dialog_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway/dialog"
)

// fieldQuestion talks until a form asks for a service number of six digits.
// maskedAadhaar is a number as UIDAI masks it.
const maskedAadhaar = "XXXX XXXX 7058"

func fieldQuestion(t *testing.T, language string) *talk {
	t.Helper()
	k := newTalk(t)
	k.walk("> hello\n> " + language + "\n> 1\n> 1\n> 1\n> 1\n> 1")
	for range 4 {
		if dialog.DecodeSession(k.stored).Step == dialog.StepForm {
			break
		}
		k.walk("> 1")
	}
	require.Equal(t, dialog.StepForm, dialog.DecodeSession(k.stored).Step, "%s", k.last.Text)
	return k
}

func TestAMaskedNumberIsToldInTheCitizensLanguageAndTheQuestionStands(t *testing.T) {
	t.Parallel()
	tests := []struct {
		language, told, question string
		redacted                 dialog.Redaction
	}{
		{"English", "Aadhaar number", "What is the service number?", dialog.RedactedAadhaar},
		{"English", "card number", "What is the service number?", dialog.RedactedCard},
		{"తెలుగు", "ఆధార్ నంబరు", "సర్వీస్ నంబరు ఎంత?", dialog.RedactedAadhaar},
		{"తెలుగు", "కార్డు నంబరు", "సర్వీస్ నంబరు ఎంత?", dialog.RedactedCard},
		{"हिन्दी", "आधार नंबर", "सर्विस नंबर क्या है?", dialog.RedactedAadhaar},
		{"हिन्दी", "कार्ड नंबर", "सर्विस नंबर क्या है?", dialog.RedactedCard},
	}
	for _, test := range tests {
		t.Run(test.language+"/"+string(test.redacted), func(t *testing.T) {
			t.Parallel()
			k := fieldQuestion(t, test.language)
			before := dialog.DecodeSession(k.stored)
			k.send(dialog.Event{Kind: dialog.EventText, Text: maskedAadhaar, Redacted: test.redacted})
			require.Contains(t, k.last.Text, test.told)
			require.Contains(t, k.last.Text, test.question)
			after := dialog.DecodeSession(k.stored)
			require.Equal(t, before.Step, after.Step)
			require.Equal(t, before.Draft, after.Draft)
		})
	}
}

func TestAMaskedNumberInTheFirstMessageIsToldAboveTheGreeting(t *testing.T) {
	t.Parallel()
	k := newTalk(t)
	k.send(dialog.Event{Kind: dialog.EventText, Text: maskedAadhaar, Redacted: dialog.RedactedAadhaar})
	require.Contains(t, k.last.Text, "Aadhaar number")
	require.Contains(t, k.last.Text, "Namaste!")
	require.Empty(t, dialog.DecodeSession(k.stored).Wish)
}

func TestAPaperWhoseCaptionWasMaskedIsStillAPaper(t *testing.T) {
	t.Parallel()
	k := fieldQuestion(t, "English")
	k.send(dialog.Event{Kind: dialog.EventDocument, MediaID: "m", MIMEType: "application/pdf", Text: maskedAadhaar, Redacted: dialog.RedactedAadhaar})
	require.Contains(t, k.last.Text, "Aadhaar number")
	require.Contains(t, k.last.Text, "Please type the answer", "what the paper itself gets is said too")
}

func TestOnlyTheQuestionThatStandsExpectsDigits(t *testing.T) {
	t.Parallel()
	engine := testEngine(t)
	require.False(t, engine.Expects(dialog.Session{}, dialog.Facts{}, "112233"))
	k := fieldQuestion(t, "English")
	session := dialog.DecodeSession(k.stored)
	require.True(t, engine.Expects(session, dialog.Facts{}, "112233"))
	require.False(t, engine.Expects(session, dialog.Facts{}, "999941057058"), "six digits are asked for")
	session.Draft.Field = "gone"
	require.False(t, engine.Expects(session, dialog.Facts{}, "112233"))
	session.Draft.Service = "gone"
	require.False(t, engine.Expects(session, dialog.Facts{}, "112233"))
	session.Draft = nil
	require.False(t, engine.Expects(session, dialog.Facts{}, "112233"))
}

func TestAQuestionOfARequestExpectsTheDigitsThatItAsksFor(t *testing.T) {
	t.Parallel()
	engine := testEngine(t)
	tests := map[string]bool{
		"Which account? | @digits min=12 max=12":    true,
		"Which account? | @digits":                  false, // any digits: an Aadhaar number would pass
		"Which account? | @digits min=6 max=6":      false,
		"What is it for? | @text":                   false,
		"Pay? | pay=Pay now | cancel=Don't pay":     false,
		"Which phone? | @phone | other=Another one": false,
	}
	for asked, expected := range tests {
		facts := dialog.Facts{Questions: []dialog.QuestionFact{question("q1", "JS-1", "bill-south", asked)}}
		require.Equal(t, expected, engine.Expects(dialog.Session{}, facts, "999941057058"), asked)
	}
}

func TestFieldsAskedTogetherExpectTheirDigits(t *testing.T) {
	t.Parallel()
	k := newTalk(t)
	k.walk("> hi\n> English\n> yes\n> elders allowance")
	session := dialog.DecodeSession(k.stored)
	require.Equal(t, dialog.StepForm, session.Step)
	require.False(t, k.engine.Expects(session, dialog.Facts{}, "999941057058"), "age, income, name and date")
	k.walk(`> 70\n-\nSita\n5.1.1956`)
	require.True(t, k.engine.Expects(dialog.DecodeSession(k.stored), dialog.Facts{}, "9848022338"), "a phone")
}

func TestAMaskedNumberForAQuestionIsToldAndTheQuestionAskedAgain(t *testing.T) {
	t.Parallel()
	k := newTalk(t)
	k.walk("> hi\n> English\n> yes\n% question JS-1/why JS-1 bill-south What is the meter for? | @text")
	k.send(dialog.Event{Kind: dialog.EventText, Text: maskedAadhaar, Redacted: dialog.RedactedAadhaar})
	require.Contains(t, k.last.Text, "Aadhaar number")
	require.Contains(t, k.last.Text, "What is the meter for?")
	require.Len(t, k.send(typed("a flour mill")), 2, "taken as the answer, and said so")
}
