package flows

import (
	"context"
	"errors"
	"maps"

	"github.com/jansetu/jansetu/catalog"
)

// ErrOver says that a form was used already, or is no longer there.
var ErrOver = errors.New("the form is over")

// Form is a draft as a native form shows it.
type Form struct {
	Title    string // of what it is for
	Language catalog.Language
	Fields   []catalog.Field
	Answers  map[string]string // field id -> what [catalog.Field.Check] made of it; an empty one was left out
}

// Given is what came for one field.
type Given struct {
	Text     string // typed or chosen
	MediaID  string // of a paper, as the channel knows it from now on
	MIMEType string
}

// Forms keeps what is filled in. Implementations are safe for concurrent use.
type Forms interface {
	// Form is the draft that a token names. It fails with [ErrOver], then with the form's language alone where that is known.
	Form(ctx context.Context, token Token) (Form, error)
	// Fill checks and keeps answers, by field id; what is wrong with the others it says in the citizen's language. It fails as Form does.
	Fill(ctx context.Context, token Token, given map[string]Given) (Form, map[string]string, error)
}

// view is what one page shows.
type view struct {
	form     Form
	pages    []page
	problems map[string]string // field id -> why its answer was not taken
	given    map[string]Given  // what was typed, where it was not taken
}

// data is what a page's screen gets: what stands in its fields, what is wrong, and its lists.
func (v *view) data(number int, texts Texter) map[string]any {
	data := map[string]any{"service": v.form.Title}
	values, faults := map[string]any{}, map[string]string{}
	for _, at := range v.pages[number] {
		field := &v.form.Fields[at]
		name := fieldName(field)
		why, wrong := v.problems[field.ID]
		data[name+"_wrong"], data[name+"_why"] = wrong, "–"
		if wrong {
			data[name+"_why"], faults[name] = why, texts.Text(v.form.Language, textLook, nil)
		}
		if field.Type == catalog.FieldDocument {
			data[name+"_have"] = v.form.Answers[field.ID] != ""
		} else if value, some := v.value(field); some {
			values[name] = value
		}
		if asList(field) {
			data[name+"_list"] = options(field, v.form.Language)
		}
	}
	data["values"], data["errors"] = values, faults
	return data
}

// value is what stands in a field when its page opens. What is sensitive does not leave us again.
func (v *view) value(field *catalog.Field) (any, bool) {
	text := v.form.Answers[field.ID]
	if given, refused := v.given[field.ID]; refused {
		text = given.Text
	} else if field.Sensitive {
		return nil, false
	}
	switch {
	case text == "":
		return nil, false
	case asOptIn(field):
		return text == field.Choices[0].ID, true
	case field.Type == catalog.FieldPeople && v.problems[field.ID] == "":
		return field.Display(text, v.form.Language), true
	}
	return text, true
}

// refused keeps what was typed where it was not taken.
func refused(given map[string]Given, problems map[string]string) map[string]Given {
	kept := maps.Clone(given)
	maps.DeleteFunc(kept, func(id string, _ Given) bool { return problems[id] == "" })
	return kept
}
