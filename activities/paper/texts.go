package paper

import (
	"slices"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/documents/legibility"
	"github.com/jansetu/jansetu/gateway/upload"
	"github.com/jansetu/jansetu/workflows"
)

// Texts declares what citizens are told about papers, beside the reasons of package upload.
func Texts() []catalog.TextSpec {
	texts := []catalog.TextSpec{
		{Key: "paper.masked"}, {Key: "paper.send_again"},
		{Key: textOf(workflows.PaperMissing)}, {Key: textOf(workflows.PaperTooLarge), Placeholders: []string{"max"}},
		{Key: textOf(workflows.PaperUpsideDown)}, {Key: textOf(workflows.PaperWrongKind)}, {Key: textOf(workflows.PaperOtherName)},
		{Key: textOf(workflows.PaperExpired), Placeholders: []string{"day"}}, {Key: textOf(workflows.PaperIsAadhaar)},
	}
	unreadable := legibility.Reasons()
	texts = slices.Grow(texts, len(unreadable))
	for _, reason := range unreadable {
		texts = append(texts, catalog.TextSpec{Key: textOf(workflows.PaperReason(reason))})
	}
	return texts
}

func textOf(reason workflows.PaperReason) catalog.TextKey {
	return catalog.TextKey("paper." + string(reason))
}

func textOfUpload(refused *upload.RefusedError) catalog.TextKey {
	return catalog.TextKey(refused.TextKey())
}
