package catalog

import "time"

// Retention is how long what citizens gave for a request is kept after the request has ended: answers, papers, messages. Payments,
// the ledger and the audit log have terms of their own.
type Retention struct {
	Days   int    `yaml:"days" json:"days,omitempty"`
	Source string `yaml:"source" json:"source,omitempty"` // the rule or decision that the term comes from, with the year
}

// Retention is how long a service keeps what citizens gave: its own term, else the state's.
func (c *Catalog) Retention(service *Service) time.Duration {
	days := c.state.Retention.Days
	if service.Retention.Days > 0 {
		days = service.Retention.Days
	}
	return time.Duration(days) * 24 * time.Hour
}

// lintRetention wants a term and where it comes from; a service may leave both to the state.
func lintRetention(r Retention, optional bool, report func(message string)) {
	switch {
	case r == Retention{} && optional:
	case r.Days < 1:
		report("retention has no days: say how long answers are kept after a request has ended")
	case !namesYear(r.Source):
		report("the source of retention is missing or does not say the year")
	}
}
