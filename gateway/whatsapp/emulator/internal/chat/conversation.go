package chat

import (
	"context"
	"time"
)

// conversation is one citizen's chat with one business number. The shard's lock guards it.
type conversation struct {
	messages   []Message // the newest History of them
	last       int64     // Seq of the newest
	windowFrom time.Time // when the citizen last wrote, by the emulator's (possibly shifted) clock
	nextFree   time.Time // pair rate: the theoretical arrival time of the next message
	changed    chan struct{}
}

func (p *phoneState) chat(numberID string) *conversation {
	c, ok := p.chats[numberID]
	if !ok {
		c = &conversation{}
		p.chats[numberID] = c
	}
	return c
}

func (c *conversation) append(m Message, keep int) Message {
	c.last++
	m.Seq = c.last
	if len(c.messages) >= 2*keep {
		c.messages = append(make([]Message, 0, 2*keep), c.messages[len(c.messages)-keep:]...)
	}
	c.messages = append(c.messages, m)
	if c.changed != nil {
		close(c.changed)
		c.changed = nil
	}
	return m
}

func (c *conversation) find(id string) *Message {
	for i := len(c.messages) - 1; i >= 0; i-- {
		if c.messages[i].ID == id {
			return &c.messages[i]
		}
	}
	return nil
}

func (c *conversation) since(after int64, from Side) []Message {
	var out []Message
	for i := range c.messages {
		if c.messages[i].Seq > after && (from == "" || c.messages[i].From == from) {
			out = append(out, c.messages[i])
		}
	}
	return out
}

// Admission says what a message of the business must satisfy.
type Admission struct {
	Now          time.Time // the emulator's clock, shift included
	Template     bool      // templates may be sent outside the window
	Window       time.Duration
	PairInterval time.Duration // 0: no pair limit
	PairBurst    int
}

func (c *conversation) admit(a Admission) error {
	if !a.Template && a.Now.Sub(c.windowFrom) > a.Window {
		return ErrWindowClosed
	}
	if a.PairInterval <= 0 {
		return nil
	}
	// Generic cell rate algorithm: a burst is borrowed from the future allowance, as Meta describes it.
	next := c.nextFree
	if next.Before(a.Now) {
		next = a.Now
	}
	if next.Sub(a.Now) > time.Duration(a.PairBurst-1)*a.PairInterval {
		return ErrPairRate
	}
	c.nextFree = next.Add(a.PairInterval)
	return nil
}

// Accept puts a message of the business into the citizen's chat, or says why it may not be: [ErrUnknownPhone],
// [ErrWindowClosed] or [ErrPairRate].
func (s *Store) Accept(numberID, key string, m Message, a Admission) (Message, Phone, error) {
	var owner Phone
	err := s.with(key, func(p *phoneState) error {
		c := p.chat(numberID)
		if err := c.admit(a); err != nil {
			return err
		}
		owner = p.Phone
		m = s.add(p, numberID, m)
		return nil
	})
	return m, owner, err
}

// Write puts a message of the citizen into the chat and opens the service window at windowFrom.
func (s *Store) Write(numberID, key string, m Message, windowFrom time.Time) (Message, Phone, error) {
	var owner Phone
	err := s.with(key, func(p *phoneState) error {
		p.chat(numberID).windowFrom = windowFrom
		owner = p.Phone
		m = s.add(p, numberID, m)
		return nil
	})
	return m, owner, err
}

func (s *Store) add(p *phoneState, numberID string, m Message) Message {
	if m.ID == "" {
		m.ID = NewID(p.wireKey(), m.From)
	}
	m = p.chat(numberID).append(m, s.cfg.History)
	s.record("message", recordedMessage{NumberID: numberID, Phone: p.Number, Window: p.chat(numberID).windowFrom, Message: m})
	s.events.publish(Event{Kind: MessageAdded, Phone: p.Number, NumberID: numberID, Message: &m})
	return m
}

func (p *phoneState) wireKey() string {
	if p.Hidden {
		return p.UserID
	}
	return p.Number
}

// OpenWindow opens the service window without a message, for load tests.
func (s *Store) OpenWindow(numberID, key string, at time.Time) error {
	return s.with(key, func(p *phoneState) error {
		p.chat(numberID).windowFrom = at
		return nil
	})
}

// Messages returns the messages of a chat after the given Seq, of one side or, when from is empty, of both.
func (s *Store) Messages(numberID, key string, after int64, from Side) ([]Message, error) {
	found, _, err := s.look(numberID, key, after, from)
	return found, err
}

func (s *Store) look(numberID, key string, after int64, from Side) (found []Message, changed <-chan struct{}, err error) {
	err = s.with(key, func(p *phoneState) error {
		c := p.chat(numberID)
		found = c.since(after, from)
		if len(found) == 0 {
			if c.changed == nil {
				c.changed = make(chan struct{})
			}
			changed = c.changed
		}
		return nil
	})
	return found, changed, err
}

// Wait is Messages that waits until there is at least one, or ctx ends; then it returns none and no error.
func (s *Store) Wait(ctx context.Context, numberID, key string, after int64, from Side) ([]Message, error) {
	for {
		found, changed, err := s.look(numberID, key, after, from)
		if err != nil || len(found) > 0 {
			return found, err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, nil
		}
	}
}
