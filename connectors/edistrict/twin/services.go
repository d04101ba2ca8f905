package twin

import (
	"fmt"
	"strconv"
)

// FieldKind is the control a field has on the form page.
type FieldKind string

// The controls of the forms.
const (
	Text     FieldKind = "text"
	Area     FieldKind = "textarea"
	Select   FieldKind = "select"
	Radio    FieldKind = "radio"
	Checkbox FieldKind = "checkbox"
)

// Option is one choice of a select or radio control.
type Option struct{ Value, Text string }

// Field is one control of a form.
type Field struct {
	// Name is the control's name: a number, as the portal's form designer gives it.
	Name     string
	Label    string
	Kind     FieldKind
	Required bool
	Options  []Option
	// Pattern is what the portal checks, Message what it says otherwise.
	Pattern, Message string
	// MinLength and MaxLength count characters; 0 is no limit, of MaxLength 500.
	MinLength, MaxLength int
	// Least and Most bound a number, written plainly: "0", "1500.50". Empty is no bound.
	Least, Most string
}

// Annexure is one paper a service asks for.
type Annexure struct {
	ID       string
	Label    string
	Types    []Option
	Required bool
	// MaxBytes is the portal's limit for the file; 0 is 500 KB.
	MaxBytes int
}

// Service is one entry of the portal.
type Service struct {
	Number, Name, Department string
	// Prefix begins the numbers of its applications.
	Prefix    string
	Fields    []Field
	Annexures []Annexure
	// Days is the promised time; 0 is not said.
	Days   int
	Closed bool
	// Fee is what the page says the service costs, in rupees; empty is not said.
	Fee string
	// Officer decides about it; empty is the Tahsildar.
	Officer string
}

// service answers the service of a number: one that this portal was given, else one that every twin has.
func (t *Twin) service(number string) (Service, bool) {
	if given, known := t.given[number]; known {
		return given, true
	}
	return FindService(number)
}

// KioskField is the control of every form that takes the reference of a service
// centre.
const KioskField = "kioskTxnNo"

const (
	patternName   = `^[A-Za-z .]{3,60}$`
	patternMoney  = `^[0-9]{1,9}$`
	patternDate   = `^(0[1-9]|[12][0-9]|3[01])/(0[1-9]|1[0-2])/(19|20)[0-9]{2}$`
	patternPIN    = `^[1-9][0-9]{5}$`
	patternMobile = `^[6-9]\d{9}$`
)

func text(name, label, pattern, message string) Field {
	return Field{Name: name, Label: label, Kind: Text, Required: true, Pattern: pattern, Message: message}
}

func choose(kind FieldKind, name, label string, texts ...string) Field {
	field := Field{Name: name, Label: label, Kind: kind, Required: true, Message: "Please select " + label}
	for i, shown := range texts {
		field.Options = append(field.Options, Option{fmt.Sprintf("%d~%s", i+1, shown), shown})
	}
	return field
}

func applicant(first int) []Field {
	name := func(i int) string { return strconv.Itoa(first + i) }
	return []Field{
		choose(Select, name(0), "Salutation", "Shri", "Smt", "Kumari"),
		text(name(1), "Name of Applicant", patternName, "Name must have 3 to 60 letters"),
		text(name(2), "Name of Father / Husband", patternName, "Name must have 3 to 60 letters"),
		text(name(3), "PIN Code", patternPIN, "Please enter a valid PIN code"),
	}
}

func paper(id, label string, required bool, texts ...string) Annexure {
	annexure := Annexure{ID: id, Label: label, Required: required}
	for i, shown := range texts {
		annexure.Types = append(annexure.Types, Option{fmt.Sprintf("%s%02d", id, i+1), shown})
	}
	return annexure
}

func identity() Annexure {
	return paper("101", "Proof of Identity", true, "Voter ID", "Ration Card", "Driving Licence")
}

func address() Annexure {
	return paper("102", "Proof of Address", true, "Ration Card", "Electricity Bill", "Voter ID")
}

func district() Field {
	return choose(Select, "17001", "District", "NTR", "Krishna", "Guntur", "Palnadu", "Eluru")
}

func declaration(name string) Field {
	return Field{
		Name: name, Label: "I agree that the particulars are true", Kind: Checkbox, Required: true,
		Options: []Option{{"Y", "I agree"}}, Message: "Please accept the declaration",
	}
}

// Services lists the documented services.
func Services() []Service {
	return []Service{
		{
			Number: "1042", Name: "Income Certificate", Department: "Revenue", Prefix: "EINC", Days: 7,
			Fields: append(applicant(14201), district(),
				text("14206", "Annual Income (Rs.)", patternMoney, "Income must be a number"),
				choose(Select, "14207", "Purpose", "Scholarship", "Pension", "Admission", "Others"), declaration("14208")),
			Annexures: []Annexure{identity(), paper("103", "Proof of Income", true, "Salary Slip", "Self Declaration", "Form 16")},
		},
		{
			Number: "1043", Name: "Caste Certificate", Department: "Revenue", Prefix: "ECST", Days: 30,
			Fields: append(applicant(14301), district(),
				choose(Radio, "14306", "Category", "SC", "ST", "BC-A", "BC-B", "OC"), declaration("14307")),
			Annexures: []Annexure{identity(), paper("104", "Caste Proof of Family Member", false, "Father's Certificate", "School Record")},
		},
		{
			Number: "1044", Name: "Residence Certificate", Department: "Revenue", Prefix: "ERES", Days: 7,
			Fields: append(applicant(14401), district(),
				Field{Name: "14406", Label: "Present Address", Kind: Area, Required: true, Message: "Please enter Present Address"},
				text("14407", "Resident since", patternDate, "Date must be dd/mm/yyyy")),
			Annexures: []Annexure{address()},
		},
		{
			Number: "1047", Name: "Legal Heir Certificate", Department: "Revenue", Prefix: "ELHC", Days: 30,
			Fields: append(applicant(14701), district(),
				text("14706", "Name of Deceased", patternName, "Name must have 3 to 60 letters"),
				text("14707", "Date of Death", patternDate, "Date must be dd/mm/yyyy")),
			Annexures: []Annexure{identity(), address(), paper("105", "Death Certificate", true, "Death Certificate")},
		},
		{
			Number: "1051", Name: "Fertiliser Dealer Licence", Department: "Agriculture", Prefix: "EFER", Days: 15,
			Fields: append(applicant(15101), district(), text("15106", "Mobile Number of Shop", patternMobile, "Please enter a valid mobile number")),
		},
		{Number: "1099", Name: "Solvency Certificate", Department: "Revenue", Prefix: "ESOL", Days: 15, Closed: true, Fields: applicant(19901)},
	}
}

// ServiceNumber is the number of the i-th generated service, for i from 0 to 399.
func ServiceNumber(i int) string { return strconv.Itoa(2000 + i%400) }

// FindService answers the service of a number, documented or generated.
func FindService(number string) (Service, bool) {
	for _, service := range Services() {
		if service.Number == number {
			return service, true
		}
	}
	value, err := strconv.Atoi(number)
	if err != nil || value < 2000 || value > 2399 || strconv.Itoa(value) != number {
		return Service{}, false
	}
	return generated(value), true
}

// generated makes a form that follows from the number: one to six fields of
// every kind, none to two papers.
func generated(number int) Service {
	base := number * 100
	service := Service{
		Number: strconv.Itoa(number), Name: fmt.Sprintf("Service %d", number), Prefix: fmt.Sprintf("S%d", number), Days: 7 + number%23,
		Department: []string{"Health", "Labour", "Education", "Fisheries", "Housing"}[number%5],
		Fields:     applicant(base + 1),
	}
	extra := []Field{
		district(),
		text(strconv.Itoa(base+10), "Amount (Rs.)", patternMoney, "Amount must be a number"),
		choose(Radio, strconv.Itoa(base+11), "Gender", "Female", "Male", "Other"),
		text(strconv.Itoa(base+12), "Date of Birth", patternDate, "Date must be dd/mm/yyyy"),
		{Name: strconv.Itoa(base + 13), Label: "Remarks", Kind: Area},
		declaration(strconv.Itoa(base + 14)),
	}
	service.Fields = append(service.Fields, extra[:number%(len(extra)+1)]...)
	service.Annexures = []Annexure{identity(), address()}[:number%3]
	return service
}
