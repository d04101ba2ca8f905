package mahabhulekh

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/aspnet"
	"github.com/jansetu/jansetu/connectors/portal/webform"
)

// The names of the page's parts.
const (
	prefix        = "ctl00$ContentPlaceHolder1$"
	radioService  = "rbtnSelectType"
	buttonFind    = "btnsearchfind"
	buttonRefresh = "btnreferesh"
	buttonSubmit  = "btnmainsubmit"
	startPath     = "NewBhulekh.aspx"
)

// The names of metrics' operations.
const (
	operationVisit   = "visit"
	operationList    = "list"
	operationSearch  = "search"
	operationPicture = "captcha"
	operationSubmit  = "submit"
)

// maxPage bounds a page with the picture of a record in it, in bytes.
const maxPage = 8 << 20

func pages() aspnet.Config {
	return aspnet.Config{
		Start: portal.Request{Operation: operationVisit, Path: startPath},
		Markers: portal.Markers{
			Maintenance: []string{"under maintenance", "scheduled maintenance"},
			Failure:     []string{"server error in", "runtime error", "service unavailable"},
		},
		Check: usable,
	}
}

// usable refuses half a page, which would make a choice look like one that is not
// offered, and calls a blank one the lost visit that it stands for.
func usable(page *webform.Page) error {
	if isBlank(page.Document) {
		return fmt.Errorf("blank page: %w", portal.ErrVisitLost)
	}
	text, err := page.Response().Text()
	if err != nil || !strings.Contains(text, "</html>") {
		return page.Changed("a whole page")
	}
	return nil
}

func isLost(err error) bool { return errors.Is(err, portal.ErrVisitLost) }

// walk opens the page, says which record is wanted and chooses from the lists.
func walk(ctx context.Context, session *portal.Session, service string, fields map[string]string, names []string) (*aspnet.Visit, error) {
	visit := aspnet.NewVisit(session, pages())
	if err := visit.Start(ctx); err != nil {
		return nil, err
	}
	// Sending a page whose controls have other names now would spoil the session.
	if err := visit.Form().Expect(prefix+radioService, prefix+fieldDistrict, prefix+fieldTaluka, prefix+fieldVillage); err != nil {
		return nil, err
	}
	if err := pick(ctx, visit, service); err != nil {
		return nil, err
	}
	for _, name := range names {
		wanted := fields[name]
		if name == fieldSearch && wanted == "" {
			wanted = searchByNumber
		}
		if err := choose(ctx, visit, name, wanted); err != nil {
			return nil, err
		}
	}
	return visit, nil
}

// searchByNumber is the first way to search that the page offers, by the survey,
// gat or khata number. The others are by the holder's names.
const searchByNumber = "1"

// pick says which record is wanted; each radio button posts the page under its own
// number.
func pick(ctx context.Context, visit *aspnet.Visit, service string) error {
	name := prefix + radioService
	offered, err := visit.Form().Options(name)
	if err != nil || visit.Form().Value(name) == service {
		return err
	}
	for i, option := range offered {
		if option.Value != service {
			continue
		}
		if err := visit.Form().Set(name, service); err != nil {
			return err
		}
		return post(ctx, visit, aspnet.Step{Operation: operationList, Target: fmt.Sprintf("%s$%d", name, i)})
	}
	return visit.Page().Changed("the kind of record " + service)
}

// choose picks from one list, which fills the next one.
func choose(ctx context.Context, visit *aspnet.Visit, field, value string) error {
	if isPlaceholder(value) {
		return &connectors.InputRejectedError{Field: field}
	}
	if err := set(visit.Form(), field, value); err != nil {
		return err
	}
	if err := post(ctx, visit, aspnet.Step{Operation: operationList, Target: prefix + field}); err != nil {
		return err
	}
	// A list forgets a choice that the portal did not take.
	if visit.Form().Value(prefix+field) != value {
		return visit.Page().Changed("the choice of " + field + " to be taken")
	}
	return nil
}

// set names a refused value by the citizen's field.
func set(form *webform.Form, field, value string) error {
	err := form.Set(prefix+field, value)
	if rejected, ok := errors.AsType[*connectors.InputRejectedError](err); ok {
		return &connectors.InputRejectedError{Field: field, Reason: rejected.Reason}
	}
	return err
}

// defaultLanguage is Marathi, in which the record is kept.
const defaultLanguage = "mr_in"

func setLanguage(form *webform.Form, language string) error {
	if language == "" {
		language = defaultLanguage
	}
	return set(form, fieldLanguage, language)
}

func post(ctx context.Context, visit *aspnet.Visit, step aspnet.Step) error {
	step.MaxBody = maxPage
	return visit.Post(ctx, step)
}

// options are a list's choices without the line that asks to choose.
func options(visit *aspnet.Visit, field string) ([]connectors.Option, error) {
	all, err := visit.Form().Options(prefix + field)
	if err != nil {
		return nil, err
	}
	offered := make([]connectors.Option, 0, len(all))
	for _, option := range all {
		if !isPlaceholder(option.Value) {
			offered = append(offered, option)
		}
	}
	return offered, nil
}

func isPlaceholder(value string) bool {
	value = strings.TrimSpace(value)
	return value == "" || value == "0" || strings.HasPrefix(value, "--")
}

// sentences are what the page tells the visitor, without the one that is no news.
func sentences(page *webform.Page) []string {
	var said []string
	for _, alert := range alerts(page.Document) {
		if !strings.HasPrefix(strings.ToLower(strings.TrimSpace(alert)), "finished") {
			said = append(said, alert)
		}
	}
	return said
}

// explain turns the page's sentence into an error. It is the portal's answer, so it
// is looked at in the order of what it may be.
func explain(said []string, page *webform.Page) error {
	sentence := strings.ToLower(strings.Join(said, " "))
	says := func(words ...string) bool {
		for _, word := range words {
			if strings.Contains(sentence, word) {
				return true
			}
		}
		return false
	}
	switch {
	case says("system.", "exception", "remote server", "being used by another process", "timeout"):
		return &connectors.UnavailableError{Reason: connectors.ReasonServerError}
	case says("valid mobile", "मोबाईल", "मोबाइल"):
		return &connectors.InputRejectedError{Field: fieldMobile, Reason: said[0]}
	case says("captcha", "कॅप्चा"):
		return errWrongCaptcha
	case says("no data", "not found", "not available", "उपलब्ध नाही", "आढळ", "तपासा"):
		return &connectors.NotFoundError{What: whatRecord}
	default:
		return page.Changed("a sentence we know")
	}
}

// errWrongCaptcha says that the citizen's answer was not taken: the page has another
// picture.
var errWrongCaptcha = errors.New("captcha was not taken")
