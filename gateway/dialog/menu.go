package dialog

import (
	"strconv"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/bubble"
)

func (t *turn) showMenu() {
	choices := append(t.draftRows(), t.requestsRow()...)
	for _, category := range t.catalog.Categories() {
		choices = append(choices, bubble.Choice{
			ID:          choiceID(verbCategory, category.ID, "0"),
			Title:       category.Title.In(t.lang()),
			Description: category.About.In(t.lang()),
		})
	}
	choices = append(choices, t.checkRow()...)
	turnTo := func(page int) string { return choiceID(verbMenu, strconv.Itoa(page)) }
	t.reply(t.text(textMenuChoose, nil), t.page(choices, t.session.Page, turnTo))
}

// draftRows offers to go on with a kept form; several share one row.
func (t *turn) draftRows() []bubble.Choice {
	if len(t.session.Parked) == 0 {
		return nil
	}
	row := t.button(buttonResume, verbDrafts)
	if len(t.session.Parked) == 1 {
		row = t.button(buttonResume, verbResume, t.session.Parked[0].ID)
	}
	if service, ok := t.catalog.Service(t.session.Parked[0].Service); ok {
		row.Description = service.Title.In(t.lang())
	}
	return []bubble.Choice{row}
}

func (t *turn) requestsRow() []bubble.Choice {
	if len(t.facts.Requests) == 0 {
		return nil
	}
	row := t.button(buttonRequests, verbRequests)
	if open := len(t.openRequests()); open > 0 {
		row.Description = t.text(textRequestsOpen, catalog.Args{"count": strconv.Itoa(open)})
	}
	return []bubble.Choice{row}
}

func (t *turn) firstPage() {
	t.session.Page = 0
	t.open(StepMenu)
}

func (t *turn) pressMenu(args []string) {
	t.leave()
	t.session.Page = pageNumber(arg(args, 0))
	t.open(StepMenu)
}

func pageNumber(typed string) int {
	const most = 100
	page, err := strconv.Atoi(typed)
	if err != nil || page < 0 {
		return 0
	}
	return min(page, most)
}

func (t *turn) pressCategory(args []string) {
	category, ok := t.catalog.Category(arg(args, 0))
	if !ok {
		t.earlier()
		return
	}
	t.leave()
	t.session.Category, t.session.Page = category.ID, pageNumber(arg(args, 1))
	t.open(StepCategory)
}

func (t *turn) showCategory() {
	category, _ := t.catalog.Category(t.session.Category)
	services := t.catalog.ServicesIn(category.ID)
	choices := make([]bubble.Choice, 0, len(services))
	for _, service := range services {
		choices = append(choices, t.serviceRow(service))
	}
	turnTo := func(page int) string { return choiceID(verbCategory, category.ID, strconv.Itoa(page)) }
	title := catalog.Args{"category": category.Title.In(t.lang())}
	t.reply(t.text(textServiceChoose, title), t.page(choices, t.session.Page, turnTo))
}

func (t *turn) serviceRow(service *catalog.Service) bubble.Choice {
	row := bubble.Choice{
		ID:          choiceID(verbService, service.ID),
		Title:       service.Title.In(t.lang()),
		Description: service.About.In(t.lang()),
	}
	if service.Availability != catalog.Live {
		row.Description = t.text(textComingRow, nil)
	}
	return row
}

func (t *turn) pressService(args []string) {
	service, ok := t.catalog.Service(arg(args, 0))
	if !ok {
		t.earlier()
		return
	}
	t.leave()
	t.begin(service)
}

// begin opens a service: its form, its information, or kind words about when it comes.
func (t *turn) begin(service *catalog.Service) {
	switch {
	case t.session.Language == "" || !t.decided():
		t.session.Wish = Wish{Service: service.ID}
		t.again()
	case service.Availability != catalog.Live:
		t.showComing(service)
	case service.Kind == catalog.KindInformation:
		t.showInformation(service)
	case !t.agreed():
		t.session.Wish = Wish{Service: service.ID}
		t.session.Step = StepConsent
		t.note(textConsentNeeded, nil)
		t.showConsent()
	default:
		t.beginDraft(service)
	}
}

// showComing offers what is live instead: of the same category, else anything.
func (t *turn) showComing(service *catalog.Service) {
	t.session.Step = StepMenu
	args := t.helpline()
	args["service"] = service.Title.In(t.lang())
	t.note(textComing, args)
	choices := t.liveRows(t.catalog.ServicesIn(service.Category))
	if len(choices) == 0 {
		choices = t.liveRows(t.catalog.Services())
	}
	text := ""
	if len(choices) > 0 {
		text = t.text(textComingInstead, nil)
	}
	t.reply(text, append(choices, t.button(buttonMenu, verbMenu)))
}

func (t *turn) liveRows(services []*catalog.Service) []bubble.Choice {
	const most = 4
	var rows []bubble.Choice
	for _, service := range services {
		if service.Availability == catalog.Live && len(rows) < most {
			rows = append(rows, t.serviceRow(service))
		}
	}
	return rows
}
