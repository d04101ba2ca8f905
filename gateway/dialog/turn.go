package dialog

import (
	"slices"
	"strings"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/bubble"
)

// Step names where a citizen stands. The names are stored in sessions: a renamed one restarts those who stand there.
type Step string

// The steps.
const (
	StepLanguage Step = "language"
	StepConsent  Step = "consent"
	StepMenu     Step = "menu"
	StepCategory Step = "category"
	StepFound    Step = "found"
	StepDrafts   Step = "drafts"
	StepForm     Step = "form"
	StepSummary  Step = "summary"
	StepChange   Step = "change"
	StepRequests Step = "requests"
	StepRequest  Step = "request"
	StepStop     Step = "stop"
	StepErase    Step = "erase"
	StepWhich    Step = "which"   // which of several open questions is meant
	StepAnswer   Step = "answer"  // a question of a running request
	StepVerdict  Step = "verdict" // whether somebody may have a scheme
	StepCheck    Step = "check"   // a paper that is to be checked
)

// step is one place in the conversation.
type step struct {
	show   func(*turn)
	take   func(*turn, string) // typed text
	fits   func(*turn) bool    // whether a stored session can still stand here
	parent Step                // where "back" leads
	back   func(*turn)         // instead, where it depends
}

func steps() map[Step]step {
	always := func(*turn) bool { return true }
	return map[Step]step{
		StepLanguage: {(*turn).showLanguages, (*turn).takeLanguage, (*turn).returnFits, StepMenu, (*turn).leaveLanguage},
		StepConsent:  {(*turn).showConsent, (*turn).takeConsent, always, StepLanguage, nil},
		StepMenu:     {(*turn).showMenu, (*turn).takeOpen, always, StepMenu, (*turn).firstPage},
		StepCategory: {(*turn).showCategory, (*turn).takeOpen, (*turn).categoryFits, StepMenu, nil},
		StepFound:    {(*turn).showFound, (*turn).takeOpen, always, StepMenu, nil},
		StepDrafts:   {(*turn).showDrafts, (*turn).takeOpen, always, StepMenu, nil},
		StepForm:     {(*turn).showField, (*turn).takeField, (*turn).fieldFits, StepMenu, (*turn).previousField},
		StepSummary:  {(*turn).showSummary, (*turn).takeSummary, (*turn).summaryFits, StepForm, (*turn).lastField},
		StepChange:   {(*turn).showChange, (*turn).takeChange, (*turn).draftFits, StepSummary, (*turn).backFromChange},
		StepVerdict:  {(*turn).showVerdict, (*turn).takeVerdict, (*turn).verdictFits, StepForm, (*turn).lastField},
		StepCheck:    {(*turn).showCheck, (*turn).takeCheck, always, StepMenu, nil},
		StepRequests: {(*turn).showRequests, (*turn).takeOpen, always, StepMenu, nil},
		StepRequest:  {(*turn).showRequest, (*turn).takeOpen, always, StepRequests, (*turn).backToRequests},
		StepStop:     {(*turn).showStop, (*turn).takeStop, always, StepRequest, nil},
		StepErase:    {(*turn).showErase, (*turn).takeErase, always, StepMenu, nil},
		StepWhich:    {(*turn).showWhich, (*turn).takeWhich, (*turn).draftKept, StepMenu, (*turn).backFromQuestion},
		StepAnswer:   {(*turn).showAnswer, (*turn).takeAnswer, (*turn).draftKept, StepMenu, (*turn).backFromQuestion},
	}
}

// turn is one step of the conversation while it is worked out.
type turn struct {
	*Engine

	session Session
	event   Event
	facts   Facts
	notes   []string // said above the next question, in the same bubble
	effects []Effect
	native  bool // the form in hand is just opened: the time to offer it as a native one
	named   bool // the notes say which service this is
	replied bool
}

// Step takes what a citizen did and returns the session to store and what to do: at most one [Reply], and what it announces.
// It is pure and safe for concurrent use; the session given is not changed. A reaction has no effect.
func (e *Engine) Step(session Session, event Event, facts Facts) (Session, []Effect) {
	if event.Kind == EventReaction {
		return session, nil
	}
	t := &turn{Engine: e, session: session.clone(), event: event, facts: facts}
	restarted := t.upgrade()
	switch {
	case t.warn():
		t.askAgain()
	case event.Kind == EventForm:
		t.takeForm()
	case event.Kind == EventChoice && event.Choice != "":
		t.press(event.Choice)
	case event.Kind == EventText || event.Kind == EventChoice:
		t.read(event.Text, restarted)
	default:
		t.receive()
	}
	if !t.replied {
		t.again()
	}
	t.session.Seen = nil
	for _, question := range facts.Questions {
		t.session.Seen = append(t.session.Seen, question.ID)
	}
	return t.session, t.effects
}

// read takes typed text. The words that always work come before anything that depends on stored state, except an answer
// that quotes its question, which cannot mean anything else.
func (t *turn) read(text string, restarted bool) {
	const longest = 4096
	text = bubble.Shorten(text, longest)
	if t.answersQuoted(text) || t.command(t.wordIn(text), text) {
		return
	}
	if restarted {
		t.again()
		return
	}
	if t.event.QuotedQuestion != "" {
		t.showQuoted(text)
		return
	}
	t.steps[t.session.Step].take(t, text)
}

// press takes a button or row, of this step or of one long past.
func (t *turn) press(id string) {
	verb, args := parseChoiceID(id)
	press, known := t.routes[verb]
	if !known {
		t.earlier()
		return
	}
	press(t, args)
}

// open goes to a step and shows it; without a language or a decision on the notice, those come first.
func (t *turn) open(to Step) {
	if len(t.languages) == 1 {
		t.session.Language = t.languages[0]
	}
	switch {
	case t.session.Language == "":
		to = StepLanguage
	case !t.decided() && to != StepLanguage:
		to = StepConsent
	case !t.steps[to].fits(t):
		to = StepMenu
	}
	if to != StepLanguage {
		t.session.Return = ""
	}
	t.session.Step = to
	t.steps[to].show(t)
}

// again says once more where we are, below what there is to note.
func (t *turn) again() { t.open(t.session.Step) }

// askAgain is again, or the one question of a running request that stands below our last bubble.
func (t *turn) askAgain() {
	if near := nearOf(t.session, t.facts); len(near) == 1 && t.session.Draft == nil && t.session.Language != "" && t.decided() {
		t.ask(near[0])
		return
	}
	t.again()
}

// rest is again, but does not repeat the whole menu to someone who is in the middle of nothing.
func (t *turn) rest() {
	if t.session.Step != StepMenu || len(t.notes) == 0 || !t.decided() || t.session.Language == "" {
		t.again()
		return
	}
	var choices []bubble.Choice
	if len(t.facts.Requests) > 0 {
		choices = append(choices, t.button(buttonRequests, verbRequests))
	}
	t.reply("", append(choices, t.button(buttonMenu, verbMenu)))
}

// earlier answers a button whose step is over.
func (t *turn) earlier() {
	t.note(textEarlier, nil)
	t.rest()
}

func (t *turn) lang() catalog.Language {
	if t.session.Language == "" {
		return t.languages[0]
	}
	return t.session.Language
}

func (t *turn) text(key catalog.TextKey, args catalog.Args) string {
	return t.catalog.Text(t.lang(), key, args)
}

func (t *turn) note(key catalog.TextKey, args catalog.Args) {
	t.notes = append(t.notes, t.text(key, args))
}

func (t *turn) button(key catalog.TextKey, verb string, args ...string) bubble.Choice {
	return bubble.Choice{ID: choiceID(verb, args...), Title: t.text(key, nil)}
}

// reply sends the turn's one bubble: the notes, the text and the choices, which from now on a typed number or title means.
func (t *turn) reply(text string, choices []bubble.Choice) {
	t.send(bubble.Ask(t.withNotes(text), t.text(buttonChoose, nil), choices), choices)
}

func (t *turn) send(b bubble.Bubble, choices []bubble.Choice) {
	t.replied = true
	t.session.offer(choices)
	t.effects = append(t.effects, Reply{Bubble: b})
}

func (t *turn) withNotes(text string) string {
	parts := t.notes
	if text != "" {
		parts = append(slices.Clip(parts), text)
	}
	return strings.Join(parts, "\n\n")
}

// page cuts choices to one page; leads makes the id of the choice that turns to another.
func (t *turn) page(choices []bubble.Choice, page int, leads func(page int) string) []bubble.Choice {
	turnTo := func(key catalog.TextKey) func(int) bubble.Choice {
		return func(page int) bubble.Choice { return bubble.Choice{ID: leads(page), Title: t.text(key, nil)} }
	}
	return bubble.Page(choices, page, turnTo(buttonPrevious), turnTo(buttonMore))
}
