package dialog

import (
	"strings"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/bubble"
)

// leadOf is the service to apply for after reading about it.
func (t *turn) leadOf(service *catalog.Service) (*catalog.Service, bool) {
	if service.Eligibility == nil {
		return nil, false
	}
	return t.catalog.Service(service.Eligibility.LeadsTo)
}

// pressEligible asks the questions that decide whether somebody may have a scheme. The answers are kept, so it needs the citizen's yes.
func (t *turn) pressEligible(args []string) {
	service, ok := t.catalog.Service(arg(args, 0))
	if !ok || service.Availability != catalog.Live || len(t.questions[service.ID]) == 0 {
		t.earlier()
		return
	}
	t.leave()
	if !t.agreed() {
		t.session.Wish = Wish{Service: service.ID, Eligibility: true}
		t.session.Step = StepConsent
		t.note(textConsentNeeded, nil)
		t.again()
		return
	}
	t.beginEligibility(service)
}

func (t *turn) beginEligibility(service *catalog.Service) {
	if len(t.questions[service.ID]) == 0 {
		t.begin(service)
		return
	}
	t.newDraft(service, true)
	t.note(textEligibilityStart, t.serviceArgs(t.schemeOf(service)))
	t.native = true
	t.advance()
}

// schemeOf is what the questions are about: the service to apply for, or the one that tells of it.
func (t *turn) schemeOf(service *catalog.Service) *catalog.Service {
	if lead, ok := t.leadOf(service); ok {
		return lead
	}
	return service
}

func (t *turn) summaryFits() bool { return t.draftFits() && !t.session.Draft.Eligibility }

func (t *turn) verdictFits() bool {
	return t.draftFits() && t.session.Draft.Eligibility && t.draftService().Eligibility != nil
}

// showVerdict says what the rules say of the answers, each rule that does not hold in its own words. It never promises: the office decides.
func (t *turn) showVerdict() {
	service, draft := t.draftService(), t.session.Draft
	verdict := t.verdict()
	args := t.serviceArgs(t.schemeOf(service))
	apply := buttonApply
	switch verdict.Outcome {
	case catalog.Eligible:
		t.note(textEligibilityYes, args)
	case catalog.OfficeDecides:
		args["questions"] = strings.Join(t.labels(verdict.Missing), ", ")
		t.note(textEligibilityOffice, args)
	case catalog.NotEligible:
		apply = buttonApplyYet
		t.note(textEligibilityNo, args)
		t.notes = append(t.notes, t.reasons(verdict.Unmet))
		t.note(textEligibilityHelp, t.helpline())
	}
	var choices []bubble.Choice
	if _, ok := t.leadOf(service); ok {
		choices = append(choices, t.button(apply, verbDraft, draft.ID, actionApply))
	}
	t.reply("", append(choices, t.button(buttonChange, verbDraft, draft.ID, actionChange), t.button(buttonMenu, verbMenu)))
}

func (t *turn) verdict() catalog.Verdict {
	return t.draftService().Eligibility.Decide(t.session.Draft.Answers)
}

func (t *turn) reasons(unmet []catalog.Text) string {
	lines := make([]string, len(unmet))
	for i, reason := range unmet {
		lines[i] = "• " + reason.In(t.lang())
	}
	return strings.Join(lines, "\n")
}

func (t *turn) labels(fields []string) []string {
	labels := make([]string, 0, len(fields))
	for _, id := range fields {
		if field := t.fieldOf(id); field != nil {
			labels = append(labels, field.Label.In(t.lang()))
		}
	}
	return labels
}

func (t *turn) takeVerdict(text string) {
	switch w := t.wordIn(text); {
	case t.asksWhich(text):
	case w == wordYes && t.verdict().Outcome == catalog.NotEligible:
		t.again() // what a yes would mean below a no is not clear
	case w == wordYes:
		t.pressApply()
	case w == wordNo:
		t.pressMenu(nil)
	case t.picks(text):
	default:
		t.takeOpen(text)
	}
}

// pressApply opens the form of the scheme, with what was answered already filled in.
func (t *turn) pressApply() {
	service, draft := t.draftService(), t.session.Draft
	lead, ok := t.leadOf(service)
	if !draft.Eligibility || t.session.Step != StepVerdict || !ok {
		t.earlier()
		return
	}
	t.session.Draft = nil
	if lead.Availability != catalog.Live {
		t.showComing(lead)
		return
	}
	t.newDraft(lead, false)
	t.fill(draft.Answers)
	t.notes = append(t.notes, lead.Title.In(t.lang()))
	t.note(textEligibilityFilled, nil)
	t.note(textFormStart, nil)
	t.native = true
	t.advance()
}

// fill takes answers that the form in hand asks for too, if they pass its own check.
func (t *turn) fill(answers map[string]string) {
	form := t.form()
	for i := range form {
		answer := answers[form[i].ID]
		if value, problem := form[i].Check(answer); problem == nil && answer != "" {
			t.keep(form[i].ID, value)
		}
	}
}

func (t *turn) backFromChange() { t.open(t.lastStep()) }
