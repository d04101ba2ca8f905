package emulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/chat"
)

const (
	eventBuffer    = 256
	eventHeartbeat = 15 * time.Second
)

// handleEvents streams the events of the phones named by ?phone=, or of all, as server-sent events. A reader that falls
// behind is cut off; it connects again and reads the chats anew.
func (e *Emulator) handleEvents(w http.ResponseWriter, r *http.Request) {
	events, cancel := e.chats.Subscribe(eventBuffer, wantedPhones(r))
	defer cancel()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	stream := http.NewResponseController(w)
	if _, err := fmt.Fprint(w, "retry: 1000\n\n"); err != nil || stream.Flush() != nil {
		return
	}
	heartbeat := time.NewTicker(eventHeartbeat)
	defer heartbeat.Stop()
	for {
		select {
		case event, open := <-events:
			if !open || writeEvent(w, event) != nil || stream.Flush() != nil {
				return
			}
		case <-heartbeat.C:
			if _, err := fmt.Fprint(w, ": still here\n\n"); err != nil || stream.Flush() != nil {
				return
			}
		case <-r.Context().Done():
			return
		case <-e.closed:
			return
		}
	}
}

func wantedPhones(r *http.Request) func(string) bool {
	wanted := map[string]bool{}
	for _, phone := range r.URL.Query()["phone"] {
		if digits, err := chat.Digits(phone); err == nil {
			wanted[digits] = true
		}
	}
	return func(phone string) bool { return len(wanted) == 0 || wanted[phone] }
}

func writeEvent(w http.ResponseWriter, event Event) error {
	data, err := json.Marshal(event)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "event: %s\ndata: %s\n\n", event.Kind, data)
	return err
}
