package twin

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jansetu/jansetu/connectors/twin"
)

// field is one control of a form.
type field struct {
	name, label string
	options     []string
	optional    bool
	file        bool
}

// service is one certificate.
type service struct {
	number, name string
	fields       []field
	closed       bool
}

func services() []service {
	common := []field{
		{name: "cmbGP", label: "Gram Panchayat", options: []string{
			"Kankipadu", "Penamaluru", "Gollapudi", "Tadepalli", "Ozar", "Loni Kalbhor", "Hiware Bazar", "Ralegan Siddhi",
		}},
		{name: "txtName", label: "Name of Applicant"}, {name: "txtFather", label: "Father / Husband Name"},
	}
	form := func(own ...field) []field { return append(slices.Clone(common), own...) }
	return []service{
		{number: "11", name: "Birth Extract", fields: form(
			field{name: "txtChild", label: "Name of Child"}, field{name: "txtDOB", label: "Date of Birth (dd-mm-yyyy)"})},
		{number: "12", name: "Death Extract", fields: form(
			field{name: "txtDeceased", label: "Name of Deceased"}, field{name: "txtDOD", label: "Date of Death (dd-mm-yyyy)"})},
		{number: "13", name: "Residence Certificate", fields: form(field{name: "txtDoor", label: "Door No."},
			field{name: "txtSince", label: "Residing since (year)", optional: true}, field{name: "fileProof", label: "Proof of Residence", file: true})},
		{number: "14", name: "House Ownership Certificate", fields: form(
			field{name: "txtAssNo", label: "Assessment No."}, field{name: "fileDeed", label: "Sale Deed", file: true, optional: true})},
		{number: "19", name: "Trade Licence", closed: true},
		{number: "21", name: "Marriage Registration", fields: form(field{name: "txtHusband", label: "Name of Husband"},
			field{name: "txtWife", label: "Name of Wife"}, field{name: "txtDOM", label: "Date of Marriage (dd-mm-yyyy)"})},
		{number: "22", name: "Below Poverty Line Certificate", fields: form(field{name: "txtIncome", label: "Annual Income"})},
		{number: "23", name: "No Dues Certificate", fields: form(field{name: "txtAssNo", label: "Assessment No."})},
		{number: "24", name: "Toilet Certificate", fields: form(field{name: "txtAssNo", label: "Assessment No."})},
		{number: "25", name: "Extract of Form 8", fields: form(field{name: "txtAssNo", label: "Assessment No."})},
		{number: "26", name: "Destitute Certificate", fields: form(field{name: "txtIncome", label: "Annual Income"})},
		{number: "27", name: "Life Certificate", fields: form()},
	}
}

func findService(number string) (service, bool) {
	all := services()
	at := slices.IndexFunc(all, func(one service) bool { return one.number == number })
	if at < 0 || all[at].closed {
		return service{}, false
	}
	return all[at], true
}

// shownField is a control as the page shows it.
type shownField struct {
	Name, Label    string
	Options        []string
	File, Required bool
}

func (t *Twin) showForm(w http.ResponseWriter, r *http.Request) {
	wanted, known := findService(r.URL.Query().Get("type"))
	if !known {
		alert(w, "This certificate is not available")
		return
	}
	prefix := ""
	if _, drifted := t.Faults.Take(Form, twin.RenamedIDs); drifted {
		prefix = "new_"
	}
	shown := make([]shownField, 0, len(wanted.fields)+1)
	for _, one := range wanted.fields {
		shown = append(shown, shownField{prefix + one.name, one.label, one.options, one.file, !one.optional})
	}
	if _, drifted := t.Faults.Take(Form, twin.NewMandatoryField); drifted {
		shown = append(shown, shownField{Name: "txtWard", Label: "Ward No.", Required: true})
	}
	show(w, "form", fields{"Name": wanted.name, "Type": wanted.number, "Fields": shown, "Prefix": prefix})
}

func (t *Twin) apply(w http.ResponseWriter, r *http.Request) {
	wanted, known := findService(r.FormValue("type"))
	if !known {
		alert(w, "This certificate is not available")
		return
	}
	application := Application{
		District: r.PathValue(districtValue), Type: wanted.number, Reference: r.FormValue("txtRefNo"),
		Fields: map[string]string{}, Papers: map[string]int{},
	}
	prefix := r.FormValue("pfx")
	for _, one := range wanted.fields {
		if wrong := application.take(r, one, prefix); wrong != "" {
			alert(w, wrong)
			return
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	application.At = t.config.Clock()
	application.Number = fmt.Sprintf("%s/%s/%05d", strings.ToUpper(application.District[:3]), application.At.In(indianTime).Format("2006"), len(t.applications)+1)
	if err := t.Remember(event{Application: &application}); err != nil {
		alert(w, string(tryAgain))
		return
	}
	show(w, "applied", fields{"Rows": [][2]string{
		{"Application No.", application.Number}, {"Certificate", wanted.name}, {"Reference No.", application.Reference},
		{"Application Date", application.At.In(indianTime).Format(dateTimeLayout)}, {"Expected Date", dueOn(application)},
	}})
}

func dueOn(application Application) string {
	return application.At.In(indianTime).AddDate(0, 0, 7).Format(dateLayout)
}

// maxPaper is the servers' limit for one file, in bytes.
const maxPaper = 300 << 10

// take reads one control into the application, or says what is wrong with it.
func (a Application) take(r *http.Request, one field, prefix string) (wrong string) {
	if one.file {
		return a.takeFile(r, one, prefix)
	}
	value := strings.TrimSpace(r.FormValue(prefix + one.name))
	a.Fields[one.name] = value
	switch {
	case value == "" && !one.optional:
		return "Please enter " + one.label
	case len(one.options) > 0 && !slices.Contains(one.options, value), strings.Contains(one.label, "dd-mm-yyyy") && !isDate(value):
		return "Invalid " + one.label
	default:
		return ""
	}
}

func isDate(text string) bool {
	_, err := time.Parse(dateLayout, text)
	return err == nil
}

func (a Application) takeFile(r *http.Request, one field, prefix string) (wrong string) {
	file, header, err := r.FormFile(prefix + one.name)
	switch {
	case (err != nil || header.Size == 0) && one.optional:
		return ""
	case err != nil || header.Size == 0:
		return "Please enter " + one.label
	case header.Size > maxPaper:
		return "Invalid " + one.label
	}
	defer func() { _ = file.Close() }()
	read, _ := io.Copy(io.Discard, file)
	a.Papers[one.name] = int(read)
	return ""
}

// standing is where an application is by now, and since when.
func (t *Twin) standing(application Application) (state string, since time.Time) {
	steps := []string{"RECEIVED", "PENDING WITH PANCHAYAT SECRETARY", "CERTIFICATE ISSUED"}
	if application.Fields["txtName"] == "G SURYA PRAKASH" {
		steps[2] = "REJECTED"
	}
	passed := min(int(t.config.Clock().Sub(application.At)/t.config.Pace), len(steps)-1)
	passed = max(passed, 0)
	return steps[passed], application.At.Add(time.Duration(passed) * t.config.Pace)
}

func (t *Twin) showStatus(w http.ResponseWriter, r *http.Request) {
	number, reference := r.URL.Query().Get("appno"), r.URL.Query().Get("refno")
	columns := []string{"Sl.No.", "Application No.", "Certificate", "Application Date", "Expected Date", "Status", "Status Date", "Remarks", "Reference No."}
	var rows [][]string
	for _, application := range t.Applications() {
		asked := number != "" && application.Number == number || reference != "" && application.Reference == reference
		if !asked || application.District != r.PathValue(districtValue) {
			continue
		}
		wanted, _ := findService(application.Type)
		state, since := t.standing(application)
		remarks := map[string]string{"REJECTED": "Not a resident as per records"}[state]
		rows = append(rows, []string{
			strconv.Itoa(len(rows) + 1), application.Number, wanted.name, application.At.In(indianTime).Format(dateTimeLayout), dueOn(application),
			state, since.In(indianTime).Format(dateTimeLayout), remarks, application.Reference,
		})
	}
	if _, doubled := t.Faults.Take(Track, twin.DuplicateRows); doubled {
		rows = append(rows, rows...)
	}
	if _, moved := t.Faults.Take(Track, twin.MovedColumns); moved {
		slices.Reverse(columns)
		for i := range rows {
			rows[i] = slices.Clone(rows[i])
			slices.Reverse(rows[i])
		}
	}
	show(w, "status", fields{"Columns": columns, "Rows": rows})
}

func (t *Twin) print(w http.ResponseWriter, r *http.Request) {
	for _, application := range t.Applications() {
		state, since := t.standing(application)
		if application.District == r.PathValue(districtValue) && application.Number == r.URL.Query().Get("appno") && state == "CERTIFICATE ISSUED" {
			wanted, _ := findService(application.Type)
			w.Header().Set("Content-Type", "image/jpeg")
			w.Header().Set("Content-Disposition", `inline; filename="cert.jpg"`)
			_, _ = w.Write(scan(wanted.name, application.Number, since.In(indianTime).Format(dateLayout)))
			return
		}
	}
	alert(w, "Certificate is not yet issued")
}
