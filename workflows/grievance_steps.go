package workflows

import (
	"time"

	"github.com/jansetu/jansetu/connectors"
)

// The activities of a portal that takes complaints. They run on the portal's task queue.
const (
	ActivityComplaintCategories = "ComplaintCategories" // CategoriesAt -> MatchedCategory
	ActivityFileGrievance       = "FileGrievance"       // FileGrievanceInput -> connectors.Filed
	ActivityFindGrievance       = "FindGrievance"       // FileGrievanceInput -> connectors.Filed
	ActivityTrackGrievance      = "TrackGrievance"      // GrievanceAt -> connectors.GrievanceStatus
	ActivityReopenGrievance     = "ReopenGrievance"     // ReopenGrievanceInput -> connectors.GrievanceStatus
	ActivityRateGrievance       = "RateGrievance"       // RateGrievanceInput -> nothing
)

// CategoriesAt asks what can be complained about at a town or office, and what the citizen typed of it.
type CategoriesAt struct {
	Service  string `json:"service"`
	Tenant   string `json:"tenant,omitempty"`
	Typed    string `json:"typed,omitempty"`
	Language string `json:"language"`
}

// MatchedCategory is the category that is certainly meant, or those that may be; all of them when nothing fits.
type MatchedCategory struct {
	Exact      *connectors.Category  `json:"exact,omitempty"`
	Candidates []connectors.Category `json:"candidates,omitempty"`
}

// FileGrievanceInput is one complaint.
type FileGrievanceInput struct {
	To        Recipient            `json:"to"`
	Service   string               `json:"service"`
	Grievance connectors.Grievance `json:"grievance"` // without attachments
	Photos    []SentPaper          `json:"photos,omitempty"`
	// LookFirst is set when it may have been filed before; a repeated attempt always looks first.
	LookFirst  bool      `json:"look_first,omitempty"`
	FirstTried time.Time `json:"first_tried"`
}

// GrievanceAt names a complaint at its office.
type GrievanceAt struct {
	To     Recipient `json:"to"`
	Tenant string    `json:"tenant,omitempty"`
	Number string    `json:"number"`
	Mobile string    `json:"mobile,omitempty"`
}

// ReopenGrievanceInput asks an office to take a complaint up again, once per Time.
type ReopenGrievanceInput struct {
	At      GrievanceAt `json:"at"`
	Time    int         `json:"time"` // counts the reopenings from 1
	Comment string      `json:"comment,omitempty"`
	Photos  []SentPaper `json:"photos,omitempty"`
}

// RateGrievanceInput is the citizen's view of how it was resolved, 1 to 5 stars.
type RateGrievanceInput struct {
	At    GrievanceAt `json:"at"`
	Stars int         `json:"stars"`
}
