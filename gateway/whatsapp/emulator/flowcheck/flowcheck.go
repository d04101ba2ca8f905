// Package flowcheck validates Flow JSON as Meta does when it is uploaded: known components and properties, limits of every text, references to data
// that was declared, a routing model without circles. It is independent of what makes Flows here, so that the one can check the other.
//
// Source: Meta, Flow JSON reference and components (versions 5.1 to 7.3). Where Meta's pages differ, the stricter limit counts.
package flowcheck

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
)

const (
	maxFile       = 10 << 20
	maxComponents = 50
	maxOptIns     = 5
)

// Fault is one of Meta's validation_errors.
type Fault struct {
	Error   string `json:"error"`
	Type    string `json:"error_type"`
	Message string `json:"message"`
	Line    int    `json:"line_start"`
	Column  int    `json:"column_start"`
}

// String says what is wrong.
func (f Fault) String() string { return f.Error + ": " + f.Message }

type document struct {
	Version string              `json:"version"`
	DataAPI string              `json:"data_api_version"`
	Routing map[string][]string `json:"routing_model"`
	Screens []screen            `json:"screens"`
}

type screen struct {
	ID            string           `json:"id"`
	Title         string           `json:"title"`
	Terminal      bool             `json:"terminal"`
	Success       bool             `json:"success"`
	Sensitive     []string         `json:"sensitive"`
	RefreshOnBack bool             `json:"refresh_on_back"`
	Data          map[string]shape `json:"data"`
	Layout        *struct {
		Type     string            `json:"type"`
		Children []json.RawMessage `json:"children"`
	} `json:"layout"`
}

type shape struct {
	Type       string           `json:"type"`
	Items      *shape           `json:"items"`
	Properties map[string]shape `json:"properties"`
	Example    *json.RawMessage `json:"__example__"`
}

type checker struct {
	faults []Fault
	in     string // where we are
}

func (c *checker) faultf(code, format string, args ...any) {
	c.faults = append(c.faults, Fault{Error: code, Type: "FLOW_JSON_ERROR", Message: c.in + fmt.Sprintf(format, args...), Line: 1, Column: 1})
}

// Check returns what Meta would refuse in a Flow JSON; nothing: it can be published.
func Check(content []byte) []Fault {
	c := &checker{}
	if len(content) > maxFile {
		c.faultf("INVALID_SIZE", "a Flow JSON has at most 10 MB")
		return c.faults
	}
	var flow document
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&flow); err != nil {
		c.faultf("INVALID_PROPERTY", "%v", err)
		return c.faults
	}
	c.checkVersions(&flow)
	c.checkScreens(&flow)
	c.checkRouting(&flow)
	return c.faults
}

func (c *checker) checkVersions(flow *document) {
	if !slices.Contains([]string{"5.1", "6.0", "6.1", "6.2", "6.3", "7.0", "7.1", "7.2", "7.3"}, flow.Version) {
		c.faultf("INVALID_VERSION", "version %q cannot be published", flow.Version)
	}
	if flow.DataAPI != "" && flow.DataAPI != "3.0" && flow.DataAPI != "4.0" {
		c.faultf("INVALID_VERSION", "data_api_version %q is not known", flow.DataAPI)
	}
	if (flow.DataAPI == "") != (flow.Routing == nil) {
		c.faultf("MISSING_REQUIRED_PROPERTY", "a flow with an endpoint needs data_api_version and routing_model")
	}
}

var screenID = regexp.MustCompile(`^[A-Za-z_]{1,80}$`)

func (c *checker) checkScreens(flow *document) {
	if len(flow.Screens) == 0 {
		c.faultf("MISSING_REQUIRED_PROPERTY", "screens is empty")
	}
	seen, terminal := map[string]bool{}, false
	for i := range flow.Screens {
		s := &flow.Screens[i]
		c.in = "screen " + s.ID + ": "
		if !screenID.MatchString(s.ID) || s.ID == "SUCCESS" || seen[s.ID] {
			c.faultf("INVALID_PROPERTY_VALUE", "its id is taken, reserved, or has something else than letters and underscores")
		}
		if strings.TrimSpace(s.Title) == "" {
			c.faultf("MISSING_REQUIRED_PROPERTY", "title is missing")
		}
		seen[s.ID], terminal = true, terminal || s.Terminal
		c.checkScreen(s, flow)
	}
	c.in = ""
	if !terminal {
		c.faultf("MISSING_TERMINAL_SCREEN", "no screen is terminal")
	}
}

func (c *checker) checkScreen(s *screen, flow *document) {
	for name, declared := range s.Data {
		if declared.Example == nil {
			c.faultf("MISSING_REQUIRED_PROPERTY", "data.%s has no __example__", name)
		}
		c.checkShape(name, declared)
	}
	if s.Layout == nil || s.Layout.Type != "SingleColumnLayout" {
		c.faultf("INVALID_LAYOUT", "layout must be a SingleColumnLayout")
		return
	}
	v := visit{checker: c, screen: s, flow: flow, names: map[string]string{}, counts: map[string]int{}}
	for _, child := range s.Layout.Children {
		v.component(child, false)
	}
	v.finish()
}

func (c *checker) checkShape(name string, s shape) {
	switch s.Type {
	case "string", "number", "boolean":
	case "object":
		for inner, property := range s.Properties {
			c.checkShape(name+"."+inner, property)
		}
	case "array":
		if s.Items == nil {
			c.faultf("MISSING_REQUIRED_PROPERTY", "data.%s has no items", name)
			return
		}
		c.checkShape(name+"[]", *s.Items)
	default:
		c.faultf("INVALID_PROPERTY_VALUE", "data.%s has the unknown type %q", name, s.Type)
	}
}

// checkRouting holds the routing model to what may follow what: known screens, no circles, every screen reached, every end terminal.
func (c *checker) checkRouting(flow *document) {
	if flow.Routing == nil {
		return
	}
	terminal := map[string]bool{}
	for i := range flow.Screens {
		terminal[flow.Screens[i].ID] = flow.Screens[i].Terminal
	}
	reached := map[string]bool{}
	for _, from := range slices.Sorted(maps.Keys(flow.Routing)) {
		c.checkRoute(from, flow.Routing[from], terminal)
		for _, to := range flow.Routing[from] {
			reached[to] = true
		}
	}
	entries := 0
	for id := range terminal {
		if _, routed := flow.Routing[id]; !routed {
			c.faultf("INVALID_ROUTING_MODEL", "screen %s is not in it", id)
		}
		if !reached[id] {
			entries++
		}
	}
	if entries != 1 || circular(flow.Routing) {
		c.faultf("INVALID_ROUTING_MODEL", "it must begin at one screen and lead forward")
	}
}

func (c *checker) checkRoute(from string, leads []string, terminal map[string]bool) {
	ends, known := terminal[from]
	if !known {
		c.faultf("INVALID_ROUTING_MODEL", "there is no screen %s", from)
	}
	if len(leads) == 0 && !ends {
		c.faultf("INVALID_ROUTING_MODEL", "screen %s leads nowhere and is not terminal", from)
	}
	for _, to := range leads {
		if _, known := terminal[to]; !known || to == from {
			c.faultf("INVALID_ROUTING_MODEL", "screen %s leads to %s", from, to)
		}
	}
}

func circular(routing map[string][]string) bool {
	const open, done = 1, 2
	state := map[string]int{}
	var walk func(string) bool
	walk = func(id string) bool {
		if state[id] != 0 {
			return state[id] == open
		}
		state[id] = open
		if slices.ContainsFunc(routing[id], walk) {
			return true
		}
		state[id] = done
		return false
	}
	return slices.ContainsFunc(slices.Collect(maps.Keys(routing)), walk)
}

// length counts UTF-16 units, the strictest way Meta may count.
func length(text string) int { return len(utf16.Encode([]rune(text))) }
