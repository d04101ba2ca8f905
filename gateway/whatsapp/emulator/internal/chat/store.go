package chat

import (
	"hash/maphash"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

const shardCount = 64

// Recorder keeps what must survive a restart.
type Recorder interface {
	Append(kind string, data any)
}

// Config sets up a [Store].
type Config struct {
	Now       func() time.Time
	History   int // messages kept per chat
	MaxPhones int
}

// Store holds all phones and chats, spread over shards so that citizens do not wait for each other. It is safe for
// concurrent use.
type Store struct {
	cfg      Config
	seed     maphash.Seed
	shards   [shardCount]shard
	users    sync.Map // user id -> number
	former   sync.Map // number or user id given up -> the number that took its chats
	count    atomic.Int64
	recorder Recorder
	events   broadcaster
}

type shard struct {
	mu     sync.Mutex
	phones map[string]*phoneState
}

type phoneState struct {
	Phone

	chats map[string]*conversation // by business phone number id
}

// NewStore returns an empty store.
func NewStore(cfg Config) *Store {
	s := &Store{cfg: cfg, seed: maphash.MakeSeed()}
	for i := range s.shards {
		s.shards[i].phones = map[string]*phoneState{}
	}
	return s
}

// Record sends every further change to r. It is called once, before the store is shared.
func (s *Store) Record(r Recorder) { s.recorder = r }

func (s *Store) record(kind string, data any) {
	if s.recorder != nil {
		s.recorder.Append(kind, data)
	}
}

func (s *Store) shard(number string) *shard {
	return &s.shards[maphash.String(s.seed, number)%shardCount]
}

// resolve turns a number, as written, or a user id into the number phones are kept under.
func (s *Store) resolve(key string) (string, bool) {
	if number, ok := s.users.Load(key); ok {
		known, isString := number.(string)
		return known, isString
	}
	number, err := Digits(key)
	return number, err == nil
}

// with runs use on the state of a phone, under its shard's lock.
func (s *Store) with(key string, use func(*phoneState) error) error {
	number, ok := s.resolve(key)
	if !ok {
		return ErrUnknownPhone
	}
	sh := s.shard(number)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	p, ok := sh.phones[number]
	if !ok {
		return ErrUnknownPhone
	}
	return use(p)
}

// Put adds a phone, or changes the settings of one that exists. Number is needed; the rest has defaults.
func (s *Store) Put(p Phone) (Phone, error) {
	number, err := Digits(p.Number)
	if err != nil {
		return Phone{}, err
	}
	p.Number = number
	sh := s.shard(number)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	state, exists := sh.phones[number]
	if !exists {
		if s.cfg.MaxPhones > 0 && s.count.Load() >= int64(s.cfg.MaxPhones) {
			return Phone{}, ErrTooManyPhones
		}
		state = &phoneState{Phone: Phone{UserID: UserID(number, 0), Created: s.cfg.Now()}, chats: map[string]*conversation{}}
		sh.phones[number] = state
		s.count.Add(1)
	}
	state.merge(p)
	s.users.Store(state.UserID, number)
	saved := state.Phone
	s.record("phone", saved)
	s.events.publish(Event{Kind: PhoneChanged, Phone: number, Settings: &saved})
	return saved, nil
}

func (p *phoneState) merge(next Phone) {
	userID, created, name := p.UserID, p.Created, p.Name
	p.Phone = next
	if next.UserID == "" {
		p.UserID = userID
	}
	if next.Created.IsZero() {
		p.Created = created
	}
	if next.Name == "" {
		p.Name = name
	}
}

// Phone finds a phone by number or user id.
func (s *Store) Phone(key string) (Phone, bool) {
	var found Phone
	err := s.with(key, func(p *phoneState) error {
		found = p.Phone
		return nil
	})
	return found, err == nil
}

// Phones lists up to limit phones, the oldest first.
func (s *Store) Phones(limit int) []Phone {
	var all []Phone
	s.each(func(p *phoneState) { all = append(all, p.Phone) })
	slices.SortFunc(all, func(a, b Phone) int {
		if order := a.Created.Compare(b.Created); order != 0 {
			return order
		}
		if a.Number < b.Number {
			return -1
		}
		return 1
	})
	return all[:min(limit, len(all))]
}

func (s *Store) each(use func(*phoneState)) {
	for i := range s.shards {
		sh := &s.shards[i]
		sh.mu.Lock()
		for _, p := range sh.phones {
			use(p)
		}
		sh.mu.Unlock()
	}
}

// Renumber gives the phone a new number and, as Meta does, a new user id. Its chats go with it.
func (s *Store) Renumber(key, newNumber string) (before, after Phone, err error) {
	number, err := Digits(newNumber)
	if err != nil {
		return before, after, err
	}
	if _, taken := s.Phone(number); taken {
		return before, after, ErrInvalidNumber
	}
	before, chats, err := s.detach(key)
	if err != nil {
		return before, after, err
	}
	after = before
	after.Number, after.UserID = number, UserID(number, 1)
	sh := s.shard(number)
	sh.mu.Lock()
	sh.phones[number] = &phoneState{Phone: after, chats: chats}
	sh.mu.Unlock()
	s.users.Delete(before.UserID)
	s.users.Store(after.UserID, number)
	s.former.Store(before.UserID, number)
	s.former.Store(before.Number, number)
	s.record("renumber", map[string]string{"from": before.Number, "to": number})
	s.events.publish(Event{Kind: PhoneChanged, Phone: before.Number, Settings: &after})
	return before, after, nil
}

func (s *Store) detach(key string) (Phone, map[string]*conversation, error) {
	number, ok := s.resolve(key)
	if !ok {
		return Phone{}, nil, ErrUnknownPhone
	}
	sh := s.shard(number)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	p, ok := sh.phones[number]
	if !ok {
		return Phone{}, nil, ErrUnknownPhone
	}
	delete(sh.phones, number)
	return p.Phone, p.chats, nil
}
