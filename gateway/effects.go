package gateway

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/dialog"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

// firstStage is where a confirmed request stands before its workflow has said anything.
const firstStage = string(workflows.StageReceived)

// apply notes what one effect of a turn changes.
func (b *batch) apply(t *talk, event dialog.Event, effect dialog.Effect) error {
	switch effect := effect.(type) {
	case dialog.Reply:
		return b.reply(t, effect)
	case dialog.StartRequest:
		return b.startRequest(t, event, effect)
	case dialog.AnswerQuestion:
		t.forget(effect.QuestionID)
		b.writes.Answered = append(b.writes.Answered, store.AnsweredQuestion{Person: t.stored.Person, ID: effect.QuestionID, Choice: effect.Choice,
			Value: effect.Value})
		answer := workflows.Answer{Question: effect.QuestionID, Choice: effect.Choice, Value: effect.Value, At: event.Time}
		return b.signal(t, effect.Reference, workflows.SignalAnswer, answer)
	case dialog.CancelRequest:
		return b.signal(t, effect.Reference, workflows.SignalCancel, nil)
	case dialog.RecordConsent:
		b.recordConsent(t, event, effect)
		return nil
	case dialog.SendData:
		return b.sendData(t, event, effect)
	case dialog.EraseData:
		return b.eraseData(t, event, effect)
	case dialog.CheckPaper:
		return b.checkPaper(t, event, effect)
	default:
		return fmt.Errorf("dialog effect %T is not known", effect)
	}
}

func (b *batch) reply(t *talk, reply dialog.Reply) error {
	said, err := b.native.seal(t, reply.Bubble)
	if err != nil {
		return err
	}
	payload, err := json.Marshal(said)
	if err != nil {
		return fmt.Errorf("encode reply: %w", err)
	}
	row := store.OutboxRow{Kind: store.KindMessage, Lane: store.ConversationLane(t.stored.ID), Sender: t.stored.PhoneNumberID,
		Person: t.stored.Person, Conversation: t.stored.ID, Payload: payload}
	if reply.Question != "" {
		row.Dedupe = store.QuestionDedupe(reply.Question, rand.Text())
	}
	b.writes.Outbox = append(b.writes.Outbox, row)
	return nil
}

func (b *batch) startRequest(t *talk, event dialog.Event, start dialog.StartRequest) error {
	service, found := b.services.Service(start.ServiceID)
	if !found {
		return fmt.Errorf("start request: no service %q", start.ServiceID)
	}
	workflow, found := b.workflows[service.Kind]
	if !found {
		return fmt.Errorf("start request: no workflow for kind %q", service.Kind)
	}
	input := workflows.RequestInput{Reference: start.Reference, Person: t.stored.Person, Conversation: t.stored.ID, Service: service.ID,
		Kind: service.Kind, Department: service.Department, Portal: service.Portal.Name, Language: start.Language, Answers: start.Answers, ConfirmedAt: event.Time,
		District: districtOf(service, start.Answers), Terms: workflows.TermsOf(service, b.services.QuietHours())}
	b.writes.Requests = append(b.writes.Requests, requestRow(&input))
	t.facts.Requests = slices.Insert(t.facts.Requests, 0, dialog.RequestFact{Reference: start.Reference, ServiceID: service.ID,
		Stage: stagePrefix + firstStage, Open: true, CreatedAt: event.Time, UpdatedAt: event.Time})
	return b.enqueueStart(&input, workflow, service)
}

// districtOf is where the citizen chose that the request belongs; empty where the form has no list of districts. What somebody typed
// is none: operators search by it, and it is not encrypted.
func districtOf(service *catalog.Service, answers map[string]string) string {
	for i := range service.Form {
		if field := &service.Form[i]; field.ID == "district" && field.Type == catalog.FieldChoose && len(field.Choices) > 0 {
			return answers[field.ID]
		}
	}
	return ""
}

func requestRow(input *workflows.RequestInput) store.Request {
	answers := input.Answers
	if answers == nil {
		answers = map[string]string{}
	}
	return store.Request{Reference: input.Reference, Person: input.Person, Conversation: input.Conversation, Service: input.Service,
		Kind: string(input.Kind), Portal: input.Portal, Department: input.Department, Language: string(input.Language), Answers: answers, Stage: firstStage,
		CreatedAt: input.ConfirmedAt}
}

func (b *batch) enqueueStart(input *workflows.RequestInput, workflow string, service *catalog.Service) error {
	encoded, err := json.Marshal(input)
	if err != nil {
		return fmt.Errorf("encode request: %w", err)
	}
	payload, err := json.Marshal(store.WorkflowStart{Reference: input.Reference, Workflow: workflow,
		Summary: service.Title.In("en") + " · " + input.Reference, Input: encoded})
	if err != nil {
		return fmt.Errorf("encode workflow start: %w", err)
	}
	b.enqueueWorkflow(store.KindWorkflowStart, input.Reference, input.Person, payload)
	return nil
}

func (b *batch) signal(t *talk, reference, name string, value any) error {
	signal := store.WorkflowSignal{Reference: reference, Name: name}
	if value != nil {
		encoded, err := json.Marshal(value)
		if err != nil {
			return fmt.Errorf("encode signal: %w", err)
		}
		signal.Payload = encoded
	}
	payload, err := json.Marshal(signal)
	if err != nil {
		return fmt.Errorf("encode signal: %w", err)
	}
	b.enqueueWorkflow(store.KindWorkflowSignal, reference, t.stored.Person, payload)
	return nil
}

func (b *batch) enqueueWorkflow(kind, reference, person string, payload json.RawMessage) {
	b.writes.Outbox = append(b.writes.Outbox, store.OutboxRow{Kind: kind, Lane: store.WorkflowLane(reference),
		Sender: store.SenderWorkflow, Person: person, Payload: payload})
}

// referenceAlphabet has no letter or digit that is mistaken for another when read out or typed.
const referenceAlphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

// newReference makes a request reference such as "JS-7K3M-Q2PX": 39 random bits; the store refuses one that is taken.
func newReference() string {
	random := make([]byte, 8)
	_, _ = rand.Read(random) // never fails, and never short (crypto/rand)
	var text strings.Builder
	text.WriteString("JS")
	for i, octet := range random {
		if i%4 == 0 {
			text.WriteByte('-')
		}
		text.WriteByte(referenceAlphabet[int(octet)%len(referenceAlphabet)])
	}
	return text.String()
}

func sortedKeys(set map[store.IdentityKey]bool) []store.IdentityKey {
	keys := make([]store.IdentityKey, 0, len(set))
	for key := range set {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b store.IdentityKey) int {
		return strings.Compare(string(a.Kind)+a.Portfolio+a.Value, string(b.Kind)+b.Portfolio+b.Value)
	})
	return keys
}

func sortedConversations(set map[store.ConversationKey]bool) []store.ConversationKey {
	keys := make([]store.ConversationKey, 0, len(set))
	for key := range set {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b store.ConversationKey) int {
		return strings.Compare(a.Person+a.PhoneNumberID, b.Person+b.PhoneNumberID)
	})
	return keys
}
