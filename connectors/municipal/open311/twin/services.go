package twin

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// The answers in both formats. Names are the specification's.
type (
	service struct {
		XMLName     xml.Name `xml:"service" json:"-"`
		Code        string   `xml:"service_code" json:"service_code"`
		Name        string   `xml:"service_name" json:"service_name"`
		Description string   `xml:"description" json:"description"`
		Metadata    bool     `xml:"metadata" json:"metadata"`
		Type        string   `xml:"type" json:"type"`
		Keywords    string   `xml:"keywords" json:"keywords"`
		Group       string   `xml:"group" json:"group"`
	}
	definition struct {
		XMLName    xml.Name    `xml:"service_definition" json:"-"`
		Code       string      `xml:"service_code" json:"service_code"`
		Attributes []attribute `xml:"attributes>attribute" json:"attributes"`
	}
	attribute struct {
		Variable    bool    `xml:"variable" json:"variable"`
		Code        string  `xml:"code" json:"code"`
		Datatype    string  `xml:"datatype" json:"datatype"`
		Required    bool    `xml:"required" json:"required"`
		Order       int     `xml:"order" json:"order"`
		Description string  `xml:"description" json:"description"`
		Values      []value `xml:"values>value,omitempty" json:"values,omitempty"`
	}
	value struct {
		Key  string `xml:"key" json:"key"`
		Name string `xml:"name" json:"name"`
	}
	fault struct {
		XMLName     xml.Name `xml:"error" json:"-"`
		Code        int      `xml:"code" json:"code"`
		Description string   `xml:"description" json:"description"`
	}
)

func services() []service {
	return []service{
		{Code: "pothole", Name: "Pothole", Description: "A hole in the road", Metadata: true, Type: "realtime", Keywords: "road, hole, pit", Group: "Roads"},
		{Code: "light", Name: "Street light", Description: "A lamp that is dark", Type: "realtime", Keywords: "lamp, dark", Group: "Lights"},
		{Code: "water", Name: "Water leak", Description: "A pipe that leaks", Type: "batch", Keywords: "pipe, leak", Group: "Water"},
		{Code: "trees", Name: "Fallen tree", Description: "A tree on the road", Type: "blackbox", Keywords: "tree, branch", Group: "Parks"},
	}
}

func serviceOf(code string) (service, bool) {
	for _, known := range services() {
		if known.Code == code {
			return known, true
		}
	}
	return service{}, false
}

func potholeDefinition() definition {
	return definition{Code: "pothole", Attributes: []attribute{
		{Variable: true, Code: "depth", Datatype: "number", Order: 3, Description: "How deep, in centimetres?"},
		{Variable: false, Code: "notice", Datatype: "string", Order: 1, Description: "Do not stand on the road to measure."},
		{Variable: true, Code: "size", Datatype: "singlevaluelist", Required: true, Order: 2, Description: "How large?", Values: []value{
			{"small", "As a hand"}, {"large", "As a tyre"},
		}},
	}}
}

func (t *Twin) listServices(w http.ResponseWriter, r *http.Request) {
	if !t.inJurisdiction(w, r) {
		return
	}
	offered := services()
	if _, on := t.Faults.Take(Services, SingleThing); on {
		t.answer(w, r, "services", offered[1])
		return
	}
	t.answer(w, r, "services", offered)
}

func (t *Twin) showService(w http.ResponseWriter, r *http.Request) {
	if !t.inJurisdiction(w, r) {
		return
	}
	if base(r.PathValue("code")) != "pothole" {
		t.refuse(w, r, http.StatusNotFound, "service_code was not found")
		return
	}
	t.answer(w, r, "", potholeDefinition())
}

func (t *Twin) inJurisdiction(w http.ResponseWriter, r *http.Request) bool {
	asked := r.FormValue("jurisdiction_id")
	if asked == "" {
		t.refuse(w, r, http.StatusBadRequest, "jurisdiction_id was not provided")
		return false
	}
	if asked != Jurisdiction {
		t.refuse(w, r, http.StatusNotFound, "jurisdiction_id was not found")
		return false
	}
	return true
}

// faulty says what is wrong with a filing, in the words a server would use.
func faulty(r *http.Request) string {
	known, there := serviceOf(r.FormValue("service_code"))
	latitude, north := strconv.ParseFloat(r.FormValue("lat"), 64)
	longitude, east := strconv.ParseFloat(r.FormValue("long"), 64)
	located := north == nil && east == nil
	switch {
	case !there:
		return "service_code is not valid"
	case !located && r.FormValue("address_string") == "":
		return "lat, long or address_string is required"
	case located && (latitude < 19 || latitude > 21 || longitude < 84 || longitude > 87):
		return "The point is outside of the jurisdiction area"
	case len([]rune(r.FormValue("description"))) > 4000:
		return "description is too long"
	case known.Code == "pothole" && r.FormValue("attribute[size]") != "small" && r.FormValue("attribute[size]") != "large":
		return "attribute[size] is required"
	case strings.TrimLeft(r.FormValue("phone"), "+0123456789") != "":
		return fmt.Sprintf("phone is not a number: %d characters", len(r.FormValue("phone")))
	default:
		return ""
	}
}

// base is a path element without the format at its end.
func base(name string) string {
	name, _, _ = strings.Cut(name, ".")
	return name
}
