package twin

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/jansetu/jansetu/connectors/twin"
)

// control is a field as the page shows it.
type control struct {
	Field
	Control, Value, Error string
}

// The versions of a form: in the second every control has another name.
const (
	versionNow     = "1"
	versionRenamed = "2"
)

func (t *Twin) form(w http.ResponseWriter, r *http.Request, visit *session) {
	service, known := t.service(r.URL.Query().Get("serviceId"))
	if !known || service.Closed {
		show(w, "message", "The requested service is not available.")
		return
	}
	visit.service, visit.draft = service.Number, ""
	version := versionNow
	if _, drifted := t.Faults.Take(Form, twin.RenamedIDs); drifted {
		version = versionRenamed
	}
	if _, drifted := t.Faults.Take(Form, twin.NewMandatoryField); drifted {
		service.Fields = append(slices.Clone(service.Fields), text("99999", "Ward Secretariat Code", patternMoney, "Please enter Ward Secretariat Code"))
	}
	showForm(w, visit, service, version, nil, nil)
}

func showForm(w http.ResponseWriter, visit *session, service Service, version string, values, faults map[string]string) {
	controls := make([]control, len(service.Fields))
	for i, field := range service.Fields {
		controls[i] = control{field, renamed(version, field.Name), values[field.Name], faults[field.Name]}
	}
	show(w, "form", fields{"Service": service, "Token": visit.token, "UUID": secret(), "Version": version, "Controls": controls})
}

func renamed(version, name string) string {
	if version == versionRenamed {
		return "c" + name
	}
	return name
}

func (t *Twin) save(w http.ResponseWriter, r *http.Request, visit *session) {
	service, known := t.service(r.PostFormValue("serviceId"))
	if !known || service.Number != visit.service {
		show(w, "expired", nil)
		return
	}
	version := r.PostFormValue("formVersion")
	values, faults := map[string]string{}, map[string]string{}
	for _, field := range service.Fields {
		value := strings.TrimSpace(r.PostFormValue(renamed(version, field.Name)))
		values[field.Name] = value
		if !field.accepts(value) {
			faults[field.Name] = field.complaint()
		}
	}
	if len(faults) > 0 {
		showForm(w, visit, service, version, values, faults)
		return
	}
	application := Application{
		Draft: fmt.Sprintf("DRAFT/%s/%05d", t.config.Clock().In(indianTime).Format("2006"), len(t.applications)+1), Service: service.Number,
		Kiosk: r.PostFormValue(KioskField), Mobile: visit.mobile, Fields: values,
	}
	if err := t.Remember(application); err != nil {
		http.Error(w, "Internal Server Error", http.StatusInternalServerError)
		return
	}
	visit.draft = application.Draft
	t.showDraft(w, visit, service, nil)
}

func (f Field) accepts(value string) bool {
	switch {
	case value == "":
		return !f.Required
	case len(f.Options) > 0:
		return slices.ContainsFunc(f.Options, func(option Option) bool { return option.Value == value })
	case !f.hasLength(utf8.RuneCountInString(value)) || !f.isWithin(value):
		return false
	default:
		return f.Pattern == "" || regexp.MustCompile(f.Pattern).MatchString(value)
	}
}

// defaultLength is the longest answer of a control that has no limit of its own.
const defaultLength = 500

func (f Field) hasLength(count int) bool {
	return count >= f.MinLength && count <= cmp.Or(f.MaxLength, defaultLength)
}

// isWithin compares exactly: amounts are not rounded.
func (f Field) isWithin(value string) bool {
	if f.Least == "" && f.Most == "" {
		return true
	}
	number, valid := new(big.Rat).SetString(value)
	if !valid {
		return false
	}
	least, bounded := new(big.Rat).SetString(f.Least)
	if bounded && number.Cmp(least) < 0 {
		return false
	}
	most, bounded := new(big.Rat).SetString(f.Most)
	return !bounded || number.Cmp(most) <= 0
}

func (f Field) complaint() string {
	if f.Message != "" {
		return f.Message
	}
	return f.Label + " is not valid"
}

// annexureRow is a paper as the page asks for it.
type annexureRow struct {
	Annexure
	Error string
}

// showDraft shows what a draft needs next.
func (t *Twin) showDraft(w http.ResponseWriter, visit *session, service Service, faults map[string]string) {
	if len(service.Annexures) == 0 {
		t.showPreview(w, visit, "")
		return
	}
	rows := make([]annexureRow, len(service.Annexures))
	for i, annexure := range service.Annexures {
		rows[i] = annexureRow{annexure, faults[annexure.ID]}
	}
	show(w, "annexure", fields{"Draft": visit.draft, "Token": visit.token, "Rows": rows})
}

func (t *Twin) showPreview(w http.ResponseWriter, visit *session, fault string) {
	show(w, "preview", fields{"Draft": visit.draft, "Token": visit.token, "Random": digits(6), "Error": fault})
}

// maxPaper is the portal's usual limit for one file, in bytes.
const maxPaper = 500 << 10

func (a Annexure) limit() int { return cmp.Or(a.MaxBytes, maxPaper) }

// tooLarge says the limit as the portal does: in KB of 1,024 bytes, or of 1,000 when it is a round number of those.
func (a Annexure) tooLarge() string {
	kilobytes := a.limit() >> 10
	if a.limit()%1000 == 0 {
		kilobytes = a.limit() / 1000
	}
	return fmt.Sprintf("File size must not exceed %d KB", kilobytes)
}

func (t *Twin) enclose(w http.ResponseWriter, r *http.Request, visit *session) {
	application, known := t.byDraft(r.PostFormValue("draftNo"))
	service, _ := t.service(application.Service)
	if !known || application.Draft != visit.draft {
		show(w, "expired", nil)
		return
	}
	faults := map[string]string{}
	application.Papers = nil
	for _, annexure := range service.Annexures {
		paper, fault := annexure.receive(r)
		switch {
		case fault != "":
			faults[annexure.ID] = fault
		case paper.Bytes > 0:
			application.Papers = append(application.Papers, paper)
		}
	}
	if len(faults) > 0 {
		t.showDraft(w, visit, service, faults)
		return
	}
	if err := t.Remember(application); err != nil {
		http.Error(w, "Internal Server Error", http.StatusInternalServerError)
		return
	}
	t.showPreview(w, visit, "")
}

// receive takes one paper out of the request, or tells what is wrong with it.
func (a Annexure) receive(r *http.Request) (received Paper, fault string) {
	file, header, err := r.FormFile("file_" + a.ID)
	if err != nil || header.Size == 0 {
		if a.Required {
			return Paper{}, "Please attach " + a.Label
		}
		return Paper{}, ""
	}
	defer func() { _ = file.Close() }()
	content, err := io.ReadAll(io.LimitReader(file, int64(a.limit())+1))
	if err != nil || len(content) > a.limit() {
		return Paper{}, a.tooLarge()
	}
	kind := r.PostFormValue("docType_" + a.ID)
	if len(a.Types) > 0 && !slices.ContainsFunc(a.Types, func(option Option) bool { return option.Value == kind }) {
		return Paper{}, "Please select the type of " + a.Label
	}
	switch http.DetectContentType(content) {
	case "application/pdf", "image/jpeg", "image/png":
	default:
		return Paper{}, "Only PDF, JPG and PNG files are allowed"
	}
	sum := sha256.Sum256(content)
	return Paper{Annexure: a.ID, Type: kind, Filename: header.Filename, Bytes: len(content), SHA256: hex.EncodeToString(sum[:])}, ""
}
