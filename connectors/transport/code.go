package transport

import (
	"strings"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/jsf"
	"github.com/jansetu/jansetu/connectors/portal/webform"
)

// The texts of the buttons beside the code.
const (
	buttonVerify = "Verify OTP"
	buttonResend = "Resend OTP"
)

// asksCode tells whether a page waits for the code that it sent to the phone.
func asksCode(page *webform.Page) bool { return codeField(page) != "" }

// codeField is the name of the field of the code. It may stand on a piece of a
// page, without its form.
func codeField(page *webform.Page) string {
	for _, label := range page.Document.Find("label[for]").EachIter() {
		if same(label.Text(), labelCode) {
			return label.AttrOr("for", "")
		}
	}
	return ""
}

// askCode asks the citizen for the code. What the portal says about the last one
// goes with it.
func askCode(view *jsf.View, waiting paused) error {
	waiting.Field, waiting.Picture = codeField(view.Page()), ""
	waiting.Button, waiting.Resend = buttonOf(view.Page(), buttonVerify), buttonOf(view.Page(), buttonResend)
	if waiting.Button == "" || waiting.Resend == "" {
		return view.Page().Changed("buttons for the code")
	}
	waiting.View = view.State()
	prompt := webform.Squeeze(view.Page().Text(messages) + " " + view.Page().Text(".info"))
	return view.Session().Ask(portal.Question{Kind: connectors.ChallengeOTP, Prompt: prompt}, waiting)
}

func buttonOf(page *webform.Page, text string) string {
	for _, button := range page.Document.Find("button[name]").EachIter() {
		if strings.EqualFold(webform.Squeeze(button.Text()), text) {
			return button.AttrOr("name", "")
		}
	}
	return ""
}
