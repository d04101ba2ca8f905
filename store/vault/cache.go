package vault

import (
	"container/list"
	"sync"
	"time"
)

// cache keeps the keys that were used last, each for a while.
type cache struct {
	capacity int
	lifetime time.Duration
	now      func() time.Time

	mu      sync.Mutex
	entries map[string]*list.Element
	recent  *list.List // of *entry, the last used first
}

type entry struct {
	person string
	key    *Key
	until  time.Time
}

func newCache(capacity int, lifetime time.Duration, now func() time.Time) *cache {
	return &cache{capacity: capacity, lifetime: lifetime, now: now, entries: map[string]*list.Element{}, recent: list.New()}
}

func (c *cache) get(person string) (*Key, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	element, known := c.entries[person]
	if !known {
		return nil, false
	}
	found := element.Value.(*entry) //nolint:forcetypeassert // nothing else is put in
	if !c.now().Before(found.until) {
		c.remove(element)
		return nil, false
	}
	c.recent.MoveToFront(element)
	return found.key, true
}

func (c *cache) put(person string, key *Key) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if old, known := c.entries[person]; known {
		c.remove(old)
	}
	c.entries[person] = c.recent.PushFront(&entry{person: person, key: key, until: c.now().Add(c.lifetime)})
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
}

func (c *cache) remove(element *list.Element) {
	delete(c.entries, element.Value.(*entry).person) //nolint:forcetypeassert // nothing else is put in
	c.recent.Remove(element)
}
