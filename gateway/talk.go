package gateway

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jansetu/jansetu/gateway/bubble"
	"github.com/jansetu/jansetu/gateway/dialog"
	"github.com/jansetu/jansetu/gateway/whatsapp"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

const (
	// window is how long after a citizen's message we may answer freely (Meta, Send messages: customer service window).
	window = 24 * time.Hour
	// maxDialogText is as long as a text we could send ourselves (Meta: text.body up to 4,096 characters).
	maxDialogText = 4096
	stagePrefix   = "stage."
)

// talk is one conversation during a batch: what is stored, decoded.
type talk struct {
	stored  store.Conversation
	session dialog.Session
	facts   dialog.Facts
	quoted  map[string]string // wamid -> question
	message string            // the id of the message whose turn it is
}

func newTalks(facts store.TurnFacts) (map[store.ConversationKey]*talk, error) {
	talks := make(map[store.ConversationKey]*talk, len(facts.Conversations))
	byID := make(map[int64]*talk, len(facts.Conversations))
	for _, conversation := range facts.Conversations {
		t := &talk{stored: conversation, session: dialog.DecodeSession(conversation.Session), quoted: map[string]string{}}
		talks[conversation.ConversationKey], byID[conversation.ID] = t, t
		for i := range facts.Requests {
			if facts.Requests[i].Person == conversation.Person {
				t.facts.Requests = append(t.facts.Requests, requestFact(&facts.Requests[i]))
			}
		}
	}
	for i := range facts.Questions {
		question, err := questionFact(&facts.Questions[i])
		if err != nil {
			return nil, err
		}
		asked := byID[facts.Questions[i].Conversation]
		asked.facts.Questions = append(asked.facts.Questions, question)
	}
	for _, quoted := range facts.Quoted {
		if t := byID[quoted.Conversation]; t != nil {
			t.quoted[quoted.WAMID] = quoted.Question
		}
	}
	return talks, nil
}

func requestFact(r *store.RequestFact) dialog.RequestFact {
	papers := make([]bubble.Document, len(r.Papers))
	for i, paper := range r.Papers {
		papers[i] = bubble.Document(paper)
	}
	stage := stageOf(r)
	refunds, detail := refundFacts(r)
	if string(stage) != r.Stage {
		detail = ""
	}
	return dialog.RequestFact{Papers: papers, Refunds: refunds, Reference: r.Reference, ServiceID: r.Service, Stage: stagePrefix + string(stage),
		Detail: detail, Open: r.Open, Cancellable: r.Open && stage.Cancellable(), Link: r.Link, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt}
}

// stageOf is where a request stands. Nobody who has paid reads that their payment is waited for: the workflow says so some seconds later.
func stageOf(r *store.RequestFact) workflows.Stage {
	stage := workflows.Stage(r.Stage)
	if stage == workflows.StageAwaitingPayment && r.Paid {
		return workflows.StagePosting
	}
	return stage
}

func questionFact(q *store.QuestionFact) (dialog.QuestionFact, error) {
	fact := dialog.QuestionFact{ID: q.ID, Reference: q.Reference, ServiceID: q.Service}
	if err := json.Unmarshal(q.Bubble, &fact.Bubble); err != nil {
		return fact, fmt.Errorf("decode bubble of question: %w", err)
	}
	if err := json.Unmarshal(q.Choices, &fact.Choices); err != nil {
		return fact, fmt.Errorf("decode choices of question: %w", err)
	}
	if q.Field == nil {
		return fact, nil
	}
	if err := json.Unmarshal(q.Field, &fact.Field); err != nil {
		return fact, fmt.Errorf("decode field of question: %w", err)
	}
	return fact, nil
}

func (t *talk) encode() error {
	session, err := json.Marshal(t.session)
	if err != nil {
		return fmt.Errorf("encode session: %w", err)
	}
	t.stored.Session = session
	return nil
}

func (t *talk) extendWindow(at time.Time) {
	if end := at.Add(window); end.After(t.stored.WindowExpiresAt) {
		t.stored.WindowExpiresAt = end
	}
}

// forget drops a question that this batch has answered.
func (t *talk) forget(question string) {
	t.facts.Questions = slices.DeleteFunc(t.facts.Questions, func(q dialog.QuestionFact) bool { return q.ID == question })
}

// event turns a message into what the dialog understands.
func (b *batch) event(t *talk, m *whatsapp.Message) dialog.Event {
	event := dialog.Event{Kind: dialog.EventUnsupported, MediaID: m.MediaID, MIMEType: m.MIMEType,
		Latitude: m.Latitude, Longitude: m.Longitude, ProfileName: m.ProfileName, QuotedQuestion: t.quoted[m.QuotedID],
		Time: b.eventTime(m.Time), NewReference: newReference(), NewFormKey: b.native.newKey()}
	b.mask(&event, t, m)
	switch m.Kind {
	case whatsapp.KindText:
		event.Kind = dialog.EventText
	case whatsapp.KindChoice:
		b.setChoice(&event, t.stored.ID, m)
	case whatsapp.KindImage:
		event.Kind = dialog.EventImage
	case whatsapp.KindDocument:
		event.Kind = dialog.EventDocument
	case whatsapp.KindAudio:
		event.Kind = dialog.EventAudio
	case whatsapp.KindLocation:
		event.Kind = dialog.EventLocation
	case whatsapp.KindForm:
		b.native.fillEvent(&event, t, m.Form)
	case whatsapp.KindUnsupported, whatsapp.KindSystem:
	}
	return event
}

// setChoice trusts only an id that we signed for this conversation; else what was pressed is no more than its title.
func (b *batch) setChoice(event *dialog.Event, conversation int64, m *whatsapp.Message) {
	if id, ours := b.choices.verify(conversation, m.ChoiceID); ours {
		event.Kind, event.Choice = dialog.EventChoice, id
		return
	}
	b.metrics.foreignChoices.Inc()
	if strings.TrimSpace(event.Text) != "" {
		event.Kind = dialog.EventText
	}
}

// eventTime keeps a sender's clock from opening the window further than a message of now would.
func (b *batch) eventTime(at time.Time) time.Time {
	if now := b.now(); at.IsZero() || at.After(now) {
		return now
	}
	return at
}

func firstRunes(text string, most int) string {
	if len(text) <= most {
		return text
	}
	runes := []rune(text)
	return string(runes[:min(len(runes), most)])
}
