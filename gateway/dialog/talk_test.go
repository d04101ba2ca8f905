package dialog_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/gateway/bubble"
	"github.com/jansetu/jansetu/gateway/dialog"
)

var update = flag.Bool("update", false, "write the talks in testdata/talks as they are now")

// TestTalks walks the conversations in testdata/talks. In a talk a line "> text" is what the citizen types, with "\n" for a new line; "> [Title]" a
// press on a choice of the last bubble that has that title; "> (voice)", "> (image)", "> (pdf)", "> (exe)", "> (place)", "> (sticker)",
// "> (reaction)" other messages; "> (press id)" a press on a choice with that id,
// "> (form key) field=value | …" a form of the channel that was filled in, with what did not go through the endpoint;
// "> (old Title)" on the last choice ever seen with that title; "> (quote id) text" a reply that
// quotes a question, "> (photo id)" a photo that does. A line "% request ref service stage open|paid|closed [link]" "% paper ref id filename", "% refund ref state amount days [why [number]]" or "% question id ref service text | id=Title | ..."
// tells what the store knows (a part "@type min=.. max=.." is the field of typed answers, "^name" a picture above, "*24" so many bus stops to choose from), "% away portal" and "% back portal" whether one answers, "% shows forms" that the channel has all forms, "% checks papers" that papers can be checked, "% close id" and "% lost" that a question or the session is gone. Below stands what
// follows: "! effect" lines and the bubble.
func TestTalks(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/talks/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			written, err := os.ReadFile(file)
			require.NoError(t, err)
			talked := newTalk(t).walk(string(written))
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(talked), 0o600))
				return
			}
			require.Equal(t, string(written), talked)
		})
	}
}

// testFiles is the shipped languages with the state of testdata, so that the talks stay as they are when a state changes.
type testFiles struct{}

func (testFiles) Open(name string) (fs.File, error) {
	if strings.HasPrefix(name, "states") {
		return os.DirFS("testdata").Open(name)
	}
	return deploy.Files.Open(name)
}

func testCatalog(t testing.TB) *catalog.Catalog {
	t.Helper()
	loaded, err := catalog.Load(testFiles{}, "setu")
	require.NoError(t, err)
	return loaded
}

func testEngine(t testing.TB) *dialog.Engine {
	t.Helper()
	engine, err := dialog.NewEngine(testCatalog(t))
	require.NoError(t, err)
	return engine
}

// talk is one citizen's conversation with an engine, the session stored as JSON between the turns.
type talk struct {
	t      testing.TB
	engine *dialog.Engine
	stored []byte
	facts  dialog.Facts
	last   bubble.Bubble
	past   map[string]string // title -> id of every choice ever offered, the latest
	turns  int
}

func newTalk(t testing.TB) *talk {
	t.Helper()
	return &talk{t: t, engine: testEngine(t), past: make(map[string]string)}
}

var firstDay = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

// walk does what a talk's ">" and "%" lines say and returns the talk with what follows each.
func (k *talk) walk(written string) string {
	var talked strings.Builder
	for line := range strings.SplitSeq(written, "\n") {
		switch {
		case strings.HasPrefix(line, "# "):
			fmt.Fprintf(&talked, "%s\n", line)
		case strings.HasPrefix(line, "% "):
			k.learn(strings.TrimPrefix(line, "% "))
			fmt.Fprintf(&talked, "\n%s\n", line)
		case strings.HasPrefix(line, "> "):
			fmt.Fprintf(&talked, "\n%s\n%s", line, k.show(k.send(k.event(strings.TrimPrefix(line, "> ")))))
		}
	}
	return talked.String()
}

func (k *talk) learn(fact string) {
	kind, rest, _ := strings.Cut(fact, " ")
	words := strings.Fields(rest)
	switch kind {
	case "request":
		k.facts.Requests = slices.DeleteFunc(k.facts.Requests, func(r dialog.RequestFact) bool { return r.Reference == words[0] })
		k.facts.Requests = append([]dialog.RequestFact{{
			Reference: words[0], ServiceID: words[1], Stage: words[2], Open: words[3] != "closed", Cancellable: words[3] == "open",
			Link: strings.Join(words[4:], ""), CreatedAt: firstDay, UpdatedAt: firstDay,
		}}, k.facts.Requests...)
	case "paper":
		at := slices.IndexFunc(k.facts.Requests, func(r dialog.RequestFact) bool { return r.Reference == words[0] })
		k.facts.Requests[at].Papers = append(k.facts.Requests[at].Papers, bubble.Document{ID: words[1], Filename: words[2], MIMEType: "application/pdf"})
	case "refund":
		at := slices.IndexFunc(k.facts.Requests, func(r dialog.RequestFact) bool { return r.Reference == words[0] })
		k.facts.Requests[at].Refunds = append(k.facts.Requests[at].Refunds, refund(words[1:]))
	case "question":
		asked := question(words[0], words[1], words[2], strings.Join(words[3:], " "))
		k.facts.Questions = append(k.facts.Questions, asked)
		k.see(asked.Bubble)
	case "close":
		k.facts.Questions = slices.DeleteFunc(k.facts.Questions, func(q dialog.QuestionFact) bool { return q.ID == words[0] })
	case "away", "back":
		k.facts.PortalsAway = map[string]bool{words[0]: kind == "away"}
	case "shows":
		k.facts.NativeForm = func(form dialog.NativeForm) string { return string(form.Language) + "/" + form.Service }
	case "checks":
		k.facts.ChecksPapers = words[0] == "papers"
	case "lost":
		k.stored = []byte("{")
	default:
		k.t.Fatalf("unknown fact %q", fact)
	}
}

// refund reads "on_its_way ₹1,240.00 7 [why [number]]": the number of days is from the first day until it is due.
func refund(words []string) dialog.RefundFact {
	var days int
	_, _ = fmt.Sscan(words[2], &days)
	words = append(words, "", "")
	return dialog.RefundFact{
		State: dialog.RefundState(strings.ReplaceAll(words[0], "_", " ")), Amount: words[1], Due: firstDay.AddDate(0, 0, days),
		Why: strings.TrimPrefix(words[3], "-"), Number: words[4],
	}
}

func question(id, reference, service, asked string) dialog.QuestionFact {
	parts := strings.Split(asked, " | ")
	fact := dialog.QuestionFact{ID: id, Reference: reference, ServiceID: service}
	var picture *bubble.Document
	for _, part := range parts[1:] {
		switch kind, rest := part[0], part[1:]; kind {
		case '@':
			fact.Field = fieldFrom(rest)
		case '^':
			picture = &bubble.Document{ID: rest, Filename: rest + ".png", MIMEType: "image/png"}
		case '*':
			fact.Choices = append(fact.Choices, stops(id, rest)...)
		default:
			choice, title, _ := strings.Cut(part, "=")
			fact.Choices = append(fact.Choices, bubble.Choice{ID: dialog.QuestionChoiceID(id, choice), Title: title})
		}
	}
	labels := dialog.QuestionLabels{Choose: "Choose", Previous: "Previous", More: "More"}
	fact.Bubble = dialog.QuestionBubble(id, parts[0], fact.Choices, labels)
	if picture != nil {
		fact.Bubble = bubble.WithPicture(fact.Bubble, *picture)
	}
	return fact
}

// fieldFrom reads "digits min=6 max=6".
func fieldFrom(written string) *catalog.Field {
	words := strings.Fields(written)
	field := &catalog.Field{ID: "answer", Type: catalog.FieldType(words[0])}
	for _, word := range words[1:] {
		name, value, _ := strings.Cut(word, "=")
		switch name {
		case "min":
			field.Min, field.MinLength = value, len(value)
			_, _ = fmt.Sscan(value, &field.MinLength)
		case "max":
			field.Max = value
			_, _ = fmt.Sscan(value, &field.MaxLength)
		}
	}
	return field
}

// stops are a long list of the portal's own: "24" of them.
func stops(id, count string) []bubble.Choice {
	var most int
	_, _ = fmt.Sscan(count, &most)
	names := []string{"Vijayawada", "Vizianagaram", "Vinukonda", "Guntur", "Ongole", "Nellore", "Tirupati", "Kadapa", "Kurnool", "Anantapur", "Eluru", "Rajahmundry"}
	choices := make([]bubble.Choice, 0, most)
	for i := range most {
		name := fmt.Sprintf("%s %d", names[i%len(names)], i/len(names)+1)
		choices = append(choices, bubble.Choice{ID: dialog.QuestionChoiceID(id, fmt.Sprint("stop-", i)), Title: name})
	}
	return choices
}

func (k *talk) event(sent string) dialog.Event {
	sent = strings.ReplaceAll(sent, `\n`, "\n")
	if title, ok := strings.CutPrefix(sent, "["); ok {
		return k.press(strings.TrimSuffix(title, "]"))
	}
	kind, rest, _ := strings.Cut(sent, " ")
	switch kind {
	case "(photo":
		return dialog.Event{Kind: dialog.EventImage, MediaID: "m2", MIMEType: "image/jpeg", QuotedQuestion: strings.TrimSuffix(rest, ")")}
	case "(voice)":
		return dialog.Event{Kind: dialog.EventAudio, MediaID: "m1", MIMEType: "audio/ogg; codecs=opus"}
	case "(image)":
		return dialog.Event{Kind: dialog.EventImage, MediaID: "m2", MIMEType: "image/jpeg"}
	case "(pdf)":
		return dialog.Event{Kind: dialog.EventDocument, MediaID: "m3", MIMEType: "application/pdf"}
	case "(exe)":
		return dialog.Event{Kind: dialog.EventDocument, MediaID: "m4", MIMEType: "application/x-msdownload"}
	case "(place)":
		return dialog.Event{Kind: dialog.EventLocation, Latitude: 16.5, Longitude: 80.6}
	case "(sticker)":
		return dialog.Event{Kind: dialog.EventUnsupported}
	case "(reaction)":
		return dialog.Event{Kind: dialog.EventReaction}
	case "(press":
		return dialog.Event{Kind: dialog.EventChoice, Choice: strings.TrimSuffix(rest, ")")}
	case "(old":
		return dialog.Event{Kind: dialog.EventChoice, Choice: k.past[strings.TrimSuffix(rest, ")")]}
	case "(form":
		return k.form(rest)
	case "(quote":
		id, text, _ := strings.Cut(rest, ") ")
		return dialog.Event{Kind: dialog.EventText, Text: text, QuotedQuestion: id}
	}
	return dialog.Event{Kind: dialog.EventText, Text: sent}
}

// form is a native form that was filled in; a field is written name=value.
func (k *talk) form(written string) dialog.Event {
	key, rest, _ := strings.Cut(written, ")")
	event := dialog.Event{Kind: dialog.EventForm, Form: key, Filled: map[string]dialog.FormAnswer{}}
	for part := range strings.SplitSeq(rest, "|") {
		if name, value, some := strings.Cut(strings.TrimSpace(part), "="); some {
			event.Filled[name] = dialog.FormAnswer{Given: dialog.Given{Kind: dialog.EventText, Text: value}}
		}
	}
	return event
}

func (k *talk) press(title string) dialog.Event {
	for _, choice := range choicesOf(k.last) {
		if choice.Title == title {
			return dialog.Event{Kind: dialog.EventChoice, Choice: choice.ID, Text: title}
		}
	}
	k.t.Fatalf("the last bubble has no choice %q: %v", title, choicesOf(k.last))
	return dialog.Event{}
}

func choicesOf(b bubble.Bubble) []bubble.Choice {
	choices := slices.Clone(b.Buttons)
	if b.List != nil {
		for _, section := range b.List.Sections {
			choices = append(choices, section.Rows...)
		}
	}
	return choices
}

// send takes one turn and checks what holds for every turn: at most one reply, within WhatsApp's limits.
func (k *talk) send(event dialog.Event) []dialog.Effect {
	k.turns++
	event.Time = firstDay.Add(time.Duration(k.turns) * time.Minute)
	event.NewReference = fmt.Sprintf("JS-%04d", k.turns)
	if k.facts.NativeForm != nil {
		event.NewFormKey = fmt.Sprintf("key%d", k.turns)
	}
	session, effects := k.engine.Step(dialog.DecodeSession(k.stored), event, k.facts)
	stored, err := json.Marshal(session)
	require.NoError(k.t, err)
	k.stored = stored
	replies := 0
	for _, effect := range effects {
		if reply, ok := effect.(dialog.Reply); ok {
			require.NoError(k.t, bubble.Validate(reply.Bubble))
			k.see(reply.Bubble)
			replies++
		}
	}
	require.LessOrEqual(k.t, replies, 1)
	return effects
}

// see puts a bubble at the end of the chat.
func (k *talk) see(b bubble.Bubble) {
	k.last = b
	for _, choice := range choicesOf(b) {
		k.past[choice.Title] = choice.ID
	}
}

func (k *talk) show(effects []dialog.Effect) string {
	var shown strings.Builder
	for _, effect := range effects {
		switch effect := effect.(type) {
		case dialog.Reply:
			fmt.Fprintln(&shown, strings.ReplaceAll(effect.Bubble.Text, "\n\n", "\n"))
			showChoices(&shown, effect.Bubble)
		default:
			fmt.Fprintf(&shown, "! %T %s\n", effect, strings.ReplaceAll(fmt.Sprintf("%+v", effect), " Value:}", "}"))
		}
	}
	return shown.String()
}

func showChoices(shown *strings.Builder, b bubble.Bubble) {
	if b.Picture != nil {
		fmt.Fprintf(shown, "  <picture %s>\n", b.Picture.ID)
	}
	if b.Document != nil {
		fmt.Fprintf(shown, "  <document %s %s>\n", b.Document.ID, b.Document.Filename)
	}
	if b.Video != nil {
		fmt.Fprintf(shown, "  <video %s>\n", b.Video.File.ID)
	}
	if b.Link != nil {
		fmt.Fprintf(shown, "  <%s> %s\n", b.Link.Label, b.Link.URL)
	}
	if b.Location {
		fmt.Fprintln(shown, "  <send location>")
	}
	if b.Flow != nil {
		fmt.Fprintf(shown, "  <form %s: %s, %s>\n", b.Flow.Label, b.Flow.Name, b.Flow.Token)
	}
	for _, choice := range choicesOf(b) {
		fmt.Fprintf(shown, "  [%s]", choice.Title)
		if choice.Description != "" {
			fmt.Fprintf(shown, " %s", choice.Description)
		}
		fmt.Fprintln(shown)
	}
}
