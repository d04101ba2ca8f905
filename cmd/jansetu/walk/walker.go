package walk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/town"
	"github.com/jansetu/jansetu/cmd/jansetu/town/phone"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
)

// walker is one citizen who completes one service in one language.
type walker struct {
	person

	town     *town.Town
	store    *pgxpool.Pool
	services *catalog.Catalog
	service  *catalog.Service
	language catalog.Language
	phrases  *phone.Phrases
	ear      *ear

	read      int64
	heard     []phone.Shown
	billable  int // of what was heard
	said      []string
	faults    []string // what was wrong without ending the walk
	reference string
	native    bool // a form inside WhatsApp was filled in
	proving   int  // how many answers to challenges were sent and not yet noted
	proofs    int  // messages about challenges
	paid      map[string]bool
	answered  map[string]bool // questions of the request, by their text
}

// replyLimit is how long the hub may take to answer a message. The machine may be busy with many walks.
const replyLimit = 2 * time.Minute

// newWalker gives a walker a phone.
func newWalker(in *town.Town, store *pgxpool.Pool, services *catalog.Catalog, job Job, nth int) (*walker, error) {
	w := &walker{
		person: person{nth: nth, today: time.Now(), phones: map[string]bool{}}, town: in, store: store, services: services, service: job.Service,
		language: job.Language, phrases: phone.NewPhrases(services, job.Language), paid: map[string]bool{}, answered: map[string]bool{},
	}
	w.ear = newEar(services, job.Service, job.Language)
	if _, err := in.Meta().AddPhone(emulator.Phone{Number: w.number(), Name: usualName}); err != nil {
		return nil, fmt.Errorf("give a citizen a phone: %w", err)
	}
	return w, nil
}

// stumbles arrives, and fills the form with wrong answers, leaving it and coming back.
func (w *walker) stumbles(ctx context.Context) error {
	if err := w.arrive(ctx); err != nil {
		return fmt.Errorf("arriving: %w", err)
	}
	if err := w.stumble(ctx); err != nil {
		return fmt.Errorf("with wrong answers, leaving and coming back: %w", err)
	}
	return nil
}

// completes arrives, completes the service, and counts what it took.
func (w *walker) completes(ctx context.Context, result *Result) (err error) {
	if err := w.arrive(ctx); err != nil {
		return fmt.Errorf("arriving: %w", err)
	}
	result.Arrival = len(w.heard)
	billed := w.billable
	if w.service.Kind == catalog.KindInformation {
		err = w.inform(ctx)
	} else {
		err = w.complete(ctx)
	}
	result.Native, result.Challenges = w.native, w.proofs
	result.Messages, result.Billable = len(w.heard)-result.Arrival, w.billable-billed
	return err
}

const (
	buttonAgree   catalog.TextKey = "button.dialog.agree"
	buttonConfirm catalog.TextKey = "button.dialog.confirm"
	buttonCancel  catalog.TextKey = "button.dialog.cancel"
	buttonResume  catalog.TextKey = "button.dialog.resume"
	textMenu      catalog.TextKey = "dialog.menu.choose"
	textStarted   catalog.TextKey = "dialog.started"

	textUnderstood catalog.TextKey = "dialog.understood"
	textTaken      catalog.TextKey = "dialog.question.taken"
)

// arrive says hi, chooses the language and agrees.
func (w *walker) arrive(ctx context.Context) error {
	shown, err := w.write(ctx, "Hi")
	if err != nil {
		return err
	}
	if name := w.services.LanguageName(w.language); shown.Offers(name) {
		if shown, err = w.press(ctx, shown, name); err != nil {
			return err
		}
		w.inspectAll(shown)
	}
	if shown, err = w.press(ctx, shown, w.phrases.Title(buttonAgree)); err != nil {
		return err
	}
	if !w.phrases.Said(shown, textMenu) {
		return errors.New("after the consent there is no menu")
	}
	return nil
}

// inspectAll looks at a message for what stands in another language.
func (w *walker) inspectAll(shown phone.Shown) {
	if fault := w.ear.leftover(shown); fault != "" && !slices.Contains(w.faults, fault) {
		w.faults = append(w.faults, fault)
	}
}

// open types what the citizen wants; of several that are offered it takes the one that is meant.
func (w *walker) open(ctx context.Context, words string) (phone.Shown, error) {
	w.note(words)
	shown, err := w.write(ctx, words)
	if err != nil {
		return shown, err
	}
	for _, choice := range shown.Choices {
		if strings.HasPrefix(choice.ID, "svc:"+w.service.ID+"~") {
			return w.pressID(ctx, choice)
		}
	}
	if !w.opened(shown) {
		return shown, fmt.Errorf("typing “%s” does not find the service", words)
	}
	return shown, nil
}

// opened tells whether a message opens the service: with its name as what was understood, its first question, or what it tells.
func (w *walker) opened(shown phone.Shown) bool {
	title := w.service.Title.In(w.language)
	understood := w.services.Text(w.language, textUnderstood, catalog.Args{"service": title})
	return strings.Contains(shown.Text, understood) || strings.Contains(shown.Text, "*"+title+"*") ||
		len(w.service.Form) > 0 && strings.Contains(shown.Text, w.service.Form[0].Prompt.In(w.language))
}

// inOtherWords is one of the ways in which people ask for the service, another one in each language; its title, where there is none.
func (w *walker) inOtherWords() string {
	ways := w.service.AskedAs
	if len(ways) == 0 {
		return w.service.Title.In(w.language)
	}
	return ways[max(slices.Index(w.services.Languages(), w.language), 0)*len(ways)/len(w.services.Languages())]
}

// complete walks the service as somebody does who knows what to write.
func (w *walker) complete(ctx context.Context) error {
	shown, err := w.open(ctx, w.service.Title.In(w.language))
	if err == nil && shown.Form {
		w.native = true
		shown, err = w.fillForm(ctx, w.service.Form)
	}
	if err == nil {
		shown, err = w.fill(ctx, shown, w.service.Form, false)
	}
	if err != nil {
		return err
	}
	if shown, err = w.press(ctx, shown, w.phrases.Title(buttonConfirm)); err != nil {
		return fmt.Errorf("confirming: %w", err)
	}
	if w.reference = first(shown.References()); w.reference == "" || !w.phrases.Said(shown, textStarted) {
		return errors.New("the request was not started")
	}
	return w.follow(ctx)
}

func first(all []string) string {
	if len(all) == 0 {
		return ""
	}
	return all[0]
}

// write sends a text and returns the answer.
func (w *walker) write(ctx context.Context, text string) (phone.Shown, error) {
	return w.send(ctx, text, emulator.Text(text))
}

func (w *walker) send(ctx context.Context, shownAs string, in emulator.Incoming) (phone.Shown, error) {
	w.said = append(w.said, "← "+shownAs)
	if _, err := w.town.Meta().Write(w.number(), in); err != nil {
		return phone.Shown{}, fmt.Errorf("write: %w", err)
	}
	return w.reply(ctx)
}

// press presses the button or row of a title that the message shows.
func (w *walker) press(ctx context.Context, shown phone.Shown, title string) (phone.Shown, error) {
	for _, choice := range shown.Choices {
		if choice.Title == title {
			return w.pressID(ctx, choice)
		}
	}
	return shown, fmt.Errorf("there is no button “%s”", title)
}

func (w *walker) pressID(ctx context.Context, choice phone.Choice) (phone.Shown, error) {
	if err := w.tap(choice); err != nil {
		return phone.Shown{}, err
	}
	return w.reply(ctx)
}

func (w *walker) tap(choice phone.Choice) error {
	w.said = append(w.said, "← ["+choice.Title+"]")
	if _, err := w.town.Meta().Press(w.number(), choice.ID); err != nil {
		return fmt.Errorf("press %q: %w", choice.Title, err)
	}
	return nil
}

// reply is the answer to what was written.
func (w *walker) reply(ctx context.Context) (phone.Shown, error) {
	shown, err := w.hear(ctx, replyLimit)
	if err != nil {
		return phone.Shown{}, err
	}
	if len(shown) == 0 {
		return phone.Shown{}, fmt.Errorf("no answer within %s", replyLimit)
	}
	return shown[len(shown)-1], nil
}

// hear waits for what comes next; nothing may come.
func (w *walker) hear(ctx context.Context, limit time.Duration) ([]phone.Shown, error) {
	waiting, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	messages, err := w.town.Meta().WaitReply(waiting, w.number(), w.read)
	if err != nil {
		if waiting.Err() != nil && ctx.Err() == nil {
			return nil, nil
		}
		return nil, fmt.Errorf("listen: %w", err)
	}
	fresh := make([]phone.Shown, 0, len(messages))
	for _, message := range messages {
		w.read = message.Seq
		shown := phone.Read(message)
		w.heard = append(w.heard, shown)
		if billable(message) {
			w.billable++
		}
		w.countProof(shown)
		w.said = append(w.said, inOneLine(shown))
		if len(w.heard) > 1 { // the first asks for the language, in all of them
			w.inspectAll(shown)
		}
		fresh = append(fresh, shown)
	}
	return fresh, nil
}

// countProof counts what a portal wants of a person, and that the answer was noted.
func (w *walker) countProof(shown phone.Shown) {
	switch {
	case w.phrases.Said(shown, textCaptcha), w.phrases.Said(shown, textOTP):
		w.proofs++
		w.proving++
	case w.proving > 0 && w.phrases.Said(shown, textTaken):
		w.proofs++
		w.proving--
	}
}

// billable tells whether a message of ours costs money. Since 1 October 2026 Meta bills every delivered message of a business, outside the
// free entry points that an advertisement opens, and but for reactions (docs/performance.md has the source).
func billable(message emulator.Message) bool { return message.Type != "reaction" }

// inOneLine is a message for the report.
func inOneLine(shown phone.Shown) string {
	text := "→ " + strings.Join(strings.Fields(shown.Text), " ")
	const longest = 300
	if letters := []rune(text); len(letters) > longest {
		text = string(letters[:longest]) + "…"
	}
	titles := make([]string, 0, len(shown.Choices))
	for _, choice := range shown.Choices {
		titles = append(titles, "["+choice.Title+"]")
	}
	if shown.Document != nil {
		text += " (" + shown.Document.Filename + ")"
	}
	return strings.TrimSpace(text + " " + strings.Join(titles, " "))
}
