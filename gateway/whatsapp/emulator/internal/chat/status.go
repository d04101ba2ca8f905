package chat

// Advance moves a message of either side to a later status; an earlier one changes nothing. It returns whether it moved.
func (s *Store) Advance(numberID, key, messageID string, to Status, errorCode int) bool {
	moved := false
	err := s.with(key, func(p *phoneState) error {
		m := p.chat(numberID).find(messageID)
		if m == nil {
			return ErrUnknownMessage
		}
		moved = s.advance(p, numberID, m, to, errorCode)
		return nil
	})
	return moved && err == nil
}

func (s *Store) advance(p *phoneState, numberID string, m *Message, to Status, errorCode int) bool {
	if m.Status == Failed || to.rank() <= m.Status.rank() {
		return false
	}
	m.Status, m.ErrorCode = to, errorCode
	s.record("status", recordedStatus{NumberID: numberID, Phone: p.Number, ID: m.ID, Status: to, ErrorCode: errorCode})
	s.events.publish(Event{Kind: StatusChanged, Phone: p.Number, NumberID: numberID, Message: &Message{
		Seq: m.Seq, ID: m.ID, From: m.From, Status: to, ErrorCode: errorCode,
	}})
	return true
}

// ownerOf returns the key of the citizen a message id belongs to, following changes of number.
func (s *Store) ownerOf(messageID string) string {
	key := keyOf(messageID)
	for range 8 {
		next, moved := s.former.Load(key)
		number, ok := next.(string)
		if !moved || !ok {
			break
		}
		key = number
	}
	return key
}

// Find returns a message by id, with the phone it belongs to.
func (s *Store) Find(numberID, messageID string) (Message, Phone, error) {
	var found Message
	var owner Phone
	err := s.with(s.ownerOf(messageID), func(p *phoneState) error {
		m := p.chat(numberID).find(messageID)
		if m == nil {
			return ErrUnknownMessage
		}
		found, owner = *m, p.Phone
		return nil
	})
	return found, owner, err
}

// ReadByBusiness marks a citizen's message and those before it as read, and shows or hides the typing indicator.
func (s *Store) ReadByBusiness(numberID, messageID string, typing bool) error {
	return s.with(s.ownerOf(messageID), func(p *phoneState) error {
		target := p.chat(numberID).find(messageID)
		if target == nil || target.From != Citizen {
			return ErrUnknownMessage
		}
		messages := p.chat(numberID).messages
		for i := range messages {
			if messages[i].From == Citizen && messages[i].Seq <= target.Seq {
				s.advance(p, numberID, &messages[i], Read, 0)
			}
		}
		if typing {
			s.events.publish(Event{Kind: Typing, Phone: p.Number, NumberID: numberID})
		}
		return nil
	})
}

// ReadByCitizen marks every message of the business as read and returns those it newly marked.
func (s *Store) ReadByCitizen(numberID, key string) ([]Message, Phone, error) {
	var read []Message
	var owner Phone
	err := s.with(key, func(p *phoneState) error {
		owner = p.Phone
		messages := p.chat(numberID).messages
		for i := range messages {
			if m := &messages[i]; m.From == Business && s.advance(p, numberID, m, Read, 0) {
				read = append(read, *m)
			}
		}
		return nil
	})
	return read, owner, err
}
