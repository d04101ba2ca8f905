package emulator

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/chat"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/cloudapi"
)

// serviceWindow is how long after a citizen's message a business may answer freely (Meta, send-messages).
const serviceWindow = 24 * time.Hour

type contactAnswer struct {
	Input  string `json:"input"`
	WaID   string `json:"wa_id,omitempty"`
	UserID string `json:"user_id,omitempty"`
}

type messageAnswer struct {
	ID     string `json:"id"`
	Status string `json:"message_status,omitempty"`
}

type sendAnswer struct {
	MessagingProduct string          `json:"messaging_product"`
	Contacts         []contactAnswer `json:"contacts"`
	Messages         []messageAnswer `json:"messages"`
}

func (e *Emulator) handleMessages(w http.ResponseWriter, r *http.Request) {
	number, ok := e.numbers[r.PathValue("id")]
	if !ok {
		e.refuse(w, cloudapi.UnknownObject(r.PathValue("id")))
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, cloudapi.MaxBody))
	if err != nil {
		e.refuse(w, cloudapi.Refuse(cloudapi.CodeInvalidParameter, "The request body could not be read or is too large."))
		return
	}
	answer, err := e.call(r.Context(), number, body)
	if err != nil {
		e.refused.Add(1)
		e.refuse(w, err)
		return
	}
	if e.faults.dropsResponse() {
		panic(http.ErrAbortHandler)
	}
	writeJSON(w, http.StatusOK, answer)
}

func (e *Emulator) call(ctx context.Context, number *businessNumber, body []byte) (any, error) {
	if code, details := e.faults.refusal(); code != 0 {
		return nil, cloudapi.Refuse(code, "%s", details)
	}
	request, err := cloudapi.Parse(body)
	if err != nil {
		return nil, err
	}
	if request.Receipt != nil {
		return e.markRead(number, request.Receipt)
	}
	return e.accept(ctx, number, request.Message)
}

func (e *Emulator) markRead(number *businessNumber, receipt *cloudapi.Receipt) (any, error) {
	err := e.chats.ReadByBusiness(number.PhoneNumberID, receipt.MessageID, receipt.Typing)
	if err != nil {
		return nil, cloudapi.Refuse(cloudapi.CodeInvalidValue, "message_id does not name a message received by this number.")
	}
	return map[string]bool{"success": true}, nil
}

// accept takes a valid message: it finds the citizen, holds the limits, puts the message on the phone and promises the
// statuses.
func (e *Emulator) accept(ctx context.Context, number *businessNumber, m *cloudapi.Message) (any, error) {
	bubble, err := e.compose(number, m)
	if err != nil {
		return nil, err
	}
	key, err := e.recipient(number, m)
	if err != nil {
		return nil, err
	}
	if !number.admit(e.now()) {
		return nil, cloudapi.Refuse(cloudapi.CodeRateLimit, "Cloud API message throughput has been reached.")
	}
	unfetched := e.fetchLinks(ctx, m, &bubble)
	sent, phone, err := e.deliver(number, key, bubble, unfetched)
	if err != nil {
		return nil, refusalOf(err)
	}
	e.accepted.Add(1)
	e.place(ctx, sent)
	answer := sendAnswer{
		MessagingProduct: "whatsapp",
		Contacts:         []contactAnswer{{Input: m.To + m.Recipient, UserID: phone.UserID}},
		Messages:         []messageAnswer{{ID: sent.ID}},
	}
	if !phone.Hidden {
		answer.Contacts[0].WaID = phone.Number
	}
	if m.Template != nil {
		answer.Messages[0].Status = "accepted"
	}
	return answer, nil
}

// deliver puts the message on the phone. One whose media could not be fetched is accepted all the same, and fails afterwards.
func (e *Emulator) deliver(number *businessNumber, key string, bubble Message, unfetched error) (Message, Phone, error) {
	code, details := e.faults.failure()
	if unfetched != nil {
		code, details = cloudapi.CodeMediaUpload, unfetched.Error()
	}
	if code != 0 {
		phone, ok := e.chats.Phone(key)
		if !ok {
			return bubble, phone, chat.ErrUnknownPhone
		}
		bubble.ID = chat.NewID(phone.Number, chat.Business)
		e.notifyFailed(number, phone, bubble, cloudapi.Refuse(code, "%s", details))
		return bubble, phone, nil
	}
	sent, phone, err := e.chats.Accept(number.PhoneNumberID, key, bubble, chat.Admission{
		Now: e.windowNow(), Template: bubble.Type == "template", Window: serviceWindow,
		PairInterval: e.cfg.Limits.PairInterval, PairBurst: e.cfg.Limits.PairBurst,
	})
	if err == nil {
		e.follow(number, phone, sent)
	}
	return sent, phone, err
}

// compose makes the bubble the citizen will see, checking what needs the emulator's state: media, templates, reactions.
func (e *Emulator) compose(number *businessNumber, m *cloudapi.Message) (Message, error) {
	bubble := Message{
		From: chat.Business, At: e.now(), Type: m.Type, Content: m.Content, ContextID: m.ContextID,
		Status: chat.Accepted, Callback: m.CallbackData,
	}
	if err := e.mayOpen(m.Content); err != nil {
		return bubble, err
	}
	for _, id := range m.MediaIDs {
		file, err := e.files.Get(id)
		if err != nil {
			return bubble, cloudapi.Refuse(cloudapi.CodeInvalidParameter, "Media with id %s does not exist or has expired.", id)
		}
		bubble.Media = append(bubble.Media, chat.Media{ID: file.ID, MIME: file.MIME, Filename: file.Filename, Size: file.Size})
	}
	if m.ReactionTo != "" {
		target, _, err := e.chats.Find(number.PhoneNumberID, m.ReactionTo)
		if err != nil || e.now().Sub(target.At) > 30*24*time.Hour {
			return bubble, cloudapi.Refuse(cloudapi.CodeInvalidValue, "reaction['message_id'] does not name a recent message.")
		}
	}
	if m.Template == nil {
		return bubble, nil
	}
	rendered, err := e.templates.Render(m.Template)
	if err != nil {
		return bubble, err
	}
	bubble.Content, err = json.Marshal(rendered)
	return bubble, err
}

// recipient names the phone a message goes to; `to` wins over `recipient` (Meta, business-scoped-user-ids).
func (e *Emulator) recipient(number *businessNumber, m *cloudapi.Message) (string, error) {
	if m.To == "" {
		return m.Recipient, nil
	}
	digits, err := number.dial(m.To)
	if err != nil {
		return "", err
	}
	if digits == number.digits {
		return "", cloudapi.Refuse(cloudapi.CodeSelfRecipient, "Recipient phone number is the sender's own.")
	}
	if e.cfg.OpenWorld {
		return digits, e.welcome(number, digits)
	}
	return digits, nil
}

// welcome makes a phone with an open window of a number nobody has seen.
func (e *Emulator) welcome(number *businessNumber, digits string) error {
	if _, known := e.chats.Phone(digits); known {
		return nil
	}
	if _, err := e.chats.Put(Phone{Number: digits}); err != nil {
		return refusalOf(err)
	}
	return e.chats.OpenWindow(number.PhoneNumberID, digits, e.windowNow())
}

func refusalOf(err error) error {
	switch {
	case errors.Is(err, chat.ErrUnknownPhone):
		return cloudapi.Refuse(cloudapi.CodeUndeliverable, "The recipient phone number is not a WhatsApp phone number.")
	case errors.Is(err, chat.ErrWindowClosed):
		return cloudapi.Refuse(cloudapi.CodeReengagement,
			"Message failed to send because more than 24 hours have passed since the customer last replied to this number.")
	case errors.Is(err, chat.ErrPairRate):
		return cloudapi.Refuse(cloudapi.CodePairRate, "Message failed to send because there were too many "+
			"messages sent from this phone number to the same phone number in a short period of time.")
	default:
		return err
	}
}
