package catalog_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
)

// full is one service of every kind with everything a live one has to say.
const full = `category: bills
department: Revenue
availability: live
portal: {name: power}
source: invented, 2026
services:
  - id: income-certificate
    kind: application
    title: {en: Income, te: ఆదాయం}
    asked_as: [income]
    fee: {amount: "45.00", source: "order, 2022"}
    delivers: certificate
    clock:
      limit: 15 working days
      starts: papers_complete
      stops: [query]
      after_hours: same_day
      extension: 7 working days
      source: Services Act, 2012
      officers:
        designated: {title: {en: Tahsildar, te: తహసీల్దార్}}
        appeal: {title: {en: Sub-Collector, te: సబ్ కలెక్టర్}, limit: 30 days, decides_in: 30 days}
        revision: {title: {en: Collector, te: కలెక్టర్}, limit: 30 days, decides_in: 60 days}
    form:
      - {id: proof, type: document, accepts: [ration_card], max_mb: 0.5, label: {en: Proof, te: రుజువు}, prompt: {en: "A paper?", te: "కాగితం?"}}
      - {id: name, type: name, together: true, label: {en: Name, te: పేరు}, prompt: {en: "Name?", te: "పేరు?"}}
      - {id: place, type: text, portal_choice: true, label: {en: Place, te: ఊరు}, prompt: {en: "Where?", te: "ఎక్కడ?"}}
  - id: water-bill
    kind: bill
    title: {en: Water, te: నీరు}
    asked_as: [water]
    bill: {part_payment: true, min_part: "100.00"}
  - id: bus
    kind: booking
    title: {en: Bus, te: బస్సు}
    asked_as: [bus]
    delivers: ticket
    booking: {max_persons: 6, choose_seats: true, refund_rule: {en: Half is paid back., te: సగం తిరిగి వస్తుంది.}}
    form:
      - {id: people, type: people, max: "6", example: "Sita, 34, F", label: {en: People, te: మనుషులు}, prompt: {en: "Who?", te: "ఎవరు?"}}
  - id: land
    kind: record
    title: {en: Land, te: భూమి}
    asked_as: [land]
    delivers: record
  - id: potholes
    kind: grievance
    title: {en: Complaint, te: ఫిర్యాదు}
    asked_as: [complaint]
    clock: unknown
    grievance: {tenant_field: town, reopen_within: 7 days, categories: {POTHOLES: {en: Pothole, te: గుంత}}, limits: {POTHOLES: 336 hours}}
    form:
      - {id: town, type: text, label: {en: Town, te: పట్టణం}, prompt: {en: "Which town?", te: "ఏ పట్టణం?"}}
  - id: schemes
    kind: information
    title: {en: Schemes, te: పథకాలు}
    asked_as: [schemes]
    information: {text: {en: Read this., te: ఇది చదవండి.}, picture: poster.jpg, link: "https://example.in"}
`

func fullTree(change ...string) files {
	return files{
		"states/x/services/a.yaml":    strings.NewReplacer(change...).Replace(full),
		"states/x/papers.yaml":        "- id: ration_card\n  title: {en: Ration card, te: రేషన్ కార్డు}\n  about: {en: The first page, te: మొదటి పేజీ}\n",
		"states/x/media/poster.jpg":   "picture",
		"states/x/media/big.png":      strings.Repeat("x", 6<<20),
		"states/x/calendar-2026.yaml": "year: 2026\nsource: order, 2025\nholidays:\n  - {date: 2026-01-26, name: Republic Day}\n",
	}
}

func TestEveryKindIsReadWithItsTerms(t *testing.T) {
	t.Parallel()
	require.Empty(t, lines(catalog.Lint(complete(t, fullTree()), "x", nil)))
	loaded := load(t, fullTree())
	service := func(id string) *catalog.Service {
		found, ok := loaded.Service(id)
		require.True(t, ok, id)
		return found
	}

	income := service("income-certificate")
	require.Equal(t, &catalog.Fee{Amount: "45.00", Source: "order, 2022"}, income.Fee)
	require.False(t, income.Fee.Free())
	require.True(t, catalog.Fee{Amount: "0"}.Free())
	require.Equal(t, catalog.DeliversCertificate, income.Delivers)
	require.Equal(t, catalog.Limit{Days: 15, Working: true}, income.Clock.Limit)
	require.Equal(t, catalog.Limit{Days: 7, Working: true}, income.Clock.Extension)
	require.Equal(t, catalog.StartsPapersComplete, income.Clock.Starts)
	require.Equal(t, []catalog.ClockStop{catalog.StopsQuery}, income.Clock.Stops)
	require.Equal(t, catalog.SameDay, income.Clock.AfterHours)
	require.Equal(t, "తహసీల్దార్", income.Clock.Officers.Designated.Title.In("te"))
	require.Equal(t, catalog.Limit{Days: 30}, income.Clock.Officers.Appeal.DecidesIn)
	require.Equal(t, []string{"ration_card"}, income.Form[0].Accepts)
	require.True(t, income.Form[1].Together)
	require.True(t, income.Form[2].PortalChoice)

	require.Equal(t, &catalog.BillTerms{PartPayment: true, MinPart: "100.00"}, service("water-bill").Bill)
	require.Equal(t, 6, service("bus").Booking.MaxPersons)
	require.True(t, service("bus").Booking.ChooseSeats)
	require.True(t, service("potholes").Clock.Unknown)
	require.Equal(t, catalog.Limit{Days: 7}, service("potholes").Grievance.ReopenWithin)
	require.Equal(t, "గుంత", service("potholes").Grievance.Categories["POTHOLES"].In("te"))
	potholes := service("potholes").Grievance
	require.Equal(t, catalog.Clock{Limit: limit(t, "336 hours")}, potholes.ClockFor(catalog.Clock{Unknown: true}, "POTHOLES"))
	require.Equal(t, catalog.Clock{Unknown: true}, potholes.ClockFor(catalog.Clock{Unknown: true}, "LAMPS"))
	require.Nil(t, service("land").Fee, "not known")
	require.Equal(t, "poster.jpg", service("schemes").Information.Picture)

	paper, ok := loaded.Paper("ration_card")
	require.True(t, ok)
	require.Equal(t, "Ration card", paper.Title.In("en"))
	picture, err := loaded.Media("poster.jpg")
	require.NoError(t, err)
	require.Equal(t, "picture", string(picture))
	for _, name := range []string{"other.jpg", "../state.yaml", ""} {
		_, err = loaded.Media(name)
		require.Error(t, err, name)
	}
}

// A workflow is given what it needs of a service as JSON.
func TestTheTermsOfAServiceSurviveJSON(t *testing.T) {
	t.Parallel()
	for _, service := range load(t, fullTree()).Services() {
		kept, err := json.Marshal(service)
		require.NoError(t, err)
		var again catalog.Service
		require.NoError(t, json.Unmarshal(kept, &again))
		require.Empty(t, cmp.Diff(service, &again, cmpopts.IgnoreUnexported(catalog.Field{})), service.ID)
		require.NotContains(t, string(kept), `"Use"`)
	}
}

// Each case spoils the sound services in one place. All are said with the place, in words for somebody who does not write Go.
func TestWhatAServiceLacksIsSaidWithWhatToWrite(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ old, changed, want string }{
		"application without clock":  {"    clock:\n      limit: 15 working days\n      starts: papers_complete\n      stops: [query]\n      after_hours: same_day\n      extension: 7 working days\n      source: Services Act, 2012\n      officers:\n        designated: {title: {en: Tahsildar, te: తహసీల్దార్}}\n        appeal: {title: {en: Sub-Collector, te: సబ్ కలెక్టర్}, limit: 30 days, decides_in: 30 days}\n        revision: {title: {en: Collector, te: కలెక్టర్}, limit: 30 days, decides_in: 60 days}\n", "", "income-certificate: a live application needs its time limit: write clock: {limit: 15 working days, starts: submitted, source: …}, or clock: unknown"},
		"application without result": {"    delivers: certificate\n", "", "a live application needs what it delivers: write delivers: certificate"},
		"record without result":      {"    delivers: record\n", "", "a live record needs what it delivers"},
		"grievance without clock":    {"    clock: unknown\n", "", "potholes: a live grievance needs its time limit"},
		"grievance without terms":    {"    grievance: {tenant_field: town, reopen_within: 7 days, categories: {POTHOLES: {en: Pothole, te: గుంత}}, limits: {POTHOLES: 336 hours}}\n", "", "a live grievance needs its terms"},
		"booking without rule":       {", refund_rule: {en: Half is paid back., te: సగం తిరిగి వస్తుంది.}", "", "with the department's own rule"},
		"information without any":    {"    information: {text: {en: Read this., te: ఇది చదవండి.}, picture: poster.jpg, link: \"https://example.in\"}\n", "", "a live information needs something to tell"},
		"part of another kind":       {"    bill: {", "    booking: {max_persons: 2}\n    bill: {", "the part booking is for the kind booking; this service is of the kind bill"},
		"fee of no year":             {"order, 2022", "order", "the source of the fee is missing or does not say the year"},
		"clock of no year":           {"Services Act, 2012", "the Act", "the source of the clock is missing or does not say the year"},
		"clock without limit":        {"      limit: 15 working days\n", "", `the clock has no limit: write a limit as "15 working days"`},
		"clock without start":        {"      starts: papers_complete\n", "", "the clock does not say what starts it"},
		"unknown with a limit":       {"limit: 15 working days", "unknown: true\n      limit: 15 working days", "a clock is unknown, or it has a limit"},
		"officer in one language":    {", te: తహసీల్దార్", "", "a.yaml:21:30: title is missing in te"},
		"designated with a term":     {"designated: {", "designated: {limit: 3 days, ", "limit and decides_in are for appeal and revision"},
		"revision without appeal":    {"        appeal: {title: {en: Sub-Collector, te: సబ్ కలెక్టర్}, limit: 30 days, decides_in: 30 days}\n", "", "a revision follows an appeal"},
		"a paper nobody described":   {"accepts: [ration_card]", "accepts: [voter_id]", `the paper "voter_id" is not described: use one of ration_card, or add it to papers.yaml`},
		"a category in one language": {", te: గుంత", "", "POTHOLES is missing in te"},
		"text in one language":       {", te: ఇది చదవండి.", "", "text is missing in te"},
		"example of people":          {`"Sita, 34, F"`, `"Sita, F"`, "(field.person_no_age)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, full, c.old)
			require.Contains(t, lines(catalog.Lint(complete(t, fullTree(c.old, c.changed)), "x", nil)), c.want)
		})
	}
}

func TestTermsThatMeanNothingAreRefused(t *testing.T) {
	t.Parallel()
	const at = "states/x/services/a.yaml"
	for name, c := range map[string]struct{ old, changed, want string }{
		"limit without unit":     {"limit: 15 working days", "limit: 15", at + `:14:14: write a limit as "15 working days", "30 days", "96 hours" or "15 minutes"`},
		"limit of another unit":  {"limit: 30 days, decides_in: 60 days", "limit: 2 weeks", at + `:23:65: write a limit as`},
		"clock as a word":        {"clock: unknown", "clock: soon", at + ":50:12: write the clock as {limit: 15 working days, starts: submitted, source: …}, or as unknown"},
		"fee in words":           {`amount: "45.00"`, "amount: forty", at + `:11:19: income-certificate: write the fee in rupees, such as "45.00"`},
		"delivers":               {"delivers: certificate", "delivers: paper", `delivers is one of certificate, ticket, record, receipt, nothing, not "paper"`},
		"starts":                 {"papers_complete", "someday", "a clock starts at one of submitted, papers_complete, fee_paid, elsewhere"},
		"stops":                  {"stops: [query]", "stops: [lunch]", at + ":16:15: income-certificate: a clock stops for query"},
		"after hours":            {"same_day", "next_week", "after_hours is next_working_day or same_day"},
		"extension":              {"extension: 7 working days", "extension: 5 hours", "a limit in days is extended by days"},
		"nobody travels":         {"max_persons: 6", "max_persons: 0", "max_persons is between 1 and 20"},
		"least part in words":    {`min_part: "100.00"`, "min_part: some", "write min_part in rupees"},
		"least part of no part":  {"part_payment: true, ", "", "min_part means nothing without part_payment: true"},
		"town of no field":       {"tenant_field: town", "tenant_field: city", `tenant_field names "city", which is not a field of the form`},
		"no such picture":        {"poster.jpg", "other.jpg", "there is no file media/other.jpg"},
		"picture of no picture":  {"poster.jpg", "poster.pdf", `"poster.pdf" is not a picture that WhatsApp shows`},
		"picture too large":      {"poster.jpg", "big.png", "media/big.png is larger than the 5 MB that WhatsApp takes"},
		"picture and video":      {"picture: poster.jpg", "picture: poster.jpg, video: a.mp4", "a picture or a video, not both"},
		"link without https":     {"https://example.in", "example.in", "write the link in full: https://…"},
		"papers for a name":      {"type: name, together: true", "type: name, max_mb: 2", "accepts and max_mb are for a field of type document"},
		"papers beyond WhatsApp": {"max_mb: 0.5", "max_mb: 200", "max_mb is between 0 and 100"},
		"portal's list of names": {"type: text, portal_choice: true", "type: name, portal_choice: true", "portal_choice is for a field of type text"},
		"paper asked together":   {"max_mb: 0.5", "together: true", "a field of type document is asked for by itself"},
		"how many people":        {`max: "6"`, `max: "60"`, "max must be a whole number from 1 to 20"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, full, c.old)
			_, err := catalog.Load(tree(fullTree(c.old, c.changed)), "x")
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestRulesThatCannotBeReadAreRefusedWithTheirPlace(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ old, changed, want string }{
		"single equals sign":  {"income < 120000", "income = 120000", `states/x/services/a.yaml:21:16: who-gets-a-pension: the rule "income = 120000" cannot be read: write == for "is"`},
		"unknown question":    {"age >= 60 or", "years >= 60 or", `there is no question "years": list it under questions, or use one of age, category, income`},
		"unknown choice":      {"category == sc", "category == st", `"st" is not an answer to category: use one of sc, none`},
		"money with commas":   {"income < 120000", "'income < 1,20,000'", "is not expected here"},
		"question of no form": {"[age, category, income]", "[age, category, income, caste]", `there is no field "caste" in this form, nor in that of the service it leads to`},
		"leads nowhere":       {"leads_to: pension", "leads_to: nothing", `leads_to names "nothing", which is not a service`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, pension, c.old)
			_, err := catalog.Load(tree(files{"states/x/services/a.yaml": strings.Replace(pension, c.old, c.changed, 1)}), "x")
			require.ErrorContains(t, err, c.want)
		})
	}
	bare := strings.Replace(pension, "      questions: [age, category, income]\n", "", 1)
	require.Contains(t, lines(catalog.Lint(complete(t, files{"states/x/services/a.yaml": bare}), "x", nil)), "eligibility needs questions and rules")
}

func TestACalendarThatCannotBeRightIsRefused(t *testing.T) {
	t.Parallel()
	state := func(lines string) files {
		return files{"states/x/state.yaml": strings.Replace(sound["states/x/state.yaml"], "weekly_off: [sunday, second-saturday]\n", lines, 1)}
	}
	year := func(text string) files { return files{"states/x/calendar-2026.yaml": text} }
	for name, c := range map[string]struct {
		changed files
		want    string
	}{
		"no weekday":             {state("weekly_off: [sunday, 2nd-saturday]\n"), `weekly_off "2nd-saturday": write a weekday such as sunday, or one of the month such as second-saturday`},
		"never open":             {state("weekly_off: [sunday, monday, tuesday, wednesday, thursday, friday, saturday]\n"), "weekly_off leaves no day on which offices work"},
		"hours of no day":        {state("office_hours: {from: \"9\", to: \"17:00\"}\n"), "office_hours are two different times of day"},
		"hours the wrong way":    {state("office_hours: {from: \"17:00\", to: \"09:00\"}\n"), "office_hours end before they begin"},
		"quiet for no time":      {state("quiet_hours: {from: \"21:00\", to: \"21:00\"}\n"), "quiet_hours are two different times of day"},
		"a date of no calendar":  {state("holidays: [{date: 2026-02-30, name: X}]\n"), "write the date of a holiday as 2026-01-26"},
		"a date of another year": {year("year: 2026\nholidays: [{date: 2027-01-26, name: X}]\n"), "the holiday 2027-01-26 is not in 2026"},
		"a date twice":           {year("year: 2026\nholidays: [{date: 2026-01-26, name: X}, {date: 2026-01-26, name: Y}]\n"), "calendar-2026.yaml:2:48: the holiday 2026-01-26 is already in"},
		"a nameless holiday":     {year("year: 2026\nholidays: [{date: 2026-01-26}]\n"), "has no name"},
		"a year of no number":    {year("holidays: []\n"), "year is missing"},
		"summer time":            {files{"states/x/state.yaml": strings.Replace(sound["states/x/state.yaml"], "Asia/Kolkata", "Europe/Paris", 1)}, "has summer time"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := catalog.Load(tree(c.changed), "x")
			require.ErrorContains(t, err, c.want)
		})
	}
	found := lines(catalog.Lint(complete(t, files{"states/x/calendar-2026.yaml": "year: 2026\nsource: order\n"}), "x", nil))
	require.Contains(t, found, "the source of these holidays is missing or does not say the year")
	require.Contains(t, found, "the year has no holidays: leave the file out while they are not known")
	found = lines(catalog.Lint(complete(t, state("office_hours: {from: \"09:00\", to: \"17:00\"}\n")), "x", nil))
	require.Contains(t, found, "weekly_off is missing")
	require.Contains(t, found, "office_hours have no source")
}
