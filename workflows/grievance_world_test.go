package workflows_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"go.temporal.io/sdk/temporal"

	"github.com/jansetu/jansetu/activities/answer"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/workflows"
)

const complaintNumber = "AP-PGR-2026-11-23-000001"

// town is what lies outside a complaint's workflow: each field is how it behaves, counted from call 1.
type town struct {
	*scene

	categories func(call int, typed string) (workflows.MatchedCategory, error)
	locality   func(call int, typed string) (workflows.MatchedChoice, error)
	photo      func(call int) (workflows.TakenPaper, error)
	file       func(call int) (connectors.Filed, error)
	find       func(call int) (connectors.Filed, error)
	track      func(call int) (connectors.GrievanceStatus, error)
	reopen     func(call int) (connectors.GrievanceStatus, error)
	rate       func(call int) error
	picture    func(call int) (workflows.Document, error)
	near       workflows.NearDefect
	follows    bool // whether what is joined is still there

	filings []workflows.FileGrievanceInput
	reopens []workflows.ReopenGrievanceInput
	ratings []int
	appeals []workflows.AppealInput
	news    []workflows.DefectNews
	replies map[catalog.TextKey]workflows.Answer // to the question that ends with a text, as they are once it is read
}

// newTown is one where everything goes well: the lamp is in the list, nobody else has reported it, the office mends it in two days, and the
// citizen is content.
func newTown(t *testing.T) *town {
	t.Helper()
	w := &town{scene: newScene(), replies: map[catalog.TextKey]workflows.Answer{}, follows: true}
	w.onQuestion = w.replyToText
	w.categories = func(int, string) (workflows.MatchedCategory, error) {
		return workflows.MatchedCategory{Exact: &connectors.Category{Code: "StreetLightNotWorking", Name: "Street light", ResolveWithin: 336 * time.Hour}}, nil
	}
	w.locality = func(int, string) (workflows.MatchedChoice, error) {
		return workflows.MatchedChoice{Exact: &connectors.Option{Value: "VJA-02", Label: "Benz Circle"}}, nil
	}
	w.photo = func(int) (workflows.TakenPaper, error) { return workflows.TakenPaper{ID: "photo-1"}, nil }
	w.file = func(int) (connectors.Filed, error) { return filedAt(noon), nil }
	w.find = w.file
	w.track = func(int) (connectors.GrievanceStatus, error) {
		if w.Now().Before(noon.Add(40 * time.Hour)) {
			return connectors.GrievanceStatus{Number: complaintNumber, State: connectors.GrievanceAssigned}, nil
		}
		return w.resolved(), nil
	}
	w.reopen = func(int) (connectors.GrievanceStatus, error) {
		return connectors.GrievanceStatus{Number: complaintNumber, State: connectors.GrievanceReceived}, nil
	}
	w.rate = func(int) error { return nil }
	w.picture = func(int) (workflows.Document, error) {
		return workflows.Document{ID: "picture", Filename: "photo.jpeg", MIMEType: "image/jpeg"}, nil
	}
	w.reply("grievance.ask_file", "file")
	w.reply("grievance.is_it_fixed", "fixed")
	w.reply("grievance.rate", "5")
	w.register()
	return w
}

func filedAt(at time.Time) connectors.Filed {
	return connectors.Filed{Number: complaintNumber, FiledAt: at}
}

func (w *town) resolved() connectors.GrievanceStatus {
	return connectors.GrievanceStatus{
		Number: complaintNumber, State: connectors.GrievanceResolved, Note: "Work is done.", UpdatedAt: w.Now(), ReopenUntil: w.Now().Add(240 * time.Hour),
	}
}

// open is a status of a complaint that the office has not finished.
func open(officer string) connectors.GrievanceStatus {
	return connectors.GrievanceStatus{Number: complaintNumber, State: connectors.GrievanceAssigned, Officer: officer}
}

// thenResolved answers the statuses in turn, one for each look, and then that it is done.
func (w *town) thenResolved(statuses ...connectors.GrievanceStatus) {
	w.track = func(call int) (connectors.GrievanceStatus, error) {
		if call <= len(statuses) {
			return statuses[call-1], nil
		}
		return w.resolved(), nil
	}
}

// reply is what the citizen answers to the question that ends with a text.
func (w *town) reply(key catalog.TextKey, choice string) {
	w.replies[key] = workflows.Answer{Choice: choice}
}

func (w *town) writes(key catalog.TextKey, value string) {
	w.replies[key] = workflows.Answer{Value: value}
}

// silent is a citizen who does not answer.
func (w *town) silent(key catalog.TextKey) { delete(w.replies, key) }

func (w *town) replyToText(asked workflows.AskInput) {
	if reply, answers := w.replies[asked.Message[len(asked.Message)-1].Text]; answers {
		w.gives(asked, reply)
	}
}

func (w *town) register() {
	w.registerCitizen()
	w.registerPortal()
	w.registerNeighbours()
}

func (w *town) registerCitizen() {
	w.as(workflows.ActivitySetStage, func(context.Context, workflows.SetStageInput) error { w.count("stage"); return nil })
	w.as(workflows.ActivityTakePaper, func(context.Context, workflows.TakePaperInput) (workflows.TakenPaper, error) {
		return w.photo(w.count("photo"))
	})
	w.as(workflows.ActivityReadClock, func(_ context.Context, input workflows.ReadClockInput) (workflows.ClockReading, error) {
		return workflows.ClockReading{Due: input.Clock.Due(catalog.Calendar{}, input.Start, input.Stopped, false)}, nil
	})
	w.as(workflows.ActivityReadAppealClock, func(_ context.Context, input workflows.ReadAppealClockInput) (workflows.AppealDays, error) {
		return workflows.AppealDays{FileBy: input.Arose.AddDate(0, 0, 30)}, nil
	})
	w.as(workflows.ActivityStartAppeal, func(_ context.Context, input workflows.AppealInput) error {
		keep(w.scene, &w.appeals, input)
		return nil
	})
}

func (w *town) registerPortal() {
	w.as(workflows.ActivityMatchChoice, func(_ context.Context, input workflows.MatchChoiceInput) (workflows.MatchedChoice, error) {
		matched, err := w.locality(w.count("locality"), input.Typed)
		return matched, answer.Error(err, w.Now())
	})
	w.as(workflows.ActivityComplaintCategories, func(_ context.Context, input workflows.CategoriesAt) (workflows.MatchedCategory, error) {
		matched, err := w.categories(w.count("categories"), input.Typed)
		return matched, answer.Error(err, w.Now())
	})
	w.as(workflows.ActivityFileGrievance, func(_ context.Context, input workflows.FileGrievanceInput) (connectors.Filed, error) {
		keep(w.scene, &w.filings, input)
		return outside(w.scene, "file", w.file)
	})
	w.as(workflows.ActivityFindGrievance, func(context.Context, workflows.FileGrievanceInput) (connectors.Filed, error) {
		return outside(w.scene, "find", w.find)
	})
	w.as(workflows.ActivityTrackGrievance, func(context.Context, workflows.GrievanceAt) (connectors.GrievanceStatus, error) {
		return outside(w.scene, "track", w.track)
	})
	w.as(workflows.ActivityReopenGrievance, func(_ context.Context, input workflows.ReopenGrievanceInput) (connectors.GrievanceStatus, error) {
		keep(w.scene, &w.reopens, input)
		return outside(w.scene, "reopen", w.reopen)
	})
	w.as(workflows.ActivityRateGrievance, func(_ context.Context, input workflows.RateGrievanceInput) error {
		keep(w.scene, &w.ratings, input.Stars)
		return answer.Error(w.rate(w.count("rate")), w.Now())
	})
	w.as(workflows.ActivityGrievancePhoto, func(context.Context, workflows.GrievancePhotoInput) (workflows.Document, error) {
		return outside(w.scene, "picture", w.picture)
	})
}

func (w *town) registerNeighbours() {
	w.as(workflows.ActivityNearestDefect, func(context.Context, workflows.DefectInput) (workflows.NearDefect, error) {
		w.count("near")
		return w.near, nil
	})
	w.as(workflows.ActivityOpenDefect, func(context.Context, workflows.DefectInput) error { w.count("open"); return nil })
	w.as(workflows.ActivityFollowDefect, func(context.Context, workflows.FollowDefectInput) (bool, error) {
		w.count("follow")
		return w.follows, nil
	})
	w.as(workflows.ActivityFollowsDefect, func(context.Context, string) (bool, error) { w.count("follows"); return w.follows, nil })
	w.as(workflows.ActivityLeaveDefect, func(context.Context, string) error { w.count("leave"); return nil })
	w.as(workflows.ActivitySpreadNews, func(_ context.Context, news workflows.DefectNews) error {
		keep(w.scene, &w.news, news)
		return nil
	})
}

// heard are the texts said, without the lines of the summary.
func (w *town) heard() []string {
	return slices.DeleteFunc(slices.Clone(w.said), func(key string) bool {
		return slices.Contains([]string{"grievance.summary", "grievance.sum_what", "grievance.sum_where", "grievance.sum_location", "grievance.sum_words",
			"grievance.sum_photos", "grievance.due", "grievance.note", "grievance.clock_goes_on"}, key)
	})
}

// passedOn are the news that others were told.
func (w *town) passedOn() []workflows.DefectWhat {
	var told []workflows.DefectWhat
	for _, news := range w.news {
		told = append(told, news.What)
	}
	return told
}

// complain runs a complaint to its end.
func (w *town) complain(t *testing.T, change ...func(*workflows.RequestInput)) workflows.GrievanceOutcome {
	t.Helper()
	input := complaint()
	for _, each := range change {
		each(&input)
	}
	return end[workflows.GrievanceOutcome](t, w.environment, workflows.Grievance, input)
}

func complaint() workflows.RequestInput {
	return workflows.RequestInput{
		Reference: reference, Person: "p1", Conversation: 7, Service: "town-complaint", Kind: catalog.KindGrievance, Portal: "ap-towns", Language: "te",
		Answers: map[string]string{
			"problem": "లైటు", "town": "ap.vijayawada", "locality": "benz circle", "place": "16.50617,80.64801", "details": "since Monday",
			"photo": "media-1", "name": "Sita Devi", "mobile": "9876543210",
		},
		ConfirmedAt: noon,
		Terms: workflows.Terms{
			Form: []workflows.TermsField{
				{ID: "problem", Type: catalog.FieldText, PortalField: "category"}, {ID: "town", Type: catalog.FieldChoose, PortalField: "tenant"},
				{ID: "locality", Type: catalog.FieldText, PortalField: "locality", PortalChoice: true},
				{ID: "place", Type: catalog.FieldLocation, PortalField: "location"}, {ID: "details", Type: catalog.FieldText, PortalField: "description"},
				{ID: "photo", Type: catalog.FieldDocument}, {ID: "name", Type: catalog.FieldName, PortalField: "name"},
				{ID: "mobile", Type: catalog.FieldPhone, PortalField: "mobile"},
			},
			Clock: &catalog.Clock{Limit: catalog.Limit{Exact: 336 * time.Hour}, Starts: "submitted", Officers: catalog.Officers{
				Appeal: &catalog.Officer{Title: catalog.Text{"en": "Municipal Commissioner", "te": "మున్సిపల్ కమిషనర్"}, Limit: catalog.Limit{Days: 30}},
			}},
			Grievance: &catalog.GrievanceTerms{
				ReopenWithin: catalog.Limit{Days: 5}, Limits: map[string]catalog.Limit{"StreetLightNotWorking": {Exact: 48 * time.Hour}},
			},
		},
	}
}

// alone is a complaint without a shared location: nobody can join it.
func alone(input *workflows.RequestInput) { delete(input.Answers, "place") }

var errPaper = temporal.NewNonRetryableApplicationError("paper refused", workflows.ErrorPaperRefused, nil,
	workflows.PaperFinding{Field: "photo", Reason: workflows.PaperBlurred, Text: "paper.blurred"})
