package catalog

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Limit is a length of time as a law or a notification says it: "15 working days", "30 days", "96 hours", "15 minutes". The zero
// value is no limit. It is written the same way in YAML and in JSON.
type Limit struct {
	Days    int
	Working bool          // Days are working days
	Exact   time.Duration // of a limit in hours or minutes, which runs on the clock, holidays or not; then Days is 0
}

const (
	maxLimitDays = 3650
	limitForm    = `write a limit as "15 working days", "30 days", "96 hours" or "15 minutes"`
)

// ParseLimit reads a limit as the files write it. The error says how to write it.
func ParseLimit(text string) (Limit, error) {
	words := strings.Fields(strings.ToLower(text))
	if len(words) < 2 || len(words) > 3 || !allDigits(words[0]) || len(words[0]) > 5 {
		return Limit{}, unreadable(limitForm)
	}
	count, _ := strconv.Atoi(words[0])
	var limit Limit
	switch strings.Join(words[1:], " ") {
	case "working day", "working days":
		limit = Limit{Days: count, Working: true}
	case "day", "days":
		limit = Limit{Days: count}
	case "hour", "hours":
		limit = Limit{Exact: time.Duration(count) * time.Hour}
	case "minute", "minutes":
		limit = Limit{Exact: time.Duration(count) * time.Minute}
	default:
		return Limit{}, unreadable(limitForm)
	}
	if limit.IsZero() || limit.Days > maxLimitDays || limit.Exact > maxLimitDays*24*time.Hour {
		return Limit{}, unreadable(fmt.Sprintf("a limit is between 1 minute and %d days", maxLimitDays))
	}
	return limit, nil
}

// IsZero tells whether there is no limit.
func (l Limit) IsZero() bool { return l == Limit{} }

// String is the form that [ParseLimit] reads.
func (l Limit) String() string {
	switch {
	case l.IsZero():
		return ""
	case l.Working:
		return counted(l.Days, "working day")
	case l.Days > 0:
		return counted(l.Days, "day")
	case l.Exact%time.Hour == 0:
		return counted(int(l.Exact/time.Hour), "hour")
	}
	return counted(int(l.Exact/time.Minute), "minute")
}

func counted(count int, unit string) string {
	if count == 1 {
		return "1 " + unit
	}
	return strconv.Itoa(count) + " " + unit + "s"
}

// MarshalText is String.
func (l Limit) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText is [ParseLimit]; an empty text is no limit.
func (l *Limit) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*l = Limit{}
		return nil
	}
	parsed, err := ParseLimit(string(text))
	if err == nil {
		*l = parsed
	}
	return err
}

// unreadable is a fault in a value of the files, in words for somebody who edits them.
type unreadable string

func (u unreadable) Error() string { return string(u) }
