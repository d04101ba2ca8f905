package emulator

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/chat"
)

func (e *Emulator) controlPhones(r *http.Request) (any, error) {
	limit, err := intParameter(r, "limit", maxListed)
	if err != nil {
		return nil, err
	}
	return map[string]any{"phones": append([]Phone{}, e.chats.Phones(int(limit))...)}, nil
}

// newPhone is a phone as the control API takes it: with WindowOpen it may be written to at once.
type newPhone struct {
	Phone

	WindowOpen bool `json:"window_open"`
}

func (e *Emulator) controlAddPhones(r *http.Request) (any, error) {
	var raw json.RawMessage
	if err := readJSON(r, &raw); err != nil {
		return nil, err
	}
	if raw[0] != '[' {
		var one newPhone
		if err := json.Unmarshal(raw, &one); err != nil {
			return nil, fmt.Errorf("%w: %w", errBadRequest, err)
		}
		return e.addPhone(one)
	}
	var many []newPhone
	if err := json.Unmarshal(raw, &many); err != nil {
		return nil, fmt.Errorf("%w: %w", errBadRequest, err)
	}
	for _, one := range many {
		if _, err := e.addPhone(one); err != nil {
			return nil, err
		}
	}
	return map[string]int{"added": len(many)}, nil
}

func (e *Emulator) addPhone(p newPhone) (Phone, error) {
	added, err := e.chats.Put(p.Phone)
	if err != nil || !p.WindowOpen {
		return added, err
	}
	for id := range e.numbers {
		if err := e.chats.OpenWindow(id, added.Number, e.windowNow()); err != nil {
			return added, err
		}
	}
	return added, nil
}

func (e *Emulator) controlPhone(r *http.Request) (any, error) {
	phone, ok := e.chats.Phone(r.PathValue("phone"))
	if !ok {
		return nil, chat.ErrUnknownPhone
	}
	return phone, nil
}

func (e *Emulator) controlChangePhone(r *http.Request) (any, error) {
	phone, ok := e.chats.Phone(r.PathValue("phone"))
	if !ok {
		return nil, chat.ErrUnknownPhone
	}
	number := phone.Number
	if err := readJSON(r, &phone); err != nil {
		return nil, err
	}
	phone.Number = number // a change of number is a system message
	return e.chats.Put(phone)
}

func (e *Emulator) controlChat(r *http.Request) (any, error) {
	query := r.URL.Query()
	number, err := e.number(query.Get("phone_number_id"))
	if err != nil {
		return nil, err
	}
	after, err := intParameter(r, "after", 0)
	if err != nil {
		return nil, err
	}
	ctx, cancel, err := waiting(r)
	if err != nil {
		return nil, err
	}
	defer cancel()
	messages, err := e.chats.Wait(ctx, number.PhoneNumberID, r.PathValue("phone"), after, chat.Side(query.Get("from")))
	if err != nil {
		return nil, err
	}
	last := after
	if len(messages) > 0 {
		last = messages[len(messages)-1].Seq
	}
	return map[string]any{"messages": append([]Message{}, messages...), "last": last}, nil
}

// waiting bounds a call by its ?wait= duration; without one it ends at once.
func waiting(r *http.Request) (context.Context, context.CancelFunc, error) {
	wait := time.Duration(0)
	if text := r.URL.Query().Get("wait"); text != "" {
		var err error
		if wait, err = time.ParseDuration(text); err != nil {
			return nil, nil, fmt.Errorf("%w: wait: %w", errBadRequest, err)
		}
	}
	ctx, cancel := context.WithTimeout(r.Context(), min(wait, maxWait))
	return ctx, cancel, nil
}

func intParameter(r *http.Request, name string, otherwise int64) (int64, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%w: %s must be a whole number", errBadRequest, name)
	}
	return n, nil
}

func (e *Emulator) controlWrite(r *http.Request) (any, error) {
	var in Incoming
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	return e.Write(r.PathValue("phone"), in)
}

func (e *Emulator) controlPress(r *http.Request) (any, error) {
	var button struct {
		Title string `json:"title"`
		ID    string `json:"id"`
	}
	if err := readJSON(r, &button); err != nil {
		return nil, err
	}
	return e.Press(r.PathValue("phone"), button.Title+button.ID)
}

func (e *Emulator) controlRead(r *http.Request) (any, error) {
	return map[string]bool{"success": true}, e.Open(r.PathValue("phone"), r.URL.Query().Get("phone_number_id"))
}
