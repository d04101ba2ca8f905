package twin

import (
	"slices"
	"strings"

	"github.com/jansetu/jansetu/connectors/twin"
)

// details is a panel of labels and values, with tables below.
type details struct {
	Title  string
	Rows   [][2]string
	Tables []table
	Print  string
}

type table struct {
	Columns []string
	Lines   [][]string
}

func (t *table) repeatFirst() { t.Lines = append(t.Lines[:1:1], t.Lines...) }

func (t *table) mirror() {
	slices.Reverse(t.Columns)
	for _, line := range t.Lines {
		slices.Reverse(line)
	}
}

func (d details) panel() string {
	var markup strings.Builder
	_ = pages.ExecuteTemplate(&markup, "details", d)
	return markup.String()
}

const noDetails = "No details found for the data entered."

// register is what is on record, by the two fields that name it.
func register() map[[2]string]details {
	columns := []string{"COV Category", "Class of Vehicle", "COV Issue Date"}
	return map[[2]string]details{
		{"AP03120110001234", "14-08-1985"}: {
			Title: "Details of Driving Licence: AP03120110001234",
			Rows: [][2]string{
				{"Current Status", "ACTIVE"}, {"Holder's Name", "KONDAPALLI RAMESH"}, {"Date of Issue", "21-03-2011"},
				{"Last Transaction At", "RTO VIJAYAWADA"}, {"Non-Transport", "From: 21-03-2011 To: 13-08-2035"},
			},
			Tables: []table{{columns, [][]string{{"NT", "LMV", "21-03-2011"}, {"NT", "MCWG", "21-03-2011"}}}},
		},
		{"AP03120150004321", "02-02-1990"}: {
			Title: "Details of Driving Licence: AP03120150004321",
			Rows: [][2]string{
				{"Current Status", "ACTIVE"}, {"Holder's Name", "SHAIK NAZIA"}, {"Date of Issue", "09-07-2015"},
				{"Last Transaction At", "RTO GUNTUR"}, {"Non-Transport", "From: 09-07-2015 To: 01-02-2040"},
			},
			Tables: []table{{columns, [][]string{{"NT", "LMV", "09-07-2015"}, {"NT", "MCWG", "09-07-2015"}, {"TR", "TRANS", "18-01-2019"}}}},
		},
		{"AP00219990000777", "30-06-1970"}: {
			Title: "Details of Driving Licence: AP00219990000777",
			Rows: [][2]string{
				{"Current Status", "EXPIRED"}, {"Holder's Name", "PYDI APPARAO"}, {"Date of Issue", "11-11-1999"},
				{"Last Transaction At", "RTO VISAKHAPATNAM"}, {"Non-Transport", "From: 11-11-1999 To: 10-11-2019"},
			},
			Tables: []table{{columns, [][]string{{"NT", "MCWG", "11-11-1999"}}}},
		},
		{"AP39UH4567", "04567"}: {
			Title: "Details of Vehicle: AP39UH4567",
			Rows: [][2]string{
				{"Owner Name", "B ANJALI"}, {"Vehicle Class", "M-Cycle/Scooter(2WN)"}, {"Fuel Type", "PETROL"},
				{"Fitness Upto", "14-05-2036"}, {"Insurance Upto", "14-05-2027"}, {"PUCC Upto", "01-01-2027"}, {"Hypothecated", "NO"},
			},
		},
		{"AP05CD0001", "90210"}: {
			Title: "Details of Vehicle: AP05CD0001",
			Rows: [][2]string{
				{"Owner Name", "SRI SAI TRADERS"}, {"Vehicle Class", "Motor Car(LMV)"}, {"Fuel Type", "DIESEL"},
				{"Fitness Upto", "30-09-2034"}, {"Insurance Upto", "29-09-2026"}, {"PUCC Upto", "12-12-2026"}, {"Hypothecated", "YES"},
			},
		},
	}
}

func (t *Twin) licence(sent filled) (panel, wrong string) {
	values := sent.values
	number := strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(values[labelLicence]))
	if len(number) != 16 {
		return "", labelLicence + ": Please enter a valid licence number."
	}
	return t.onRecord(number, values[labelBirth])
}

func (t *Twin) vehicle(sent filled) (panel, wrong string) {
	values := sent.values
	if len(values[labelChassis]) != 5 {
		return "", labelChassis + ": Please enter the last five characters."
	}
	return t.onRecord(strings.ToUpper(values[labelVehicle]), values[labelChassis])
}

func (t *Twin) onRecord(number, proof string) (panel, wrong string) {
	found, known := register()[[2]string{number, proof}]
	if !known {
		return "", noDetails
	}
	if t.On(Details, twin.DuplicateRows) {
		found.Rows = append(found.Rows[:1:1], found.Rows...)
		for i := range found.Tables {
			found.Tables[i].repeatFirst()
		}
	}
	return found.panel(), ""
}
