package simulate

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/town/phone"
	municipalportal "github.com/jansetu/jansetu/connectors/municipal"
	municipal "github.com/jansetu/jansetu/connectors/municipal/twin"
	"github.com/jansetu/jansetu/connectors/twin"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
)

const kindGrievance kind = "complaint"

const (
	textFile     catalog.TextKey = "button.file"
	textDontFile catalog.TextKey = "button.dont_file"
	textJoin     catalog.TextKey = "button.join"
	textFiled    catalog.TextKey = "grievance.filed"
	textJoined   catalog.TextKey = "grievance.joined"
	textUnfiled  catalog.TextKey = "grievance.refused"
	textDidMean  catalog.TextKey = "choose.did_you_mean"
)

// grievance is to be filed once, and told with its number.
type grievance struct {
	asked   *catalog.Service
	towns   *municipal.Twin
	problem catalog.Text // what everybody complains of
}

func newGrievance(t *town) (*grievance, error) {
	service, towns, err := portalOf(t, catalog.KindGrievance, func(s *catalog.Service, _ *municipal.Twin) bool {
		return s.Grievance != nil && len(s.Grievance.Categories) > 0
	})
	if err != nil {
		return nil, err
	}
	problems := slices.Sorted(maps.Keys(service.Grievance.Categories))
	return &grievance{service, towns, service.Grievance.Categories[problems[0]]}, nil
}

func (g *grievance) service() *catalog.Service { return g.asked }

const (
	northOf = 16.5
	eastOf  = 80.65
	apart   = 0.002 // degrees, some 200 m: no two citizens report the same defect
)

func (g *grievance) answer(c *citizen, field *catalog.Field) answer {
	switch {
	case field.PortalField == municipalportal.FieldCategory:
		return typed(g.problem.In(c.Language))
	case field.PortalChoice:
		return typed(field.Example)
	case field.Type == catalog.FieldLocation:
		return shown(emulator.Location(northOf+apart*float64(c.Errands[c.day].Nth), eastOf))
	}
	return c.usual(field)
}

func (g *grievance) take(ctx context.Context, c *citizen, h phone.Shown) (taken, over bool) {
	button := func(key catalog.TextKey) string { return c.phrases.Title(key) }
	switch {
	case c.phrases.Said(h, textFiled), c.phrases.Said(h, textJoined), c.phrases.Said(h, textUnfiled):
		return true, true
	case h.Offers(button(textFile)):
		if c.indulges(habitLate) {
			wait(ctx, lateAfter)
		}
		if c.indulges(habitChangesMind) {
			c.press(button(textDontFile))
			return true, false
		}
		c.press(button(textFile))
	case h.Offers(button(textJoin)):
		c.press(button(textJoin))
	case h.Offers(g.problem.In(c.Language)):
		c.press(g.problem.In(c.Language))
	case c.sent && c.phrases.Said(h, textDidMean) && len(h.Choices) > 0:
		c.press(h.Choices[0].Title)
	default:
		return c.saysNameAgain(h), false
	}
	return true, false
}

// rests are where the town works on it: it takes days that nobody lives through here. That the town has it is compared.
func (*grievance) rests() []string { return []string{stageInProgress, stageJoined} }

func (g *grievance) dial() *twin.Dial { return g.towns.Faults }

func (*grievance) troubles() []trouble {
	return []trouble{
		{municipal.Create, twin.ResponseLost, 1}, {municipal.Create, twin.BadGateway, 1}, {municipal.Create, twin.DropBefore, 1},
		{municipal.Create, twin.HalfBody, 1}, {municipal.Search, twin.ServerError, 2}, {municipal.Masters, twin.Unavailable, 2},
		{municipal.Store, twin.ServerError, 1}, {municipal.Create, municipal.TokenExpired, 1}, {municipal.Create, municipal.IDGenDown, 1},
		{municipal.Create, municipal.OldNames, 1},
	}
}

// compare expects each complaint of the town to have been told with its number to one citizen, and each number told to be the town's.
func (g *grievance) compare(citizens []*citizen, requests map[string]stored, report *Report) {
	told := toldNumbers(citizens, textFiled)
	report.Got[kindGrievance] = len(told)
	if doubled := g.towns.DoubleComplaints(); doubled > 0 {
		report.Doubled = append(report.Doubled, fmt.Sprintf("%d complaints were filed twice", doubled))
	}
	filedFor := map[string]bool{}
	for _, filed := range g.towns.Complaints() {
		request := requests[filed.Reference]
		filedFor[filed.Reference] = true
		switch times := told[filed.Number]; {
		case request.stage == "":
			report.Unaccounted = append(report.Unaccounted, "complaint "+filed.Number+" is of a request that is not in the store")
		case times == 0 && request.stage != stageWithOfficer:
			report.Lost = append(report.Lost, fmt.Sprintf("complaint %s was not told to anybody; %s stands at %s", filed.Number, filed.Reference, request.stage))
		case times > 1:
			report.Doubled = append(report.Doubled, fmt.Sprintf("complaint %s was told %d times", filed.Number, times))
		}
		delete(told, filed.Number)
	}
	for number := range told {
		report.Lost = append(report.Lost, "complaint "+strings.TrimSpace(number)+" was told to a citizen and is not at the town")
	}
	for found, request := range requests {
		if request.service == g.asked.ID && request.stage == stageInProgress && !filedFor[found] {
			report.Lost = append(report.Lost, "complaint "+found+" is said to be under way and is not at the town")
		}
	}
}
