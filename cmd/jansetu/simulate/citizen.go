package simulate

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
)

// The texts by which citizens know where they are.
const (
	textAgree     catalog.TextKey = "button.dialog.agree"
	textSend      catalog.TextKey = "button.dialog.confirm"
	textPay       catalog.TextKey = "button.pay"
	textDontPay   catalog.TextKey = "button.dont_pay"
	textDone      catalog.TextKey = "money.done"
	textCancelled catalog.TextKey = "request.cancelled"
	textExpired   catalog.TextKey = "money.expired"
	textRefunded  catalog.TextKey = "money.refunded"
	textNotFound  catalog.TextKey = "bill.not_found"
	textTrouble   catalog.TextKey = "dialog.apology"
)

// citizen is a person with a phone who reads what comes and answers it.
type citizen struct {
	person
	town    *town
	service *catalog.Service
	phrases *phrases
	random  *rand.Rand

	read    int64
	day     int
	told    []heard
	done    map[string]int // by reference: how often the citizen was told that it is done
	known   map[string]bool
	habits  map[habit]bool // of today, not yet indulged
	sent    bool           // today's request was confirmed
	bankers *sync.WaitGroup
}

func newCitizen(t *town, p person, service *catalog.Service, seed uint64, bankers *sync.WaitGroup) (*citizen, error) {
	if _, err := t.meta.AddPhone(emulator.Phone{Number: p.Number, Name: p.Name}); err != nil {
		return nil, fmt.Errorf("give a citizen a phone: %w", err)
	}
	keys := []catalog.TextKey{textDone, textCancelled, textExpired, textRefunded, textNotFound, textTrouble}
	return &citizen{
		person: p, town: t, service: service, phrases: newPhrases(t.services, p.Language, keys...),
		random: rand.New(rand.NewPCG(seed, 1)), //nolint:gosec // repeatable, not secret
		done:   map[string]int{}, known: map[string]bool{}, bankers: bankers,
	}, nil
}

// errOver says that the town's time is over before the errand is.
var errOver = errors.New("the day is over")

const (
	patience  = 25 * time.Second // without an answer a citizen writes again
	dayLimit  = 4 * time.Minute
	lateAfter = 3 * time.Second
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

// spendDay goes on until today's bill is paid, or given up.
func (c *citizen) spendDay(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, dayLimit)
	defer cancel()
	c.habits, c.sent = map[habit]bool{}, false
	for h := range c.Errands[c.day].Habits {
		c.habits[h] = true
	}
	c.write(c.service.Title.In(c.Language))
	for {
		messages, err := c.listen(ctx)
		if err != nil {
			return err
		}
		if len(messages) == 0 { // nobody answers: people write again
			c.write(c.service.Title.In(c.Language))
		}
		for _, message := range messages {
			if over := c.take(ctx, message); over {
				c.afterwards()
				return nil
			}
		}
	}
}

// listen waits for what comes next, for as long as people do.
func (c *citizen) listen(ctx context.Context) ([]heard, error) {
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

func (c *citizen) hear(messages []emulator.Message) []heard {
	var fresh []heard
	for _, message := range messages {
		c.read = message.Seq
		shown := read(message)
		if shown.empty() {
			continue
		}
		c.told = append(c.told, shown)
		for _, found := range shown.references() {
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
