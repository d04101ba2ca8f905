package twin

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Request is a complaint as the town recorded it, or a new state of it.
type Request struct {
	ID          string    `json:"id"`
	Token       string    `json:"token,omitempty"`
	Code        string    `json:"code"`
	Description string    `json:"description"`
	Status      string    `json:"status"`
	Note        string    `json:"note,omitempty"`
	Filed       time.Time `json:"filed"`
	Updated     time.Time `json:"updated"`
	// Update is the sender's id of an update; empty for the filing itself.
	Update string `json:"update,omitempty"`
}

type (
	shown struct {
		XMLName     xml.Name `xml:"request" json:"-"`
		ID          any      `xml:"service_request_id" json:"service_request_id"`
		Token       string   `xml:"token,omitempty" json:"token,omitempty"`
		Notice      string   `xml:"service_notice" json:"service_notice"`
		Status      string   `xml:"status,omitempty" json:"status,omitempty"`
		Notes       string   `xml:"status_notes,omitempty" json:"status_notes,omitempty"`
		Code        string   `xml:"service_code,omitempty" json:"service_code,omitempty"`
		Description string   `xml:"description,omitempty" json:"description,omitempty"`
		Agency      string   `xml:"agency_responsible,omitempty" json:"agency_responsible,omitempty"`
		Requested   string   `xml:"requested_datetime,omitempty" json:"requested_datetime,omitempty"`
		Updated     string   `xml:"updated_datetime,omitempty" json:"updated_datetime,omitempty"`
		Expected    string   `xml:"expected_datetime,omitempty" json:"expected_datetime,omitempty"`
	}
	update struct {
		XMLName     xml.Name `xml:"request_update" json:"-"`
		UpdateID    string   `xml:"update_id" json:"update_id"`
		ID          string   `xml:"service_request_id" json:"service_request_id"`
		Status      string   `xml:"status" json:"status"`
		Description string   `xml:"description" json:"description"`
		Updated     string   `xml:"updated_datetime" json:"updated_datetime"`
	}
)

func (t *Twin) file(w http.ResponseWriter, r *http.Request) {
	if !t.inJurisdiction(w, r) || !t.hasKey(w, r) {
		return
	}
	if wrong := faulty(r); wrong != "" {
		t.refuse(w, r, http.StatusBadRequest, wrong)
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.config.Clock()
	kind, _ := serviceOf(r.FormValue("service_code"))
	filed := Request{
		ID: strconv.Itoa(41001 + len(t.versions)), Code: kind.Code, Description: r.FormValue("description"),
		Status: "open", Filed: now, Updated: now,
	}
	answer := shown{ID: t.number(filed.ID), Notice: "Thank you."}
	switch kind.Type {
	case "batch":
		filed.Token = "tok-" + filed.ID
		answer = shown{ID: "", Token: filed.Token}
	case "blackbox":
		answer = shown{ID: ""}
	default:
	}
	t.remember(filed)
	t.answer(w, r, "service_requests", []shown{answer})
}

// number lets a server write its numbers as numbers.
func (t *Twin) number(id string) any {
	var number int
	if _, on := t.Faults.Take("", NumbersAsNumbers); on {
		if _, err := fmt.Sscan(id, &number); err == nil {
			return number
		}
	}
	return id
}

func (t *Twin) hasKey(w http.ResponseWriter, r *http.Request) bool {
	if r.FormValue("api_key") == t.config.APIKey {
		return true
	}
	t.refuse(w, r, http.StatusForbidden, "api_key is not valid")
	return false
}

// visible answers the newest version of each request that the town shows. It
// needs the lock.
func (t *Twin) visible(everything bool) []Request {
	var order []string
	newest := map[string]Request{}
	for _, version := range t.versions {
		kind, _ := serviceOf(version.Code)
		if !everything && kind.Type != "realtime" && t.config.Clock().Before(version.Filed.Add(t.config.BatchAfter)) {
			continue
		}
		if _, known := newest[version.ID]; !known {
			order = append(order, version.ID)
		}
		newest[version.ID] = version
	}
	list := make([]Request, 0, len(order))
	for _, id := range order {
		list = append(list, newest[id])
	}
	return list
}

func (t *Twin) show(request Request) shown {
	made := shown{
		ID: t.number(request.ID), Status: request.Status, Notes: request.Note, Code: request.Code, Description: request.Description,
		Agency: "Public Works", Requested: request.Filed.Format(time.RFC3339), Updated: request.Updated.Format(time.RFC3339),
		Expected: request.Filed.AddDate(0, 0, 7).Format(time.RFC3339),
	}
	if made.Status != "open" {
		made.Status = "closed"
	}
	if _, on := t.Faults.Take(List, NoDescriptions); on {
		made.Description = ""
	}
	return made
}

func (t *Twin) list(w http.ResponseWriter, r *http.Request) {
	if !t.inJurisdiction(w, r) {
		return
	}
	from, errFrom := time.Parse(time.RFC3339, r.FormValue("start_date"))
	to, errTo := time.Parse(time.RFC3339, r.FormValue("end_date"))
	if errFrom != nil || errTo != nil || to.Sub(from) > 90*24*time.Hour {
		t.refuse(w, r, http.StatusBadRequest, "start_date and end_date must be dates at most 90 days apart")
		return
	}
	found := []shown{}
	t.mu.Lock()
	for _, request := range t.visible(false) {
		if request.Code == r.FormValue("service_code") && !request.Filed.Before(from) && !request.Filed.After(to) {
			found = append(found, t.show(request))
		}
	}
	t.mu.Unlock()
	if _, on := t.Faults.Take(List, SingleThing); on && len(found) == 1 {
		t.answer(w, r, "service_requests", found[0])
		return
	}
	t.answer(w, r, "service_requests", found)
}

func (t *Twin) showOne(w http.ResponseWriter, r *http.Request) {
	if !t.inJurisdiction(w, r) {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, request := range t.visible(false) {
		if request.ID == base(r.PathValue("id")) {
			t.answer(w, r, "service_requests", []shown{t.show(request)})
			return
		}
	}
	t.refuse(w, r, http.StatusNotFound, "service_request_id was not found")
}

func (t *Twin) token(w http.ResponseWriter, r *http.Request) {
	t.mu.Lock()
	defer t.mu.Unlock()
	asked := base(r.PathValue("token"))
	answer := shown{ID: "", Token: asked}
	for _, request := range t.visible(false) {
		if request.Token == asked {
			answer.ID = request.ID
		}
	}
	t.answer(w, r, "service_requests", []shown{answer})
}

func (t *Twin) updates(w http.ResponseWriter, r *http.Request) {
	t.mu.Lock()
	defer t.mu.Unlock()
	found := []update{}
	for _, version := range t.versions {
		if version.Update != "" {
			found = append(found, update{
				UpdateID: version.Update, ID: version.ID, Status: version.Status, Description: version.Note,
				Updated: version.Updated.Format(time.RFC3339),
			})
		}
	}
	t.answer(w, r, "service_request_updates", found)
}

func (t *Twin) takeUpdate(w http.ResponseWriter, r *http.Request) {
	if !t.hasKey(w, r) {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, request := range t.visible(true) {
		if request.ID != r.FormValue("service_request_id") {
			continue
		}
		request.Status, request.Note = strings.ToLower(r.FormValue("status")), r.FormValue("description")
		request.Update, request.Updated = r.FormValue("update_id"), t.config.Clock()
		t.remember(request)
		t.answer(w, r, "service_request_updates", []update{{UpdateID: request.Update, ID: request.ID}})
		return
	}
	t.refuse(w, r, http.StatusNotFound, "service_request_id was not found")
}

// Set makes the town give a request a state of the updates extension.
func (t *Twin) Set(id, status, note string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, request := range t.visible(true) {
		if request.ID == id {
			request.Status, request.Note, request.Updated = status, note, t.config.Clock()
			request.Update = fmt.Sprintf("town-%d", len(t.versions)+1)
			t.remember(request)
		}
	}
}

// Requests is what really happened: the newest version of each.
func (t *Twin) Requests() []Request {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.visible(true)
}

// DoubleRequests counts requests whose description came before. It must stay
// zero whatever the faults.
func (t *Twin) DoubleRequests() int {
	seen, doubled := map[string]bool{}, 0
	for _, request := range t.Requests() {
		if seen[request.Description] {
			doubled++
		}
		seen[request.Description] = true
	}
	return doubled
}
