package simulate

import (
	"context"
	"fmt"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/town/paper"
	"github.com/jansetu/jansetu/cmd/jansetu/town/phone"
	"github.com/jansetu/jansetu/connectors"
	edistrict "github.com/jansetu/jansetu/connectors/edistrict/twin"
	"github.com/jansetu/jansetu/connectors/twin"
)

const kindApplication kind = "application"

const (
	textSubmitted   catalog.TextKey = "application.submitted"
	textCertificate catalog.TextKey = "application.approved"
	textNotTaken    catalog.TextKey = "application.not_taken"
	textRejected    catalog.TextKey = "application.rejected"
	textQuery       catalog.TextKey = "application.query"
	textAnswered    catalog.TextKey = "application.query_answered"
	textFeeNotPaid  catalog.TextKey = "application.fee_not_paid"
	textNotNow      catalog.TextKey = "button.not_now"
	textAsItIs      catalog.TextKey = "button.paper_as_it_is"
)

// application is to be sent once, acknowledged with its number, and to bring one certificate, or the department's refusal.
type application struct {
	asked  *catalog.Service
	office *edistrict.Twin
}

func newApplication(t *town) (*application, error) {
	service, office, err := portalOf[*edistrict.Twin](t, catalog.KindApplication, nil)
	return &application{service, office}, err
}

func (a *application) service() *catalog.Service { return a.asked }

func (*application) answer(c *citizen, field *catalog.Field) answer {
	switch field.Type {
	case catalog.FieldDocument:
		return shown(c.photo("paper.jpg", paper.For(field, []string{c.Name})))
	case catalog.FieldPhone:
		return typed(applicantsMobile(c))
	default: // the others are as usual
		return c.usual(field)
	}
}

// applicantsMobile is the citizen's own number, or one of those that the officer of the twin has something to say to.
func applicantsMobile(c *citizen) string {
	nth, today := c.Errands[c.day].Nth, c.Errands[c.day].Habits
	switch {
	case today[habitNotEntitled]:
		return edistrict.Refused(nth)
	case today[habitUnclear]:
		return edistrict.Questioned(nth)
	}
	return c.mobile()
}

func (a *application) take(ctx context.Context, c *citizen, h phone.Shown) (taken, over bool) {
	said := func(key catalog.TextKey) bool { return c.phrases.Said(h, key) }
	switch {
	case said(textRejected) && h.Offers(c.phrases.Title(textNotNow)): // to appeal
		c.press(c.phrases.Title(textNotNow))
		return true, true
	case said(textCertificate) && h.Document != nil, said(textNotTaken), said(textRejected), said(textAnswered), said(textFeeNotPaid):
		return true, true
	case h.Payment() != "":
		return true, c.pay(ctx, h.Payment())
	case c.asks(h, textOTP, a.asked):
		return c.typeCode(ctx, a.asked.Portal.Name, applicantsMobile(c)), false
	case c.asks(h, textCaptcha, a.asked):
		c.readLetters(ctx, a.asked.Portal.Name, h)
	case h.Offers(c.phrases.Title(textAsItIs)): // the hub doubts that it is the paper it asked for
		c.press(c.phrases.Title(textAsItIs))
	case said(textQuery):
		c.write("The slip is of last month and was handed in with the papers")
	default:
		return false, false
	}
	return true, false
}

// rests are where the citizen is waited for, whom the department has asked. What the department works on does not rest: its officers decide
// at once, and what they decided is to arrive.
func (*application) rests() []string { return []string{"queried"} }

func (a *application) dial() *twin.Dial { return a.office.Faults }

func (*application) troubles() []trouble {
	return []trouble{
		{edistrict.Submit, twin.ResponseLost, 1}, {edistrict.Submit, twin.BadGateway, 1}, {edistrict.Submit, twin.DropBefore, 1},
		{edistrict.Form, twin.ServerError, 1}, {edistrict.Save, twin.ServerError, 1}, {edistrict.Track, twin.Unavailable, 1},
		{edistrict.Certificate, twin.ServerError, 1}, {edistrict.Search, twin.ServerError, 1}, {edistrict.Reply, twin.ResponseLost, 1},
	}
}

// compare expects each application of the department to have been told with its number, each query to have been answered once, and each
// request that is done to have its certificate. Each that was sent was paid for.
func (a *application) compare(citizens []*citizen, requests map[string]stored, report *Report) {
	if doubled := a.office.DoubleSubmissions(); doubled > 0 {
		report.Doubled = append(report.Doubled, fmt.Sprintf("%d applications were sent twice", doubled))
	}
	if _, doubled := a.office.Replies(); doubled > 0 {
		report.Doubled = append(report.Doubled, fmt.Sprintf("%d answers to queries were sent twice", doubled))
	}
	sent := map[string]int{}
	for _, each := range a.office.Submissions() {
		sent[each.Number]++
		report.PostedPaise += feeOf(a.asked)
	}
	report.match("application", sent, toldNumbers(citizens, textSubmitted))
	for _, c := range citizens {
		report.Got[kindApplication] += c.documents(textCertificate)
	}
	report.delivered(a.asked.ID, requests, report.Got[kindApplication])
}

func feeOf(service *catalog.Service) int64 {
	if isFree(service) {
		return 0
	}
	fee, err := connectors.ParsePaise(service.Fee.Amount)
	if err != nil {
		return 0 // the catalog's lint has seen it
	}
	return int64(fee)
}
