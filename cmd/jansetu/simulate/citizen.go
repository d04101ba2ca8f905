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
	textWhich     catalog.TextKey = "dialog.question.which"
	textWhichHeld catalog.TextKey = "dialog.question.which_held"
	textWhichOne  catalog.TextKey = "dialog.question.which_answer"
)

// citizen is a person with a phone who reads what comes and answers it.
type citizen struct {
	person
	*underWay // today's

	before  []*underWay // of earlier days, the latest first
	town    *town
	phrases *phone.Phrases

	read    int64
	told    []phone.Shown
	known   map[string]bool
	typed   map[string]bool // codes
	meant   string          // what was written last was about it
	bankers *sync.WaitGroup
}

// underWay is what a citizen remembers of one errand.
type underWay struct {
	day     int
	wish    wish
	service *catalog.Service
	habits  map[habit]bool // not yet indulged
	sent    bool           // the request was confirmed
	tried   int            // names that a portal's list may have
}

func newCitizen(t *town, p person, bankers *sync.WaitGroup) (*citizen, error) {
	if _, err := t.meta.AddPhone(emulator.Phone{Number: p.Number, Name: p.Name}); err != nil {
		return nil, fmt.Errorf("give a citizen a phone: %w", err)
	}
	c := &citizen{person: p, town: t, known: map[string]bool{}, typed: map[string]bool{}, bankers: bankers}
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
	for day := range c.Errands {
		c.setOut(day)
		if err := c.spendDay(ctx); err != nil && !errors.Is(err, errOver) {
			return err
		}
	}
	return nil
}

// setOut begins the errand of a day. What is still asked about the ones before is answered beside it.
func (c *citizen) setOut(day int) {
	if c.underWay != nil {
		c.hurry()
		c.before = slices.Insert(c.before, 0, c.underWay)
	}
	today := c.Errands[day]
	wish := c.town.wishes[today.Kind]
	c.underWay = &underWay{day: day, wish: wish, service: wish.service(), habits: maps.Clone(today.Habits)}
}

// hurry drops the habits that nobody has who comes back to an errand of another day.
func (c *citizen) hurry() {
	for _, slow := range []habit{habitChangesMind, habitLate, habitSlowBank} {
		delete(c.habits, slow)
	}
}

// spendDay goes on until today's errand is done, or given up.
func (c *citizen) spendDay(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, dayLimit)
	defer cancel()
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
		if c.takeAll(ctx, messages) {
			c.afterwards()
			return nil
		}
	}
}

// takeAll reacts to messages that came together and tells whether today's errand is over.
func (c *citizen) takeAll(ctx context.Context, messages []phone.Shown) (over bool) {
	for i, message := range messages {
		switch {
		case over:
			c.comeBack(ctx, message)
		case c.asked(message) != nil && slices.ContainsFunc(messages[i+1:], func(h phone.Shown) bool { return c.asked(h) != nil }):
			// people answer the last question
		default:
			over = c.take(ctx, message)
		}
	}
	return over
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
func (c *citizen) write(text string) {
	c.meant = c.service.Title.In(c.Language)
	c.send(emulator.Text(text))
}

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
