package catalog

import (
	"regexp"
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

// checkStructure finds what would make the catalog unusable, or mean something else than was written.
func checkStructure(read *tree, found *problems) {
	checkState(read.state, found)
	categories := checkIDs(read.categories, "category", func(c *Category) string { return c.ID }, "id", found)
	portals := checkIDs(read.portals, "portal", func(p *Portal) string { return p.Name }, "name", found)
	checkIDs(read.services, "service", func(s *Service) string { return s.ID }, "id", found)
	for _, portal := range read.portals {
		checkPortal(portal, found)
	}
	for _, service := range read.services {
		checkService(service, categories, portals, found)
		checkForm(service, found)
	}
}

func checkState(state entry[State], found *problems) {
	if len(state.value.Languages) == 0 {
		found.addf(state.file, state.at(), "languages is missing: list at least one, the default first")
	}
	if _, err := time.LoadLocation(state.value.TimeZone); err != nil || state.value.TimeZone == "" {
		found.addf(state.file, state.at("time_zone"), "time_zone %q is not a known time zone, such as Asia/Kolkata", state.value.TimeZone)
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
	if canary := portal.value.Canary; canary != nil && (canary.Service == "" || len(canary.Fields) == 0 || canary.Slow < 0) {
		found.addf(portal.file, portal.at("canary"),
			"a canary needs the service it asks for and the fields it gives: {service: BILL, fields: {account: \"0000000000000\"}}")
	}
	for i, window := range portal.value.Maintenance {
		if !isClock(window.From) || !isClock(window.To) || window.From == window.To {
			found.addf(portal.file, portal.at("maintenance", i), "write a maintenance window as two different times of day: {from: \"23:45\", to: \"00:15\"}")
		}
	}
}

func isClock(text string) bool {
	_, err := time.Parse("15:04", text)
	return (err == nil && len(text) == len("15:04")) || text == "24:00"
}

func checkService(service entry[Service], categories, portals []string, found *problems) {
	written := service.value
	if !slices.Contains(Kinds(), written.Kind) {
		found.addf(service.file, service.at("kind"), "the service %q has the unknown kind %q: use one of %s", written.ID, written.Kind, list(Kinds()))
	}
	if !slices.Contains(categories, written.Category) {
		found.addf(service.file, service.at("category"), "the service %q has the unknown category %q: use one of %s", written.ID, written.Category, list(categories))
	}
	if written.Availability != Live && written.Availability != Coming {
		found.addf(service.file, service.at("availability"), "the service %q: availability is %s or %s", written.ID, Live, Coming)
	}
	name := written.Portal.Name
	if name != "" && !slices.Contains(portals, name) {
		found.addf(service.file, service.at("portal", "name"), "the service %q has the unknown portal %q: use one of %s", written.ID, name, list(portals))
	}
	if name == "" && written.Availability == Live && written.Kind != KindInformation {
		found.addf(service.file, service.at(), "the service %q is live and names no portal", written.ID)
	}
}

func list[T ~string](items []T) string {
	texts := make([]string, len(items))
	for i, item := range items {
		texts[i] = string(item)
	}
	return strings.Join(texts, ", ")
}

func checkForm(service entry[Service], found *problems) {
	seen := make(map[string]bool, len(service.value.Form))
	for i, field := range service.value.Form {
		where := service.at("form", i, "id")
		switch {
		case !validID(field.ID):
			found.addf(service.file, where, "field %d of %q needs an id of small letters, digits, - and _", i+1, service.value.ID)
		case seen[field.ID]:
			found.addf(service.file, where, "the field %q is twice in the form of %q", field.ID, service.value.ID)
		}
		seen[field.ID] = true
		checkField(service, i, &field, found)
	}
}

func checkField(service entry[Service], index int, field *Field, found *problems) {
	report := func(key, format string, args ...any) {
		found.addf(service.file, service.at("form", index, key), "field %q: "+format, append([]any{field.ID}, args...)...)
	}
	if !slices.Contains(FieldTypes(), field.Type) {
		report("type", "the type %q is unknown: use one of %s", field.Type, list(FieldTypes()))
	}
	if _, err := regexp.Compile(field.Pattern); err != nil {
		report("pattern", "the pattern is not valid: %v", err)
	}
	if field.MinLength < 0 || field.MaxLength < 0 || (field.MaxLength > 0 && field.MinLength > field.MaxLength) {
		report("min_length", "min_length %d and max_length %d leave no possible answer", field.MinLength, field.MaxLength)
	}
	checkFieldBounds(field, report)
	if (field.Type == FieldChoose) != (len(field.Choices) > 0) {
		report("choices", "a field has choices when its type is %s, and only then", FieldChoose)
	}
	checkChoices(field, report)
}

func checkFieldBounds(field *Field, report func(key, format string, args ...any)) {
	valid, example := isNumber, "a number"
	switch field.Type {
	case FieldMoney, FieldNumber:
	case FieldDate:
		valid, example = func(text string) bool { _, ok := isoDate(text); return ok }, "a date written 2026-01-31"
	case FieldText, FieldName, FieldDigits, FieldPhone, FieldChoose, FieldDocument, FieldLocation:
		if field.Min != "" || field.Max != "" {
			report("min", "min and max are for money, numbers and dates; for the length use min_length and max_length")
		}
		return
	}
	for key, bound := range map[string]string{"min": field.Min, "max": field.Max} {
		if bound != "" && !valid(bound) {
			report(key, "%s must be %s", key, example)
			return
		}
	}
	if field.Min != "" && field.Max != "" && outOfOrder(field) {
		report("min", "min %s is greater than max %s", field.Min, field.Max)
	}
}

func isNumber(text string) bool {
	_, ok := splitNumber(text)
	return ok && !strings.ContainsAny(text, ", ")
}

func outOfOrder(field *Field) bool {
	if field.Type == FieldDate {
		return field.Min > field.Max
	}
	return compareNumbers(field.Min, field.Max) > 0
}

func checkChoices(field *Field, report func(key, format string, args ...any)) {
	seen := make(map[string]bool, len(field.Choices))
	for _, choice := range field.Choices {
		if choice.ID == "" || seen[choice.ID] {
			report("choices", "every choice needs an id of its own; %q is missing or repeated", choice.ID)
		}
		seen[choice.ID] = true
	}
}
