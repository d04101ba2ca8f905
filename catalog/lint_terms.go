package catalog

import (
	"maps"
	"slices"
)

// lintTerms checks what a service says beside its form: the parts that its kind needs, their sources and their texts.
func (l *linter) lintTerms(service entry[Service]) {
	written := service.value
	report := func(steps []any, format string, args ...any) {
		l.found.addAboutf(service, service.at(steps...), "%s: "+format, append([]any{written.ID}, args...)...)
	}
	lintParts(written, report)
	if written.Availability == Live {
		lintNeeds(written, report)
	}
	if fee := written.Fee; fee != nil && !namesYear(fee.Source) {
		report(steps("fee"), "the source of the fee is missing or does not say the year")
	}
	if child(child(service.node, "clock"), "limit") == nil || !written.Clock.Limit.IsZero() { // else it was written, and refused already
		lintClock(written.Clock, report)
	}
	l.lintOfficers(service)
	l.lintTexts(service)
}

// lintParts finds parts that the kind has no use for.
func lintParts(written *Service, report stepReporter) {
	for _, part := range []struct {
		name  string
		there bool
		kind  Kind
	}{
		{"bill", written.Bill != nil, KindBill},
		{"booking", written.Booking != nil, KindBooking},
		{"grievance", written.Grievance != nil, KindGrievance},
		{"information", written.Information != nil, KindInformation},
		{"eligibility", written.Eligibility != nil, KindInformation},
	} {
		if part.there && part.kind != written.Kind {
			report(steps(part.name), "the part %s is for the kind %s; this service is of the kind %s", part.name, part.kind, written.Kind)
		}
	}
}

// lintNeeds finds parts without which a live service would leave a citizen with less than its kind promises.
func lintNeeds(written *Service, report stepReporter) {
	missing := func(part, write string) { report(nil, "a live %s needs %s: write %s", written.Kind, part, write) }
	switch written.Kind {
	case KindApplication:
		lintClockIsSaid(written, report)
		if written.Delivers == "" {
			missing("what it delivers", "delivers: certificate, or another of "+list(deliverables()))
		}
	case KindGrievance:
		lintClockIsSaid(written, report)
		if written.Grievance == nil {
			missing("its terms", "grievance: {reopen_within: 7 days}, with the days that the department gives")
		}
	case KindBooking:
		if written.Booking == nil || len(written.Booking.RefundRule) == 0 {
			missing("its terms", "booking: {max_persons: 6, refund_rule: {en: …}}, with the department's own rule")
		}
	case KindRecord:
		if written.Delivers == "" {
			missing("what it delivers", "delivers: record")
		}
	case KindInformation:
		if written.Information == nil && written.Eligibility == nil {
			missing("something to tell", "information: {text: {en: …}}, or eligibility")
		}
	case KindBill:
	}
}

func lintClockIsSaid(written *Service, report stepReporter) {
	if written.Clock == nil {
		report(nil, "a live %s needs its time limit: write clock: {limit: 15 working days, starts: submitted, source: …}, or clock: unknown", written.Kind)
	}
}

func lintClock(clock *Clock, report stepReporter) {
	switch {
	case clock == nil:
	case clock.Unknown:
		if !clock.Limit.IsZero() || clock.Starts != "" {
			report(steps("clock"), "a clock is unknown, or it has a limit")
		}
	case clock.Limit.IsZero():
		report(steps("clock"), "the clock has no limit: %s, or clock: unknown", limitForm)
	case clock.Starts == "":
		report(steps("clock"), "the clock does not say what starts it: write starts: submitted, papers_complete, fee_paid or elsewhere")
	case !namesYear(clock.Source):
		report(steps("clock"), "the source of the clock is missing or does not say the year")
	}
}

func (l *linter) lintOfficers(service entry[Service]) {
	clock := service.value.Clock
	if clock == nil {
		return
	}
	officers := map[string]*Officer{
		"designated": clock.Officers.Designated, "appeal": clock.Officers.Appeal, "revision": clock.Officers.Revision,
	}
	for who, officer := range officers {
		if officer == nil {
			continue
		}
		lintText(l, service, officer.Title, textRule{required: true, longest: maxRowDescription}, "clock", "officers", who, "title")
		if who == "designated" && (!officer.Limit.IsZero() || !officer.DecidesIn.IsZero()) {
			l.found.addf(service.file, service.at("clock", "officers", who),
				"limit and decides_in are for appeal and revision: the designated officer has the clock's limit")
		}
	}
	if clock.Officers.Revision != nil && clock.Officers.Appeal == nil {
		l.found.addf(service.file, service.at("clock", "officers", "revision"), "a revision follows an appeal: say to whom the first appeal goes")
	}
}

// Longest reason of a rule: several of them may have to stand in one message.
const maxReason = 250

func (l *linter) lintTexts(service entry[Service]) {
	written := service.value
	if written.Booking != nil {
		lintText(l, service, written.Booking.RefundRule, textRule{longest: maxBody / 2}, "booking", "refund_rule")
	}
	if information := written.Information; information != nil {
		longest := maxPlainBody
		if information.Picture != "" || information.Video != "" {
			longest = maxBody
		}
		lintText(l, service, information.Text, textRule{required: true, longest: longest}, "information", "text")
	}
	if terms := written.Grievance; terms != nil {
		for _, code := range slices.Sorted(maps.Keys(terms.Categories)) {
			lintText(l, service, terms.Categories[code], textRule{required: true, longest: maxRowTitle}, "grievance", "categories", code)
		}
	}
	if terms := written.Eligibility; terms != nil {
		if len(terms.Rules) == 0 || len(terms.Questions) == 0 {
			l.found.addf(service.file, service.at("eligibility"),
				"eligibility needs questions and rules: {questions: [age], rules: [{if: age >= 60, else: {en: …}}]}")
		}
		for i := range terms.Rules {
			lintText(l, service, terms.Rules[i].Else, textRule{required: true, longest: maxReason}, "eligibility", "rules", i, "else")
		}
	}
}

func (l *linter) lintCalendar(read *tree) {
	state := read.state
	if len(state.value.WeeklyOff) == 0 {
		l.found.addf(state.file, state.at(), "weekly_off is missing: list the days on which offices are closed, such as [sunday, second-saturday]")
	}
	if hours := state.value.OfficeHours; !hours.IsZero() && hours.Source == "" {
		l.found.addf(state.file, state.at("office_hours"), "office_hours have no source: say where they come from, or that they are assumed")
	}
	for _, year := range read.years {
		if !namesYear(year.value.Source) {
			l.found.addf(year.file, year.at("source"), "the source of these holidays is missing or does not say the year")
		}
		if len(year.value.Holidays) == 0 {
			l.found.addf(year.file, year.at(), "the year has no holidays: leave the file out while they are not known")
		}
	}
}
