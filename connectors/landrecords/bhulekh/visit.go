package bhulekh

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/aspnet"
	"github.com/jansetu/jansetu/connectors/portal/webform"
)

// The names of the page's parts.
const (
	prefix        = "ctl00$ContentPlaceHolder1$"
	scriptManager = "ctl00$ScriptManager1"
	updatePanel   = prefix + "UpdatePanel1"
	buttonView    = prefix + "btnRORFront"
	startPath     = "RoRView.aspx"
)

// The names of metrics' operations.
const (
	operationVisit = "visit"
	operationList  = "list"
	operationView  = "view"
)

// maxList bounds a delta: the list of a large village's tenants is long.
const maxList = 4 << 20

func pages() aspnet.Config {
	return aspnet.Config{
		Start:         portal.Request{Operation: operationVisit, Path: startPath},
		ScriptManager: scriptManager,
		Markers: portal.Markers{
			Maintenance: []string{"under maintenance", "scheduled maintenance"},
			Failure:     []string{"server error in", "runtime error", "service unavailable"},
		},
		Check: whole,
	}
}

// whole refuses half a page: a list that ends early would make a citizen's choice
// look like one that is not offered.
func whole(page *webform.Page) error {
	text, err := page.Response().Text()
	if err != nil || !strings.Contains(text, "</html>") {
		return page.Changed("a whole page")
	}
	return nil
}

// walk opens the page and chooses from the lists, in order.
func (c *Connector) walk(ctx context.Context, session *portal.Session, fields map[string]string, names []string) (*aspnet.Visit, error) {
	visit := aspnet.NewVisit(session, pages())
	if err := visit.Start(ctx); err != nil {
		return nil, err
	}
	if err := admitted(ctx, visit); err != nil {
		return nil, err
	}
	for _, name := range names {
		if err := choose(ctx, visit, name, fields[name]); err != nil {
			return nil, err
		}
	}
	return visit, nil
}

var postBackLink = regexp.MustCompile(`__doPostBack\('([^']+)','([^']*)'\)`)

// admitted gets past the error page of a first visit, whose link "here" is a
// postback.
func admitted(ctx context.Context, visit *aspnet.Visit) error {
	link, found := hereLink(visit.Page())
	if !found {
		return arrived(visit)
	}
	if err := visit.Post(ctx, aspnet.Step{Operation: operationVisit, Target: link[1], Argument: link[2]}); err != nil {
		return err
	}
	return arrived(visit)
}

func hereLink(page *webform.Page) ([]string, bool) {
	for _, anchor := range page.Document.Find("a[href]").Nodes {
		if !strings.EqualFold(webform.NodeText(anchor), "here") {
			continue
		}
		if link := postBackLink.FindStringSubmatch(webform.Attribute(anchor, "href")); link != nil {
			return link, true
		}
	}
	return nil, false
}

// arrived tells whether the visit stands on the page of the lists. The error page
// in its place means that the portal has forgotten us.
func arrived(visit *aspnet.Visit) error {
	if _, sorry := hereLink(visit.Page()); sorry {
		return fmt.Errorf("lists of places: %w", portal.ErrVisitLost)
	}
	names := make([]string, 0, len(lists())+1)
	for _, name := range append(lists(), fieldData) {
		names = append(names, prefix+name)
	}
	return visit.Form().Expect(names...)
}

// choose picks from one list, which fills the next one.
func choose(ctx context.Context, visit *aspnet.Visit, field, value string) error {
	if isPlaceholder(connectors.Option{Value: value}) {
		return &connectors.InputRejectedError{Field: field}
	}
	form, name := visit.Form(), prefix+field
	if field == fieldKind && form.Value(name) == value {
		return nil // it is the one the page comes with
	}
	if err := set(form, field, value); err != nil {
		return err
	}
	if err := visit.Post(ctx, aspnet.Step{Operation: operationList, Target: name, Panel: updatePanel, MaxBody: maxList}); err != nil {
		return err
	}
	return arrived(visit)
}

// set names a refused value by the citizen's field.
func set(form *webform.Form, field, value string) error {
	err := form.Set(prefix+field, value)
	if rejected, ok := errors.AsType[*connectors.InputRejectedError](err); ok {
		return &connectors.InputRejectedError{Field: field, Reason: rejected.Reason}
	}
	return err
}

// options are a list's choices without the line that asks to choose.
func options(visit *aspnet.Visit, field string) ([]connectors.Option, error) {
	all, err := visit.Form().Options(prefix + field)
	if err != nil {
		return nil, err
	}
	offered := make([]connectors.Option, 0, len(all))
	for _, option := range all {
		if !isPlaceholder(option) {
			offered = append(offered, option)
		}
	}
	return offered, nil
}

func isPlaceholder(option connectors.Option) bool {
	value := strings.TrimSpace(option.Value)
	return value == "" || value == "0" || strings.HasPrefix(strings.ToLower(value), "select")
}

// view presses the button and reads the page that it leads to.
func view(ctx context.Context, visit *aspnet.Visit, chosen string) (connectors.Record, error) {
	form := visit.Form()
	if err := set(form, fieldData, chosen); err != nil {
		return connectors.Record{}, err
	}
	if err := form.Complete(); err != nil {
		return connectors.Record{}, err
	}
	if err := visit.Post(ctx, aspnet.Step{Operation: operationView, Button: buttonView, Panel: updatePanel}); err != nil {
		return connectors.Record{}, err
	}
	page := visit.Page()
	if _, sorry := hereLink(page); sorry {
		return connectors.Record{}, fmt.Errorf("record: %w", portal.ErrVisitLost)
	}
	record, err := parseRecord(page.Document)
	if err != nil {
		return connectors.Record{}, page.Changed("a record of rights")
	}
	return record, nil
}
