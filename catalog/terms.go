package catalog

// Delivers says what a citizen has in hand when a request is done.
type Delivers string

// What a request can end with.
const (
	DeliversCertificate Delivers = "certificate"
	DeliversTicket      Delivers = "ticket"
	DeliversRecord      Delivers = "record"
	DeliversReceipt     Delivers = "receipt"
	DeliversNothing     Delivers = "nothing"
)

// Fee is what the department charges for a service. A service without one has a fee that is not known: it is asked of the portal, or
// the citizen is told that the department will say.
type Fee struct {
	Amount string `yaml:"amount" json:"amount"` // rupees, exact to the paisa: "45.00"; 0 is free
	Source string `yaml:"source" json:"source"` // the order that sets it, with the year
}

// Free tells whether nothing is charged.
func (f Fee) Free() bool { return compareNumbers(f.Amount, "0") == 0 }

// Booking is what is agreed when seats or slots are booked.
type Booking struct {
	MaxPersons  int  `yaml:"max_persons" json:"max_persons,omitempty"`
	ChooseSeats bool `yaml:"choose_seats" json:"choose_seats,omitempty"`
	RefundRule  Text `yaml:"refund_rule" json:"refund_rule,omitempty"` // the department's rule as told before paying and before cancelling
}

// BillTerms is what a biller allows.
type BillTerms struct {
	PartPayment bool   `yaml:"part_payment" json:"part_payment,omitempty"`
	MinPart     string `yaml:"min_part" json:"min_part,omitempty"` // rupees: the least part taken; empty: any
	Accounts    int    `yaml:"accounts" json:"accounts,omitempty"` // how many bills may be paid in one go; 0: one
}

// GrievanceTerms is how a town takes complaints.
type GrievanceTerms struct {
	TenantField  string `yaml:"tenant_field" json:"tenant_field,omitempty"`  // the form's field that names the town or office
	ReopenWithin Limit  `yaml:"reopen_within" json:"reopen_within,omitzero"` // from when the department says it is done
	// Limits are those of categories that do not have the clock's own, by the portal's codes: a broken lamp in 96 hours, a road in 336.
	Limits     map[string]Limit `yaml:"limits" json:"limits,omitempty"`
	Categories map[string]Text  `yaml:"categories" json:"categories,omitempty"` // titles of the portal's own codes; others are shown in the portal's words
}

// ClockFor is the clock of a complaint of the category: the service's, with the category's own limit where it has one.
func (g *GrievanceTerms) ClockFor(clock Clock, category string) Clock {
	if own, ok := g.Limits[category]; ok {
		clock.Limit, clock.Unknown = own, false
	}
	return clock
}

// Information is what a citizen reads, sees or hears.
type Information struct {
	Text    Text   `yaml:"text" json:"text"`
	Picture string `yaml:"picture" json:"picture,omitempty"` // a file under the state's media folder: JPEG or PNG
	Video   string `yaml:"video" json:"video,omitempty"`     // a file there: MP4 or 3GP
	Link    string `yaml:"link" json:"link,omitempty"`
}
