package catalog

// State is the deployment's own facts: whose services these are and in which languages they are offered.
type State struct {
	ID        string     `yaml:"-"` // the name of the folder
	Title     Text       `yaml:"title"`
	Languages []Language `yaml:"languages"` // the first is the default
	TimeZone  string     `yaml:"time_zone"` // IANA name
	Helpline  string     `yaml:"helpline"`  // the number a citizen can call to reach a person
	Retention Retention  `yaml:"retention"` // of services that do not say their own
	Source    string     `yaml:"source"`
	// ServiceLaw is the Act that promises citizens their services in time, by its name in every language; empty: not known. Letters of appeal cite it.
	ServiceLaw Text `yaml:"service_law"`

	WeeklyOff   []WeeklyOff `yaml:"weekly_off"`   // the days on which offices are closed beside holidays
	OfficeHours Hours       `yaml:"office_hours"` // when offices take note of what reaches them
	QuietHours  Hours       `yaml:"quiet_hours"`  // when citizens are not spoken to first
	Holidays    []Holiday   `yaml:"holidays"`     // and those of the calendar-<year>.yaml files beside this one
}

// DefaultLanguage is the one used before the citizen has chosen.
func (s State) DefaultLanguage() Language {
	if len(s.Languages) == 0 {
		return "en"
	}
	return s.Languages[0]
}
