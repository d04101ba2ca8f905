package walk

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/town/phone"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
)

const (
	textProgress  catalog.TextKey = "dialog.form.progress"
	textSummary   catalog.TextKey = "dialog.summary.confirm"
	textNotRead   catalog.TextKey = "dialog.form.not_read"
	textMany      catalog.TextKey = "dialog.form.progress_together"
	buttonSkip    catalog.TextKey = "button.dialog.skip"
	stepsPerField                 = 6 // more turns than these for each question is going round in circles
)

// form is what is filled in, with how far the walker is.
type form struct {
	fields   []catalog.Field
	stumbles bool            // gives a wrong answer first, and leaves once
	erred    map[string]bool // fields that were answered wrongly already
	left     bool
	answered int
	ends     func(phone.Shown) bool // what comes after the last question
}

// stumble fills the form with one wrong answer to each question, leaves it and comes back, and drops it at its end.
func (w *walker) stumble(ctx context.Context) error {
	shown, err := w.open(ctx, w.inOtherWords())
	if err == nil {
		shown, err = w.fill(ctx, shown, w.service.Form, true)
	}
	if err == nil {
		_, err = w.press(ctx, shown, w.phrases.Title(buttonCancel))
	}
	return err
}

// fill answers every question, and returns the summary.
func (w *walker) fill(ctx context.Context, shown phone.Shown, fields []catalog.Field, stumbles bool) (phone.Shown, error) {
	f := &form{
		fields: fields, stumbles: stumbles, erred: map[string]bool{},
		ends: func(shown phone.Shown) bool { return w.phrases.Said(shown, textSummary) },
	}
	shown, err := w.fillUntil(ctx, shown, f)
	if err != nil {
		return shown, err
	}
	return shown, w.checkSummary(shown, fields)
}

// fillUntil answers every question until what comes after them is shown.
func (w *walker) fillUntil(ctx context.Context, shown phone.Shown, f *form) (phone.Shown, error) {
	for range stepsPerField*len(f.fields) + stepsPerField {
		over := f.ends(shown)
		var asked []*catalog.Field
		var err error
		if !over {
			if asked, err = w.asked(shown, f.fields); err != nil {
				return shown, err
			}
		}
		switch {
		case f.leaves(over):
			f.left = true
			shown, err = w.comeBack(ctx, f, asked)
		case over:
			return shown, nil
		case len(asked) == 1:
			shown, err = w.answerOne(ctx, f, asked[0], shown)
		default:
			shown, err = w.answerTogether(ctx, f, asked)
		}
		if err != nil {
			return shown, err
		}
	}
	return shown, errors.New("the form does not come to its end")
}

// leaves tells whether this is the moment to turn to something else: half way, or at the end at the latest.
func (f *form) leaves(over bool) bool {
	return f.stumbles && !f.left && f.answered > 0 && (over || 2*f.answered >= len(f.fields))
}

// asked are the fields that a message asks for.
func (w *walker) asked(shown phone.Shown, fields []catalog.Field) ([]*catalog.Field, error) {
	low, high := 1, 1
	if len(fields) > 1 {
		low, high = w.numbers(shown)
	}
	if low < 1 || high > len(fields) || low > high {
		return nil, errors.New("this is not a question of the form")
	}
	asked := make([]*catalog.Field, 0, high-low+1)
	for i := low - 1; i < high; i++ {
		field := &fields[i]
		if !strings.Contains(shown.Text, field.Prompt.In(w.language)) {
			return nil, fmt.Errorf("the question of %s is not there", field.ID)
		}
		asked = append(asked, field)
	}
	return asked, nil
}

var wholeNumber = regexp.MustCompile(`\d+`)

// numbers says from which to which question a message asks, as it says itself; 0: it does not.
func (w *walker) numbers(shown phone.Shown) (low, high int) {
	for line := range strings.SplitSeq(shown.Text, "\n") {
		said := phone.Shown{Text: line}
		found := wholeNumber.FindAllString(line, -1)
		switch {
		case len(found) == 3 && w.phrases.Said(said, textMany):
			low, _ = strconv.Atoi(found[0])
			high, _ = strconv.Atoi(found[1])
		case len(found) == 2 && w.phrases.Said(said, textProgress):
			low, _ = strconv.Atoi(found[0])
			high = low
		}
	}
	return low, high
}

// answerOne answers one question, wrongly first where the walker stumbles.
func (w *walker) answerOne(ctx context.Context, f *form, field *catalog.Field, shown phone.Shown) (phone.Shown, error) {
	if f.stumbles && !f.erred[field.ID] {
		f.erred[field.ID] = true
		wrong, problem := invalid(field)
		reply, err := w.give(ctx, shown, field, wrong)
		if err != nil {
			return reply, err
		}
		return reply, w.checkRefusal(reply, field, problem)
	}
	valid, err := w.answer(w.service, field)
	if err != nil {
		return shown, err
	}
	f.answered++
	return w.give(ctx, shown, field, valid)
}

// checkRefusal expects the reason, in the walker's language, and the same question again.
func (w *walker) checkRefusal(shown phone.Shown, field *catalog.Field, problem *catalog.FieldProblem) error {
	reason := w.services.Text(w.language, problem.Key, problem.Args)
	switch {
	case !strings.Contains(shown.Text, reason):
		return fmt.Errorf("a wrong answer to %s was not refused with “%s”", field.ID, reason)
	case !strings.Contains(shown.Text, field.Prompt.In(w.language)):
		return fmt.Errorf("after a wrong answer %s was not asked again", field.ID)
	}
	return nil
}

// answerTogether answers several questions in one message.
func (w *walker) answerTogether(ctx context.Context, f *form, asked []*catalog.Field) (phone.Shown, error) {
	lines := make([]string, len(asked))
	wrong := map[*catalog.Field]*catalog.FieldProblem{}
	for i, field := range asked {
		if f.stumbles && !f.erred[field.ID] {
			if text, problem := wrongText(field); problem != nil {
				lines[i], wrong[field], f.erred[field.ID] = text, problem, true
				continue
			}
		}
		valid, err := w.answer(w.service, field)
		if err != nil {
			return phone.Shown{}, err
		}
		lines[i] = w.typed(valid)
		f.answered++
	}
	reply, err := w.write(ctx, strings.Join(lines, "\n"))
	if err != nil {
		return reply, err
	}
	for field, problem := range wrong {
		reason := w.services.Text(w.language, problem.Key, problem.Args)
		told := w.services.Text(w.language, textNotRead, catalog.Args{"field": field.Label.In(w.language), "why": reason})
		if !strings.Contains(reply.Text, told) {
			return reply, fmt.Errorf("a wrong line for %s was not refused with “%s”", field.ID, told)
		}
	}
	return reply, nil
}

// typed is an answer as it is written in a line.
func (w *walker) typed(answer given) string {
	switch {
	case answer.choice != nil:
		return answer.choice.Title.In(w.language)
	case answer.skip:
		return "-"
	}
	w.note(answer.text)
	return answer.text
}

// give sends an answer.
func (w *walker) give(ctx context.Context, shown phone.Shown, field *catalog.Field, answer given) (phone.Shown, error) {
	switch {
	case answer.picture != nil:
		return w.photo(ctx, answer.picture)
	case answer.place:
		latitude, longitude := w.place()
		return w.send(ctx, "(place)", emulator.Location(latitude, longitude))
	case answer.skip:
		if title := w.phrases.Title(buttonSkip); shown.Offers(title) {
			return w.press(ctx, shown, title)
		}
	case answer.choice != nil:
		for _, choice := range shown.Choices {
			if strings.Contains(choice.ID, ":choose:"+field.ID+":") && choice.Title == answer.choice.Title.In(w.language) {
				return w.pressID(ctx, choice)
			}
		}
	}
	return w.write(ctx, w.typed(answer))
}

func (w *walker) photo(ctx context.Context, picture []byte) (phone.Shown, error) {
	file, err := w.town.Meta().AddMedia("image/jpeg", "photo.jpg", picture)
	if err != nil {
		return phone.Shown{}, fmt.Errorf("take a photo: %w", err)
	}
	return w.send(ctx, "(photo)", emulator.MediaMessage("image", file.ID, ""))
}

// note remembers the walker's own words, which the hub may say back in whatever language they are.
func (w *walker) note(text string) { w.ear.allow(text) }

// comeBack turns away, and takes the form up again where it was left.
func (w *walker) comeBack(ctx context.Context, f *form, left []*catalog.Field) (phone.Shown, error) {
	menu, err := w.write(ctx, "hello")
	if err != nil {
		return menu, err
	}
	after, err := w.press(ctx, menu, w.phrases.Title(buttonResume))
	if err != nil {
		return after, fmt.Errorf("coming back: %w", err)
	}
	if f.ends(after) && len(left) == 0 {
		return after, nil
	}
	if asked, err := w.asked(after, f.fields); err != nil || !slices.Equal(asked, left) {
		return after, errors.New("after coming back the form does not go on where it was left")
	}
	return after, nil
}

// checkSummary expects every question with its answer.
func (w *walker) checkSummary(shown phone.Shown, fields []catalog.Field) error {
	if !w.phrases.Said(shown, textSummary) {
		return errors.New("there is no summary")
	}
	for i := range fields {
		if label := fields[i].Label.In(w.language); !strings.Contains(shown.Text, label+": ") {
			return fmt.Errorf("the summary does not say “%s”", label)
		}
	}
	return nil
}
