package simulate

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"slices"
	"strings"
	"time"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/town/phone"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
)

// take reacts to a message and tells whether today's errand is over.
func (c *citizen) take(ctx context.Context, h phone.Shown) (over bool) {
	if c.saysWhich(h) {
		return false
	}
	if taken, over := c.wish.take(ctx, c, h); taken {
		return over
	}
	field := c.asked(h)
	switch {
	case field != nil:
		c.fill(field)
	case h.Offers(languageName(c)):
		c.press(languageName(c))
	case h.Offers(c.phrases.Title(textSend)):
		c.press(c.phrases.Title(textSend))
		c.sent = true
	case h.Offers(c.phrases.Title(textAgree)):
		c.press(c.phrases.Title(textAgree))
	case h.Offers(c.phrases.Title(textResume)):
		c.press(c.phrases.Title(textResume))
	case !c.sent && h.Offers(c.service.Title.In(c.Language)): // among others that are alike
		c.press(c.service.Title.In(c.Language))
	case c.phrases.Said(h, textCancelled), c.phrases.Said(h, textTrouble):
		c.begin() // changed their mind again
	default:
		c.takeEarlier(ctx, h)
	}
	return false
}

// takeEarlier reacts to what is about an errand of an earlier day, if it is.
func (c *citizen) takeEarlier(ctx context.Context, h phone.Shown) {
	today := c.underWay
	defer func() { c.underWay = today }()
	for _, c.underWay = range c.before {
		if taken, _ := c.wish.take(ctx, c, h); taken {
			return
		}
	}
}

// comeBack reacts to what comes when there is nothing left to do but to answer: a question may come long after its errand was run.
func (c *citizen) comeBack(ctx context.Context, h phone.Shown) {
	c.hurry()
	if c.saysWhich(h) {
		return
	}
	if taken, _ := c.wish.take(ctx, c, h); !taken {
		c.takeEarlier(ctx, h)
	}
}

// saysWhich says what the last message was about, where the hub asks.
func (c *citizen) saysWhich(h phone.Shown) bool {
	asks := c.phrases.Said(h, textWhich) || c.phrases.Said(h, textWhichHeld) || c.phrases.Said(h, textWhichOne)
	if asks && h.Offers(c.meant) {
		c.press(c.meant)
	}
	return asks
}

func languageName(c *citizen) string {
	return c.town.services.Text(c.Language, "language.name", nil)
}

// asked is the question of the form that the hub asks, if it asks one.
func (c *citizen) asked(h phone.Shown) *catalog.Field {
	if c.sent {
		return nil
	}
	for i := range c.service.Form {
		if strings.Contains(h.Text, c.service.Form[i].Prompt.In(c.Language)) {
			return &c.service.Form[i]
		}
	}
	return nil
}

// answer is what a citizen gives to a question: a text, the id of a choice, or something else than text.
type answer struct {
	text  string
	other emulator.Incoming
}

func typed(text string) answer             { return answer{text: text} }
func shown(other emulator.Incoming) answer { return answer{other: other} }

// fill answers a question of the form, not always at the first try.
func (c *citizen) fill(field *catalog.Field) {
	given := c.wish.answer(c, field)
	letters := []rune(given.text)
	mistyped := string(letters[:max(len(letters)-2, 0)])
	switch {
	case field.Type != catalog.FieldDocument && c.indulges(habitPicture):
		c.send(c.photo("bill.jpg", smallestJPEG))
	case field.Type == catalog.FieldChoose:
		c.choose(field, given.text)
	case given.text == "":
		c.send(given.other)
	case refuses(field, mistyped) && c.indulges(habitTypo):
		c.write(mistyped)
	case refuses(field, "?") && c.indulges(habitChats):
		c.write("?")
	default:
		c.write(given.text)
	}
}

// refuses tells whether the form does not take an answer, so that it asks again.
func refuses(field *catalog.Field, answer string) bool {
	_, problem := field.Check(answer)
	return problem != nil
}

// choose presses the choice with an id.
func (c *citizen) choose(field *catalog.Field, id string) {
	for _, choice := range field.Choices {
		if choice.ID == id {
			c.press(choice.Title.In(c.Language))
		}
	}
}

// usual is the answer that suits most forms.
func (c *citizen) usual(field *catalog.Field) answer {
	switch field.Type {
	case catalog.FieldDocument:
		return shown(c.photo("photo.jpg", smallestJPEG))
	case catalog.FieldChoose:
		if slices.ContainsFunc(field.Choices, func(choice catalog.FieldChoice) bool { return choice.ID == field.Example }) {
			return typed(field.Example)
		}
		return typed(field.Choices[0].ID)
	default: // the others are typed
	}
	for _, text := range c.candidates(field) {
		if text != "" && !refuses(field, text) {
			return typed(text)
		}
	}
	return typed(field.Example)
}

const grownUp = 30 // years

// candidates are answers in the order in which they are tried.
func (c *citizen) candidates(field *catalog.Field) []string {
	switch field.Type {
	case catalog.FieldPhone:
		return []string{c.mobile()}
	case catalog.FieldName:
		return []string{c.Name}
	case catalog.FieldPeople:
		return []string{c.Name + ", 34, f", field.Example}
	case catalog.FieldDate:
		now, day := time.Now(), "02-01-2006"
		return []string{field.Example, now.AddDate(-grownUp, -2, 0).Format(day), now.AddDate(0, -1, 0).Format(day), now.AddDate(0, 0, 1).Format(day)}
	case catalog.FieldNumber, catalog.FieldMoney, catalog.FieldDigits:
		return []string{field.Example, field.Min, "10", "1000", strings.Repeat("7", max(field.MinLength, 1))}
	default: // the others are texts
		return []string{strings.TrimSpace(field.Example + " " + c.Name), field.Example, "Ward 4", strings.Repeat("a", max(field.MinLength, 1))}
	}
}

// mobile is the citizen's number as it is given to departments.
func (c *citizen) mobile() string { return c.Number[2:] }

// photo is a picture that the citizen has on the phone.
func (c *citizen) photo(name string, jpeg []byte) emulator.Incoming {
	file, err := c.town.meta.AddMedia("image/jpeg", name, jpeg)
	if err != nil {
		c.town.log.Warn("citizen cannot take a picture", "error", err)
		return emulator.Text("?")
	}
	return emulator.MediaMessage("image", file.ID, "")
}

// afterwards is what people do with a chat that is over.
func (c *citizen) afterwards() {
	if c.indulges(habitOldButton) {
		c.press(c.phrases.Title(textPay))
		c.press(c.phrases.Title(textSend))
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
var smallestJPEG = mustJPEG()

func mustJPEG() []byte {
	var out bytes.Buffer
	if err := jpeg.Encode(&out, image.NewGray(image.Rect(0, 0, 64, 64)), nil); err != nil {
		panic(err) // an image in memory can be encoded
	}
	return out.Bytes()
}
