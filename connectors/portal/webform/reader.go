package webform

import (
	"context"
	"fmt"
	"strings"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

// Reader gets pages of one portal and judges them before they count as its
// success. It is safe for concurrent use.
type Reader struct {
	// Form is the CSS selector of the form that FormPage reads; "form" when
	// empty.
	Form string
	// Mark is a CSS selector that a page read by FormPage has besides the form;
	// empty asks for nothing more.
	Mark string
	// Markers tell pages that mean trouble.
	Markers portal.Markers
	// Lost are texts, compared without case, of answers of any status that say
	// that the portal has forgotten the visit: portal.ErrVisitLost.
	Lost []string
	// Check, when set, looks at every page, such as for an alert that says what
	// is wrong. Its error, of package connectors, ends the call.
	Check func(*Page) error
}

// Reading is a copy of the reader that also reads each page with read, after
// Check. What is read of the answer to a submission must be read so: an answer
// that cannot be read is then an OutcomeUnknownError and not a page that merely
// changed.
func (r Reader) Reading(read func(*Page) error) Reader {
	first := r.Check
	r.Check = func(page *Page) error {
		if first != nil {
			if err := first(page); err != nil {
				return err
			}
		}
		return read(page)
	}
	return r
}

// Page sends the request and reads the page that answers it, with or without a
// form.
func (r Reader) Page(ctx context.Context, session *portal.Session, request portal.Request) (*Page, error) {
	return r.read(ctx, session, request, func(*Page) error { return nil })
}

// FormPage sends the request and reads the page that answers it with its form. A
// page without it is one of Markers or a ChangedError.
func (r Reader) FormPage(ctx context.Context, session *portal.Session, request portal.Request) (page *Page, form *Form, err error) {
	page, err = r.read(ctx, session, request, func(page *Page) (err error) {
		form, err = r.FormOf(page)
		return err
	})
	return page, form, err
}

// FormOf reads the form of a page.
func (r Reader) FormOf(page *Page) (*Form, error) {
	if !r.IsFormPage(page) {
		return nil, r.Markers.Unexpected(page.Response(), "a page with the form "+r.selector())
	}
	return page.Form(r.selector())
}

// IsFormPage tells whether a page has the form and the mark.
func (r Reader) IsFormPage(page *Page) bool {
	return page.Has(r.selector()) && (r.Mark == "" || page.Has(r.Mark))
}

func (r Reader) selector() string {
	if r.Form == "" {
		return "form"
	}
	return r.Form
}

func (r Reader) read(ctx context.Context, session *portal.Session, request portal.Request, accept func(*Page) error) (*Page, error) {
	var page *Page
	request.CheckFailure = r.VisitLost
	request.Check = func(response *portal.Response) (err error) {
		if err := r.Judge(response); err != nil {
			return err
		}
		if page, err = Parse(response); err != nil {
			return err
		}
		if r.Check != nil {
			if err := r.Check(page); err != nil {
				return err
			}
		}
		return accept(page)
	}
	_, err := session.Do(ctx, request)
	return page, err
}

// Judge finds the failures that any answer may be: a lost visit, an unexpected
// status, a page of Markers, a page that ends in the middle.
func (r Reader) Judge(response *portal.Response) error {
	if err := r.VisitLost(response); err != nil {
		return err
	}
	if response.Status/100 != 2 {
		return r.Markers.Unexpected(response, "a page")
	}
	if err := r.Markers.Trouble(response); err != nil {
		return err
	}
	if isCut(response) {
		return &connectors.ChangedError{
			Expected: "a whole page", Seen: "one that ends in the middle",
			Evidence: portal.Outline(response), Snapshot: portal.Snapshot(response),
		}
	}
	return nil
}

// isCut tells a page that opens its body and never closes its document. What
// misses on it may have been in the other half, so "not there" would be wrong.
func isCut(response *portal.Response) bool {
	text, err := response.Text()
	if err != nil || response.MediaType() != "text/html" {
		return false
	}
	return portal.ContainsFold(text, "<html", "<body") && !closes(text)
}

// closes looks for the end of a document from its end, where it is.
func closes(text string) bool {
	for rest := text; ; {
		last := strings.LastIndex(rest, "</")
		if last < 0 {
			return false
		}
		if tag := text[last:min(len(text), last+len("</html"))]; strings.EqualFold(tag, "</html") || strings.EqualFold(tag, "</body") {
			return true
		}
		rest = rest[:last]
	}
}

// VisitLost answers an error that wraps portal.ErrVisitLost when the answer has
// one of the texts of Lost.
func (r Reader) VisitLost(response *portal.Response) error {
	text, err := response.Text()
	if err != nil {
		return nil //nolint:nilerr // what cannot be read says nothing; Markers judge it
	}
	return r.LostText(text)
}

// LostText is VisitLost for a text.
func (r Reader) LostText(text string) error {
	if portal.ContainsFold(text, r.Lost...) {
		return fmt.Errorf("next page: %w", portal.ErrVisitLost)
	}
	return nil
}
