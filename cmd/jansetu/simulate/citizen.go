package simulate

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/town/phone"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
)

// The texts that every kind of conversation has.
const (
	textAgree     catalog.TextKey = "button.dialog.agree"
	textSend      catalog.TextKey = "button.dialog.confirm"
	textResume    catalog.TextKey = "button.dialog.resume"
	textCancelled catalog.TextKey = "request.cancelled"
	textTrouble   catalog.TextKey = "dialog.apology"
)

// citizen is a person with a phone who reads what comes and answers it.
type citizen struct {
	person
	town    *town
	wish    wish // of today
	service *catalog.Service
	phrases *phone.Phrases

	read    int64
	day     int
	told    []phone.Shown
	known   map[string]bool
	habits  map[habit]bool // of today, not yet indulged
	sent    bool           // today's request was confirmed
	bankers *sync.WaitGroup
}

func newCitizen(t *town, p person, bankers *sync.WaitGroup) (*citizen, error) {
	if _, err := t.meta.AddPhone(emulator.Phone{Number: p.Number, Name: p.Name}); err != nil {
		return nil, fmt.Errorf("give a citizen a phone: %w", err)
	}
	c := &citizen{person: p, town: t, known: map[string]bool{}, bankers: bankers}
	c.phrases = phone.NewPhrases(t.services, p.Language)
	return c, nil
}

// errOver says that the town's time is over before the errand is.
var errOver = errors.New("the day is over")

const (
	patience    = 20 * time.Second // without an answer a citizen writes again
	longSilence = 3                // so often patience is tried before what was sent is asked for once more
	dayLimit    = 1 * time.Minute
	lateAfter   = 3 * time.Second
)

// live does every errand of the citizen, one day after the other.
func (c *citizen) live(ctx context.Context) error {
	for c.day = range c.Errands {
		if err := c.spendDay(ctx); err != nil && !errors.Is(err, errOver) {
			return err
		}
	}
	return nil
}

// spendDay goes on until today's errand is done, or given up.
func (c *citizen) spendDay(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, dayLimit)
	defer cancel()
	today := c.Errands[c.day]
	c.wish = c.town.wishes[today.Kind]
	c.service = c.wish.service()
	c.habits, c.sent = maps.Clone(today.Habits), false
	c.begin()
	for silent := 0; ; {
		messages, err := c.listen(ctx)
		if err != nil {
			return err
		}
		silent++
		if len(messages) > 0 {
			silent = 0
		}
		if silent > 0 && !c.sent || silent == longSilence { // nobody answers: people write again
			c.begin()
		}
		for i, message := range messages {
			if c.asked(message) != nil && slices.ContainsFunc(messages[i+1:], func(h phone.Shown) bool { return c.asked(h) != nil }) {
				continue // people answer the last question
			}
			if over := c.take(ctx, message); over {
				c.afterwards()
				return nil
			}
		}
	}
}

// begin says what the citizen wants.
func (c *citizen) begin() {
	c.sent = false
	c.write(c.service.Title.In(c.Language))
}

// listen waits for what comes next, for as long as people do.
func (c *citizen) listen(ctx context.Context) ([]phone.Shown, error) {
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	messages, err := c.town.meta.WaitReply(waiting, c.Number, c.read)
	if ctx.Err() != nil {
		return nil, errOver
	}
	if err != nil && waiting.Err() == nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	return c.hear(messages), nil
}

func (c *citizen) hear(messages []emulator.Message) []phone.Shown {
	var fresh []phone.Shown
	for _, message := range messages {
		c.read = message.Seq
		shown := phone.Read(message)
		if shown.Empty() {
			continue
		}
		c.told = append(c.told, shown)
		for _, found := range shown.References() {
			c.known[found] = true
		}
		fresh = append(fresh, shown)
	}
	return fresh
}

// write sends a text. A phone without a network is not ours to simulate: the emulator always takes it.
func (c *citizen) write(text string) { c.send(emulator.Text(text)) }

func (c *citizen) send(in emulator.Incoming) {
	if _, err := c.town.meta.Write(c.Number, in); err != nil {
		c.town.log.Warn("citizen cannot write", "error", err)
	}
}

func (c *citizen) press(title string) {
	if _, err := c.town.meta.Press(c.Number, title); err != nil {
		c.town.log.Debug("citizen cannot press", "error", err)
	}
}

// indulges takes a habit, once a day.
func (c *citizen) indulges(h habit) bool {
	indulged := c.habits[h]
	delete(c.habits, h)
	return indulged
}
