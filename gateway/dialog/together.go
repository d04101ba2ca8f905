package dialog

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jansetu/jansetu/catalog"
)

// together are the fields that are asked for in one message now: the one in hand, and those after it that may stand beside it and have
// no answer yet. It is nil where a field is asked for alone.
func (t *turn) together() []*catalog.Field {
	draft, form := t.session.Draft, t.form()
	at := t.fieldIndex(draft.Field)
	if at < 0 || draft.Editing || at <= t.fieldIndex(draft.Apart) {
		return nil
	}
	var fields []*catalog.Field
	for i := at; i < len(form) && form[i].Together; i++ {
		if _, answered := draft.Answers[form[i].ID]; answered {
			break
		}
		fields = append(fields, &form[i])
	}
	if len(fields) < 2 {
		return nil
	}
	return fields
}

// shortQuestion is a field's question on one line.
func (t *turn) shortQuestion(field *catalog.Field) string {
	question := field.Prompt.In(t.lang())
	titles := make([]string, 0, len(field.Choices))
	for _, choice := range field.Choices {
		titles = append(titles, choice.Title.In(t.lang()))
	}
	if len(titles) > 0 {
		question += " (" + strings.Join(titles, " / ") + ")"
	}
	if field.Example != "" {
		question += " " + t.text(textFormExample, catalog.Args{"example": field.Example})
	}
	if field.Optional {
		question = t.text(textFormLeaveOut, catalog.Args{"question": question})
	}
	return question
}

// takeTogether takes one line for each field, in their order. What could not be read is said with its reason and asked again alone.
func (t *turn) takeTogether(fields []*catalog.Field, text string) {
	lines := linesFor(text, len(fields))
	t.session.Draft.Apart = fields[len(fields)-1].ID
	switch {
	case len(lines) > len(fields):
		t.note(textFormLines, catalog.Args{"given": strconv.Itoa(len(lines)), "wanted": strconv.Itoa(len(fields))})
		t.again()
		return
	case allNumbered(lines, len(fields)):
		for _, line := range lines {
			t.takeLine(fields[line.number-1], line.text)
		}
	default:
		t.takeInOrder(fields, lines)
	}
	t.advance()
}

func (t *turn) takeInOrder(fields []*catalog.Field, lines []line) {
	for ; len(lines) > 0; lines = lines[1:] {
		spare := len(fields) - len(lines)
		fields = fields[firstToTake(lines[0].text, fields[:spare+1]):]
		t.takeLine(fields[0], lines[0].text)
		fields = fields[1:]
	}
}

// firstToTake is where a line belongs when there are fewer lines than fields: the first field that takes it, else the first.
func firstToTake(text string, fields []*catalog.Field) int {
	return max(0, slices.IndexFunc(fields, func(field *catalog.Field) bool {
		_, problem := check(field, typed(withoutLabel(text, field)))
		return problem == nil
	}))
}

func (t *turn) takeLine(field *catalog.Field, text string) {
	text = withoutLabel(text, field)
	value, problem := check(field, typed(text))
	if problem != nil {
		t.note(textFormNotRead, catalog.Args{"field": field.Label.In(t.lang()), "why": t.text(problem.Key, problem.Args)})
		return
	}
	t.keep(field.ID, value)
}

// line is one line of an answer to several questions.
type line struct {
	number int // that stood before it; 0: none
	text   string
}

// linesFor splits a text into its lines; a single line with the right number of commas, each before a space, counts as so many lines.
func linesFor(text string, wanted int) []line {
	split := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' })
	if commas := strings.Split(text, ", "); len(split) == 1 && len(commas) == wanted {
		split = commas
	}
	lines := make([]line, 0, len(split))
	for _, each := range split {
		if read := readLine(strings.TrimSpace(each)); read.text != "" {
			lines = append(lines, read)
		}
	}
	return lines
}

// allNumbered is whether every line says which question it answers.
func allNumbered(lines []line, questions int) bool {
	last := 0
	for _, line := range lines {
		if line.number <= last || line.number > questions {
			return false
		}
		last = line.number
	}
	return true
}

// readLine takes "2. " or "२) " off an answer, and nothing of "2.5" or "05.01.2026".
func readLine(text string) line {
	rest := strings.TrimLeftFunc(strings.TrimPrefix(text, "("), unicode.IsDigit)
	answer := strings.TrimLeft(rest, ".):")
	number, ok := typedNumber(text[:len(text)-len(answer)])
	first, _ := utf8.DecodeRuneInString(answer)
	if !ok || answer == rest || !unicode.IsSpace(first) {
		return line{text: text}
	}
	return line{number: number, text: strings.TrimSpace(answer)}
}

// withoutLabel drops what the field is called before an answer: "Name: Sita".
func withoutLabel(text string, field *catalog.Field) string {
	label, answer, found := strings.Cut(text, ":")
	if !found || strings.TrimSpace(answer) == "" {
		return text
	}
	named := func(title string) bool { return fold(title) == fold(label) }
	titles := make([]string, 0, len(field.Label))
	for _, title := range field.Label {
		titles = append(titles, title)
	}
	if fold(label) == "" || !slices.ContainsFunc(titles, named) {
		return text
	}
	return strings.TrimSpace(answer)
}
