package flows

import (
	"strings"

	"github.com/jansetu/jansetu/catalog"
)

// fewest is how many questions a form has that is shown as a native one.
const fewest = 4

// mostFields is how many questions stand on one page: a phone shows about three without scrolling.
const mostFields = 5

// page is one screen of a form: the positions of its fields.
type page []int

// pages lays a form out: its questions in their order, each photo on a page of its own since a screen takes one picker. A place on the map cannot be
// asked for in a Flow: it is asked for in the chat afterwards.
func pages(form []catalog.Field) []page {
	var laid []page
	var open page
	shut := func() {
		if len(open) > 0 {
			laid = append(laid, open)
		}
		open = nil
	}
	for i := range form {
		switch form[i].Type {
		case catalog.FieldLocation:
		case catalog.FieldDocument:
			shut()
			laid = append(laid, page{i})
		default:
			open = append(open, i)
			if len(open) == mostFields {
				shut()
			}
		}
	}
	shut()
	return laid
}

// screenID names a page. Ids of screens are letters and underscores (Meta, Flow JSON: screens).
func screenID(number int) string { return "PAGE_" + string(rune('A'+number)) } //nolint:gosec // at most [maxPages]

// pageNumber is the page of a screen's id; false where there is no such page.
func pageNumber(id string, of []page) (int, bool) {
	letter, found := strings.CutPrefix(id, "PAGE_")
	if !found || len(letter) != 1 {
		return 0, false
	}
	number := int(letter[0]) - 'A'
	return number, number >= 0 && number < len(of)
}

// fieldName is a field's name in Flow JSON, where "${form.name}" takes letters, digits and underscores.
func fieldName(field *catalog.Field) string { return strings.ReplaceAll(field.ID, "-", "_") }

// asList is whether a choice is made from a list that the endpoint gives.
func asList(field *catalog.Field) bool {
	return field.Type == catalog.FieldChoose && len(field.Choices) > maxRadio && len(field.Choices) <= maxOptions
}

// asOptIn is a choice with nothing to choose from: a declaration.
func asOptIn(field *catalog.Field) bool {
	return field.Type == catalog.FieldChoose && len(field.Choices) == 1
}
