package dialog

import (
	"slices"

	"github.com/jansetu/jansetu/catalog"
)

// upgrade makes a stored session fit this code and catalog. It returns true when the citizen had to be taken back to the
// menu; language, consent and drafts stay.
func (t *turn) upgrade() (restarted bool) {
	session := &t.session
	isNew := session.isNew()
	if isNew {
		session.Step = StepLanguage
	}
	if !slices.Contains(t.languages, session.Language) {
		session.Language = ""
	}
	t.refreshDrafts()
	at, known := t.steps[session.Step]
	restarted = !isNew && (session.Version != sessionVersion || !known || !at.fits(t))
	if restarted {
		t.restart()
	}
	session.Version, session.Fingerprint = sessionVersion, t.fingerprint
	switch {
	case session.Language == "":
		session.Step = StepLanguage
	case !t.decided() && session.Step != StepLanguage:
		session.Step = StepConsent
	}
	return restarted
}

func (t *turn) restart() {
	idle := []Step{"", StepMenu, StepLanguage, StepConsent}
	if t.session.Version < 0 || !slices.Contains(idle, t.session.Step) {
		t.note(textChanged, nil)
	}
	if t.session.Draft != nil && !t.canContinue(t.session.Draft) {
		t.session.Draft = nil
	}
	if t.session.park() {
		t.adapt(&t.session.Parked[0])
	}
	t.session = Session{
		Language:  t.session.Language,
		Consent:   t.session.Consent,
		Declined:  t.session.Declined,
		Wish:      t.session.Wish,
		Parked:    t.session.Parked,
		Confirmed: t.session.Confirmed,
		Drafts:    t.session.Drafts,
		Step:      StepMenu,
	}
}

// refreshDrafts drops what can no longer be used: drafts of services that are gone, and parked ones long forgotten. Under
// another fingerprint every answer is checked again, and one that no longer passes will be asked again.
func (t *turn) refreshDrafts() {
	session := &t.session
	session.Parked = slices.DeleteFunc(session.Parked, func(d Draft) bool {
		return !t.canContinue(&d) || t.event.Time.Sub(d.StartedAt) > draftLife
	})
	if session.Fingerprint == t.fingerprint {
		return
	}
	for i := range session.Parked {
		t.adapt(&session.Parked[i])
	}
	if session.Draft != nil && t.canContinue(session.Draft) {
		current := session.Draft.Form == t.formPrint(session.Draft)
		t.adapt(session.Draft)
		if !current {
			session.Draft.Form = "" // fits no step: restarts, parked
		}
	}
}

func (t *turn) canContinue(draft *Draft) bool {
	service, ok := t.catalog.Service(draft.Service)
	return ok && service.Availability == catalog.Live && draft.ID != "" && (!draft.Eligibility || len(t.questions[draft.Service]) > 0)
}

func (t *turn) adapt(draft *Draft) {
	form := t.formOf(draft)
	kept := make(map[string]string, len(draft.Answers))
	for i := range form {
		field := &form[i]
		answer, answered := draft.Answers[field.ID]
		if !answered {
			continue
		}
		if value, problem := field.Check(answer); problem == nil {
			kept[field.ID] = value
		}
	}
	draft.Answers = kept
	if current := t.formPrint(draft); draft.Form != current {
		draft.Form, draft.Flow = current, "" // a native form of before shows other pages
	}
}

// draftFits also holds the crafted and the half-read session away from the form.
func (t *turn) draftFits() bool {
	draft := t.session.Draft
	return draft != nil && t.canContinue(draft) && draft.Form == t.formPrint(draft)
}

func (t *turn) fieldFits() bool {
	return t.draftFits() && t.field() != nil
}

func (t *turn) categoryFits() bool {
	_, ok := t.catalog.Category(t.session.Category)
	return ok
}

func (t *turn) returnFits() bool {
	if t.session.Return == "" {
		return true
	}
	at, known := t.steps[t.session.Return]
	return known && t.session.Return != StepLanguage && at.fits(t)
}
