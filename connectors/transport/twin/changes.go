package twin

// The labels of the pages for changes of what is on record.
const (
	labelLearner   = "Learner's Licence No."
	labelReason    = "Reason"
	labelPassport  = "Passport No."
	labelBuyer     = "Name of Buyer"
	labelFinancier = "Financier"
	labelPermit    = "Permit No."
	labelKind      = "Type of Permit"
	labelFIR       = "FIR No."
)

// change is an application about a person, a licence or a vehicle that is on record.
type change struct {
	service, title string
	// about are the labels that say whom or what, further those that the service asks for besides.
	about, further []string
}

// changes lists the services whose forms differ in little.
func changes() []change {
	person := []string{labelName, labelFather, labelBirth, labelMobile, labelPIN, labelLearner, labelDistrict}
	licence := []string{labelLicence, labelBirth, labelMobile, labelPIN}
	learner := []string{labelLearner, labelBirth, labelMobile, labelPIN}
	vehicle := []string{labelVehicle, labelChassis, labelBirth, labelMobile, labelPIN}
	return []change{
		{"dlfresh", "Driving Licence", person, nil},
		{"dlretest", "Driving Test Again", person, nil},
		{"dlforeign", "Licence of Another Country or the Forces", person, nil},
		{"dlrenewal", "Renewal of Driving Licence", licence, nil},
		{"dlduplicate", "Duplicate Driving Licence", licence, []string{labelReason}},
		{"dlendorse", "Addition of a Class", licence, []string{labelClass}},
		{"dlbadge", "Transport Badge", licence, []string{labelClass}},
		{"dlhazardous", "Hazardous Goods", licence, []string{labelReason}},
		{"dlidp", "International Driving Permit", licence, []string{labelPassport}},
		{"llretest", "Learner's Test Again", learner, nil},
		{"llrenewal", "Renewal of Learner's Licence", learner, nil},
		{"llchange", "Change in Learner's Licence", learner, []string{labelReason}},
		{"rctransfer", "Transfer of Ownership", vehicle, []string{labelBuyer}},
		{"rcduplicate", "Duplicate Registration Certificate", vehicle, []string{labelReason}},
		{"rcrenewal", "Renewal of Registration", vehicle, nil},
		{"rcaddress", "Change of Address in Registration", vehicle, []string{labelAddress}},
		{"rcalteration", "Alteration of Vehicle", vehicle, []string{labelReason}},
		{"rchpadd", "Hire Purchase Agreement", vehicle, []string{labelFinancier}},
		{"rchpend", "Hire Purchase Termination", vehicle, []string{labelFinancier}},
		{"rcnumber", "Reservation of Registration Number", vehicle, []string{labelReason}},
		{"rcreassign", "Reassignment of Vehicle", vehicle, []string{labelAddress}},
		{"rcnoc", "No Objection Certificate", vehicle, []string{labelReason}},
		{"rctheft", "Theft Intimation", vehicle, []string{labelFIR}},
		{"rcstoppage", "Vehicle Stoppage", vehicle, []string{labelReason}},
		{"rcbody", "Body Builder", vehicle, []string{labelReason}},
		{"fcnew", "Fitness Certificate", vehicle, nil},
		{"fcrenewal", "Renewal of Fitness", vehicle, nil},
		{"prnew", "New Permit", vehicle, []string{labelKind}},
		{"prrenewal", "Renewal of Permit", vehicle, []string{labelPermit}},
		{"prchange", "Variation of Permit", vehicle, []string{labelPermit, labelReason}},
		{"prtransfer", "Transfer of Permit", vehicle, []string{labelPermit, labelBuyer}},
		{"prsurrender", "Surrender of Permit", vehicle, []string{labelPermit}},
	}
}

// page is the form of a change.
func (c change) page() form {
	made := form{
		path: "apply/" + c.service + ".xhtml", title: c.title, button: "Submit Application", operation: Submit, captcha: true,
		answer: func(t *Twin, sent filled) (string, string) { return t.apply(c.service, sent) },
	}
	for _, label := range append(append([]string{}, c.about...), c.further...) {
		made.controls = append(made.controls, control{label: label, required: true, options: choicesOf(label)})
	}
	made.controls = append(made.controls, control{label: labelReference})
	return made
}

// choicesOf are the options of the labels that have some.
func choicesOf(label string) func(map[string]string) []string {
	switch label {
	case labelDistrict:
		return districts
	case labelClass:
		return classes
	case labelKind:
		return func(map[string]string) []string { return []string{"Goods", "Contract Carriage", "School Bus"} }
	default:
		return nil
	}
}
