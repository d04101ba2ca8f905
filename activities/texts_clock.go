package activities

import "github.com/jansetu/jansetu/catalog"

var clockTexts = []catalog.TextSpec{
	{Key: "clock.promise", Placeholders: []string{"day"}},
	{Key: "clock.promise_hours", Placeholders: []string{"until"}},
	{Key: "clock.near"},
	{Key: "clock.stands"},
	{Key: "clock.late", Placeholders: []string{"day"}},
	{Key: "clock.until", Placeholders: []string{"until"}},
	{Key: "clock.today"},
	{Key: "clock.one_working_day", Placeholders: []string{"day"}},
	{Key: "clock.one_day", Placeholders: []string{"day"}},
	{Key: "clock.working_days", Placeholders: []string{"day", "days"}},
	{Key: "clock.days", Placeholders: []string{"day", "days"}},
	{Key: "clock.overdue", Placeholders: []string{"day", "number", "portal"}},
	{Key: "clock.ask_office"},
}
