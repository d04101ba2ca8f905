// Package citizen holds the activities that speak to the citizen: a message or a question in their language, and with it, in one
// transaction, where the request stands. Sending is the gateway's outbox; this package only fills it.
package citizen

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"

	"github.com/jansetu/jansetu/activities/wording"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/payments/whatsapp"
	"github.com/jansetu/jansetu/gateway/bubble"
	"github.com/jansetu/jansetu/gateway/dialog"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

// TemplateRequestUpdate is the registered message template that goes out instead of a message when the citizen has not written
// for a day. Its body takes two parameters: the request's reference and where it stands. It asks the citizen to write back, upon
// which the conversation goes on.
const TemplateRequestUpdate = "request_update"

// Activities speak to citizens.
type Activities struct {
	store  *store.Store
	writer *wording.Writer
	draw   func(address string) (picture []byte, ok bool)
}

// Option changes what New makes.
type Option func(*Activities)

// WithPictures puts a PNG picture above the links that draw has one for, such as the code that a payer's app scans.
func WithPictures(draw func(address string) (picture []byte, ok bool)) Option {
	return func(a *Activities) { a.draw = draw }
}

// New makes the activities over the store and a state's texts.
func New(s *store.Store, c *catalog.Catalog, options ...Option) *Activities {
	made := &Activities{store: s, writer: wording.New(c), draw: func(string) ([]byte, bool) { return nil, false }}
	for _, apply := range options {
		apply(made)
	}
	return made
}

// Tell sends a message once per (request, step) and records the stage.
func (a *Activities) Tell(ctx context.Context, input workflows.TellInput) error {
	return a.TellWith(ctx, input, func(context.Context, *store.Tx) error { return nil })
}

// TellWith is Tell with what else is stored in the same transaction.
func (a *Activities) TellWith(ctx context.Context, input workflows.TellInput, also func(context.Context, *store.Tx) error) error {
	message, err := a.compose(ctx, input)
	if err != nil {
		return err
	}
	err = a.store.WithTx(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := also(ctx, tx); err != nil {
			return err
		}
		// The request is held before its conversation: also may hold it already, and two who tell must not wait for each other.
		if err := a.setStage(ctx, tx, input.To, input.Stage); err != nil {
			return err
		}
		if input.CloseQuestions {
			tx.CloseQuestions(input.To.Reference)
		}
		return tx.EnqueueMessage(ctx, message)
	})
	return final(err)
}

// SetStage records the stage without a word to the citizen, and withdraws what was still asked when the request has ended.
func (a *Activities) SetStage(ctx context.Context, input workflows.SetStageInput) error {
	return final(a.store.WithTx(ctx, func(ctx context.Context, tx *store.Tx) error {
		if !input.Stage.Open {
			tx.CloseQuestions(input.To.Reference)
		}
		return a.setStage(ctx, tx, input.To, &input.Stage)
	}))
}

func (a *Activities) compose(ctx context.Context, input workflows.TellInput) (store.Message, error) {
	shown, err := a.bubble(ctx, input)
	if err != nil {
		return store.Message{}, err
	}
	payload, err := json.Marshal(shown)
	if err != nil {
		return store.Message{}, fmt.Errorf("encode bubble: %w", err)
	}
	return store.Message{
		Conversation: input.To.Conversation,
		Dedupe:       "tell:" + input.To.Reference + "/" + input.Step,
		Bubble:       payload,
		Template:     a.template(input.To, input.Stage),
	}, nil
}

func (a *Activities) bubble(ctx context.Context, input workflows.TellInput) (bubble.Bubble, error) {
	text := a.writer.Write(input.To.Language, input.Message)
	switch {
	case input.Document != nil:
		return bubble.WithDocument(text, bubble.Document(*input.Document)), nil
	case input.Order != nil:
		return orderBubble(text, *input.Order, time.Now())
	case input.Link != nil:
		return a.linkBubble(ctx, input, text)
	default:
		return bubble.Say(text), nil
	}
}

// linkBubble is a button to a page, below the page's picture where there is one.
func (a *Activities) linkBubble(ctx context.Context, input workflows.TellInput, text string) (bubble.Bubble, error) {
	shown := bubble.WithLink(text, a.writer.Text(input.To.Language, input.Link.Label), input.Link.URL)
	content, ok := a.draw(input.Link.URL)
	if !ok {
		return shown, nil
	}
	picture := bubble.Document{Filename: "code.png", MIMEType: "image/png"}
	var err error
	picture.ID, err = a.store.AddDocument(ctx, store.Document{
		Request: input.To.Reference, Kind: kindPicture, Filename: picture.Filename, MIMEType: picture.MIMEType, Content: content,
	})
	if err != nil {
		return bubble.Bubble{}, fmt.Errorf("store the picture of a link: %w", err)
	}
	return bubble.WithPicture(shown, picture), nil
}

// orderBubble is a payment that the citizen makes in the chat.
func orderBubble(text string, order connectors.ChatOrder, now time.Time) (bubble.Bubble, error) {
	text = bubble.Shorten(text, bubble.MaxBody)
	message, err := whatsapp.Message(order, text, now)
	if err != nil {
		return bubble.Bubble{}, fmt.Errorf("write order message: %w", err)
	}
	return bubble.WithOrder(text, message), nil
}

// template stands in for a message outside the customer service window; only a change of stage is worth one.
func (a *Activities) template(to workflows.Recipient, update *workflows.StageUpdate) *store.Template {
	if update == nil {
		return nil
	}
	return &store.Template{
		Name: TemplateRequestUpdate, Language: string(to.Language),
		Params: []string{to.Reference, a.writer.Text(to.Language, update.Stage.TextKey())},
	}
}

func (a *Activities) setStage(ctx context.Context, tx *store.Tx, to workflows.Recipient, update *workflows.StageUpdate) error {
	if update == nil {
		return nil
	}
	return tx.SetStage(ctx, to.Reference, store.StageUpdate{
		Stage: string(update.Stage), Detail: a.writer.Write(to.Language, update.Detail), Open: update.Open,
	})
}

// Ask asks a question once, and puts it again for every reminder as long as it is open; the answer comes to the workflow as a
// signal. What the request had asked before is withdrawn in the same transaction.
func (a *Activities) Ask(ctx context.Context, input workflows.AskInput) error {
	asked, err := a.question(ctx, input)
	if err != nil {
		return final(err)
	}
	err = a.store.WithTx(ctx, func(ctx context.Context, tx *store.Tx) error {
		if input.Reminder > 0 {
			return tx.RemindOfQuestion(ctx, asked, input.Reminder)
		}
		tx.CloseQuestions(input.To.Reference, input.Question)
		if err := tx.AskQuestion(ctx, asked); err != nil {
			return err
		}
		return a.setStage(ctx, tx, input.To, input.Stage)
	})
	return final(err)
}

func (a *Activities) question(ctx context.Context, input workflows.AskInput) (store.Question, error) {
	shown, err := a.questionBubble(ctx, input)
	if err != nil {
		return store.Question{}, err
	}
	asked := store.Question{
		ID: input.Question, Reference: input.To.Reference, Conversation: input.To.Conversation, Template: a.template(input.To, input.Stage),
	}
	if asked.Bubble, err = json.Marshal(shown); err != nil {
		return store.Question{}, fmt.Errorf("encode bubble: %w", err)
	}
	if asked.Choices, err = json.Marshal(a.choices(input)); err != nil {
		return store.Question{}, fmt.Errorf("encode choices: %w", err)
	}
	if input.Field == nil {
		return asked, nil
	}
	if asked.Field, err = json.Marshal(input.Field); err != nil {
		return store.Question{}, fmt.Errorf("encode field: %w", err)
	}
	return asked, nil
}

func (a *Activities) questionBubble(ctx context.Context, input workflows.AskInput) (bubble.Bubble, error) {
	lang := input.To.Language
	text := a.writer.Write(lang, input.Message)
	if input.Reminder > 0 {
		reminder := workflows.Message{{Text: "question.reminder", Values: map[string]workflows.Value{"reference": {Plain: input.To.Reference}}}}
		text = a.writer.Write(lang, reminder) + "\n\n" + text
	}
	choices := a.choices(input)
	if len(choices) == 0 && input.Field != nil && input.Field.Type == catalog.FieldLocation {
		return bubble.AskLocation(text), nil
	}
	shown := dialog.QuestionBubble(input.Question, text, choices, dialog.QuestionLabels{
		Choose: a.writer.Text(lang, "button.choose_answer"), Previous: a.writer.Text(lang, "button.dialog.previous"),
		More: a.writer.Text(lang, "button.dialog.more"),
	})
	switch {
	case input.Picture == nil:
		return shown, nil
	case input.Picture.Document.ID != "":
		return bubble.WithPicture(shown, bubble.Document(input.Picture.Document)), nil
	}
	picture := bubble.Document{Filename: "picture" + extensionOf(input.Picture.MIMEType), MIMEType: input.Picture.MIMEType}
	var err error
	picture.ID, err = a.store.AddDocument(ctx, store.Document{
		Request: input.To.Reference, Kind: kindPicture, Filename: picture.Filename, MIMEType: picture.MIMEType, Content: input.Picture.Content,
	})
	if err != nil {
		return bubble.Bubble{}, fmt.Errorf("store picture: %w", err)
	}
	return bubble.WithPicture(shown, picture), nil
}

// kindPicture is a picture that a portal showed: a captcha, or the photo of a repair.
const kindPicture = "picture"

func extensionOf(mimeType string) string {
	if mimeType == "image/png" {
		return ".png"
	}
	return ".jpg"
}

func (a *Activities) choices(input workflows.AskInput) []bubble.Choice {
	choices := make([]bubble.Choice, len(input.Choices))
	for i, choice := range input.Choices {
		choices[i] = bubble.Choice{ID: dialog.QuestionChoiceID(input.Question, choice.ID), Title: choice.Title, Description: choice.Detail}
		if choice.Label != "" {
			choices[i].Title = a.writer.Text(input.To.Language, choice.Label)
		}
	}
	return choices
}

// final marks what no repetition can mend: a request or a conversation that is not there, and data that PostgreSQL refuses.
func final(err error) error {
	if errors.Is(err, store.ErrNoRequest) || errors.Is(err, store.ErrNoConversation) || store.IsData(err) {
		return temporal.NewNonRetryableApplicationError("the store refuses: no such request, or data it cannot hold", "store", err)
	}
	return err
}
