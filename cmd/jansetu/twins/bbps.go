package twins

import (
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/bbps"
	bbpstwin "github.com/jansetu/jansetu/connectors/bbps/twin"
)

// billers are those whose bills the state's services pay: each asks for the account and for what else the form has, and has a bill for
// the account of the form's example.
func billers(bound []*catalog.Service) []bbpstwin.Biller {
	made := make([]bbpstwin.Biller, 0, len(bound))
	for _, service := range bound {
		if service.Kind == catalog.KindBill && service.Portal.Service != "" {
			made = append(made, billerOf(service))
		}
	}
	return made
}

func billerOf(service *catalog.Service) bbpstwin.Biller {
	made := bbpstwin.Biller{
		ID: service.Portal.Service, Name: service.Title.In(english), Category: service.Category,
		PartPayment: service.Bill != nil && service.Bill.PartPayment,
	}
	var others []bbpstwin.Param
	for _, field := range service.Form {
		switch field.PortalField {
		case "", bbps.FieldMobile: // the network wants the mobile number of everybody, it is no parameter of the biller
		case connectors.FieldAccount:
			account := parameter(field)
			account.Name = field.Label.In(english)
			made.Params = append(made.Params, account)
			if value, problem := field.Check(field.Example); problem == nil {
				made.Accounts = append(made.Accounts, value)
			}
		default:
			others = append(others, parameter(field))
		}
	}
	made.Params = append(made.Params, others...) // the account is the first
	return made
}

func parameter(field catalog.Field) bbpstwin.Param {
	made := bbpstwin.Param{
		Name: field.PortalField, Digits: field.Type == catalog.FieldDigits || field.Type == catalog.FieldPhone,
		Optional: field.Optional, Min: field.MinLength, Max: field.MaxLength,
	}
	switch {
	case field.Pattern != "":
		made.Regex = field.Pattern
	case field.Type == catalog.FieldPhone:
		made.Regex = "[6-9][0-9]{9}"
	}
	return made
}
