package crowd

import (
	"encoding/base64"
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/wire"
)

// Config describes a crowd.
type Config struct {
	Vocabulary Vocabulary
	// NewcomerShare is how many of the turns begun are a new citizen's first message (0 to 1). When nobody rests, every turn is one:
	// the arrivals never wait for the hub.
	NewcomerShare float64
	// TurnsPerCitizen is when a citizen is done, below the burst of 45 messages that WhatsApp's pair rate allows. 0 means 40.
	TurnsPerCitizen int
	// Seed makes a run's choices repeatable; Run makes its message ids and telephone numbers differ from other runs on one database.
	Seed uint64
	Run  uint32
	// OnJoin is called for every new citizen, before their first turn; it must not block.
	OnJoin func(wire.Sender)
	// OnTurn is called for every reply that was asked for; it must not block.
	OnTurn func(turn Turn, replied time.Time)
}

// Crowd is all citizens of a run. It is safe for concurrent use.
type Crowd struct {
	config Config

	mu       sync.Mutex
	random   *rand.Rand
	citizens []*citizen
	byName   map[string]*citizen // by telephone number and by user id
	resting  []*citizen          // oldest first
	messages int
	awaiting int
	counts   Counts
	quiet    chan struct{} // closed when nothing is awaited; nil when nobody asked
}

// Counts is what a crowd saw.
type Counts struct {
	Begun    int
	Replied  int
	Doubled  int            // replies nobody was waiting for
	Unsent   int            // turns given up because the hub never accepted them
	Strays   int            // messages to people who are not in the crowd
	Messages map[string]int // begun, by kind
}

// New makes an empty crowd: citizens join as turns are begun.
func New(config Config) *Crowd {
	if config.TurnsPerCitizen == 0 {
		config.TurnsPerCitizen = 40
	}
	return &Crowd{
		config: config,
		random: rand.New(rand.NewPCG(config.Seed, uint64(config.Run))), //nolint:gosec // choices of a simulation, not secrets
		byName: map[string]*citizen{},
		counts: Counts{Messages: map[string]int{}},
	}
}

// Begin starts the next turn: of the citizen who has rested longest, or of a newcomer.
func (c *Crowd) Begin(due time.Time) Turn {
	c.mu.Lock()
	defer c.mu.Unlock()
	var someone *citizen
	if c.random.Float64() >= c.config.NewcomerShare {
		someone = c.rested()
	}
	if someone == nil {
		someone = c.join()
	}
	return c.begin(someone, due)
}

// BeginNew starts the first turn of a new citizen.
func (c *Crowd) BeginNew(due time.Time) Turn {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.begin(c.join(), due)
}

// BeginKnown starts the next turn of a citizen who rests; false when there is none.
func (c *Crowd) BeginKnown(due time.Time) (Turn, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	someone := c.rested()
	if someone == nil {
		return Turn{}, false
	}
	return c.begin(someone, due), true
}

func (c *Crowd) rested() *citizen {
	for len(c.resting) > 0 {
		someone := c.resting[0]
		c.resting = c.resting[1:]
		if someone.turns < c.config.TurnsPerCitizen {
			return someone
		}
	}
	return nil
}

// firstNumber keeps the crowd's telephone numbers inside Indian mobile numbers; every run has a hundred thousand of its own.
const (
	firstNumber   = 6_000_000_000
	numbersPerRun = 100_000
	runsOfNumbers = 39_000
)

func (c *Crowd) join() *citizen {
	base := firstNumber + numbersPerRun*uint64(c.config.Run%runsOfNumbers)
	someone := newCitizen(base, len(c.citizens))
	someone.doing = newcomer(c.config.Vocabulary)
	c.citizens = append(c.citizens, someone)
	c.byName[someone.Phone] = someone
	c.byName[someone.UserID] = someone
	if c.config.OnJoin != nil {
		c.config.OnJoin(someone.Sender)
	}
	return someone
}

func (c *Crowd) begin(someone *citizen, due time.Time) Turn {
	c.messages++
	turn := someone.begin(c.messageID(c.messages), due,
		func() journey { return setOut(c.config.Vocabulary, c.random) },
		func(j journey) (wire.Message, bool) { return j(someone.last, c.random) })
	c.awaiting++
	c.counts.Begun++
	c.counts.Messages[turn.Message.Kind()]++
	return *turn
}

func (c *Crowd) messageID(n int) string {
	return "wamid." + base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "jansetu-bench-%08x-%010d", c.config.Run, n))
}

// Replied takes in a message of the hub that Meta accepted as messageID. It reports to whom it went; false for a stranger.
func (c *Crowd) Replied(send wire.Send, messageID string, at time.Time) (wire.Sender, bool) {
	c.mu.Lock()
	someone, known := c.addressee(send)
	if !known {
		c.counts.Strays++
		c.mu.Unlock()
		return wire.Sender{}, false
	}
	turn := someone.awaiting
	someone.last, someone.lastID = send, messageID
	if turn == nil {
		c.counts.Doubled++
	} else {
		c.counts.Replied++
		c.settle(someone)
		c.resting = append(c.resting, someone)
	}
	c.mu.Unlock()
	if turn != nil && c.config.OnTurn != nil {
		c.config.OnTurn(*turn, at)
	}
	return someone.Sender, true
}

func (c *Crowd) addressee(send wire.Send) (*citizen, bool) {
	if send.Phone != "" {
		someone, known := c.byName[strings.TrimPrefix(send.Phone, "+")]
		return someone, known
	}
	someone, known := c.byName[send.UserID]
	return someone, known
}

func (c *Crowd) settle(someone *citizen) {
	someone.awaiting = nil
	c.awaiting--
	if c.awaiting == 0 && c.quiet != nil {
		close(c.quiet)
		c.quiet = nil
	}
}

// Abandon gives up a turn that the hub never accepted, so that no reply to it is counted as lost.
func (c *Crowd) Abandon(turn Turn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if turn.citizen.awaiting == nil || turn.citizen.awaiting.MessageID != turn.MessageID {
		return
	}
	c.counts.Unsent++
	c.settle(turn.citizen)
}

// Quiet returns a channel that is closed once every turn begun so far has its reply.
func (c *Crowd) Quiet() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.quiet == nil {
		c.quiet = make(chan struct{})
	}
	quiet := c.quiet
	if c.awaiting == 0 {
		close(c.quiet)
		c.quiet = nil
	}
	return quiet
}

// Size is how many citizens there are.
func (c *Crowd) Size() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.citizens)
}

// Counts returns what happened so far.
func (c *Crowd) Counts() Counts {
	c.mu.Lock()
	defer c.mu.Unlock()
	counts := c.counts
	counts.Messages = maps.Clone(counts.Messages)
	return counts
}
