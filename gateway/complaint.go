package gateway

import (
	"sync"
	"time"
)

// complaintPause is how often the same trouble is logged.
const complaintPause = time.Minute

// complaint keeps one trouble, met by every lane at every retry, to a line a minute. It is safe for concurrent use.
type complaint struct {
	now func() time.Time

	mu     sync.Mutex
	said   time.Time
	unsaid int
}

// due tells whether it is time to say it again, and how often it was met since it was last said.
func (c *complaint) due() (unsaid int, due bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	if !c.said.IsZero() && now.Sub(c.said) < complaintPause {
		c.unsaid++
		return 0, false
	}
	unsaid = c.unsaid
	c.said, c.unsaid = now, 0
	return unsaid, true
}
