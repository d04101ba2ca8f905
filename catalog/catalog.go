// Package catalog holds what a citizen can ask for: the services of one state, the forms they need, their fees and time limits, the
// calendar by which those are counted, the portals behind them, and every text the hub says, in every language of the state.
//
// It is data, loaded once at start from a file tree (deploy/states/<state>, deploy/shared and deploy/languages) and immutable afterwards,
// so it is safe for concurrent use. It knows neither Temporal nor PostgreSQL nor WhatsApp.
package catalog

import (
	"regexp"
	"time"
)

// Language is a BCP 47 language tag as used in the files: "en", "hi", "te".
type Language string

// Text is one text in every language of the state.
type Text map[Language]string

// In returns the text in the language asked for, else in English.
func (t Text) In(lang Language) string {
	if s, ok := t[lang]; ok {
		return s
	}
	return t["en"]
}

// Kind decides which workflow runs a request and which connector capability it needs.
type Kind string

// The kinds of service (design §4).
const (
	KindApplication Kind = "application"
	KindBill        Kind = "bill"
	KindBooking     Kind = "booking"
	KindRecord      Kind = "record"
	KindGrievance   Kind = "grievance"
	KindInformation Kind = "information"
)

// Availability says whether a service can be asked for today.
type Availability string

// A service is live, or announced in the menu as coming.
const (
	Live   Availability = "live"
	Coming Availability = "coming"
)

// Category is one entry of the main menu.
type Category struct {
	ID    string `yaml:"id" json:"id,omitempty"`
	Title Text   `yaml:"title" json:"title,omitempty"`
	About Text   `yaml:"about" json:"about,omitempty"` // one line under the title in a list
}

// Service is one thing a citizen can ask for.
type Service struct {
	ID           string        `yaml:"id" json:"id,omitempty"`
	Kind         Kind          `yaml:"kind" json:"kind,omitempty"`
	Category     string        `yaml:"category" json:"category,omitempty"`
	Department   string        `yaml:"department" json:"department,omitempty"`
	Availability Availability  `yaml:"availability" json:"availability,omitempty"`
	Title        Text          `yaml:"title" json:"title,omitempty"`
	About        Text          `yaml:"about" json:"about,omitempty"`
	AskedAs      []string      `yaml:"asked_as" json:"asked_as,omitempty"` // ways people type it, any language or script
	Portal       PortalBinding `yaml:"portal" json:"portal,omitzero"`
	Form         []Field       `yaml:"form" json:"form,omitempty"`
	Fee          *Fee          `yaml:"fee" json:"fee,omitempty"`     // nil: not known; an amount of 0: free
	Clock        *Clock        `yaml:"clock" json:"clock,omitempty"` // nil: nothing was said about a time limit
	Delivers     Delivers      `yaml:"delivers" json:"delivers,omitempty"`
	Retention    Retention     `yaml:"retention" json:"retention,omitzero"` // zero: the state's
	Source       string        `yaml:"source" json:"source,omitempty"`      // where the facts of this entry come from, with the year

	Bill        *BillTerms      `yaml:"bill" json:"bill,omitempty"`
	Booking     *Booking        `yaml:"booking" json:"booking,omitempty"`
	Grievance   *GrievanceTerms `yaml:"grievance" json:"grievance,omitempty"`
	Information *Information    `yaml:"information" json:"information,omitempty"`
	Eligibility *Eligibility    `yaml:"eligibility" json:"eligibility,omitempty"`
}

// PortalBinding names the portal that fulfils a service and the service's own code there.
type PortalBinding struct {
	Name    string `yaml:"name" json:"name,omitempty"`
	Service string `yaml:"service" json:"service,omitempty"`
}

// FieldType decides how an answer is asked for, checked and shown.
type FieldType string

// The field types of forms.
const (
	FieldText     FieldType = "text"
	FieldName     FieldType = "name"
	FieldDigits   FieldType = "digits" // an identifier made of digits: consumer number, application number
	FieldNumber   FieldType = "number"
	FieldMoney    FieldType = "money" // rupees, exact to the paisa
	FieldDate     FieldType = "date"
	FieldPhone    FieldType = "phone"
	FieldChoose   FieldType = "choice"
	FieldDocument FieldType = "document"
	FieldLocation FieldType = "location"
	FieldPeople   FieldType = "people" // travellers or family members, one a line: name, age, gender
)

// Field is one question of a form.
type Field struct {
	Use       string        `yaml:"use" json:"-"` // in a file: the questions of common/<name> or shared/<name> stand here; in a loaded form it is empty
	ID        string        `yaml:"id" json:"id,omitempty"`
	Type      FieldType     `yaml:"type" json:"type,omitempty"`
	Label     Text          `yaml:"label" json:"label,omitempty"`   // short, for the summary: "Service number"
	Prompt    Text          `yaml:"prompt" json:"prompt,omitempty"` // the question as asked
	Help      Text          `yaml:"help" json:"help,omitempty"`     // where to find the answer
	Example   string        `yaml:"example" json:"example,omitempty"`
	Optional  bool          `yaml:"optional" json:"optional,omitempty"`
	MinLength int           `yaml:"min_length" json:"min_length,omitempty"`
	MaxLength int           `yaml:"max_length" json:"max_length,omitempty"`
	Min       string        `yaml:"min" json:"min,omitempty"` // money, number, date; of people: how many
	Max       string        `yaml:"max" json:"max,omitempty"`
	Pattern   string        `yaml:"pattern" json:"pattern,omitempty"` // RE2, on the normalised answer
	Choices   []FieldChoice `yaml:"choices" json:"choices,omitempty"`
	// PortalField is the connector's name for the answer, "account" or one of the portal's own. With an empty one the portal is not told.
	PortalField string `yaml:"portal_field" json:"portal_field,omitempty"`
	// PortalChoice marks an answer that the portal's own list decides, such as a bus stop: it is taken as text, and matched with the
	// list when the request runs.
	PortalChoice bool     `yaml:"portal_choice" json:"portal_choice,omitempty"`
	Accepts      []string `yaml:"accepts" json:"accepts,omitempty"`     // of a document: the papers that will do, by their ids; empty: any
	MaxMB        float64  `yaml:"max_mb" json:"max_mb,omitempty"`       // of a document: the most the department takes, in MB of 1,000,000 bytes
	Together     bool     `yaml:"together" json:"together,omitempty"`   // asked in one message with the fields beside it that say so too
	Sensitive    bool     `yaml:"sensitive" json:"sensitive,omitempty"` // shown with all but the last four characters hidden

	pattern *regexp.Regexp // Pattern, compiled at load
	locale  *locale        // month names, currency and gender words of the state's languages
}

// FieldChoice is one of a choice field's options.
type FieldChoice struct {
	ID    string `yaml:"id" json:"id,omitempty"`
	Title Text   `yaml:"title" json:"title,omitempty"`
}

// Portal is one outside system as configured for the state.
type Portal struct {
	Name        string            `yaml:"name"`
	Family      string            `yaml:"family"` // the connector family: a folder under connectors/
	Title       Text              `yaml:"title"`  // as the citizen knows the department
	URL         string            `yaml:"url"`
	Settings    map[string]string `yaml:"settings"`
	Budget      Budget            `yaml:"budget"`
	Timeout     time.Duration     `yaml:"timeout"` // of one attempt
	Maintenance []Window          `yaml:"maintenance"`
	Canary      *Canary           `yaml:"canary"` // nil: nobody looks whether the portal works
}

// Canary is a question that is put to a portal regularly to see how it is. It changes nothing and is about nobody: an account that
// certainly does not exist, or one that the department documents for tests.
type Canary struct {
	Service string            `yaml:"service"` // the portal's own code
	Fields  map[string]string `yaml:"fields"`  // by the portal's names, as portal_field, and those of connectors.Probe: account, tenant, from, to, reference
	Slow    time.Duration     `yaml:"slow"`    // from when an answer is slow; 0: 4 s
}

// Budget limits what all workers together may ask of a portal.
type Budget struct {
	RequestsPerSecond float64 `yaml:"requests_per_second"`
	Burst             int     `yaml:"burst"`
	Concurrent        int     `yaml:"concurrent"`
}

// Window is a daily time of maintenance, local to the state ("23:30" to "01:00").
type Window struct {
	From string `yaml:"from"`
	To   string `yaml:"to"`
}
