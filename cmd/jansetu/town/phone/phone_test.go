package phone_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/town/phone"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
)

func TestAMessageIsReadAsAPhoneShowsIt(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		kind, content string
		want          phone.Shown
	}{
		"a text":    {"text", `{"body":"Namaste"}`, phone.Shown{Text: "Namaste"}},
		"a receipt": {"document", `{"id":"7","filename":"Receipt.pdf","caption":"Done"}`, phone.Shown{Text: "Done", Document: &phone.File{ID: "7", Filename: "Receipt.pdf"}}},
		"a captcha": {"image", `{"id":"8","caption":"Read this"}`, phone.Shown{Text: "Read this", Picture: &phone.File{ID: "8"}}},
		"buttons below a picture": {
			"interactive",
			`{"type":"button","header":{"type":"image","image":{"id":"9"}},"body":{"text":"Pay?"},"footer":{"text":"f"},"action":{"buttons":[{"reply":{"id":"a","title":"Yes"}}]}}`,
			phone.Shown{Text: "Pay?", Footer: "f", Picture: &phone.File{ID: "9"}, Choices: []phone.Choice{{ID: "a", Title: "Yes"}}},
		},
		"a list": {
			"interactive", `{"type":"list","body":{"text":"Which?"},"action":{"button":"Choose","sections":[{"rows":[{"id":"r","title":"One","description":"first"}]}]}}`,
			phone.Shown{Text: "Which?", Opens: "Choose", Choices: []phone.Choice{{ID: "r", Title: "One", Description: "first", Row: true}}},
		},
		"a link": {
			"interactive", `{"type":"cta_url","body":{"text":"Pay"},"action":{"parameters":{"display_text":"Open","url":"http://x/l/plink_1"}}}`,
			phone.Shown{Text: "Pay", Link: "http://x/l/plink_1", LinkText: "Open"},
		},
		"a form": {
			"interactive", `{"type":"flow","body":{"text":"Fill"},"action":{"parameters":{"flow_token":"t","flow_cta":"Fill in"}}}`,
			phone.Shown{Text: "Fill", LinkText: "Fill in", Form: true},
		},
		"a place":       {"interactive", `{"type":"location_request_message","body":{"text":"Where?"}}`, phone.Shown{Text: "Where?", Location: true}},
		"what is wrong": {"text", `[]`, phone.Shown{}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.want, phone.Read(emulator.Message{Type: test.kind, Content: json.RawMessage(test.content)}))
		})
	}
}

func TestWhatACitizenFindsInAMessage(t *testing.T) {
	t.Parallel()
	shown := phone.Shown{Text: "JS-ABCD-1234 and JS-WXYZ-9876", Link: "http://x/l/plink_Ab1", Choices: []phone.Choice{{Title: "Yes"}}}
	require.Equal(t, []string{"JS-ABCD-1234", "JS-WXYZ-9876"}, shown.References())
	require.Equal(t, "plink_Ab1", shown.Payment())
	require.True(t, shown.Offers("Yes"))
	require.False(t, shown.Offers("No"))
	require.False(t, shown.Empty())
	require.True(t, phone.Shown{Text: " "}.Empty())
	require.Empty(t, phone.Shown{Link: "http://x/other"}.Payment())
}

func TestTheHubsTextsAreRecognisedWhateverFillsThem(t *testing.T) {
	t.Parallel()
	services, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	phrases := phone.NewPhrases(services, "te")
	args := catalog.Args{"number": "2", "total": "11"}
	shown := phone.Shown{Text: "x\n" + services.Text("te", "dialog.form.progress", args) + "\ny"}
	require.True(t, phrases.Said(shown, "dialog.form.progress"))
	require.Equal(t, "2", phrases.Filled(shown, "dialog.form.progress", "number"))
	require.False(t, phrases.Said(shown, "dialog.summary.confirm"))
	require.Empty(t, phrases.Filled(shown, "dialog.summary", "service"))
	require.True(t, phrases.Saying(shown, "y"))
	require.Equal(t, services.Text("te", "button.pay", nil), phrases.Title("button.pay"))
}
