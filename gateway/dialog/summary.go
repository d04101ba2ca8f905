package dialog

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/bubble"
)

func (t *turn) showSummary() {
	service, draft := t.draftService(), t.session.Draft
	lines := make([]string, 0, len(service.Form)+1)
	lines = append(lines, t.text(textSummary, t.serviceArgs(service)))
	for i := range service.Form {
		field := &service.Form[i]
		lines = append(lines, field.Label.In(t.lang())+": "+t.shown(field, draft.Answers[field.ID]))
	}
	choices := []bubble.Choice{t.button(buttonConfirm, verbDraft, draft.ID, actionConfirm, t.answersPrint())}
	if len(service.Form) > 0 {
		choices = append(choices, t.button(buttonChange, verbDraft, draft.ID, actionChange))
	}
	choices = append(choices, t.button(buttonCancel, verbDraft, draft.ID, actionCancel))
	t.reply(strings.Join(lines, "\n")+"\n\n"+t.portalAway(service)+t.text(textSummaryConfirm, nil), choices)
}

// portalAway says, before the citizen confirms, that the department does not answer now and what becomes of the request.
func (t *turn) portalAway(service *catalog.Service) string {
	portal, known := t.catalog.Portal(service.Portal.Name)
	if !known || !t.facts.PortalsAway[portal.Name] {
		return ""
	}
	return t.text(textSummaryAway, catalog.Args{"portal": portal.Title.In(t.lang())}) + "\n\n"
}

// answersPrint binds a confirm button to the answers it stood under: after a change, the older button confirms nothing.
func (t *turn) answersPrint() string {
	var answers []byte
	form := t.form()
	for i := range form {
		answers = fmt.Appendf(answers, "%q\n", t.session.Draft.Answers[form[i].ID])
	}
	return fingerprint(answers)
}

func (t *turn) takeSummary(text string) {
	switch w := t.wordIn(text); {
	case t.asksWhich(text):
	case w == wordYes:
		t.pressConfirm(t.answersPrint())
	case w == wordNo:
		t.open(StepChange)
	case t.picks(text):
	default:
		t.again()
	}
}

// asksWhich is for a yes or no that the question below the summary in the chat could take as well.
func (t *turn) asksWhich(text string) bool {
	fresh := t.fresh()
	choosers := slices.DeleteFunc(t.choosers(text, nil), func(q QuestionFact) bool { return !slices.ContainsFunc(fresh, q.is) })
	if len(choosers) == 0 {
		return false
	}
	t.which(choosers, typed(text), true)
	return true
}

// pressConfirm starts the request, once: the draft is gone afterwards, and its id remembered.
func (t *turn) pressConfirm(shown string) {
	switch {
	case t.session.Draft.Eligibility, t.session.Step != StepSummary && t.session.Step != StepChange:
		t.earlier()
	case shown != t.answersPrint():
		t.note(textSummaryOutdated, nil)
		t.open(StepSummary)
	case !t.stillValid():
	case !t.agreed():
		t.open(StepConsent)
	case t.event.NewReference == "":
		t.note(textSummaryRetry, nil)
		t.open(StepSummary)
	default:
		t.start()
	}
}

// stillValid checks every answer once more, since the form may have changed while the draft was kept, and asks again
// for the first that no longer passes.
func (t *turn) stillValid() bool {
	draft, form := t.session.Draft, t.form()
	for i := range form {
		field := &form[i]
		if _, problem := field.Check(draft.Answers[field.ID]); problem != nil {
			delete(draft.Answers, field.ID)
			t.note(problem.Key, problem.Args)
			t.advance()
			return false
		}
	}
	return true
}

func (t *turn) start() {
	draft, service := t.session.Draft, t.draftService()
	answers := make(map[string]string, len(draft.Answers))
	for id, answer := range draft.Answers {
		if answer != "" {
			answers[id] = answer
		}
	}
	reference := t.event.NewReference
	t.session.Confirmed = append([]Confirmed{{Draft: draft.ID, Reference: reference}}, t.session.Confirmed...)
	t.session.Confirmed = t.session.Confirmed[:min(len(t.session.Confirmed), maxConfirmed)]
	t.session.Draft, t.session.Step = nil, StepMenu
	t.effects = append(t.effects, StartRequest{
		Reference: reference, ServiceID: service.ID, Language: t.lang(), Answers: answers,
	})
	args := t.serviceArgs(service)
	args["reference"] = reference
	t.note(textStarted, args)
	if t.putWaiting(t.facts.Questions) {
		return
	}
	t.reply("", []bubble.Choice{
		t.button(buttonRequests, verbRequest, reference), t.button(buttonMenu, verbMenu),
	})
}

func (t *turn) showChange() {
	form, draft := t.form(), t.session.Draft
	choices := make([]bubble.Choice, 0, len(form)+1)
	for i := range form {
		field := &form[i]
		choices = append(choices, bubble.Choice{
			ID:          choiceID(verbDraft, draft.ID, actionEdit, field.ID),
			Title:       field.Label.In(t.lang()),
			Description: bubble.Shorten(t.shown(field, draft.Answers[field.ID]), bubble.MaxDescription),
		})
	}
	choices = append(choices, t.button(buttonKeep, verbDraft, draft.ID, actionSummary))
	t.reply(t.text(textChangeChoose, nil), t.page(choices, t.session.Page, func(page int) string {
		return choiceID(verbDraft, draft.ID, actionChange, strconv.Itoa(page))
	}))
}

func (t *turn) takeChange(text string) {
	if !t.picks(text) {
		t.again()
	}
}

// edit asks one field again; its answer leads back to the summary.
func (t *turn) edit(id string) {
	field := t.fieldOf(id)
	if field == nil || (t.session.Step != t.lastStep() && t.session.Step != StepChange) {
		t.earlier()
		return
	}
	t.session.Draft.Field, t.session.Draft.Editing, t.session.Page = id, true, 0
	t.open(StepForm)
}
