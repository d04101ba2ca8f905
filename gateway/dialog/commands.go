package dialog

import "github.com/jansetu/jansetu/catalog"

// route is what a verb of a choice id does.
type route func(*turn, []string)

func routes() map[string]route {
	return map[string]route{
		verbMenu:         (*turn).pressMenu,
		verbLanguage:     (*turn).pressLanguage,
		verbAgree:        (*turn).pressAgree,
		verbDecline:      (*turn).pressDecline,
		verbCategory:     (*turn).pressCategory,
		verbService:      (*turn).pressService,
		verbDrafts:       func(t *turn, _ []string) { t.leave(); t.open(StepDrafts) },
		verbResume:       func(t *turn, args []string) { t.resume(arg(args, 0)) },
		verbDraft:        (*turn).pressDraft,
		verbRequests:     func(t *turn, _ []string) { t.leave(); t.open(StepRequests) },
		verbRequest:      (*turn).pressRequest,
		verbStop:         (*turn).pressStop,
		verbPaper:        (*turn).pressPaper,
		verbStopYes:      (*turn).pressStopYes,
		verbStopNo:       (*turn).pressStopNo,
		verbHelp:         func(t *turn, _ []string) { t.help() },
		verbAnswer:       (*turn).pressAnswer,
		verbQuestion:     (*turn).pressQuestion,
		verbQuestionPage: (*turn).pressQuestionPage,
		verbEligible:     (*turn).pressEligible,
		verbMedia:        (*turn).pressMedia,
		verbNotice:       func(t *turn, _ []string) { t.readMore() },
		verbCheck:        func(t *turn, _ []string) { t.askForPaper() },

		verbErase:       func(t *turn, _ []string) { t.askToErase() },
		verbEraseYes:    func(t *turn, _ []string) { t.pressEraseYes() },
		verbEraseFinish: func(t *turn, _ []string) { t.pressEraseOpen(false) },
		verbEraseCancel: func(t *turn, _ []string) { t.pressEraseOpen(true) },
		verbEraseNo:     func(t *turn, _ []string) { t.pressEraseNo() },
	}
}

// command does what an always-working word asks, and says whether the word is one of those.
func (t *turn) command(w word, text string) bool {
	switch w {
	case wordMenu:
		t.pressMenu(nil)
	case wordBack:
		t.back()
	case wordCancel:
		t.cancel(text)
	case wordHelp:
		t.help()
	case wordLanguage:
		t.askLanguage()
	case wordStatus:
		t.leave()
		t.open(StepRequests)
	case wordCheck:
		t.askForPaper()
	case wordMyData:
		t.sendData()
	case wordErase:
		t.askToErase()
	case wordWithdraw:
		t.withdraw()
	default:
		return false
	}
	return true
}

func (t *turn) help() {
	t.note(textHelp, t.helpline())
	t.again()
}

func (t *turn) helpline() catalog.Args {
	state := t.catalog.State()
	return catalog.Args{"helpline": state.Helpline, "state": state.Title.In(t.lang())}
}

func (t *turn) back() {
	at := t.steps[t.session.Step]
	if at.back != nil {
		at.back(t)
		return
	}
	t.open(at.parent)
}

// cancel stops what is in hand without asking, because a draft can be taken up again. With nothing in hand it means the
// open question, or the running request, and there it asks.
func (t *turn) cancel(text string) {
	switch {
	case t.session.Step == StepAnswer && t.cancelQuestion(text):
	case t.session.Draft != nil:
		t.cancelDraft()
	case t.session.Step == StepStop:
		t.pressStopNo([]string{t.session.Request})
	case t.answersOpen(text):
	case t.session.Step == StepRequest && t.showsCancellable():
		t.pressStop([]string{t.session.Request})
	case len(t.openRequests()) == 1:
		t.pressStop([]string{t.openRequests()[0].Reference})
	case len(t.openRequests()) > 1:
		t.open(StepRequests)
	default:
		t.note(textNothingToCancel, nil)
		t.session.Step = StepMenu
		t.rest()
	}
}

// cancelQuestion takes the word for the question that our last bubble asked: as one of its choices, else it asks whether to cancel the
// request.
func (t *turn) cancelQuestion(text string) bool {
	question, open := t.openQuestion(t.session.Question)
	if !open || len(t.fresh()) > 0 {
		return false
	}
	if _, ok := t.matchQuestion(question, text); ok {
		t.takeFor(question, typed(text))
		return true
	}
	request, ok := t.request(question.Reference)
	if ok && request.Cancellable {
		t.pressStop([]string{request.Reference})
	}
	return ok && request.Cancellable
}

// showsCancellable tells whether the request on the screen can be cancelled.
func (t *turn) showsCancellable() bool {
	request, ok := t.request(t.session.Request)
	return ok && request.Cancellable
}

// leave keeps the form in hand for later, when the citizen turns to something else.
func (t *turn) leave() {
	draft := t.session.Draft
	if draft == nil {
		return
	}
	service, ok := t.catalog.Service(draft.Service)
	if t.session.park() && ok {
		t.note(textDraftParked, t.serviceArgs(service))
	}
}

func (t *turn) serviceArgs(service *catalog.Service) catalog.Args {
	return catalog.Args{"service": service.Title.In(t.lang())}
}
