package simulate

import (
	"context"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/town/phone"
	landrecords "github.com/jansetu/jansetu/connectors/landrecords/twin"
	"github.com/jansetu/jansetu/connectors/twin"
)

const kindRecord kind = "record"

const (
	textShown    catalog.TextKey = "record.as_shown"
	textOfficial catalog.TextKey = "record.official"
	textNoRecord catalog.TextKey = "record.not_found"
)

// record is to come once, as a paper. Looking leaves no trace at the department. Everybody looks for what the form gives as its example.
type record struct {
	asked *catalog.Service
	land  landrecords.Twin
}

func newRecord(t *town) (*record, error) {
	service, land, err := portalOf[landrecords.Twin](t, catalog.KindRecord, nil)
	return &record{service, land}, err
}

func (r *record) service() *catalog.Service { return r.asked }

func (*record) answer(c *citizen, field *catalog.Field) answer {
	if field.Example != "" && field.Type != catalog.FieldChoose {
		return typed(field.Example)
	}
	return c.usual(field)
}

func (r *record) take(ctx context.Context, c *citizen, h phone.Shown) (taken, over bool) {
	switch {
	case hasRecord(c, h), c.phrases.Said(h, textNoRecord):
		return true, true
	case c.asks(h, textCaptcha, r.asked):
		c.readLetters(ctx, r.asked.Portal.Name, h)
		return true, false
	case c.sent && (c.phrases.Said(h, textDidMean) || c.phrases.Said(h, textWhichRecord)) && len(h.Choices) > 0:
		c.press(h.Choices[0].Title)
		return true, false
	}
	return c.saysNameAgain(h), false
}

const textWhichRecord catalog.TextKey = "record.which"

// hasRecord tells whether a message brings a record: as a paper of ours, or as the department's own file.
func hasRecord(c *citizen, h phone.Shown) bool {
	return (h.Document != nil || h.Picture != nil) && (c.phrases.Said(h, textShown) || c.phrases.Said(h, textOfficial))
}

func (*record) rests() []string { return nil }

func (r *record) dial() *twin.Dial { return r.land.Dial() }

// troubles come at any exchange: which there are differs from portal to portal.
func (*record) troubles() []trouble {
	return []trouble{
		{"", twin.Unavailable, 2}, {"", twin.ServerError, 1}, {"", twin.HalfBody, 1}, {"", twin.ErrorPage, 1}, {"", twin.DropBefore, 1}, {"", twin.Slow, 1},
	}
}

// compare expects each request that is done to have brought its paper, once.
func (r *record) compare(citizens []*citizen, requests map[string]stored, report *Report) {
	for _, c := range citizens {
		for _, h := range c.told {
			if hasRecord(c, h) {
				report.Got[kindRecord]++
			}
		}
	}
	report.delivered(r.asked.ID, requests, report.Got[kindRecord])
}
