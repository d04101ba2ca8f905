package activities

import "github.com/jansetu/jansetu/catalog"

var recordTexts = []catalog.TextSpec{
	{Key: "button.agree"},
	{Key: "button.do_not_agree"},
	{Key: "record.which"},
	{Key: "record.too_many", Placeholders: []string{"portal"}},
	{Key: "record.consent", Placeholders: []string{"portal"}},
	{Key: "record.no_consent", Placeholders: []string{"reference"}},
	{Key: "record.official", Placeholders: []string{"portal", "title"}},
	{Key: "record.as_shown", Placeholders: []string{"portal", "title"}},
	{Key: "record.not_found", Placeholders: []string{"portal"}},
	{Key: "record.rejected", Placeholders: []string{"portal"}},
	{Key: "record.rejected_answer", Placeholders: []string{"portal", "question"}},
	{Key: "record.check"},
	{Key: "record.refused", Placeholders: []string{"portal"}},
	{Key: "record.reason", Placeholders: []string{"reason"}},
	{Key: "record.gave_up", Placeholders: []string{"portal"}},
}
