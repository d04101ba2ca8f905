package walk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/town/phone"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
)

const (
	// endLimit is how long a request may take whose department decides at once, and silence how long it may say nothing.
	endLimit = 3 * time.Minute
	silence  = time.Minute
	// glance is how often it is looked where the request stands.
	glance = 250 * time.Millisecond
	// settling is how long what is under way at the end is waited for.
	settling = 400 * time.Millisecond
	// delivery is how long a message may be on its way when the request is done.
	delivery = 15 * time.Second
)

// stand is where a request stands, as the hub's own store has it.
type stand struct {
	stage string
	open  bool
}

// follow answers what the request asks until it has come to its end.
func (w *walker) follow(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, endLimit)
	defer cancel()
	last := time.Now()
	for {
		shown, err := w.hear(ctx, glance)
		if err != nil {
			return w.withStand(context.WithoutCancel(ctx), err)
		}
		for _, each := range shown {
			last = time.Now()
			if err := w.react(ctx, each); err != nil {
				return err
			}
		}
		if len(shown) > 0 {
			continue
		}
		at, err := w.standing(ctx)
		if err != nil {
			return err
		}
		if ended, err := w.ended(ctx, at, time.Since(last)); ended {
			return errors.Join(err, w.settle(ctx))
		}
		if time.Since(last) > silence {
			return fmt.Errorf("nothing more is said; the request stands at %s", at.stage)
		}
	}
}

func (w *walker) withStand(ctx context.Context, err error) error {
	at, unknown := w.standing(ctx)
	if unknown != nil {
		return errors.Join(err, unknown)
	}
	return fmt.Errorf("%w; the request stands at %s", err, at.stage)
}

func (w *walker) standing(ctx context.Context) (at stand, err error) {
	const query = `select stage, open from request where reference = $1`
	if err = w.store.QueryRow(ctx, query, w.reference).Scan(&at.stage, &at.open); err != nil {
		return at, fmt.Errorf("read where the request stands: %w", err)
	}
	return at, nil
}

const (
	stageDone       = "done"
	stageBooked     = "booked"
	stageInProgress = "in_progress"
	stageOfficer    = "with_officer"
)

// ended tells whether the request has come to where it should, and fails when it has come to where it should not.
func (w *walker) ended(ctx context.Context, at stand, quiet time.Duration) (bool, error) {
	switch {
	case at.stage == stageDone && !at.open, at.stage == stageBooked && w.service.Kind == catalog.KindBooking:
		err := w.delivered(ctx)
		return err == nil || quiet > delivery, err // it is on its way
	case !at.open, at.stage == stageOfficer: // nobody is there to help
		return true, fmt.Errorf("the request came to the stage %s", at.stage)
	case at.stage == stageInProgress && w.service.Kind == catalog.KindGrievance:
		return quiet > silence/10, nil // with the office, for days
	case at.stage == stageInProgress && w.service.Delivers == catalog.DeliversNothing:
		return quiet > silence/10, nil
	}
	return false, nil
}

// delivered expects the paper that the service promises.
func (w *walker) delivered(ctx context.Context) error {
	switch w.service.Kind { //nolint:exhaustive // the others deliver what they say
	case catalog.KindGrievance:
		return nil
	case catalog.KindApplication:
		if w.service.Delivers == catalog.DeliversNothing {
			return nil
		}
	}
	for _, shown := range w.heard {
		if shown.Document == nil {
			continue
		}
		content, err := w.file(ctx, shown.Document)
		if err != nil {
			return err
		}
		if len(content) > 0 {
			return nil
		}
	}
	return fmt.Errorf("no document came, though the service delivers a %s", w.service.Delivers)
}

// settle hears what is still under way when everything is over.
func (w *walker) settle(ctx context.Context) error {
	for {
		shown, err := w.hear(ctx, settling)
		if err != nil || len(shown) == 0 {
			return err
		}
	}
}

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

// The doors by which a twin tells a test what a person sees.
type (
	pictureReader interface{ Read(picture []byte) string }
	pictureSolver interface{ Solve(picture []byte) string }
	otpTeller     interface{ OTP(mobile string) string }
	codeTeller    interface{ Code(phone string) string }
)

func (w *walker) readPicture(ctx context.Context, shown phone.Shown) error {
	if shown.Picture == nil {
		return errors.New("letters of a picture are asked for, and there is no picture")
	}
	picture, err := w.file(ctx, shown.Picture)
	if err != nil {
		return err
	}
	letters := ""
	switch twin := w.town.Portal(w.service.Portal.Name).(type) {
	case pictureReader:
		letters = twin.Read(picture)
	case pictureSolver:
		letters = twin.Solve(picture)
	}
	if letters == "" {
		return errors.New("the picture is none of the portal's")
	}
	return w.sendText(letters)
}

func (w *walker) typeCode() error {
	for mobile := range w.phones {
		code := ""
		switch twin := w.town.Portal(w.service.Portal.Name).(type) {
		case otpTeller:
			code = twin.OTP(mobile)
		case codeTeller:
			code = twin.Code(mobile)
		}
		if code != "" {
			return w.sendText(code)
		}
	}
	return errors.New("a code is asked for, and the portal has sent none")
}

// The buttons by which a request goes on, and those by which it does not.
var (
	goOn = []catalog.TextKey{ //nolint:gochecknoglobals // a constant
		"button.pay", "button.agree", "button.file", "button.file_own", "button.fixed", "button.accept", "button.seat_any", "button.take_seats",
		"button.without_photo", "button.without_comment", "button.enough", "button.skip_question",
	}
	goBack = []catalog.TextKey{ //nolint:gochecknoglobals // a constant
		"button.stop", "button.challenge_refresh", "button.dont_pay", "button.do_not_agree", "button.dont_file", "button.none_of_these", "button.not_now",
		"button.another_bill", "button.pay_part", "button.leave_it", "button.no_appeal", "button.disagree", "button.not_fixed", "button.appeal",
	}
	// anotherDay is for when this one has no places.
	anotherDay = []catalog.TextKey{"button.next_day"} //nolint:gochecknoglobals // a constant
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

// mostOfFile is more than any paper has, in bytes.
const mostOfFile = 20 << 20

// file fetches what a message shows, as the phone page does.
func (w *walker) file(ctx context.Context, of *phone.File) ([]byte, error) {
	if of.ID == "" {
		return nil, fmt.Errorf("the file %s has no id", of.Filename)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, w.town.MetaURL()+"/emulator/media/"+url.PathEscape(of.ID), http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("fetch the file %s: %w", of.Filename, err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("fetch the file %s: %w", of.Filename, err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("fetch the file %s: %s", of.Filename, response.Status)
	}
	content, err := io.ReadAll(io.LimitReader(response.Body, mostOfFile))
	if err != nil {
		return nil, fmt.Errorf("fetch the file %s: %w", of.Filename, err)
	}
	return content, nil
}
