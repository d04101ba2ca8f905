package walk

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/town/phone"
)

// fillForm fills in the form that opens inside WhatsApp, and returns what comes after it: the summary, or a question that such a form cannot
// ask.
func (w *walker) fillForm(ctx context.Context, fields []catalog.Field) (phone.Shown, error) {
	answers := map[string]any{}
	for i := range fields {
		field := &fields[i]
		valid, err := w.answer(w.service, field)
		if err != nil {
			return phone.Shown{}, err
		}
		filled, err := w.filled(field, valid)
		if err != nil {
			return phone.Shown{}, err
		}
		if filled != nil {
			answers[strings.ReplaceAll(field.ID, "-", "_")] = filled
		}
	}
	w.said = append(w.said, "← (the form, filled in)")
	if err := w.town.Meta().FillFlow(ctx, w.number(), answers); err != nil {
		return phone.Shown{}, fmt.Errorf("fill in the form: %w", err)
	}
	return w.reply(ctx)
}

// filled is an answer as a form takes it; nil: it is left empty.
func (w *walker) filled(field *catalog.Field, answer given) (any, error) {
	switch {
	case answer.picture != nil:
		file, err := w.town.Meta().AddMedia("image/jpeg", "photo.jpg", answer.picture)
		if err != nil {
			return nil, fmt.Errorf("take a photo: %w", err)
		}
		return file.ID, nil
	case answer.choice != nil && len(field.Choices) == 1: // to be ticked
		return true, nil
	case answer.choice != nil:
		return answer.choice.ID, nil
	case answer.place, answer.skip:
		return nil, nil //nolint:nilnil // left empty
	}
	w.note(answer.text)
	if field.Type == catalog.FieldDate {
		return isoDay(field, answer.text), nil
	}
	return answer.text, nil
}

// isoDay is a day as a form's calendar gives it.
func isoDay(field *catalog.Field, text string) string {
	if value, problem := field.Check(text); problem == nil {
		if day, err := time.Parse(time.DateOnly, value); err == nil {
			return day.Format(time.DateOnly)
		}
	}
	return text
}
