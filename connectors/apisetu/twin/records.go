package twin

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

//go:embed testdata/issuers_selected.json
var issuersFile []byte

// Route is one document of one issuer.
type Route struct {
	Issuer   string `json:"-"`
	Document string `json:"document"`
	Path     string `json:"path"`
}

// Routes lists the documents that the published specifications offer.
func Routes() ([]Route, error) {
	var issuers []struct {
		Name   string  `json:"issuer"`
		Routes []Route `json:"routes"`
	}
	if err := json.Unmarshal(issuersFile, &issuers); err != nil {
		return nil, fmt.Errorf("read issuers: %w", err)
	}
	var routes []Route
	for _, issuer := range issuers {
		for _, route := range issuer.Routes {
			route.Issuer = issuer.Name
			routes = append(routes, route)
		}
	}
	return routes, nil
}

// Record is an invented document.
type Record struct {
	// Place is "issuer/document"; empty is every route.
	Place  string
	Number string
	Name   string
	Born   string
	Facts  [][2]string
	Marks  [][2]string
}

// Records lists the documented records.
func Records() []Record {
	return []Record{
		{
			Place: "aharakar/ratcr", Number: "BGK00125701", Name: "Savitri Gowda", Born: "11-02-1971",
			Facts: [][2]string{{"cardType", "PHH"}, {"members", "4"}, {"shop", "112, Hosahalli"}},
		},
		{
			Place: "cbse/sscer", Number: "1100044", Name: "Ananya Deshpande", Born: "03-09-2003",
			Facts: [][2]string{{"result", "PASS"}, {"resultDate", "06-05-2019"}},
			Marks: [][2]string{{"ENGLISH", "87"}, {"MATHEMATICS", "91"}, {"SCIENCE", "84"}, {"HINDI", "90"}},
		},
		{
			Place: "cbse/hscer", Number: "2200191", Name: "Rohit Nair", Born: "21-12-2002",
			Facts: [][2]string{{"result", "PASS"}, {"resultDate", "30-07-2021"}},
			Marks: [][2]string{{"PHYSICS", "78"}, {"CHEMISTRY", "82"}, {"ECONOMICS", "95"}},
		},
		{
			Place: "barti/cvcer", Number: "CV-7781-22", Name: "Kiran Jadhav", Born: "17-06-1999",
			Facts: [][2]string{{"committee", "District Caste Certificate Scrutiny Committee, Satara"}},
		},
		{
			Place: "edistrictkerala/incer", Number: "INC/40912", Name: "Mini Thomas", Born: "08-01-1984",
			Facts: [][2]string{{"annualIncome", "84000"}, {"village", "Ettumanoor"}},
		},
		{
			Place: "chennaicorp/btcer", Number: "B2019-55120", Name: "Karthik Subramanian", Born: "02-04-2019",
			Facts: [][2]string{{"placeOfBirth", "Egmore, Chennai"}},
		},
	}
}

// Number is the number of the i-th generated record, for i from 0 to 999,999.
func Number(i int) string { return fmt.Sprintf("T%06d", i%1_000_000) }

var (
	generatedNumber = regexp.MustCompile(`^T\d{6}$`)
	wellFormed      = regexp.MustCompile(`^[\pL\pN/ .@:_-]+$`)
)

// find answers the record that the parameters name.
func (t *Twin) find(place string, parameters map[string]string) (Record, bool) {
	for _, value := range parameters {
		record, known := t.recordOf(place, value)
		if known && fits(record, parameters["FullName"]) {
			return record, true
		}
	}
	return Record{}, false
}

func (t *Twin) recordOf(place, number string) (Record, bool) {
	for _, record := range append(Records(), t.config.Records...) {
		if record.Place == place && record.Number == number {
			return record, true
		}
	}
	if generatedNumber.MatchString(number) {
		return Record{Number: number, Name: "Holder " + number[1:], Born: "01-01-1990"}, true
	}
	return Record{}, false
}

func fits(record Record, name string) bool {
	return name == "" || strings.EqualFold(strings.TrimSpace(name), record.Name)
}
