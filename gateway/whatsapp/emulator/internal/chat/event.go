package chat

import (
	"sync"
	"sync/atomic"
)

// EventKind says what happened.
type EventKind string

// The events a page follows.
const (
	MessageAdded  EventKind = "message"
	StatusChanged EventKind = "status"
	Typing        EventKind = "typing"
	PhoneChanged  EventKind = "phone"
)

// Event is one change of a chat or phone.
type Event struct {
	Kind     EventKind `json:"kind"`
	Phone    string    `json:"phone"`
	NumberID string    `json:"phone_number_id,omitempty"`
	Message  *Message  `json:"message,omitempty"`
	Settings *Phone    `json:"settings,omitempty"`
}

type subscriber struct {
	events chan Event
	wants  func(phone string) bool
}

// broadcaster hands events to those who listen. It costs one atomic load when nobody does.
type broadcaster struct {
	listening atomic.Int64
	mu        sync.Mutex
	members   map[*subscriber]struct{}
}

func (b *broadcaster) publish(e Event) {
	if b.listening.Load() == 0 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for member := range b.members {
		if !member.wants(e.Phone) {
			continue
		}
		select {
		case member.events <- e:
		default: // too slow: it is cut off and must start anew, the others do not wait
			b.remove(member)
		}
	}
}

func (b *broadcaster) remove(member *subscriber) {
	if _, ok := b.members[member]; ok {
		delete(b.members, member)
		b.listening.Add(-1)
		close(member.events)
	}
}

// Subscribe returns the events of the phones that wants accepts. The channel is closed by cancel, or when the reader
// falls more than buffer events behind; it must then read the chats anew. Events carry copies.
func (s *Store) Subscribe(buffer int, wants func(phone string) bool) (events <-chan Event, cancel func()) {
	member := &subscriber{events: make(chan Event, buffer), wants: wants}
	b := &s.events
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.members == nil {
		b.members = map[*subscriber]struct{}{}
	}
	b.members[member] = struct{}{}
	b.listening.Add(1)
	return member.events, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.remove(member)
	}
}
