package panchayat

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/webform"
)

const (
	dateLayout     = "02-01-2006"
	dateTimeLayout = "02-01-2006 15:04:05"
)

// call makes one call of the district's server and reads its page.
func call[T any](ctx context.Context, c *Connector, fields map[string]string, request portal.Request, read func(page) (T, error)) (T, error) {
	var value T
	client, err := c.server(fields)
	if err != nil {
		return value, err
	}
	request.Check = func(response *portal.Response) error {
		shown, err := pageOf(response)
		if err != nil {
			return err
		}
		value, err = read(shown)
		return shapes()[request.Operation].Explain(response, explained(response, err))
	}
	_, err = client.Do(ctx, request)
	return value, err
}

// explained looks again at a page that is not as expected: it may be one of
// those that mean trouble. Otherwise it adds the evidence.
func explained(response *portal.Response, err error) error {
	if changed, ok := errors.AsType[*connectors.ChangedError](err); ok {
		return markers().Unexpected(response, changed.Expected)
	}
	return err
}

// page is one answer of a server.
type page struct {
	*webform.Page
	text string
}

// pageOf reads an answer as a page, or answers what the page says is wrong.
func pageOf(response *portal.Response) (page, error) {
	text, err := response.Text()
	if err != nil || response.Status/100 != 2 {
		return page{}, markers().Unexpected(response, "a page")
	}
	if said, found := alertIn(text); found {
		return page{}, complaint(said, response)
	}
	if !hasEnd(text) {
		return page{}, cut(response)
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

// cut classifies a page without an end: a page of trouble, or one that broke off.
func cut(response *portal.Response) error {
	if trouble := markers().Trouble(response); trouble != nil {
		return trouble
	}
	return &connectors.UnavailableError{Reason: connectors.ReasonServerError}
}

// says tells whether the page has a text, given in small letters.
func (p page) says(text string) bool { return strings.Contains(strings.ToLower(p.text), text) }

func markers() portal.Markers {
	return portal.Markers{
		Maintenance: []string{"under maintenance", "site is down for"},
		Failure: []string{
			"microsoft ole db", "microsoft vbscript runtime", "adodb.", "server error in", "runtime error",
			"service unavailable", "internal server error", "too many users",
		},
	}
}

var alertPattern = regexp.MustCompile(`(?i)\balert\s*\(\s*["']((?:[^"'\\]|\\.){0,300})["']\s*\)`)

// alertIn answers the text of a page that is nothing but a message box.
func alertIn(text string) (said string, found bool) {
	if len(text) > 4<<10 {
		return "", false
	}
	match := alertPattern.FindStringSubmatch(text)
	if match == nil {
		return "", false
	}
	return strings.TrimSpace(match[1]), true
}

// complaint turns the words of a message box into an error.
func complaint(said string, response *portal.Response) error {
	lower := strings.ToLower(said)
	switch {
	case strings.Contains(lower, "too many users"), strings.Contains(lower, "server busy"):
		return &connectors.UnavailableError{Reason: connectors.ReasonServerError}
	case strings.Contains(lower, "invalid assessment"):
		return &connectors.InputRejectedError{Field: connectors.FieldAccount, Reason: said}
	case strings.Contains(lower, "assessment number not found"):
		return &connectors.NotFoundError{What: "assessment"}
	case strings.Contains(lower, "no receipt found"):
		return &connectors.NotFoundError{What: "posting"}
	case strings.Contains(lower, "already paid"):
		return &connectors.RefusedError{Code: connectors.RefusedAlreadyPaid, Reason: said}
	case strings.Contains(lower, "amount does not match"):
		return &connectors.RefusedError{Code: connectors.RefusedAmount, Reason: said}
	case strings.Contains(lower, "reference number already used"):
		return &connectors.RefusedError{Code: connectors.RefusedDuplicate, Reason: said}
	case strings.Contains(lower, "not accepted"):
		return &connectors.RefusedError{Code: RefusedNotAccepted, Reason: said}
	case strings.Contains(lower, "certificate is not available"):
		return &connectors.RefusedError{Code: RefusedNotOffered, Reason: said}
	case strings.Contains(lower, "not yet issued"):
		return &connectors.NotFoundError{What: "certificate"}
	case strings.HasPrefix(lower, "please enter "), strings.HasPrefix(lower, "invalid "):
		_, label, _ := strings.Cut(said, " ")
		return &connectors.InputRejectedError{Field: label, Reason: said}
	default:
		return &connectors.ChangedError{Expected: "a message we know", Seen: "another message", Evidence: portal.Outline(response)}
	}
}

// The refusals of these servers.
const (
	// RefusedNotAccepted: the panchayat takes no payment for this assessment.
	RefusedNotAccepted = "not_accepted"
	// RefusedNotOffered: the panchayat does not issue this certificate.
	RefusedNotOffered = "not_offered"
)

// rows are the labels and values of a page's tables.
type rows struct {
	values map[string]string
	err    error
}

// rows reads every table row of two cells. Of a label only the words in Latin
// letters count, because labels repeat themselves in the state's language.
func (p page) rows() *rows {
	read := &rows{values: map[string]string{}}
	p.Document.Find("tr").Each(func(_ int, row *goquery.Selection) {
		cells := row.ChildrenFiltered("td")
		if cells.Length() != 2 {
			return
		}
		label := plainLabel(cells.Eq(0).Text())
		if _, taken := read.values[label]; !taken {
			read.values[label] = webform.Squeeze(cells.Eq(1).Text())
		}
	})
	return read
}

// plainLabel is the Latin words of a label in small letters.
func plainLabel(text string) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(char rune) bool {
		return (char < 'a' || char > 'z') && (char < '0' || char > '9')
	})
	return strings.Join(words, " ")
}

func (r *rows) optional(label string) string { return r.values[label] }

func (r *rows) required(label string) string {
	if r.values[label] == "" {
		r.fail("a row " + label)
	}
	return r.values[label]
}

func (r *rows) paise(label string) connectors.Paise {
	amount, err := connectors.ParsePaise(r.required(label))
	if err != nil {
		r.fail("an amount in row " + label)
	}
	return amount
}

// date reads a day, zero when the row is empty.
func (r *rows) date(label string) time.Time {
	if r.values[label] == "" {
		return time.Time{}
	}
	return r.parse(dateLayout, label)
}

func (r *rows) moment(label string) time.Time { return r.parse(dateTimeLayout, label) }

func (r *rows) parse(layout, label string) time.Time {
	moment, err := time.ParseInLocation(layout, r.values[label], connectors.IndianTime)
	if err != nil {
		r.fail("a date in row " + label)
	}
	return moment
}

func (r *rows) period(label string) string {
	start, known := startOfHalf(r.required(label))
	if !known {
		r.fail("a half-year in row " + label)
	}
	return start.Format("2006-01")
}

// fail keeps the first thing that is not as expected.
func (r *rows) fail(expected string) {
	if r.err == nil {
		r.err = &connectors.ChangedError{Expected: expected, Seen: "a page without it"}
	}
}
