package edistrict

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/webform"
)

const (
	dateLayout     = "02/01/2006"
	dateTimeLayout = "02/01/2006 15:04:05"
)

// errSessionLost says that the portal answered by asking to log in again.
var errSessionLost = errors.New("portal session lost")

// page is one page of the portal.
type page struct {
	*webform.Page
	text string
}

// open makes one exchange of a visit and reads its page. A page that asks to log
// in again instead of what read wants is errSessionLost; read may be nil.
func open(ctx context.Context, session *portal.Session, request portal.Request, read func(page) error) (page, error) {
	var shown page
	lost := false
	request.Check = func(response *portal.Response) error {
		var err error
		if shown, err = pageOf(response); err != nil {
			return err
		}
		if read != nil {
			err = read(shown)
		}
		if read == nil || connectors.ClassOf(err) == connectors.ClassChanged {
			lost = shown.sessionLost()
		}
		if lost {
			return nil
		}
		return shapes()[request.Operation].Explain(response, explained(response, err))
	}
	if _, err := session.Do(ctx, request); err != nil {
		return page{}, err
	}
	if lost {
		return page{}, errSessionLost
	}
	return shown, nil
}

// pageOf reads an answer as a whole page.
func pageOf(response *portal.Response) (page, error) {
	text, err := response.Text()
	if err != nil || response.Status/100 != 2 {
		return page{}, markers().Unexpected(response, "a page")
	}
	if !hasEnd(text) {
		if trouble := markers().Trouble(response); trouble != nil {
			return page{}, trouble
		}
		return page{}, &connectors.UnavailableError{Reason: connectors.ReasonServerError}
	}
	parsed, err := webform.Parse(response)
	if err != nil {
		return page{}, markers().Unexpected(response, "a page")
	}
	return page{parsed, text}, nil
}

// hasEnd tells a whole page from one that broke off.
func hasEnd(text string) bool {
	const tail = 512
	return strings.Contains(strings.ToLower(text[max(len(text)-tail, 0):]), "</html>")
}

// explained looks again at a page that is not as expected: it may be one of
// those that mean trouble.
func explained(response *portal.Response, err error) error {
	if changed, ok := errors.AsType[*connectors.ChangedError](err); ok {
		return markers().Unexpected(response, changed.Expected)
	}
	return err
}

func markers() portal.Markers {
	return portal.Markers{
		Maintenance: []string{"under maintenance", "scheduled maintenance", "site is down for"},
		Failure: []string{
			"server error in", "runtime error", "service unavailable", "internal server error",
			"java.lang.", "org.apache.jasper", "could not open connection",
		},
	}
}

// says tells whether the page has a text, given in small letters.
func (p page) says(text string) bool { return strings.Contains(strings.ToLower(p.text), text) }

func (p page) sessionLost() bool {
	return p.says("your session has expired") || p.says("please login again")
}

// complaint is what the page says is wrong with a control: the portal's words
// stand in an element named after it. Nil when nothing is.
func (p page) complaint() *connectors.InputRejectedError {
	for _, element := range p.Document.Find(`[id^="err_"]`).EachIter() {
		if said := webform.Squeeze(element.Text()); said != "" {
			return &connectors.InputRejectedError{Field: strings.TrimPrefix(element.AttrOr("id", ""), "err_"), Reason: said}
		}
	}
	return nil
}

// link answers where the link with this text leads.
func (p page) link(text string) (*url.URL, bool) {
	for _, anchor := range p.Document.Find("a[href]").EachIter() {
		if strings.EqualFold(webform.Squeeze(anchor.Text()), text) {
			target, err := p.Response().Resolve(anchor.AttrOr("href", ""))
			return target, err == nil
		}
	}
	return nil, false
}

func get(operation, path string, query url.Values) portal.Request {
	return portal.Request{Operation: operation, Method: http.MethodGet, Path: path, Query: query}
}

func follow(operation string, target *url.URL) portal.Request {
	return portal.Request{Operation: operation, Method: http.MethodGet, URL: target}
}

// rows are the labels and values of a table, and the first thing in it that is
// not as expected.
type rows struct {
	values map[string]string
	err    error
}

// rowsOf reads the rows of two cells: a label and its value.
func rowsOf(table *goquery.Selection) *rows {
	read := &rows{values: map[string]string{}}
	for _, row := range table.Find("tr").EachIter() {
		cells := row.ChildrenFiltered("td")
		if cells.Length() != 2 {
			continue
		}
		label := plainLabel(cells.Eq(0).Text())
		if _, taken := read.values[label]; !taken {
			read.values[label] = webform.Squeeze(cells.Eq(1).Text())
		}
	}
	return read
}

// plainLabel is a label in small letters without the marks around it.
func plainLabel(text string) string {
	return strings.ToLower(strings.Trim(webform.Squeeze(text), " :*."))
}

func (r *rows) required(label string) string {
	if r.values[label] == "" {
		r.fail("a row " + label)
	}
	return r.values[label]
}

// moment reads a date with or without a time of day, zero when the row is empty.
func (r *rows) moment(label string) time.Time {
	text := r.values[label]
	if text == "" {
		return time.Time{}
	}
	layout := dateTimeLayout
	if len(text) == len(dateLayout) {
		layout = dateLayout
	}
	moment, err := time.ParseInLocation(layout, text, connectors.IndianTime)
	if err != nil {
		r.fail("a date in row " + label)
	}
	return moment
}

func (r *rows) fail(expected string) {
	if r.err == nil {
		r.err = &connectors.ChangedError{Expected: expected, Seen: "a page without it"}
	}
}
