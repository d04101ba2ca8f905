package dialog

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/bubble"
)

// sessionVersion changes when the meaning of a stored session changes. A session of another version starts again at the
// menu, with its language, consent and drafts.
const sessionVersion = 1

// Limits on what a session keeps, so that its row stays small.
const (
	maxSessionBytes = 64 << 10
	maxParked       = 3
	maxConfirmed    = 5
	maxWish         = 200 // characters of what was typed before consent
	draftLife       = 30 * 24 * time.Hour
)

// Session is where one citizen stands in the conversation on one channel. The zero value is a citizen never seen before.
// It is stored as JSON; read it back with [DecodeSession].
type Session struct {
	Version     int              `json:"version"`
	Fingerprint string           `json:"fingerprint,omitempty"` // of the catalog and code that wrote it
	Language    catalog.Language `json:"language,omitempty"`
	Consent     string           `json:"consent,omitempty"` // version of the notice agreed to
	Declined    bool             `json:"declined,omitempty"`
	Step        Step             `json:"step,omitempty"`
	Return      Step             `json:"return,omitempty"` // where a change of language came from
	Wish        Wish             `json:"wish,omitzero"`
	Category    string           `json:"category,omitempty"`
	Query       string           `json:"query,omitempty"` // the search whose results are shown
	Page        int              `json:"page,omitempty"`
	Request     string           `json:"request,omitempty"` // reference of the request looked at
	Draft       *Draft           `json:"draft,omitempty"`
	Parked      []Draft          `json:"parked,omitempty"` // newest first
	Confirmed   []Confirmed      `json:"confirmed,omitempty"`
	Drafts      int              `json:"drafts,omitempty"` // how many were begun: part of their ids
	Offered     []Offer          `json:"offered,omitempty"`
	Seen        []string         `json:"seen,omitempty"`     // questions that were open when we last replied
	Question    string           `json:"question,omitempty"` // that our last bubble asked
	Held        *Held            `json:"held,omitempty"`     // what was sent, while it is asked for which question
}

// Wish is what a citizen wanted before we could do it: done as soon as language and consent are known.
type Wish struct {
	Text    string `json:"text,omitempty"`
	Service string `json:"service,omitempty"`
	// Eligibility says that it was whether they may have the scheme.
	Eligibility bool `json:"eligibility,omitempty"`
}

// Draft is a request before it is confirmed.
type Draft struct {
	ID      string            `json:"id"`
	Service string            `json:"service"`
	Form    string            `json:"form"` // fingerprint of the form it was begun on
	Answers map[string]string `json:"answers,omitempty"`
	Field   string            `json:"field,omitempty"` // asked now; empty when all are answered
	Editing bool              `json:"editing,omitempty"`
	Apart   string            `json:"apart,omitempty"` // up to this field, what was asked together is asked one by one
	Flow    string            `json:"flow,omitempty"`  // the key under which it was offered as a native form
	// Eligibility says that these are the questions whether somebody may have a scheme, not its form.
	Eligibility bool      `json:"eligibility,omitempty"`
	StartedAt   time.Time `json:"started_at"`
}

// Confirmed remembers which request a draft became, so that a second press of its button starts nothing.
type Confirmed struct {
	Draft     string `json:"draft"`
	Reference string `json:"reference"`
}

// Offer is one of the choices last offered, for a typed number or title.
type Offer struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// DecodeSession reads a stored session. It never fails: what cannot be read is left out, field by field, and the next
// [Engine.Step] restarts politely, so a damaged or outdated row cannot lock a citizen out.
func DecodeSession(stored []byte) Session {
	var session Session
	if len(stored) == 0 || len(stored) > maxSessionBytes {
		return session
	}
	if json.Unmarshal(stored, &session) == nil {
		return session
	}
	session = Session{Version: -1}
	var fields map[string]json.RawMessage
	if json.Unmarshal(stored, &fields) != nil {
		return Session{}
	}
	salvage(fields["language"], &session.Language)
	salvage(fields["consent"], &session.Consent)
	salvage(fields["declined"], &session.Declined)
	salvage(fields["draft"], &session.Draft)
	salvage(fields["parked"], &session.Parked)
	salvage(fields["confirmed"], &session.Confirmed)
	salvage(fields["drafts"], &session.Drafts)
	return session
}

// salvage leaves the zero value where a field cannot be read.
func salvage[T any](raw json.RawMessage, into *T) {
	var value T
	if len(raw) > 0 && json.Unmarshal(raw, &value) == nil {
		*into = value
	}
}

// clone keeps Step pure: the caller's session is never changed.
func (s *Session) clone() Session {
	copied := *s
	if s.Draft != nil {
		draft := s.Draft.clone()
		copied.Draft = &draft
	}
	copied.Parked = slices.Clone(s.Parked)
	for i := range copied.Parked {
		copied.Parked[i] = copied.Parked[i].clone()
	}
	copied.Confirmed = slices.Clone(s.Confirmed)
	return copied
}

func (d Draft) clone() Draft {
	d.Answers = maps.Clone(d.Answers)
	return d
}

func (s *Session) isNew() bool { return s.Version == 0 && s.Language == "" && s.Step == "" }

func (s *Session) offer(choices []bubble.Choice) {
	s.Offered = nil
	for _, choice := range choices {
		s.Offered = append(s.Offered, Offer{ID: choice.ID, Title: choice.Title})
	}
}

// reference returns the reference that a draft became.
func (s *Session) reference(draft string) (string, bool) {
	for _, confirmed := range s.Confirmed {
		if confirmed.Draft == draft {
			return confirmed.Reference, true
		}
	}
	return "", false
}

func (s *Session) parked(draft string) (int, bool) {
	i := slices.IndexFunc(s.Parked, func(d Draft) bool { return d.ID == draft })
	return i, i >= 0
}

// park keeps the current draft for later. A draft without an answer is not worth keeping; park says whether it was.
func (s *Session) park() bool {
	draft := s.Draft
	s.Draft = nil
	if draft == nil || len(draft.Answers) == 0 {
		return false
	}
	draft.Editing = false
	s.Parked = slices.DeleteFunc(s.Parked, func(d Draft) bool { return d.ID == draft.ID })
	s.Parked = append([]Draft{*draft}, s.Parked...)
	s.Parked = s.Parked[:min(len(s.Parked), maxParked)]
	return true
}
