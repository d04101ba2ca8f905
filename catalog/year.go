package catalog

import (
	"cmp"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// calendarYear is a file calendar-<year>.yaml: the holidays of one year as the government declared them. Without one the year's
// holidays are not known.
type calendarYear struct {
	Year     int       `yaml:"year"`
	Source   string    `yaml:"source"`
	Holidays []Holiday `yaml:"holidays"`
}

func readYears(fsys fs.FS, folder string, found *problems) []entry[calendarYear] {
	var years []entry[calendarYear]
	items, _ := fs.ReadDir(fsys, folder)
	for _, item := range items {
		if !strings.HasPrefix(item.Name(), "calendar-") || path.Ext(item.Name()) != ".yaml" {
			continue
		}
		year := entry[calendarYear]{value: &calendarYear{}, file: path.Join(folder, item.Name())}
		if year.node = parse(fsys, year.file, found); year.node != nil {
			decode(year.file, year.node, year.value, found)
		}
		years = append(years, year)
	}
	return years
}

// newCalendar joins the state's days off with the holidays of the years that are known.
func newCalendar(state State, years []entry[calendarYear]) Calendar {
	made := Calendar{WeeklyOff: state.WeeklyOff, Office: state.OfficeHours, Holidays: slices.Clone(state.Holidays)}
	if zone, err := time.LoadLocation(state.TimeZone); err == nil {
		_, seconds := time.Date(latestYear, time.January, 1, 0, 0, 0, 0, zone).Zone()
		made.UTCOffsetMinutes = seconds / 60
	}
	for _, holiday := range state.Holidays {
		if day, ok := isoDate(holiday.Date); ok {
			made.Years = append(made.Years, day.Year())
		}
	}
	for _, year := range years {
		made.Years = append(made.Years, year.value.Year)
		made.Holidays = append(made.Holidays, year.value.Holidays...)
	}
	slices.SortFunc(made.Holidays, func(a, b Holiday) int { return cmp.Compare(a.Date, b.Date) })
	slices.Sort(made.Years)
	made.Years = slices.Compact(made.Years)
	return made
}
