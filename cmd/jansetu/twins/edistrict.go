package twins

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors/edistrict"
	edistricttwin "github.com/jansetu/jansetu/connectors/edistrict/twin"
)

// What an e-District portal checks of answers by their type, where the form has no pattern of its own.
const (
	digitsOnly  = `^[0-9]+$`
	plainNumber = `^-?[0-9]+(\.[0-9]+)?$`
	plainMoney  = `^[0-9]+(\.[0-9]{1,2})?$`
	portalDate  = `^(0[1-9]|[12][0-9]|3[01])/(0[1-9]|1[0-2])/(18|19|20)[0-9]{2}$` // dd/mm/yyyy
	mobile      = `^[6-9][0-9]{9}$`
)

// eDistrictServices are the portal's services as the catalog describes them: the controls and papers that the forms have a portal_field
// for. Several services of one number are one service of the portal, with the controls of all of them, required when all ask for it. A
// service that the twin documents itself stays as it is documented, when the form knows all of its controls.
func eDistrictServices(bound []*catalog.Service) []edistricttwin.Service {
	var made []edistricttwin.Service
	for _, service := range bound {
		if service.Kind != catalog.KindApplication || service.Portal.Service == "" || documentedAlready(service) {
			continue
		}
		described := eDistrictService(service)
		same := slices.IndexFunc(made, func(each edistricttwin.Service) bool { return each.Number == described.Number })
		if same < 0 {
			made = append(made, described)
			continue
		}
		made[same].Fields = joined(made[same].Fields, described.Fields)
		made[same].Annexures = joinedPapers(made[same].Annexures, described.Annexures)
	}
	return made
}

func documentedAlready(service *catalog.Service) bool {
	documented, known := edistricttwin.FindService(service.Portal.Service)
	if !known {
		return false
	}
	for _, control := range documented.Fields {
		if control.Required && !slices.ContainsFunc(service.Form, func(f catalog.Field) bool { return f.PortalField == control.Name }) {
			return false
		}
	}
	for _, field := range service.Form {
		if control := field.PortalField; isControl(field) && !slices.ContainsFunc(documented.Fields, func(f edistricttwin.Field) bool { return f.Name == control }) {
			return false
		}
	}
	return true
}

// isControl tells what stands on the portal's form from papers, from the number for its code, and from what it is not told.
func isControl(field catalog.Field) bool {
	return field.PortalField != "" && field.PortalField != edistrict.FieldMobile && field.Type != catalog.FieldDocument
}

func eDistrictService(service *catalog.Service) edistricttwin.Service {
	made := edistricttwin.Service{
		Number: service.Portal.Service, Name: service.Title.In(english), Department: service.Department,
		Prefix: "E" + initials(service.Title.In(english)),
	}
	if service.Fee != nil {
		made.Fee = service.Fee.Amount
	}
	if clock := service.Clock; clock != nil {
		made.Days = clock.Limit.Days
		if clock.Officers.Designated != nil {
			made.Officer = clock.Officers.Designated.Title.In(english)
		}
	}
	for _, field := range service.Form {
		switch {
		case isControl(field):
			made.Fields = append(made.Fields, control(field))
		case field.Type == catalog.FieldDocument && field.PortalField != "":
			made.Annexures = joinedPapers(made.Annexures, []edistricttwin.Annexure{annexure(field)})
		}
	}
	return made
}

// initials of a title begin the numbers of its applications.
func initials(title string) string {
	var letters strings.Builder
	for _, word := range strings.FieldsFunc(strings.ToUpper(title), func(char rune) bool { return char < 'A' || char > 'Z' }) {
		letters.WriteByte(word[0])
	}
	return letters.String()
}

func control(field catalog.Field) edistricttwin.Field {
	label := field.Label.In(english)
	made := edistricttwin.Field{
		Name: field.PortalField, Label: label, Kind: edistricttwin.Text, Required: !field.Optional,
		MinLength: field.MinLength, MaxLength: field.MaxLength, Message: label + " is not valid",
	}
	switch field.Type {
	case catalog.FieldChoose:
		return chosen(made, field.Choices)
	case catalog.FieldDigits:
		made.Pattern = digitsOnly
	case catalog.FieldNumber:
		made.Pattern, made.Least, made.Most = plainNumber, field.Min, field.Max
	case catalog.FieldMoney:
		made.Pattern, made.Least, made.Most = plainMoney, field.Min, field.Max
	case catalog.FieldDate:
		made.Pattern, made.Message = portalDate, "Date must be dd/mm/yyyy"
	case catalog.FieldPhone:
		made.Pattern, made.Message = mobile, "Please enter a valid mobile number"
	case catalog.FieldPeople:
		made.Kind, made.MaxLength = edistricttwin.Area, longestList
	case catalog.FieldText, catalog.FieldName, catalog.FieldLocation, catalog.FieldDocument:
	}
	if field.Pattern != "" {
		made.Pattern = "^(?:" + field.Pattern + ")$"
	}
	return made
}

// longestList holds the people of a family, one a line.
const longestList = 8 << 10

// chosen is a list; a single choice is a box to tick.
func chosen(made edistricttwin.Field, choices []catalog.FieldChoice) edistricttwin.Field {
	made.Kind, made.Message = edistricttwin.Select, "Please select "+made.Label
	if len(choices) == 1 {
		made.Kind = edistricttwin.Checkbox
		made.Options = []edistricttwin.Option{{Value: choices[0].ID, Text: choices[0].ID}}
		return made
	}
	for i, choice := range choices {
		made.Options = append(made.Options, edistricttwin.Option{Value: fmt.Sprintf("%d~%s", i+1, choice.ID), Text: choice.ID})
	}
	return made
}

// annexure is the place of a paper: "101/Voter ID" is the type Voter ID at the place 101.
func annexure(field catalog.Field) edistricttwin.Annexure {
	id, kind, named := strings.Cut(field.PortalField, "/")
	if !named {
		kind = field.Label.In(english)
	}
	return edistricttwin.Annexure{
		ID: id, Label: field.Label.In(english), Required: !field.Optional, MaxBytes: int(field.MaxBytes()),
		Types: []edistricttwin.Option{{Value: id + "01", Text: kind}},
	}
}

func joined(there, more []edistricttwin.Field) []edistricttwin.Field {
	has := func(list []edistricttwin.Field, name string) int {
		return slices.IndexFunc(list, func(f edistricttwin.Field) bool { return f.Name == name })
	}
	for i := range there {
		there[i].Required = there[i].Required && has(more, there[i].Name) >= 0
	}
	for _, field := range more {
		if at := has(there, field.Name); at >= 0 {
			there[at].Required = there[at].Required && field.Required
			continue
		}
		field.Required = false
		there = append(there, field)
	}
	return there
}

// joinedPapers puts papers of one place together: any of their types will do.
func joinedPapers(there, more []edistricttwin.Annexure) []edistricttwin.Annexure {
	for _, paper := range more {
		at := slices.IndexFunc(there, func(a edistricttwin.Annexure) bool { return a.ID == paper.ID })
		if at < 0 {
			there = append(there, paper)
			continue
		}
		place := &there[at]
		place.Required, place.MaxBytes = place.Required && paper.Required, max(place.MaxBytes, paper.MaxBytes)
		for _, kind := range paper.Types {
			if !slices.ContainsFunc(place.Types, func(o edistricttwin.Option) bool { return o.Text == kind.Text }) {
				place.Types = append(place.Types, edistricttwin.Option{Value: fmt.Sprintf("%s%02d", place.ID, len(place.Types)+1), Text: kind.Text})
			}
		}
	}
	return there
}
