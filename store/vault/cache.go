package vault

import (
	"container/list"
	"sync"
	"time"
)

const (
	// deafLifetime is how long a key is kept when it may not be heard of that it was destroyed.
	deafLifetime = time.Second
	// settleTime after it is heard again: a key that was read before may come only now.
	settleTime = 10 * time.Second
	// goneFor is how long a key that was destroyed is not taken again: somebody may have read it just before.
	goneFor = time.Minute
)

// cache keeps the keys that were used last, each for a while.
type cache struct {
	capacity int
	lifetime time.Duration
	now      func() time.Time

	mu      sync.Mutex
	entries map[string]*list.Element
	recent  *list.List // of *entry, the last used first
	gone    map[string]time.Time

	watched bool // somebody tells whether news of destroyed keys comes
	hears   bool
	since   time.Time // it hears
}

type entry struct {
	person string
	key    *Key
	since  time.Time
}

func newCache(capacity int, lifetime time.Duration, now func() time.Time) *cache {
	return &cache{capacity: capacity, lifetime: lifetime, now: now, entries: map[string]*list.Element{}, recent: list.New(),
		gone: map[string]time.Time{}}
}

func (c *cache) get(person string) (*Key, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	element, known := c.entries[person]
	if !known {
		return nil, false
	}
	found := element.Value.(*entry) //nolint:forcetypeassert // nothing else is put in
	if c.now().Sub(found.since) >= c.lifetimeOf(found) {
		c.remove(element)
		return nil, false
	}
	c.recent.MoveToFront(element)
	return found.key, true
}

func (c *cache) lifetimeOf(e *entry) time.Duration {
	if c.watched && (!c.hears || e.since.Before(c.since.Add(settleTime))) {
		return min(deafLifetime, c.lifetime)
	}
	return c.lifetime
}

// hear notes whether news of destroyed keys comes from now on. What was missed until then is made good by forgetting everything.
func (c *cache) hear(hears bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if hears && !c.hears {
		clear(c.entries)
		c.recent.Init()
		c.since = c.now()
	}
	c.watched, c.hears = true, hears
}

func (c *cache) put(person string, key *Key) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	if now.Before(c.gone[person]) {
		return
	}
	if old, known := c.entries[person]; known {
		c.remove(old)
	}
	c.entries[person] = c.recent.PushFront(&entry{person: person, key: key, since: now})
	if len(c.entries) > c.capacity {
		c.remove(c.recent.Back())
	}
}

func (c *cache) drop(person string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if element, known := c.entries[person]; known {
		c.remove(element)
	}
	now := c.now()
	for each, until := range c.gone {
		if !now.Before(until) {
			delete(c.gone, each)
		}
	}
	c.gone[person] = now.Add(goneFor)
}

func (c *cache) remove(element *list.Element) {
	delete(c.entries, element.Value.(*entry).person) //nolint:forcetypeassert // nothing else is put in
	c.recent.Remove(element)
}
