package twin

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Complaint is one version of a complaint as the platform recorded it.
type Complaint struct {
	Number string `json:"number"`
	Tenant string `json:"tenant"`
	Code   string `json:"code"`
	Mobile string `json:"mobile"`
	Status string `json:"status"`
	// Reference is what the sender put into additionalDetail.
	Reference string `json:"reference"`
	Comment   string `json:"comment,omitempty"`
	Files     int    `json:"files,omitempty"`
	// Photo is the id of the department's picture of its work.
	Photo string `json:"photo,omitempty"`
	// Whole is the service object as it was sent and completed.
	Whole    map[string]any `json:"whole"`
	Created  time.Time      `json:"created"`
	Modified time.Time      `json:"modified"`
}

type sentComplaint struct {
	Service  map[string]any `json:"service"`
	Workflow struct {
		Action    string `json:"action"`
		Comments  string `json:"comments"`
		Documents []struct {
			File string `json:"fileStoreId"`
		} `json:"verificationDocuments"`
	} `json:"workflow"`
}

// text walks into the service object.
func (s sentComplaint) text(path ...string) string {
	var value any = s.Service
	for _, step := range path {
		members, _ := value.(map[string]any)
		value = members[step]
	}
	text, _ := value.(string)
	return text
}

func (t *Twin) create(w http.ResponseWriter, r *http.Request) {
	var sent sentComplaint
	if json.NewDecoder(r.Body).Decode(&sent) != nil {
		refuse(w, "JSON_PARSE", "JSON parse error")
		return
	}
	if code, message := t.faulty(sent); code != "" {
		refuse(w, code, message)
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.config.Clock()
	made := Complaint{
		Number: fmt.Sprintf("%s-PGR-%s-%06d", stateOf(sent.text("tenantId")), now.Format("2006-01-02"), len(t.complaints)+1), Tenant: sent.text("tenantId"),
		Code: sent.text("serviceCode"), Mobile: sent.text("citizen", "mobileNumber"), Status: "PENDINGFORASSIGNMENT",
		Reference: sent.text("additionalDetail", "reference"), Files: len(sent.Workflow.Documents),
		Whole: sent.Service, Created: now, Modified: now,
	}
	made.Whole["id"], made.Whole["accountId"] = "id-"+made.Number, "citizen-"+made.Mobile
	t.remember(fact{Complaint: &made})
	t.answerComplaints(w, made)
}

// stateOf is how a complaint number of a town begins.
func stateOf(tenant string) string {
	state, _, _ := strings.Cut(tenant, ".")
	return strings.ToUpper(state)
}

// faulty says what PGR's validators would.
func (t *Twin) faulty(sent sentComplaint) (code, message string) {
	if _, down := t.Faults.Take(Create, IDGenDown); down {
		return "IDGEN ERROR", "The number of ids returned by idgen is not equal to number of services"
	}
	tenant := sent.text("tenantId")
	switch {
	case sent.text("source") != "whatsapp" && sent.text("source") != "web" && sent.text("source") != "mobile":
		return "INVALID_SOURCE", "The source: " + sent.text("source") + " is not valid"
	case !t.masters.active[sent.text("serviceCode")]:
		return "INVALID_SERVICECODE", "The service code: " + sent.text("serviceCode") + " is not present in MDMS"
	case sent.text("citizen", "mobileNumber") == "" || sent.text("citizen", "name") == "":
		return "INVALID_REQUEST", "Name and Mobile Number is mandatory in citizen object"
	case !t.masters.hasLocality(tenant, sent.text("address", "locality", "code")):
		return "INVALID_LOCALITY", "The locality is not of the tenant"
	}
	for _, document := range sent.Workflow.Documents {
		t.mu.Lock()
		_, known := t.files[document.File]
		t.mu.Unlock()
		if !known {
			return "INVALID_REQUEST", "No file " + document.File
		}
	}
	return "", ""
}

func (c Complaint) service() map[string]any {
	whole := maps.Clone(c.Whole)
	whole["serviceRequestId"], whole["applicationStatus"] = c.Number, c.Status
	whole["auditDetails"] = fields{
		"createdBy": "twin", "lastModifiedBy": "twin", "createdTime": c.Created.UnixMilli(), "lastModifiedTime": c.Modified.UnixMilli(),
	}
	return whole
}

func (t *Twin) answerComplaints(w http.ResponseWriter, list ...Complaint) {
	wrapped := make([]fields, 0, len(list))
	for _, complaint := range list {
		step := fields{"action": "", "comments": complaint.Comment}
		if complaint.Photo != "" {
			step["verificationDocuments"] = []fields{{"documentType": "PHOTO", "fileStoreId": complaint.Photo}}
		}
		wrapped = append(wrapped, fields{"service": complaint.service(), "workflow": step})
	}
	name := "ServiceWrappers"
	if _, old := t.Faults.Take("", OldNames); old {
		name = "PGREntities"
	}
	write(w, http.StatusOK, fields{"responseInfo": fields{"status": "successful"}, name: wrapped})
}

// latest answers the newest version of each complaint that a search shows, or
// that is there when everything is. It needs the lock.
func (t *Twin) latest(everything bool) []Complaint {
	now := t.config.Clock()
	_, stuck := t.Faults.Take(Search, QueueStuck)
	var order []string
	newest := map[string]Complaint{}
	for _, version := range t.complaints {
		if !everything && (stuck || version.Modified.Add(t.config.Lag).After(now)) {
			continue
		}
		if _, known := newest[version.Number]; !known {
			order = append(order, version.Number)
		}
		newest[version.Number] = version
	}
	list := make([]Complaint, 0, len(order))
	for _, number := range order {
		list = append(list, t.progressed(newest[number], now))
	}
	return list
}

// progressed lets the department work by the clock.
func (t *Twin) progressed(complaint Complaint, now time.Time) Complaint {
	step := t.config.Progress
	if step == 0 || complaint.Status != "PENDINGFORASSIGNMENT" {
		return complaint
	}
	switch waited := now.Sub(complaint.Modified); {
	case waited >= 2*step:
		complaint.Status, complaint.Modified, complaint.Comment = "RESOLVED", complaint.Modified.Add(2*step), "Work is done."
		complaint.Photo = workPhoto
	case waited >= step:
		complaint.Status, complaint.Modified = "PENDINGATLME", complaint.Modified.Add(step)
	}
	return complaint
}

func (t *Twin) search(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	if query.Get("tenantId") == "" {
		refuse(w, "INVALID_SEARCH", "TenantId is mandatory search param")
		return
	}
	from, _ := strconv.ParseInt(query.Get("fromDate"), 10, 64)
	t.mu.Lock()
	list := slices.DeleteFunc(t.latest(false), func(c Complaint) bool {
		return c.Tenant != query.Get("tenantId") || differs(query.Get("serviceRequestId"), c.Number) ||
			differs(query.Get("mobileNumber"), c.Mobile) || differs(query.Get("serviceCode"), c.Code) || c.Created.UnixMilli() < from
	})
	t.mu.Unlock()
	offset, _ := strconv.Atoi(query.Get("offset"))
	limit, err := strconv.Atoi(query.Get("limit"))
	if err != nil {
		limit = 100
	}
	list = list[min(max(offset, 0), len(list)):]
	t.answerComplaints(w, list[:min(len(list), limit, 200)]...)
}

func differs(wanted, value string) bool { return wanted != "" && wanted != value }

// update takes what a citizen may do to a complaint that is settled.
func (t *Twin) update(w http.ResponseWriter, r *http.Request) {
	var sent sentComplaint
	if json.NewDecoder(r.Body).Decode(&sent) != nil || sent.text("id") == "" {
		refuse(w, "INVALID_UPDATE", "The record that you are trying to update does not exists")
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.config.Clock()
	for _, complaint := range t.latest(true) {
		if complaint.Number != sent.text("serviceRequestId") {
			continue
		}
		next := map[string]string{
			"RESOLVED REOPEN": "PENDINGFORASSIGNMENT", "REJECTED REOPEN": "PENDINGFORASSIGNMENT",
			"RESOLVED RATE": "CLOSEDAFTERRESOLUTION", "REJECTED RATE": "CLOSEDAFTERREJECTION",
		}[complaint.Status+" "+sent.Workflow.Action]
		if next == "" || now.Sub(complaint.Modified) > 240*time.Hour {
			refuse(w, "INVALID_ACTION", "Complaint is closed")
			return
		}
		complaint.Status, complaint.Modified, complaint.Comment, complaint.Whole = next, now, sent.Workflow.Comments, sent.Service
		complaint.Photo = ""
		t.remember(fact{Complaint: &complaint})
		t.answerComplaints(w, complaint)
		return
	}
	refuse(w, "INVALID_UPDATE", "The record that you are trying to update does not exists")
}

// Complaints is what really happened: the newest version of each.
func (t *Twin) Complaints() []Complaint {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.latest(true)
}

// DoubleComplaints counts complaints filed again under one reference. It must
// stay zero whatever the faults.
func (t *Twin) DoubleComplaints() int {
	seen, doubled := map[string]bool{}, 0
	for _, complaint := range t.Complaints() {
		if seen[complaint.Reference] {
			doubled++
		}
		seen[complaint.Reference] = true
	}
	return doubled
}
