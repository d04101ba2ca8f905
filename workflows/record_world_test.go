package workflows_test

import (
	"context"
	"testing"

	"github.com/jansetu/jansetu/activities/answer"
	"github.com/jansetu/jansetu/activities/choices"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/workflows"
)

// archive is a world with a department that shows records: each function is how it behaves, counted from call 1.
type archive struct {
	*world

	lists   map[string][]connectors.Option // the portal's lists, by field and what was chosen before
	search  func(call int, input workflows.RecordAt) ([]connectors.RecordMatch, error)
	extract func(call int, input workflows.RecordAt) (workflows.ExtractedRecord, error)

	extracted []workflows.RecordAt
	answers   map[string]string
}

// newArchive is one where the village is known by its name, one record fits, and the portal shows it at once.
func newArchive(t *testing.T) *archive {
	t.Helper()
	a := &archive{world: newWorld(t), lists: map[string][]connectors.Option{
		"Dcode/":   {{Value: "6", Label: "తూర్పు గోదావరి"}, {Value: "9", Label: "గుంటూరు"}},
		"Mcode/9":  {{Value: "4", Label: "తాడికొండ"}, {Value: "6", Label: "మంగళగిరి"}},
		"VCode/94": {{Value: "1", Label: "నల్లచెరువుపాలెం"}, {Value: "2", Label: "కొత్తవరం"}, {Value: "3", Label: "కొత్తవారిపాలెం"}},
	}}
	a.answers = map[string]string{"district": "Guntur", "mandal": "తాడికొండ", "village": "Nallacheruvupalem", "khata": "102"}
	a.search = func(int, workflows.RecordAt) ([]connectors.RecordMatch, error) {
		return []connectors.RecordMatch{{ID: "102", Title: "102 షేక్ మస్తాన్ వలీ"}}, nil
	}
	a.extract = func(int, workflows.RecordAt) (workflows.ExtractedRecord, error) {
		return workflows.ExtractedRecord{
			Title: "1-బి: 102", Document: workflows.Document{ID: "sha-r", Filename: "Record.pdf", MIMEType: "application/pdf"},
		}, nil
	}
	a.registerArchive()
	return a
}

func (a *archive) registerArchive() {
	a.as(workflows.ActivityMatchChoice, func(_ context.Context, input workflows.MatchChoiceInput) (workflows.MatchedChoice, error) {
		a.count("match " + input.Field)
		return choices.Match(a.lists[input.Field+"/"+input.Chosen["Dcode"]+input.Chosen["Mcode"]], input.Typed), nil
	})
	a.as(workflows.ActivitySearchRecords, func(_ context.Context, input workflows.RecordAt) ([]connectors.RecordMatch, error) {
		found, err := a.search(a.count("search"), input)
		return found, answer.Error(err, a.Now())
	})
	a.as(workflows.ActivityExtractRecord, func(_ context.Context, input workflows.RecordAt) (workflows.ExtractedRecord, error) {
		keep(a.scene, &a.extracted, input)
		found, err := a.extract(a.count("extract"), input)
		return found, answer.Error(err, a.Now())
	})
}

// look runs the look into the record to its end.
func (a *archive) look(t *testing.T) workflows.RecordOutcome {
	t.Helper()
	return end[workflows.RecordOutcome](t, a.environment, workflows.Record, workflows.RequestInput{
		Reference: reference, Person: "p1", Conversation: 7, Service: "land-record-1b", Kind: catalog.KindRecord, Portal: "meebhoomi",
		Language: "te", Answers: a.answers, ConfirmedAt: noon, Terms: workflows.Terms{Form: []workflows.TermsField{
			{ID: "district", Type: catalog.FieldText, PortalField: "Dcode", PortalChoice: true},
			{ID: "mandal", Type: catalog.FieldText, PortalField: "Mcode", PortalChoice: true},
			{ID: "village", Type: catalog.FieldText, PortalField: "VCode", PortalChoice: true},
			{ID: "khata", Type: catalog.FieldDigits, PortalField: "KhataNo"},
		}},
	})
}
