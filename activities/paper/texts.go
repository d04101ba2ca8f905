package paper

import (
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/documents/legibility"
	"github.com/jansetu/jansetu/gateway/upload"
	"github.com/jansetu/jansetu/workflows"
)

// Texts declares what citizens are told about papers, beside the reasons of package upload.
func Texts() []catalog.TextSpec {
	texts := []catalog.TextSpec{{Key: "paper.masked"}, {Key: "paper.send_again"}, {Key: "paper.as_it_is"}}
	for _, reason := range reasons() {
		spec := catalog.TextSpec{Key: textOf(reason)}
		switch reason { //nolint:exhaustive // the others have no values
		case workflows.PaperTooLarge:
			spec.Placeholders = []string{"max"}
		case workflows.PaperExpired:
			spec.Placeholders = []string{"day"}
		}
		texts = append(texts, spec)
	}
	return texts
}

// reasons are those with a text of their own.
func reasons() []workflows.PaperReason {
	found := []workflows.PaperReason{
		workflows.PaperMissing, workflows.PaperTooLarge, workflows.PaperUpsideDown, workflows.PaperWrongKind, workflows.PaperExpired,
		workflows.PaperOtherName, workflows.PaperIsAadhaar,
	}
	for _, reason := range legibility.Reasons() {
		found = append(found, workflows.PaperReason(reason))
	}
	return found
}

func textOf(reason workflows.PaperReason) catalog.TextKey {
	return catalog.TextKey("paper." + string(reason))
}

func textOfUpload(refused *upload.RefusedError) catalog.TextKey {
	return catalog.TextKey(refused.TextKey())
}
