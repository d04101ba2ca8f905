package walk

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/town/phone"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
)

const (
	textCaptcha catalog.TextKey = "challenge.captcha"
	textOTP     catalog.TextKey = "challenge.otp"
	textNumbers catalog.TextKey = "booking.paper_numbers"
	textUnknown catalog.TextKey = "choose.none"
)

// react does what a message asks for.
func (w *walker) react(ctx context.Context, shown phone.Shown) error {
	switch {
	case shown.Payment() != "":
		return w.pay(shown.Payment())
	case w.phrases.Said(shown, textUnknown):
		return errors.New("the portal's own list does not know what was answered")
	case w.phrases.Said(shown, textCaptcha):
		return w.readPicture(ctx, shown)
	case w.phrases.Said(shown, textOTP):
		return w.typeCode()
	case w.phrases.Said(shown, textNumbers):
		return w.sendText("ABC1234567")
	}
	if choice, ok := w.choice(shown); ok {
		return w.tap(choice)
	}
	return nil
}

// sendText sends a text whose answer comes with everything else.
func (w *walker) sendText(text string) error {
	w.note(text)
	w.said = append(w.said, "← "+text)
	if _, err := w.town.Meta().Write(w.number(), emulator.Text(text)); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}

func (w *walker) pay(link string) error {
	if w.paid[link] {
		return nil
	}
	w.paid[link] = true
	if _, err := w.town.Bank().Pay(link); err != nil {
		return fmt.Errorf("pay: %w", err)
	}
	return nil
}

func (w *walker) readPicture(ctx context.Context, shown phone.Shown) error {
	letters, err := w.town.Letters(ctx, w.service.Portal.Name, shown.Picture)
	if err != nil {
		return err
	}
	return w.sendText(letters)
}

func (w *walker) typeCode() error {
	for mobile := range w.phones {
		if code := w.town.Code(w.service.Portal.Name, mobile); code != "" {
			return w.sendText(code)
		}
	}
	return errors.New("a code is asked for, and the portal has sent none")
}

// The buttons by which a request goes on, and those by which it does not.
var (
	goOn = []catalog.TextKey{
		"button.pay", "button.agree", "button.file", "button.file_own", "button.fixed", "button.accept", "button.seat_any", "button.take_seats",
		"button.without_photo", "button.without_comment", "button.enough", "button.skip_question",
	}
	goBack = []catalog.TextKey{
		"button.stop", "button.challenge_refresh", "button.dont_pay", "button.do_not_agree", "button.dont_file", "button.none_of_these", "button.not_now",
		"button.another_bill", "button.pay_part", "button.leave_it", "button.no_appeal", "button.disagree", "button.not_fixed", "button.appeal",
	}
	// anotherDay is for when this one has no places.
	anotherDay = []catalog.TextKey{"button.next_day"}
)

// choice is the button or row of a question by which the request goes on.
func (w *walker) choice(shown phone.Shown) (phone.Choice, bool) {
	var open []phone.Choice
	for _, choice := range shown.Choices {
		if strings.HasPrefix(choice.ID, "q:") {
			open = append(open, choice)
		}
	}
	for _, key := range goOn {
		for _, choice := range open {
			if choice.Title == w.phrases.Title(key) {
				return choice, true
			}
		}
	}
	for _, unwanted := range [][]catalog.TextKey{append(anotherDay, goBack...), goBack} {
		for _, choice := range open {
			if !w.isAny(choice.Title, unwanted) {
				return choice, true
			}
		}
	}
	return phone.Choice{}, false
}

func (w *walker) isAny(title string, keys []catalog.TextKey) bool {
	for _, key := range keys {
		if title == w.phrases.Title(key) {
			return true
		}
	}
	return false
}
