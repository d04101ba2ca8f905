package dialog

import (
	"strconv"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/bubble"
)

// newDraft begins a form, or the questions about a scheme.
func (t *turn) newDraft(service *catalog.Service, eligibility bool) {
	t.session.Drafts++
	started := strconv.FormatInt(max(0, t.event.Time.Unix()), 36) // base 36: it stands in every choice id
	t.session.Draft = &Draft{
		ID:          started + "-" + strconv.Itoa(t.session.Drafts),
		Service:     service.ID,
		StartedAt:   t.event.Time,
		Eligibility: eligibility,
	}
	t.session.Draft.Form = t.formPrint(t.session.Draft)
	t.session.Page = 0
	t.session.Query = ""
}

func (t *turn) beginDraft(service *catalog.Service) {
	t.newDraft(service, false)
	if !t.named {
		t.notes = append(t.notes, service.Title.In(t.lang()))
	}
	if len(service.Form) > 0 {
		t.note(textFormStart, nil)
	}
	t.native = true
	t.advance()
}

// form is what the draft in hand asks: its service's form, or the questions that decide whether somebody may have a scheme.
func (t *turn) form() []catalog.Field { return t.formOf(t.session.Draft) }

func (e *Engine) formOf(draft *Draft) []catalog.Field {
	if draft.Eligibility {
		return e.questions[draft.Service]
	}
	if service, ok := e.catalog.Service(draft.Service); ok {
		return service.Form
	}
	return nil
}

// formPrint is the fingerprint of what the draft asks, as it is now.
func (e *Engine) formPrint(draft *Draft) string {
	if draft.Eligibility {
		return e.forms[draft.Service+eligibilityForm]
	}
	return e.forms[draft.Service]
}

// advance asks the first field without an answer, or shows what all of them come to.
func (t *turn) advance() {
	draft := t.session.Draft
	draft.Editing = false
	t.session.Page = 0
	draft.Field, _ = t.unanswered()
	t.open(t.draftStep())
}

func (t *turn) draftService() *catalog.Service {
	service, _ := t.catalog.Service(t.session.Draft.Service)
	return service
}

// pressDraft takes a button that belongs to a draft: the one in hand, a kept one, one that was sent, or one long gone.
func (t *turn) pressDraft(args []string) {
	id, action := arg(args, 0), arg(args, 1)
	if t.session.Draft == nil || t.session.Draft.ID != id || !t.draftFits() {
		t.pressOldDraft(id)
		return
	}
	rest := args[min(2, len(args)):]
	switch action {
	case actionChoose:
		t.pressFieldChoice(arg(rest, 0), arg(rest, 1))
	case actionSkip:
		t.pressSkip(arg(rest, 0))
	case actionPage:
		t.pressFieldPage(arg(rest, 0), arg(rest, 1))
	case actionConfirm:
		t.pressConfirm(arg(rest, 0))
	case actionChange:
		t.session.Page = pageNumber(arg(rest, 0))
		t.openWhenAnswered(StepChange)
	case actionSummary:
		t.session.Draft.Editing = false
		t.openWhenAnswered(t.lastStep())
	case actionEdit:
		t.edit(arg(rest, 0))
	case actionCancel:
		t.cancelDraft()
	case actionHeld:
		t.pressHeld()
	case actionApply:
		t.pressApply()
	default:
		t.earlier()
	}
}

func (t *turn) pressOldDraft(id string) {
	reference, sent := t.session.reference(id)
	_, kept := t.session.parked(id)
	switch {
	case sent:
		t.note(textStartedAlready, catalog.Args{"reference": reference})
		t.rest()
	case kept:
		t.resume(id)
	default:
		t.earlier()
	}
}

// openWhenAnswered keeps an old button from jumping over questions that are still open.
func (t *turn) openWhenAnswered(step Step) {
	form := t.form()
	for i := range form {
		if _, answered := t.session.Draft.Answers[form[i].ID]; !answered {
			t.earlier()
			return
		}
	}
	t.open(step)
}

// resume takes up a kept form, putting the one in hand in its place.
func (t *turn) resume(id string) {
	if t.session.Draft != nil && t.session.Draft.ID == id {
		t.again()
		return
	}
	i, kept := t.session.parked(id)
	if !kept || !t.agreed() {
		t.earlier()
		return
	}
	draft := t.session.Parked[i]
	t.session.Parked = append(t.session.Parked[:i:i], t.session.Parked[i+1:]...)
	t.leave()
	t.session.Draft = &draft
	t.note(textDraftResumed, t.serviceArgs(t.draftService()))
	t.native = true
	t.advance()
}

func (t *turn) showDrafts() {
	if len(t.session.Parked) == 0 {
		t.open(StepMenu)
		return
	}
	var choices []bubble.Choice
	for i := range t.session.Parked {
		draft := &t.session.Parked[i]
		service, ok := t.catalog.Service(draft.Service)
		if !ok {
			continue
		}
		day := t.catalog.Date(t.lang(), draft.StartedAt.In(t.zone))
		choices = append(choices, bubble.Choice{
			ID:          choiceID(verbResume, draft.ID),
			Title:       service.Title.In(t.lang()),
			Description: t.text(textDraftStarted, catalog.Args{"date": day}),
		})
	}
	t.reply(t.text(textDraftChoose, nil), append(choices, t.button(buttonMenu, verbMenu)))
}

// cancelDraft asks nothing: what was answered is kept, and the way back to it is said.
func (t *turn) cancelDraft() {
	service := t.draftService()
	var choices []bubble.Choice
	t.session.Step = StepMenu
	if t.session.park() {
		t.note(textDraftParked, t.serviceArgs(service))
		choices = append(choices, t.button(buttonResume, verbResume, t.session.Parked[0].ID))
	} else {
		t.note(textDraftLeft, nil)
	}
	t.reply("", append(choices, t.button(buttonMenu, verbMenu)))
}
