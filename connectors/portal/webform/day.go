package webform

import "time"

// Day is an answer as the page writes days, by a layout of package time. Answers of date fields come as 2026-01-05 from every form of
// the catalog; whatever is not written so, and no day, stays as it is.
func Day(answer, layout string) string {
	day, err := time.Parse(time.DateOnly, answer)
	if err != nil {
		return answer
	}
	return day.Format(layout)
}
