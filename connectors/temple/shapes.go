package temple

import "github.com/jansetu/jansetu/connectors/portal"

// shapes are what the pages of every temple have, by the operation they answer.
// They tell an operator what a release has changed.
func shapes() map[string]portal.Fingerprint {
	ticket := portal.Fingerprint{Step: "the ticket", Parts: []string{"heading Age", "heading Gender", "heading Pilgrim", "heading Sl. No"}}
	return map[string]portal.Fingerprint{
		operationForm: {Step: "the form of a slot", Parts: []string{
			"hidden TOKEN", "hidden slot", "input age_#", "input extRef", "input mobile", "input name_#", "select gender_#", "submit proceed",
		}},
		operationTicket: ticket, operationConfirm: ticket,
	}
}
