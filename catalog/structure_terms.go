package catalog

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/jansetu/jansetu/catalog/rule"
)

// checkTerms checks what a service says beside its form.
func (c *checker) checkTerms(service entry[Service]) {
	written := service.value
	report := func(steps []any, format string, args ...any) {
		c.found.addAboutf(service, service.at(steps...), "%s: "+format, append([]any{written.ID}, args...)...)
	}
	if written.Delivers != "" && !slices.Contains(deliverables(), written.Delivers) {
		report(steps("delivers"), "delivers is one of %s, not %q", list(deliverables()), written.Delivers)
	}
	if fee := written.Fee; fee != nil && !isAmount(fee.Amount) {
		report(steps("fee", "amount"), `write the fee in rupees, such as "45.00", 0 when it is free, and leave fee out when it is not known`)
	}
	checkClock(written.Clock, report)
	checkBooking(written, report)
	c.checkGrievance(written, report)
	c.checkInformation(written.Information, report)
	c.checkEligibility(written, report)
}

// stepReporter adds a problem of a service, at one of its values.
type stepReporter func(steps []any, format string, args ...any)

func steps(path ...any) []any { return path }

func deliverables() []Delivers {
	return []Delivers{DeliversCertificate, DeliversTicket, DeliversRecord, DeliversReceipt, DeliversNothing}
}

// isAmount takes rupees exact to the paisa.
func isAmount(text string) bool {
	amount, ok := splitNumber(text)
	return ok && !strings.ContainsAny(text, ", ") && !amount.negative && len(amount.fraction) <= 2
}

func checkClock(clock *Clock, report stepReporter) {
	if clock == nil {
		return
	}
	starts := []ClockStart{"", StartsSubmitted, StartsPapersComplete, StartsFeePaid, StartsElsewhere}
	if !slices.Contains(starts, clock.Starts) {
		report(steps("clock", "starts"), "a clock starts at one of %s, not at %q", list(starts[1:]), clock.Starts)
	}
	for i, stop := range clock.Stops {
		if stop != StopsQuery {
			report(steps("clock", "stops", i), "a clock stops for %s, not for %q", StopsQuery, stop)
		}
	}
	if !slices.Contains([]AfterHours{"", NextWorkingDay, SameDay}, clock.AfterHours) {
		report(steps("clock", "after_hours"), "after_hours is %s or %s", NextWorkingDay, SameDay)
	}
	if !clock.Extension.IsZero() && (clock.Limit.Exact > 0) != (clock.Extension.Exact > 0) {
		report(steps("clock", "extension"), "a limit in days is extended by days, one in hours by hours")
	}
}

// mostBills are as many as one message can show, and one payment be explained.
const mostBills = 5

func checkBooking(written *Service, report stepReporter) {
	if booking := written.Booking; booking != nil && (booking.MaxPersons < 1 || booking.MaxPersons > mostPeople) {
		report(steps("booking", "max_persons"), "max_persons is between 1 and %d", mostPeople)
	}
	bill := written.Bill
	if bill != nil && (bill.Accounts < 0 || bill.Accounts > mostBills) {
		report(steps("bill", "accounts"), "accounts is between 1 and %d", mostBills)
	}
	switch {
	case bill == nil || bill.MinPart == "":
	case !isAmount(bill.MinPart):
		report(steps("bill", "min_part"), `write min_part in rupees, such as "100.00"`)
	case !bill.PartPayment:
		report(steps("bill", "min_part"), "min_part means nothing without part_payment: true")
	}
}

func (c *checker) checkGrievance(written *Service, report stepReporter) {
	terms := written.Grievance
	if terms == nil || terms.TenantField == "" {
		return
	}
	if questionOf(terms.TenantField, written) == nil {
		report(steps("grievance", "tenant_field"), "tenant_field names %q, which is not a field of the form", terms.TenantField)
	}
}

// Media that WhatsApp shows, with its limits (Cloud API, supported media types, v23.0).
var (
	pictureLimits = map[string]int64{".jpg": 5 << 20, ".jpeg": 5 << 20, ".png": 5 << 20}
	videoLimits   = map[string]int64{".mp4": 16 << 20, ".3gp": 16 << 20}
)

func (c *checker) checkInformation(information *Information, report stepReporter) {
	if information == nil {
		return
	}
	c.checkMedia("picture", information.Picture, pictureLimits, report)
	c.checkMedia("video", information.Video, videoLimits, report)
	if information.Picture != "" && information.Video != "" {
		report(steps("information", "video"), "one message carries a picture or a video, not both")
	}
	if information.Link == "" {
		return
	}
	if link, err := url.Parse(information.Link); err != nil || link.Scheme != "https" || link.Host == "" {
		report(steps("information", "link"), "write the link in full: https://…")
	}
}

func (c *checker) checkMedia(key, name string, limits map[string]int64, report stepReporter) {
	if name == "" {
		return
	}
	limit, known := limits[strings.ToLower(path.Ext(name))]
	size, there := c.read.media[name]
	switch {
	case !known:
		report(steps("information", key), "%q is not a %s that WhatsApp shows", name, key)
	case !there:
		report(steps("information", key), "there is no file media/%s in the folder of the state", name)
	case size > limit:
		report(steps("information", key), "media/%s is larger than the %d MB that WhatsApp takes", name, limit>>20)
	}
}

// checkEligibility also keeps the rules as parsed.
func (c *checker) checkEligibility(written *Service, report stepReporter) {
	terms := written.Eligibility
	if terms == nil {
		return
	}
	target, found := c.services[terms.LeadsTo]
	if terms.LeadsTo != "" && !found {
		report(steps("eligibility", "leads_to"), "leads_to names %q, which is not a service", terms.LeadsTo)
	}
	var fields []*Field
	for i, id := range terms.Questions {
		field := questionOf(id, written, target)
		if field == nil {
			report(steps("eligibility", "questions", i), "there is no field %q in this form, nor in that of the service it leads to", id)
			continue
		}
		fields = append(fields, field)
	}
	questions := rulesOf(fields)
	for i := range terms.Rules {
		parsed, err := rule.Parse(terms.Rules[i].If, questions)
		if err != nil {
			report(steps("eligibility", "rules", i, "if"), "%s", fmt.Sprintf("the rule %q cannot be read: %v", terms.Rules[i].If, err))
			continue
		}
		terms.Rules[i].parsed = parsed
	}
}
