package emulator

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/chat"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/journal"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/webhook"
)

// recover reads the journal into the chats and collects the webhooks that were never delivered.
func (e *Emulator) recover(undelivered map[int64]webhook.Change) error {
	if err := os.MkdirAll(e.cfg.DataDir, 0o700); err != nil {
		return fmt.Errorf("create data folder: %w", err)
	}
	replay := func(r journal.Record) error {
		switch r.Kind {
		case "hook":
			var c webhook.Change
			if err := json.Unmarshal(r.Data, &c); err != nil {
				return fmt.Errorf("decode recorded webhook: %w", err)
			}
			undelivered[c.ID] = c
			return nil
		case "hookdone":
			var id int64
			if err := json.Unmarshal(r.Data, &id); err != nil {
				return fmt.Errorf("decode recorded delivery: %w", err)
			}
			delete(undelivered, id)
			return nil
		default:
			return e.chats.Restore(r.Kind, r.Data)
		}
	}
	compact := func(write func(string, any)) {
		e.chats.Snapshot(write)
		for _, id := range slices.Sorted(maps.Keys(undelivered)) {
			write("hook", undelivered[id])
		}
	}
	opened, err := journal.Open(filepath.Join(e.cfg.DataDir, "journal.jsonl"), replay, compact)
	if err != nil {
		return err
	}
	e.journal = opened
	e.chats.Record(opened)
	return nil
}

// resume delivers what the last run could not, and the statuses it still owed.
func (e *Emulator) resume(undelivered map[int64]webhook.Change) {
	ids := slices.Sorted(maps.Keys(undelivered))
	if len(ids) > 0 {
		e.hooks.Resume(ids[len(ids)-1])
	}
	for _, id := range ids {
		e.hooks.Push(undelivered[id])
	}
	for _, owed := range e.chats.Undelivered() {
		if number, err := e.number(owed.NumberID); err == nil {
			e.follow(number, owed.Phone, owed.Message)
		}
	}
}

// notify journals a change and queues it for delivery. ref names the citizen's message it tells of, if any.
func (e *Emulator) notify(n *businessNumber, change any, messageID string) {
	body, err := json.Marshal(change)
	if err != nil {
		e.cfg.Log.Error("encode webhook change", slog.Any("error", err))
		return
	}
	c := webhook.Change{ID: e.hooks.NextID(), WABAID: n.WABAID, Body: body}
	if messageID != "" {
		c.Ref = n.PhoneNumberID + "/" + messageID
	}
	if e.journal != nil {
		e.journal.Append("hook", c)
	}
	e.hooks.Push(c)
}

// webhookDone gives the citizen's message its second tick once the business has it.
func (e *Emulator) webhookDone(c webhook.Change, delivered bool) {
	if e.journal != nil {
		e.journal.Append("hookdone", c.ID)
	}
	numberID, messageID, ok := strings.Cut(c.Ref, "/")
	if !ok || !delivered {
		return
	}
	if _, phone, err := e.chats.Find(numberID, messageID); err == nil {
		e.chats.Advance(numberID, phone.Number, messageID, chat.Delivered, 0)
	}
}
