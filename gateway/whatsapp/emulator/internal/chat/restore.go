package chat

import (
	"encoding/json"
	"fmt"
	"time"
)

type recordedMessage struct {
	NumberID string    `json:"n"`
	Phone    string    `json:"p"`
	Window   time.Time `json:"w"`
	Message  Message   `json:"m"`
}

type recordedStatus struct {
	NumberID  string `json:"n"`
	Phone     string `json:"p"`
	ID        string `json:"id"`
	Status    Status `json:"s"`
	ErrorCode int    `json:"e,omitempty"`
}

// Restore applies one recorded change. Kinds it does not know are left to others.
func (s *Store) Restore(kind string, data json.RawMessage) error {
	switch kind {
	case "phone":
		return restore(data, func(p Phone) error {
			_, err := s.Put(p)
			return err
		})
	case "message":
		return restore(data, s.restoreMessage)
	case "status":
		return restore(data, func(r recordedStatus) error {
			s.Advance(r.NumberID, r.Phone, r.ID, r.Status, r.ErrorCode)
			return nil
		})
	case "renumber":
		return restore(data, func(r map[string]string) error {
			_, _, err := s.Renumber(r["from"], r["to"])
			return err
		})
	}
	return nil
}

func restore[T any](data json.RawMessage, apply func(T) error) error {
	var value T
	if err := json.Unmarshal(data, &value); err != nil {
		return fmt.Errorf("decode recorded change: %w", err)
	}
	return apply(value)
}

func (s *Store) restoreMessage(r recordedMessage) error {
	return s.with(r.Phone, func(p *phoneState) error {
		c := p.chat(r.NumberID)
		c.windowFrom = r.Window
		c.last = r.Message.Seq - 1
		c.append(r.Message, s.cfg.History)
		return nil
	})
}

// Snapshot writes the present state as recorded changes, fewer than led to it.
func (s *Store) Snapshot(write func(kind string, data any)) {
	s.each(func(p *phoneState) {
		write("phone", p.Phone)
		for numberID, c := range p.chats {
			for _, m := range c.messages[max(0, len(c.messages)-s.cfg.History):] {
				write("message", recordedMessage{NumberID: numberID, Phone: p.Number, Window: c.windowFrom, Message: m})
			}
		}
	})
}

// Owed is a message of the business whose delivery was not yet told.
type Owed struct {
	NumberID string
	Phone    Phone
	Message  Message
}

// Undelivered lists the messages of the business that never became delivered, after a restart.
func (s *Store) Undelivered() []Owed {
	var owed []Owed
	s.each(func(p *phoneState) {
		for numberID, c := range p.chats {
			for _, m := range c.messages {
				if m.From == Business && (m.Status == Accepted || m.Status == Sent) {
					owed = append(owed, Owed{NumberID: numberID, Phone: p.Phone, Message: m})
				}
			}
		}
	})
	return owed
}
