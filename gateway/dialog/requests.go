package dialog

import (
	"slices"
	"strings"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/bubble"
)

func (t *turn) openRequests() []RequestFact {
	return slices.DeleteFunc(slices.Clone(t.facts.Requests), func(r RequestFact) bool { return !r.Open })
}

func (t *turn) request(reference string) (RequestFact, bool) {
	i := slices.IndexFunc(t.facts.Requests, func(r RequestFact) bool { return r.Reference == reference })
	if i < 0 {
		return RequestFact{}, false
	}
	return t.facts.Requests[i], true
}

// showRequests lists the citizen's requests; a single one is shown at once.
func (t *turn) showRequests() {
	requests := t.facts.Requests[:min(len(t.facts.Requests), bubble.MaxRows)]
	switch len(requests) {
	case 0:
		t.session.Step = StepMenu
		t.reply(t.text(textRequestsNone, nil), []bubble.Choice{t.button(buttonMenu, verbMenu)})
	case 1:
		t.session.Request = requests[0].Reference
		t.open(StepRequest)
	default:
		choices := make([]bubble.Choice, len(requests))
		for i, request := range requests {
			choices[i] = bubble.Choice{
				ID:          choiceID(verbRequest, request.Reference),
				Title:       t.serviceTitle(request.ServiceID, request.Reference),
				Description: request.Reference + " · " + t.stage(request),
			}
		}
		t.reply(t.text(textRequestsChoose, nil), choices)
	}
}

// backToRequests skips the list of one request: it is that request.
func (t *turn) backToRequests() {
	if len(t.facts.Requests) < 2 {
		t.open(StepMenu)
		return
	}
	t.open(StepRequests)
}

func (t *turn) serviceTitle(id, otherwise string) string {
	if service, ok := t.catalog.Service(id); ok {
		return service.Title.In(t.lang())
	}
	return otherwise
}

// stage says where a request stands; a stage that has no text is at least open or finished.
func (t *turn) stage(request RequestFact) string {
	if key := catalog.TextKey(request.Stage); t.catalog.Has(t.lang(), key) {
		return t.text(key, nil)
	}
	if request.Open {
		return t.text(textRequestOpen, nil)
	}
	return t.text(textRequestFinished, nil)
}

func (t *turn) pressRequest(args []string) {
	t.leave()
	t.session.Request = arg(args, 0)
	t.open(StepRequest)
}

func (t *turn) showRequest() {
	request, ok := t.request(t.session.Request)
	if !ok {
		t.missingRequest()
		return
	}
	lines := []string{
		t.serviceTitle(request.ServiceID, request.Reference),
		t.text(textRequestReference, catalog.Args{"reference": request.Reference}),
		t.stage(request),
	}
	if request.Detail != "" {
		lines = append(lines, request.Detail)
	}
	for _, refund := range request.Refunds {
		lines = append(lines, t.refund(refund))
	}
	if !request.UpdatedAt.IsZero() {
		when := t.catalog.Moment(t.lang(), request.UpdatedAt.In(t.zone))
		lines = append(lines, t.text(textRequestChanged, catalog.Args{"date": when}))
	}
	t.sayRequest(request, strings.Join(lines, "\n"))
}

// sayRequest repeats the payment link while it takes money. A bubble with a link has no room for choices: they can be typed.
func (t *turn) sayRequest(request RequestFact, text string) {
	choices := t.requestChoices(request)
	if request.Link == "" {
		t.reply(text, choices)
		return
	}
	if request.Cancellable {
		text += "\n\n" + t.text(textRequestCancel, nil)
	}
	t.send(bubble.WithLink(t.withNotes(text), t.text(buttonPay, nil), request.Link), choices)
}

func (t *turn) requestChoices(request RequestFact) []bubble.Choice {
	var choices []bubble.Choice
	for _, question := range t.facts.Questions {
		if question.Reference == request.Reference {
			choices = append(choices, t.button(buttonAnswer, verbAnswer, question.ID))
			break
		}
	}
	if request.Cancellable {
		choices = append(choices, t.button(buttonStop, verbStop, request.Reference))
	}
	if len(request.Papers) > 0 && len(choices) < bubble.MaxButtons-1 {
		choices = append(choices, t.button(buttonPaper, verbPaper, request.Reference))
	}
	return append(choices, t.button(buttonMenu, verbMenu))
}

func (t *turn) missingRequest() {
	t.session.Step = StepMenu
	t.note(textRequestMissing, t.helpline())
	t.rest()
}

// pressStop asks before it cancels a running request.
func (t *turn) pressStop(args []string) {
	t.leave()
	t.session.Request = arg(args, 0)
	t.open(StepStop)
}

func (t *turn) showStop() {
	request, ok := t.request(t.session.Request)
	switch {
	case !ok:
		t.missingRequest()
	case !request.Cancellable:
		t.refuseStop(request)
	default:
		title := t.serviceTitle(request.ServiceID, request.Reference)
		t.reply(t.text(textStopAsk, catalog.Args{"service": title, "reference": request.Reference}), []bubble.Choice{
			t.button(buttonStopYes, verbStopYes, request.Reference), t.button(buttonStopNo, verbStopNo, request.Reference),
		})
	}
}

// refuseStop says that it is too late, and where the request stands.
func (t *turn) refuseStop(request RequestFact) {
	why := textStopClosed
	if request.Open {
		why = textStopLate
	}
	t.note(why, catalog.Args{"reference": request.Reference})
	t.session.Step = StepRequest
	t.showRequest()
}

// pressStopYes cancels only where we have just asked; the same button pressed later asks again.
func (t *turn) pressStopYes(args []string) {
	reference := arg(args, 0)
	request, ok := t.request(reference)
	if !ok || !request.Cancellable || t.session.Step != StepStop || t.session.Request != reference {
		t.pressStop(args)
		return
	}
	t.effects = append(t.effects, CancelRequest{Reference: reference})
	t.session.Step = StepMenu
	t.note(textStopSent, catalog.Args{"reference": reference})
	t.rest()
}

func (t *turn) pressStopNo(args []string) {
	if t.session.Step != StepStop || t.session.Request != arg(args, 0) {
		t.earlier()
		return
	}
	t.session.Step = StepMenu
	t.note(textStopKept, catalog.Args{"reference": arg(args, 0)})
	t.rest()
}

// takeStop takes yes and no for this question only while no newer one stands below it in the chat.
func (t *turn) takeStop(text string) {
	w := t.wordIn(text)
	switch {
	case len(t.fresh()) > 0 || (w != wordYes && w != wordNo):
		t.takeOpen(text)
	case w == wordYes:
		t.pressStopYes([]string{t.session.Request})
	default:
		t.pressStopNo([]string{t.session.Request})
	}
}
