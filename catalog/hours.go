package catalog

import "time"

// Hours are a part of every day, local to the state: "09:00" to "18:00", or over midnight "21:00" to "08:00".
type Hours struct {
	From   string `yaml:"from" json:"from"`
	To     string `yaml:"to" json:"to"`
	Source string `yaml:"source" json:"source,omitempty"` // where the hours come from, with the year
}

// IsZero tells whether no hours are given.
func (h Hours) IsZero() bool { return h.From == "" && h.To == "" }

// QuietHours are the hours in which the hub does not begin to speak to a citizen who has not just written. The zero value has none. Its
// methods are pure, so that a workflow can carry it.
type QuietHours struct {
	Hours

	UTCOffsetMinutes int `json:"utc_offset_minutes"`
}

// Until is the moment from which a citizen may be told: the given one, or the end of the quiet hours that it falls into.
func (q QuietHours) Until(at time.Time) time.Time {
	from, fromOK := minuteOfDay(q.From)
	to, toOK := minuteOfDay(q.To)
	local := at.In(time.FixedZone("", q.UTCOffsetMinutes*60))
	now := local.Hour()*60 + local.Minute()
	quiet, days := from <= now && now < to, 0
	if from > to {
		quiet = now >= from || now < to
		if now >= from {
			days = 1
		}
	}
	if !fromOK || !toOK || !quiet {
		return at
	}
	return time.Date(local.Year(), local.Month(), local.Day()+days, 0, to, 0, 0, local.Location())
}

// minuteOfDay reads a time on the clock, "09:30" or "24:00".
func minuteOfDay(clock string) (int, bool) {
	if clock == "24:00" {
		return 24 * 60, true
	}
	at, err := time.Parse("15:04", clock)
	return at.Hour()*60 + at.Minute(), err == nil && len(clock) == len("15:04")
}
