package dialog

import (
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/bubble"
)

const (
	textPaperAgain catalog.TextKey = "dialog.paper.again"
	textPaperNone  catalog.TextKey = "dialog.paper.none"
	buttonPaper    catalog.TextKey = "button.dialog.paper"
)

func paperTexts() []catalog.TextSpec {
	return []catalog.TextSpec{
		{Key: textPaperAgain, Placeholders: []string{"reference"}}, {Key: textPaperNone, Placeholders: []string{"reference"}}, {Key: buttonPaper},
	}
}

// pressPaper sends what was issued for a request once more: the same files, by the hash of their content.
func (t *turn) pressPaper(args []string) {
	request, ok := t.request(arg(args, 0))
	if !ok {
		t.missingRequest()
		return
	}
	t.leave()
	t.session.Step, t.session.Request = StepRequest, request.Reference
	if len(request.Papers) == 0 {
		t.note(textPaperNone, catalog.Args{"reference": request.Reference})
		t.showRequest()
		return
	}
	text := t.withNotes(t.text(textPaperAgain, catalog.Args{"reference": request.Reference}))
	for _, paper := range request.Papers {
		t.send(bubble.WithDocument(text, paper), []bubble.Choice{t.button(buttonMenu, verbMenu)})
	}
}
