package simulate

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"strings"
	"time"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
)

// take reacts to a message and tells whether today's errand is over.
func (c *citizen) take(ctx context.Context, h heard) (over bool) {
	switch {
	case c.phrases.said(h, textDone) && h.document:
		for _, found := range c.referencesOfToday(h) {
			c.done[found]++
		}
		return true
	case c.phrases.said(h, textExpired), c.phrases.said(h, textNotFound):
		return true
	case h.offers(languageName(c)):
		c.press(languageName(c))
	case h.offers(c.phrases.title(textAgree)):
		c.press(c.phrases.title(textAgree))
	case h.payment() != "":
		return c.pay(ctx, h.payment())
	case h.offers(c.phrases.title(textPay)):
		c.decide(ctx)
	case h.offers(c.phrases.title(textSend)):
		c.press(c.phrases.title(textSend))
		c.sent = true
	case c.isAsked(h):
		c.giveNumber()
	case c.phrases.said(h, textCancelled):
		c.write(c.service.Title.In(c.Language)) // changed their mind again
	case c.phrases.said(h, textTrouble):
		c.write(c.service.Title.In(c.Language))
	}
	return false
}

// referencesOfToday are the references of a message; a receipt's caption need not name one, its file does.
func (*citizen) referencesOfToday(h heard) []string { return h.references() }

func languageName(c *citizen) string {
	return c.town.services.Text(c.Language, "language.name", nil)
}

// isAsked tells whether the hub asks for the number of the bill.
func (c *citizen) isAsked(h heard) bool {
	return !c.sent && strings.Contains(h.text, c.service.Form[0].Prompt.In(c.Language))
}

// giveNumber answers the form, not always at the first try.
func (c *citizen) giveNumber() {
	account := c.Errands[c.day].Account
	switch {
	case c.indulges(habitPicture):
		c.sendPicture()
	case c.indulges(habitTypo):
		c.write(account[:len(account)-2])
	case c.indulges(habitChats):
		c.write("?")
		c.write(account)
	default:
		c.write(account)
	}
}

// sendPicture sends a photo of the bill where its number is asked.
func (c *citizen) sendPicture() {
	file, err := c.town.meta.AddMedia("image/jpeg", "bill.jpg", smallestJPEG)
	if err != nil {
		c.town.log.Warn("citizen cannot take a picture", "error", err)
		return
	}
	c.send(emulator.MediaMessage("image", file.ID, ""))
}

// decide looks at the bill and says yes, or no first.
func (c *citizen) decide(ctx context.Context) {
	if c.indulges(habitLate) {
		wait(ctx, lateAfter)
	}
	if c.indulges(habitChangesMind) {
		c.press(c.phrases.title(textDontPay))
		c.sent = false
		return
	}
	c.press(c.phrases.title(textPay))
}

// pay goes to the payment page, and tells whether there is nothing more to wait for.
func (c *citizen) pay(ctx context.Context, link string) (over bool) {
	bank := c.town.bank
	switch {
	case c.indulges(habitRunsAway):
		return true
	case c.indulges(habitFailsFirst):
		c.note(bank.Fail(link))
		return false // the hub says that it did not go through, with the link again
	case c.indulges(habitSlowBank):
		payment, err := bank.LeavePending(link)
		if err != nil {
			c.note("", err)
			return false
		}
		c.bankers.Go(func() {
			wait(ctx, lateAfter)
			c.note("", bank.Settle(payment, true))
		})
		return false
	}
	c.note(bank.Pay(link))
	if c.indulges(habitPaysTwice) {
		c.note(bank.Pay(link))
	}
	return false
}

func (c *citizen) note(_ string, err error) {
	if err != nil {
		c.town.log.Debug("the bank says no", "error", err)
	}
}

// afterwards is what people do with a chat that is over.
func (c *citizen) afterwards() {
	if c.indulges(habitOldButton) {
		c.press(c.phrases.title(textPay))
		c.press(c.phrases.title(textSend))
	}
}

func wait(ctx context.Context, how time.Duration) {
	timer := time.NewTimer(how)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// smallestJPEG is one grey pixel.
var smallestJPEG = mustJPEG() //nolint:gochecknoglobals // a constant

func mustJPEG() []byte {
	var out bytes.Buffer
	if err := jpeg.Encode(&out, image.NewGray(image.Rect(0, 0, 64, 64)), nil); err != nil {
		panic(err) // an image in memory can be encoded
	}
	return out.Bytes()
}
