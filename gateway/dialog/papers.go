package dialog

import (
	"path"
	"strings"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/bubble"
)

const (
	textPaperAgain  catalog.TextKey = "dialog.paper.again"
	textPaperChoose catalog.TextKey = "dialog.paper.choose"
	textPaperNone   catalog.TextKey = "dialog.paper.none"
	buttonPaper     catalog.TextKey = "button.dialog.paper"
)

func paperTexts() []catalog.TextSpec {
	return []catalog.TextSpec{
		{Key: textPaperAgain, Placeholders: []string{"reference"}}, {Key: textPaperNone, Placeholders: []string{"reference"}}, {Key: textPaperChoose},
		{Key: buttonPaper},
	}
}

// shortID is enough of a document's id to tell the papers of one request apart.
const shortID = 12

// pressPaper sends what was issued for a request once more: the same file, by the hash of its content. Of several the citizen chooses one.
func (t *turn) pressPaper(args []string) {
	request, ok := t.request(arg(args, 0))
	if !ok {
		t.missingRequest()
		return
	}
	t.leave()
	t.session.Step, t.session.Request = StepRequest, request.Reference
	wanted := papersLike(request.Papers, arg(args, 1))
	switch len(wanted) {
	case 0:
		t.note(textPaperNone, catalog.Args{"reference": request.Reference})
		t.showRequest()
	case 1:
		text := t.withNotes(t.text(textPaperAgain, catalog.Args{"reference": request.Reference}))
		t.send(bubble.WithDocument(text, wanted[0]), []bubble.Choice{t.button(buttonMenu, verbMenu)})
	default:
		t.choosePaper(request, wanted)
	}
}

func papersLike(papers []bubble.Document, id string) (found []bubble.Document) {
	for _, paper := range papers {
		if strings.HasPrefix(paper.ID, id) {
			found = append(found, paper)
		}
	}
	return found
}

func (t *turn) choosePaper(request RequestFact, papers []bubble.Document) {
	choices := make([]bubble.Choice, len(papers))
	for i, paper := range papers {
		name := strings.TrimSuffix(strings.TrimSuffix(paper.Filename, path.Ext(paper.Filename)), "-"+request.Reference)
		choices[i] = bubble.Choice{
			ID:    choiceID(verbPaper, request.Reference, paper.ID[:min(len(paper.ID), shortID)]),
			Title: bubble.Shorten(name, bubble.MaxButtonTitle),
		}
	}
	t.reply(t.text(textPaperChoose, nil), choices)
}
