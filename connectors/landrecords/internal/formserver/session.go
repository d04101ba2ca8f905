package formserver

import (
	"crypto/rand"
	"net/http"
	"sync"
)

// cookieName is ASP.NET's own.
const cookieName = "ASP.NET_SessionId"

// maxSessions bounds what a twin remembers of visitors.
const maxSessions = 10_000

// Sessions keeps a value for every visitor. It is safe for concurrent use.
type Sessions[V any] struct {
	mu     sync.Mutex
	values map[string]V
	order  []string
}

// NewSessions makes an empty store.
func NewSessions[V any]() *Sessions[V] { return &Sessions[V]{values: map[string]V{}} }

// Get answers the visitor's value; false when there is no session.
func (s *Sessions[V]) Get(r *http.Request) (value V, found bool) {
	cookie, err := r.Cookie(cookieName)
	if err != nil {
		return value, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	value, found = s.values[cookie.Value]
	return value, found
}

// Put keeps the visitor's value and gives a visitor without session a cookie.
func (s *Sessions[V]) Put(w http.ResponseWriter, r *http.Request, value V) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if cookie, err := r.Cookie(cookieName); err == nil {
		if _, found := s.values[cookie.Value]; found {
			s.values[cookie.Value] = value
			return
		}
	}
	id := rand.Text()
	s.values[id] = value
	s.order = append(s.order, id)
	if len(s.order) > maxSessions {
		delete(s.values, s.order[0])
		s.order = s.order[1:]
	}
	//nolint:gosec // a stand-in speaks plain HTTP on loopback
	http.SetCookie(w, &http.Cookie{Name: cookieName, Value: id, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// Forget ends the visitor's session.
func (s *Sessions[V]) Forget(r *http.Request) {
	cookie, err := r.Cookie(cookieName)
	if err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.values, cookie.Value)
}
