package workflows

import (
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
)

// Terms are what a workflow needs to know of its service, as the catalog had it when the citizen confirmed.
type Terms struct {
	// Form is the service's form without its wording: what the portal's own list decides, and which answers are papers.
	Form []TermsField `json:"form,omitempty"`
	// Fee is what the department charges; nil when it is not known.
	Fee *catalog.Fee `json:"fee,omitempty"`
	// Clock is the law's time limit; nil when nothing is said of one.
	Clock     *catalog.Clock          `json:"clock,omitempty"`
	Delivers  catalog.Delivers        `json:"delivers,omitempty"`
	Booking   *catalog.Booking        `json:"booking,omitempty"`
	Bill      *catalog.BillTerms      `json:"bill,omitempty"`
	Grievance *catalog.GrievanceTerms `json:"grievance,omitempty"`
	// QuietHours are when nobody is written to unasked.
	QuietHours catalog.QuietHours `json:"quiet_hours,omitzero"`
}

// TermsField is one question of the form.
type TermsField struct {
	ID   string            `json:"id"`
	Type catalog.FieldType `json:"type"`
	// PortalField is the portal's name of it; empty when it is not told.
	PortalField string `json:"portal_field,omitempty"`
	// PortalChoice says that what the citizen typed is looked for in the portal's own list.
	PortalChoice bool `json:"portal_choice,omitempty"`
	// Again is the question itself, without its wording, where it is asked once more in the middle: the account of another bill.
	Again *catalog.Field `json:"again,omitempty"`
	// Paper is what a field of type document asks for; its Media is empty.
	Paper *PaperAnswer `json:"paper,omitempty"`
}

// TermsOf are a service's terms, with the state's quiet hours.
func TermsOf(service *catalog.Service, quiet catalog.QuietHours) Terms {
	terms := Terms{
		Fee: service.Fee, Clock: service.Clock, Delivers: service.Delivers, Booking: service.Booking, Bill: service.Bill,
		Grievance: service.Grievance, QuietHours: quiet,
	}
	for i := range service.Form {
		field := &service.Form[i]
		known := TermsField{ID: field.ID, Type: field.Type, PortalField: field.PortalField, PortalChoice: field.PortalChoice}
		if service.Bill != nil && service.Bill.Accounts > 1 && field.PortalField == connectors.FieldAccount {
			again := *field
			again.Label, again.Prompt, again.Help = nil, nil, nil
			known.Again = &again
		}
		if field.Type == catalog.FieldDocument {
			paper := PaperOf(field, "")
			known.Paper = &paper
		}
		terms.Form = append(terms.Form, known)
	}
	return terms
}
