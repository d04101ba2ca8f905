// Package wording writes a workflow's message out in a citizen's language, from the catalog's texts. It knows neither Temporal nor
// PostgreSQL.
package wording

import (
	"strings"
	"time"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/workflows"
)

// Writer writes messages. It is safe for concurrent use.
type Writer struct{ catalog *catalog.Catalog }

// New makes a writer over a state's catalog.
func New(c *catalog.Catalog) *Writer { return &Writer{catalog: c} }

// Write gives the message's lines in the language, joined with line breaks.
func (w *Writer) Write(lang catalog.Language, message workflows.Message) string {
	lines := make([]string, 0, len(message))
	for _, line := range message {
		lines = append(lines, w.line(lang, line))
	}
	return strings.Join(lines, "\n")
}

// Text gives one text without placeholders, such as the title of a button.
func (w *Writer) Text(lang catalog.Language, key catalog.TextKey) string {
	return w.catalog.Text(lang, key, nil)
}

func (w *Writer) line(lang catalog.Language, line workflows.Line) string {
	if line.Text == "" {
		return ""
	}
	args := make(catalog.Args, len(line.Values))
	for name, value := range line.Values {
		args[name] = w.value(lang, value)
	}
	return w.catalog.Text(lang, line.Text, args)
}

func (w *Writer) value(lang catalog.Language, value workflows.Value) string {
	switch {
	case value.Money != nil:
		return value.Money.String()
	case !value.Day.IsZero():
		return w.catalog.Date(lang, value.Day.In(connectors.IndianTime))
	case !value.Moment.IsZero():
		return w.catalog.Moment(lang, value.Moment.In(connectors.IndianTime))
	case value.Month != "":
		return w.month(lang, value.Month)
	case value.Portal != "":
		return w.portal(lang, value.Portal)
	case value.Field != "":
		return w.field(lang, value.Field)
	}
	return value.Plain
}

// month shows "2026-11" as the month and the year of a date in the language, without its day.
func (w *Writer) month(lang catalog.Language, period string) string {
	first, err := time.ParseInLocation("2006-01", period, connectors.IndianTime)
	if err != nil {
		return period
	}
	return strings.TrimPrefix(w.catalog.Date(lang, first), "1 ")
}

func (w *Writer) portal(lang catalog.Language, name string) string {
	if portal, ok := w.catalog.Portal(name); ok {
		return portal.Title.In(lang)
	}
	return name
}

// field shows a question of a form by its label.
func (w *Writer) field(lang catalog.Language, path string) string {
	id, name, _ := strings.Cut(path, "/")
	service, known := w.catalog.Service(id)
	if !known {
		return name
	}
	for i := range service.Form {
		if service.Form[i].ID == name {
			return service.Form[i].Label.In(lang)
		}
	}
	return name
}
