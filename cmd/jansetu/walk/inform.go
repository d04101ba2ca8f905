package walk

import (
	"context"
	"errors"
	"fmt"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/town/phone"
)

const (
	buttonEligible catalog.TextKey = "button.dialog.eligible"
	buttonPicture  catalog.TextKey = "button.dialog.picture"
	buttonVideo    catalog.TextKey = "button.dialog.video"
)

// inform reads what a service tells, sees its picture and video, and answers the questions that decide who may have the scheme.
func (w *walker) inform(ctx context.Context) error {
	shown, err := w.open(ctx, w.service.Title.In(w.language))
	if err != nil {
		return err
	}
	if !w.phrases.Saying(shown, "*"+w.service.Title.In(w.language)+"*") {
		return errors.New("what the service tells was not shown")
	}
	if err := w.seeMedia(ctx, shown); err != nil {
		return err
	}
	return w.askWhetherEligible(ctx, shown)
}

// seeMedia fetches picture and video, beside the text or behind their buttons.
func (w *walker) seeMedia(ctx context.Context, shown phone.Shown) error {
	if w.service.Information == nil {
		return nil
	}
	for _, media := range []struct {
		wanted string
		button catalog.TextKey
		of     func(phone.Shown) *phone.File
	}{
		{w.service.Information.Picture, buttonPicture, func(s phone.Shown) *phone.File { return s.Picture }},
		{w.service.Information.Video, buttonVideo, func(s phone.Shown) *phone.File { return s.Video }},
	} {
		if media.wanted == "" {
			continue
		}
		with := shown
		if title := w.phrases.Title(media.button); media.of(with) == nil && shown.Offers(title) {
			var err error
			if with, err = w.press(ctx, shown, title); err != nil {
				return err
			}
		}
		if media.of(with) == nil {
			return fmt.Errorf("%s was not shown", media.wanted)
		}
		if _, err := w.town.File(ctx, media.of(with)); err != nil {
			return err
		}
	}
	return nil
}

// verdicts are what the rules may come to.
var verdicts = []catalog.TextKey{"dialog.eligibility.yes", "dialog.eligibility.no", "dialog.eligibility.office"}

// askWhetherEligible goes from the questions to the verdict, and from there into the form of the scheme where there is one.
func (w *walker) askWhetherEligible(ctx context.Context, shown phone.Shown) error {
	questions := w.services.EligibilityQuestions(w.service)
	if len(questions) == 0 {
		return nil
	}
	shown, err := w.press(ctx, shown, w.phrases.Title(buttonEligible))
	if err != nil {
		return err
	}
	if shown, err = w.fillUntil(ctx, shown, &form{fields: questions, stumbles: true, erred: map[string]bool{}, ends: w.isVerdict}); err != nil {
		return fmt.Errorf("whether it is for somebody: %w", err)
	}
	for _, key := range []catalog.TextKey{"button.dialog.apply", "button.dialog.apply_yet"} {
		if title := w.phrases.Title(key); shown.Offers(title) {
			return w.apply(ctx, shown, title)
		}
	}
	return nil
}

func (w *walker) isVerdict(shown phone.Shown) bool {
	for _, key := range verdicts {
		if w.phrases.Said(shown, key) {
			return true
		}
	}
	return false
}

// apply opens the form that the scheme leads to; what it asks is walked with the service it belongs to.
func (w *walker) apply(ctx context.Context, shown phone.Shown, title string) error {
	leads, known := w.services.Service(w.service.Eligibility.LeadsTo)
	if !known {
		return fmt.Errorf("there is no service %s to apply for", w.service.Eligibility.LeadsTo)
	}
	shown, err := w.press(ctx, shown, title)
	if err != nil {
		return err
	}
	if leads.Availability != catalog.Live || w.phrases.Said(shown, textSummary) {
		return nil
	}
	_, err = w.asked(shown, leads.Form)
	return err
}
