package emulator

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/chat"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/flow"
)

// FlowView is a screen of an open form as the phone draws it.
type FlowView struct {
	Form string    `json:"form"` // names the open form in later calls
	View flow.View `json:"view"`
	// Done says that the form was sent off and closed.
	Done bool `json:"done,omitempty"`
	// Over is what the business says when it has switched the form's button off (status 427).
	Over string `json:"over,omitempty"`
	// Failed says that the endpoint could not be asked; the screen stays as it is.
	Failed string `json:"failed,omitempty"`
}

// FlowFile is a file that a phone left on the network, encrypted.
type FlowFile = flow.File

// Refusals of what cannot be done with a form.
var (
	ErrFormClosed = errors.New("no such form is open")
	ErrFormOver   = errors.New("the form's button is switched off")
	// ErrFlowBroken wraps what is wrong between the Flow and its endpoint, as the phone found it.
	ErrFlowBroken = errors.New("the form cannot be shown")
)

// offeredFlow is what a message says of its Flow.
type offeredFlow struct {
	ID     string `json:"flow_id"`
	Name   string `json:"flow_name"`
	Token  string `json:"flow_token"`
	Mode   string `json:"mode"`
	Action string `json:"flow_action"`
	First  struct {
		Screen string                     `json:"screen"`
		Data   map[string]json.RawMessage `json:"data"`
	} `json:"flow_action_payload"`
}

func flowOf(content json.RawMessage) (offeredFlow, bool) {
	var message struct {
		Type   string `json:"type"`
		Action struct {
			Parameters offeredFlow `json:"parameters"`
		} `json:"action"`
	}
	if json.Unmarshal(content, &message) != nil || message.Type != "flow" {
		return offeredFlow{}, false
	}
	return message.Action.Parameters, true
}

// openFlow is a form that is open on a phone: its screens so far, the one that is seen last.
type openFlow struct {
	mu                 sync.Mutex // one press at a time
	id, phone, message string
	number             *businessNumber
	flow               registeredFlow
	token              string
	screens            []shownScreen
}

type shownScreen struct {
	id    string
	data  map[string]json.RawMessage
	typed map[string]any
	wrong map[string]string // what the phone itself does not take
}

func (o *openFlow) last() *shownScreen { return &o.screens[len(o.screens)-1] }

// OpenFlow opens the form of a message, the newest one that has one when messageID is empty.
func (e *Emulator) OpenFlow(ctx context.Context, phone, messageID string) (FlowView, error) {
	number, message, offer, err := e.findFlowMessage(phone, messageID)
	if err != nil {
		return FlowView{}, err
	}
	registered, known := e.flows.find(offer.ID + offer.Name)
	if !known || registered.definition == nil {
		return FlowView{}, ErrNoSuchFlow
	}
	o := &openFlow{id: rand.Text(), phone: phone, message: message.ID, number: number, flow: registered, token: offer.Token}
	if e.isOver(message.ID) {
		return FlowView{}, ErrFormOver
	}
	view, err := e.firstScreen(ctx, o, offer)
	if err != nil || len(o.screens) == 0 {
		return view, err
	}
	e.flows.mu.Lock()
	e.flows.open[o.id] = o
	e.flows.mu.Unlock()
	return view, nil
}

func (e *Emulator) isOver(message string) bool {
	e.flows.mu.Lock()
	defer e.flows.mu.Unlock()
	return e.flows.over[message]
}

func (e *Emulator) firstScreen(ctx context.Context, o *openFlow, offer offeredFlow) (FlowView, error) {
	if offer.Action == "data_exchange" {
		return e.askEndpoint(ctx, o, "INIT", "", map[string]any{})
	}
	id := offer.First.Screen
	if id == "" {
		id = o.flow.definition.Screens[0].ID
	}
	return e.showScreen(ctx, o, id, offer.First.Data)
}

func (e *Emulator) findFlowMessage(phone, messageID string) (*businessNumber, Message, offeredFlow, error) {
	for _, n := range e.cfg.Numbers {
		messages, err := e.chats.Messages(n.PhoneNumberID, phone, 0, chat.Business)
		if err != nil {
			return nil, Message{}, offeredFlow{}, fmt.Errorf("find the form: %w", err)
		}
		for _, m := range slices.Backward(messages) {
			if offer, is := flowOf(m.Content); is && (messageID == "" || m.ID == messageID) {
				return e.numbers[n.PhoneNumberID], m, offer, nil
			}
		}
	}
	return nil, Message{}, offeredFlow{}, ErrNoSuchFlow
}

// PressFlow presses the button at the end of the open form's screen, with what stands in its fields: texts, true or false, and lists of FlowFile.
func (e *Emulator) PressFlow(ctx context.Context, form string, typed map[string]any) (FlowView, error) {
	o, err := e.openForm(form)
	if err != nil {
		return FlowView{}, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	at := o.last()
	definition, _ := o.flow.definition.Screen(at.id)
	view, action := definition.Draw(at.data, nil)
	kept, wrong := view.Allow(typed)
	at.typed, at.wrong = kept, wrong
	if len(wrong) > 0 || action == nil {
		return o.draw(), nil
	}
	switch action.Name {
	case "data_exchange":
		return e.askEndpoint(ctx, o, "data_exchange", at.id, action.Fill(at.data, kept))
	case "navigate":
		data, err := rawObject(action.Fill(at.data, kept))
		if err != nil {
			return FlowView{}, err
		}
		return e.showScreen(ctx, o, action.Next.Name, data)
	case "complete":
		return e.finish(o, action.Fill(at.data, kept))
	}
	return FlowView{}, fmt.Errorf("%w: action %s", ErrFlowBroken, action.Name)
}

// BackFlow goes back to the screen before, as it was left; a screen that asks for it is made anew by the endpoint.
func (e *Emulator) BackFlow(ctx context.Context, form string) (FlowView, error) {
	o, err := e.openForm(form)
	if err != nil {
		return FlowView{}, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.screens) < 2 {
		return o.draw(), nil
	}
	from := o.last().id
	o.screens = o.screens[:len(o.screens)-1]
	if before, _ := o.flow.definition.Screen(o.last().id); before.RefreshOnBack {
		return e.askEndpoint(ctx, o, "BACK", from, map[string]any{})
	}
	return o.draw(), nil
}

// CloseFlow closes a form without sending it off.
func (e *Emulator) CloseFlow(form string) {
	e.flows.mu.Lock()
	defer e.flows.mu.Unlock()
	delete(e.flows.open, form)
}

func (e *Emulator) openForm(id string) (*openFlow, error) {
	e.flows.mu.Lock()
	defer e.flows.mu.Unlock()
	o, open := e.flows.open[id]
	if !open {
		return nil, ErrFormClosed
	}
	return o, nil
}

// draw shows the last screen with what stands in it.
func (o *openFlow) draw() FlowView {
	at := o.last()
	definition, _ := o.flow.definition.Screen(at.id)
	view, _ := definition.Draw(at.data, at.typed)
	view.Back = len(o.screens) > 1
	for i := range view.Items {
		if why, wrong := at.wrong[view.Items[i].Name]; wrong && view.Items[i].Name != "" {
			view.Items[i].Error = why
		}
	}
	return FlowView{Form: o.id, View: view}
}

// showScreen goes to a screen with what the endpoint gave for it. What a phone could not show it reports to the endpoint, as phones do.
func (e *Emulator) showScreen(ctx context.Context, o *openFlow, id string, data map[string]json.RawMessage) (FlowView, error) {
	from := ""
	if len(o.screens) > 0 {
		from = o.last().id
	}
	definition, known := o.flow.definition.Screen(id)
	var broken error
	switch {
	case !known:
		broken = fmt.Errorf("there is no screen %q", id)
	case !o.flow.definition.Leads(from, id):
		broken = fmt.Errorf("INVALID_SCREEN_TRANSITION: %s does not lead to %s", from, id)
	default:
		broken = definition.Accepts(data)
	}
	if broken != nil {
		e.reportBroken(ctx, o, from, broken)
		return FlowView{}, fmt.Errorf("%w: %w", ErrFlowBroken, broken)
	}
	next := shownScreen{id: id, data: data}
	if id == from {
		next.typed = o.last().typed
		o.screens[len(o.screens)-1] = next
	} else {
		o.screens = append(o.screens, next)
	}
	return o.draw(), nil
}

func rawObject(value any) (object map[string]json.RawMessage, err error) {
	raw, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(raw, &object)
	}
	return object, err
}

// askEndpoint asks the business's endpoint and does what it says.
func (e *Emulator) askEndpoint(ctx context.Context, o *openFlow, action, screen string, data map[string]any) (FlowView, error) {
	request := map[string]any{"version": o.flow.definition.DataAPI, "action": action, "screen": screen, "data": data, "flow_token": o.token,
		"flow_token_signature": flow.TokenSignature(o.token, e.cfg.AppSecret)}
	status, answer, err := e.callEndpoint(ctx, o.flow.endpoint, o.number.PhoneNumberID, request)
	switch {
	case status == statusFlowOver:
		return e.endForm(o, answer), nil
	case err != nil:
		return o.failed(err), nil
	}
	var said struct {
		Screen string                     `json:"screen"`
		Data   map[string]json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(answer, &said); err != nil {
		return o.failed(err), nil
	}
	if said.Screen == "SUCCESS" {
		var ended struct {
			Params map[string]any `json:"params"`
		}
		if err := json.Unmarshal(said.Data["extension_message_response"], &ended); err != nil || ended.Params == nil {
			return FlowView{}, fmt.Errorf("%w: SUCCESS without extension_message_response.params", ErrFlowBroken)
		}
		return e.finish(o, ended.Params)
	}
	return e.showScreen(ctx, o, said.Screen, said.Data)
}

// failed keeps the screen as it is; a form that never opened has none.
func (o *openFlow) failed(err error) FlowView {
	if len(o.screens) == 0 {
		return FlowView{Failed: err.Error()}
	}
	view := o.draw()
	view.Failed = err.Error()
	return view
}

func (e *Emulator) endForm(o *openFlow, answer []byte) FlowView {
	var said struct {
		Message string `json:"error_msg"`
	}
	if json.Unmarshal(answer, &said) != nil || said.Message == "" {
		said.Message = "This form is no longer available."
	}
	e.flows.mu.Lock()
	defer e.flows.mu.Unlock()
	e.flows.over[o.message] = true
	delete(e.flows.open, o.id)
	return FlowView{Over: said.Message}
}

// finish closes the form and answers in the chat, as Meta does: what the form ended with, as a text of JSON.
func (e *Emulator) finish(o *openFlow, params map[string]any) (FlowView, error) {
	if _, given := params["flow_token"]; !given {
		params["flow_token"] = o.token
	}
	response, err := json.Marshal(params)
	if err != nil {
		return FlowView{}, fmt.Errorf("encode what the form ended with: %w", err)
	}
	e.CloseFlow(o.id)
	reply := FlowReply(o.message, string(response))
	reply.NumberID = o.number.PhoneNumberID
	if _, err := e.Write(o.phone, reply); err != nil {
		return FlowView{}, err
	}
	return FlowView{Done: true}, nil
}
