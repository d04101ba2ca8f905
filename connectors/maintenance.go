package connectors

import (
	"fmt"
	"strings"
	"time"
)

// IndianTime is the zone of every date a portal writes. India has one zone and
// no summer time, so a fixed offset needs no zone database.
var IndianTime = time.FixedZone("IST", 5*3600+30*60)

const minutesPerDay = 24 * 60

// NoMaintenance is the calendar of a portal that is never down on purpose, as
// ParseMaintenance reads it.
const NoMaintenance = "none"

// ParseMaintenance reads a portal's calendar as an operator writes it:
// "23:45-00:15, 02:00-03:00", or NoMaintenance.
func ParseMaintenance(text string) ([]Window, error) {
	if strings.TrimSpace(text) == NoMaintenance {
		return nil, nil
	}
	var windows []Window
	for written := range strings.SplitSeq(text, ",") {
		from, to, _ := strings.Cut(strings.TrimSpace(written), "-")
		window := Window{From: from, To: to}
		if _, _, err := window.minutes(); err != nil {
			return nil, fmt.Errorf("%w: write %q or windows such as \"23:45-00:15, 02:00-03:00\"", err, NoMaintenance)
		}
		windows = append(windows, window)
	}
	return windows, nil
}

// MaintenanceEnd tells whether the portal's calendar has it down at the given
// moment, and if so when it is back. Windows that touch or overlap count as
// one.
func (c PortalConfig) MaintenanceEnd(now time.Time) (end time.Time, down bool) {
	end = now
	for range c.Maintenance {
		later := end
		for _, window := range c.Maintenance {
			if until, inside := window.endAfter(end); inside && until.After(later) {
				later = until
			}
		}
		if later.Equal(end) {
			break
		}
		end = later
	}
	return end, end.After(now)
}

func (w Window) endAfter(now time.Time) (time.Time, bool) {
	from, to, err := w.minutes()
	if err != nil {
		return time.Time{}, false
	}
	local := now.In(IndianTime)
	midnight := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, IndianTime)
	minute := local.Hour()*60 + local.Minute()
	if from > to {
		if minute >= from {
			to += minutesPerDay
		} else {
			from -= minutesPerDay
		}
	}
	if minute < from || minute >= to {
		return time.Time{}, false
	}
	return midnight.Add(time.Duration(to) * time.Minute), true
}

// minutes gives both ends as minutes after midnight. "24:00" is the end of the
// day; equal ends would mean never or always, so they are refused.
func (w Window) minutes() (from, to int, err error) {
	from, err = minuteOfDay(w.From)
	if err != nil {
		return 0, 0, err
	}
	to, err = minuteOfDay(w.To)
	if err != nil {
		return 0, 0, err
	}
	if from == to {
		return 0, 0, fmt.Errorf("maintenance window %s-%s is empty", w.From, w.To)
	}
	return from, to, nil
}

func minuteOfDay(text string) (int, error) {
	if text == "24:00" {
		return minutesPerDay, nil
	}
	clock, err := time.Parse("15:04", text)
	if err != nil {
		return 0, fmt.Errorf("maintenance time %q is not HH:MM", text)
	}
	return clock.Hour()*60 + clock.Minute(), nil
}
