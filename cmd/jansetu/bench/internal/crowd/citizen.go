package crowd

import (
	"fmt"
	"time"

	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/wire"
)

// citizen is one simulated person; the crowd's lock guards it.
type citizen struct {
	wire.Sender

	doing    journey
	last     wire.Send
	lastID   string // id of the last reply
	turns    int
	awaiting *Turn // nil when no reply is outstanding
}

// Turn is one message of one citizen and the reply it expects.
type Turn struct {
	MessageID string
	From      wire.Sender
	Message   wire.Message
	Due       time.Time // when the open-loop schedule wanted it sent

	citizen *citizen
}

func newCitizen(base uint64, n int) *citizen {
	number := base + uint64(n) //nolint:gosec // n counts citizens from 0
	return &citizen{Sender: wire.Sender{
		Phone:  fmt.Sprintf("91%010d", number),
		UserID: fmt.Sprintf("IN.%d", number),
		Name:   fmt.Sprintf("Citizen %d", n),
	}}
}

// begin makes the citizen's next message a turn. When the journey is over it sets out on another.
func (c *citizen) begin(messageID string, due time.Time, nextJourney func() journey, next func(journey) (wire.Message, bool)) *Turn {
	message, ok := wire.Message{}, false
	if c.doing != nil {
		message, ok = next(c.doing)
	}
	if !ok {
		c.doing = nextJourney()
		message, _ = next(c.doing)
	}
	if message.ChoiceID != "" {
		message.InReplyTo = c.lastID
	}
	c.turns++
	c.awaiting = &Turn{MessageID: messageID, From: c.Sender, Message: message, Due: due, citizen: c}
	return c.awaiting
}
