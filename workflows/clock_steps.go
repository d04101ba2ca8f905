package workflows

import (
	"time"

	"github.com/jansetu/jansetu/catalog"
)

// The activities that count the law's days by the state's calendar, as it is known when they are asked: holidays that are declared later
// count too. They are local ones.
const (
	ActivityReadClock       = "ReadClock"       // ReadClockInput -> ClockReading
	ActivityReadAppealClock = "ReadAppealClock" // ReadAppealClockInput -> AppealDays
)

// ReadClockInput asks by when the law wants a request decided. The day is noted with the request, for its department's list.
type ReadClockInput struct {
	Reference string             `json:"reference"`
	Clock     catalog.Clock      `json:"clock"`
	Start     time.Time          `json:"start,omitzero"` // zero: it has not started
	Stopped   []catalog.Interval `json:"stopped,omitempty"`
	// Promised is the day that the department itself named; beyond the law's it means that it took its extension.
	Promised time.Time `json:"promised,omitzero"`
	Now      time.Time `json:"now"`
}

// ClockReading is how the clock stands.
type ClockReading struct {
	// Due is the last moment in time; zero while the clock stands still or has not started.
	Due time.Time `json:"due,omitzero"`
	// Left are the days to it, working days for a limit in those; negative after it.
	Left     int  `json:"left"`
	Extended bool `json:"extended,omitempty"`
	// Near says that the holidays of a year in between are not declared yet.
	Near bool `json:"near,omitempty"`
}

// ReadAppealClockInput asks for the days of an appeal or revision.
type ReadAppealClockInput struct {
	// Reference, when it is set, is the appeal whose due day is to be noted.
	Reference string          `json:"reference,omitempty"`
	Officer   catalog.Officer `json:"officer"`
	Arose     time.Time       `json:"arose,omitzero"` // the breach, or the decision appealed against
	Filed     time.Time       `json:"filed,omitzero"`
}

// AppealDays are the days of an appeal; zero where no limit is known.
type AppealDays struct {
	FileBy    time.Time `json:"file_by,omitzero"`
	DecidedBy time.Time `json:"decided_by,omitzero"`
}
