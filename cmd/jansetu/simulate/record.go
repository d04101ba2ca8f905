package simulate

import (
	"context"
	"strconv"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/town/phone"
	meebhoomi "github.com/jansetu/jansetu/connectors/landrecords/meebhoomi/twin"
	landrecords "github.com/jansetu/jansetu/connectors/landrecords/twin"
	"github.com/jansetu/jansetu/connectors/twin"
)

const kindRecord kind = "land record"

const (
	textShown    catalog.TextKey = "record.as_shown"
	textNoRecord catalog.TextKey = "record.not_found"
)

// record is to come once, as a paper. Looking leaves no trace at the department.
type record struct {
	asked *catalog.Service
	land  landrecords.Twin
}

func newRecord(t *town) (*record, error) {
	service, land, err := portalOf[landrecords.Twin](t, "land-record-1b")
	return &record{service, land}, err
}

func (r *record) service() *catalog.Service { return r.asked }

// khatas are those of the twin's first village.
const firstKhata, khatas = 101, 5

func (*record) answer(c *citizen, field *catalog.Field) answer {
	switch field.ID {
	case "district":
		return typed("గుంటూరు")
	case "mandal":
		return typed("తాడికొండ")
	case "village":
		return typed("నల్లచెరువుపాలెం")
	case "khata":
		return typed(strconv.Itoa(firstKhata + c.Errands[c.day].Nth%khatas))
	}
	return c.usual(field)
}

func (*record) take(_ context.Context, c *citizen, h phone.Shown) (taken, over bool) {
	switch {
	case h.Document != nil && c.phrases.Said(h, textShown), c.phrases.Said(h, textNoRecord):
		return true, true
	case c.sent && c.phrases.Said(h, textDidMean) && len(h.Choices) > 0:
		c.press(h.Choices[0].Title)
		return true, false
	}
	return false, false
}

func (r *record) dial() *twin.Dial { return r.land.Dial() }

func (*record) troubles() []trouble {
	return []trouble{
		{meebhoomi.Names, twin.Unavailable, 2}, {meebhoomi.Names, twin.ServerError, 1}, {meebhoomi.Details, twin.ServerError, 2},
		{meebhoomi.Details, twin.HalfBody, 1}, {meebhoomi.Details, twin.ErrorPage, 1}, {meebhoomi.Details, twin.DropBefore, 1},
		{meebhoomi.Details, twin.Slow, 1},
	}
}

// compare expects each request that is done to have brought its paper, once.
func (r *record) compare(citizens []*citizen, requests map[string]stored, report *Report) {
	for _, c := range citizens {
		report.Got[kindRecord] += c.documents(textShown)
	}
	report.delivered(r.asked.ID, requests, report.Got[kindRecord])
}
