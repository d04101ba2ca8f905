package catalog

import (
	"slices"
	"strings"
	"time"
)

// Kinds lists every kind of service.
func Kinds() []Kind {
	return []Kind{KindApplication, KindBill, KindBooking, KindRecord, KindGrievance, KindInformation}
}

// FieldTypes lists every type of field.
func FieldTypes() []FieldType {
	return []FieldType{
		FieldText, FieldName, FieldDigits, FieldNumber, FieldMoney, FieldDate, FieldPhone, FieldChoose, FieldDocument, FieldLocation, FieldPeople,
	}
}

// checker finds what would make the catalog unusable, or mean something else than was written.
type checker struct {
	read  *tree
	found *problems

	categories, portals []string
	services            map[string]*Service
}

func checkStructure(read *tree, found *problems) {
	c := &checker{read: read, found: found, services: make(map[string]*Service, len(read.services))}
	checkState(read.state, found)
	checkCalendar(read, found)
	c.categories = checkIDs(read.categories, "category", func(c *Category) string { return c.ID }, "id", found)
	c.portals = checkIDs(read.portals, "portal", func(p *Portal) string { return p.Name }, "name", found)
	checkIDs(read.papers, "paper", func(p *Paper) string { return p.ID }, "id", found)
	checkIDs(read.services, "service", func(s *Service) string { return s.ID }, "id", found)
	for _, portal := range read.portals {
		checkPortal(portal, found)
	}
	for _, service := range read.services {
		c.services[service.value.ID] = service.value
	}
	for _, service := range read.services {
		checkService(service, c.categories, c.portals, found)
		c.checkForm(service)
		c.checkTerms(service)
	}
	for _, part := range read.idle {
		c.checkForm(part)
	}
}

func checkState(state entry[State], found *problems) {
	if len(state.value.Languages) == 0 {
		found.addf(state.file, state.at(), "languages is missing: list at least one, the default first")
	}
	zone, err := time.LoadLocation(state.value.TimeZone)
	switch {
	case err != nil || state.value.TimeZone == "":
		found.addf(state.file, state.at("time_zone"), "time_zone %q is not a known time zone, such as Asia/Kolkata", state.value.TimeZone)
	case changesOffset(zone):
		found.addf(state.file, state.at("time_zone"), "time_zone %q has summer time, which the calendar of working days cannot follow", state.value.TimeZone)
	}
}

// checkIDs returns the ids there are, in order.
func checkIDs[T any](entries []entry[T], what string, id func(*T) string, key string, found *problems) []string {
	first := make(map[string]entry[T], len(entries))
	ids := make([]string, 0, len(entries))
	for _, item := range entries {
		name := id(item.value)
		earlier, taken := first[name]
		switch {
		case name == "":
			found.addf(item.file, item.at(), "this %s has no %s", what, key)
			continue
		case taken:
			found.addf(item.file, item.at(key), "the %s %q is already defined in %s", what, name, placeOf(earlier))
		case !validID(name):
			found.addf(item.file, item.at(key), "%s %q: use small letters, digits, and - or _ between them, at most %d characters", key, name, maxIDLength)
		}
		if !taken {
			first[name] = item
			ids = append(ids, name)
		}
	}
	return ids
}

// maxIDLength keeps an id within a button's, beside what else that carries (WhatsApp allows 200 for a list row).
const maxIDLength = 64

func validID(id string) bool {
	return id != "" && len(id) <= maxIDLength && id[0] != '-' && id[0] != '_' && strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789-_") == ""
}

func checkPortal(portal entry[Portal], found *problems) {
	if portal.value.Family == "" {
		found.addf(portal.file, portal.at(), "the portal %q has no family: name the connector that speaks its language", portal.value.Name)
	}
	budget := portal.value.Budget
	if budget.RequestsPerSecond < 0 || budget.Burst < 0 || budget.Concurrent < 0 {
		found.addf(portal.file, portal.at("budget"), "a budget cannot be below zero")
	}
	if portal.value.Timeout < 0 {
		found.addf(portal.file, portal.at("timeout"), "a timeout cannot be below zero")
	}
	if canary := portal.value.Canary; canary != nil && (canary.Service == "" && len(canary.Fields) == 0 || canary.Slow < 0) {
		found.addf(portal.file, portal.at("canary"),
			"a canary needs the service it asks for, the fields it gives, or both: {service: BILL, fields: {account: \"0000000000000\"}}")
	}
	for i, window := range portal.value.Maintenance {
		if !isClock(window.From) || !isClock(window.To) || window.From == window.To {
			found.addf(portal.file, portal.at("maintenance", i), "write a maintenance window as two different times of day: {from: \"23:45\", to: \"00:15\"}")
		}
	}
}

func isClock(text string) bool {
	_, ok := minuteOfDay(text)
	return ok
}

func checkService(service entry[Service], categories, portals []string, found *problems) {
	written := service.value
	if !slices.Contains(Kinds(), written.Kind) {
		found.addAboutf(service, service.at("kind"), "the service %q has the unknown kind %q: use one of %s", written.ID, written.Kind, list(Kinds()))
	}
	if !slices.Contains(categories, written.Category) {
		found.addAboutf(service, service.at("category"), "the service %q has the unknown category %q: use one of %s", written.ID, written.Category, list(categories))
	}
	if written.Availability != Live && written.Availability != Coming {
		found.addAboutf(service, service.at("availability"), "the service %q: availability is %s or %s", written.ID, Live, Coming)
	}
	name := written.Portal.Name
	if name != "" && !slices.Contains(portals, name) {
		found.addAboutf(service, service.at("portal", "name"), "the service %q has the unknown portal %q: use one of %s", written.ID, name, list(portals))
	}
	if name == "" && written.Availability == Live && written.Kind != KindInformation {
		found.addAboutf(service, service.at(), "the service %q is live and names no portal", written.ID)
	}
}

func list[T ~string](items []T) string {
	texts := make([]string, len(items))
	for i, item := range items {
		texts[i] = string(item)
	}
	return strings.Join(texts, ", ")
}
