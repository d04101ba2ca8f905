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
	ActivityGrievancePhoto      = "GrievancePhoto"      // GrievancePhotoInput -> Document
)

// The activities of complaints that others near by may join. They touch only our own store.
const (
	ActivityNearestDefect = "NearestDefect" // DefectInput -> NearDefect
	ActivityOpenDefect    = "OpenDefect"    // DefectInput -> nothing
	ActivityFollowDefect  = "FollowDefect"  // FollowDefectInput -> bool, whether it is still there
	ActivityFollowsDefect = "FollowsDefect" // the request's reference -> bool
	ActivityLeaveDefect   = "LeaveDefect"   // the request's reference -> nothing
	ActivitySpreadNews    = "SpreadNews"    // DefectNews -> nothing
)

// SignalDefectNews tells a request what is new with the complaint that it joined; the payload is a DefectNews.
const SignalDefectNews = "defect-news"

// DefectInput is a complaint about something at a place.
type DefectInput struct {
	Reference string                 `json:"reference"`
	Portal    string                 `json:"portal"`
	Tenant    string                 `json:"tenant,omitempty"`
	Category  string                 `json:"category"`
	Location  connectors.Coordinates `json:"location"`
}

// NearDefect is an open complaint about the same near by.
type NearDefect struct {
	// Defect is the reference of that complaint; empty: there is none.
	Defect string `json:"defect,omitempty"`
	// Reports counts who has reported it: the first and those who joined.
	Reports int `json:"reports,omitempty"`
	// Own says that the same citizen filed it.
	Own bool `json:"own,omitempty"`
}

// FollowDefectInput has a request wait for the news of another.
type FollowDefectInput struct {
	Reference string `json:"reference"`
	Defect    string `json:"defect"`
}

// DefectNews is what those who joined a complaint hear of it: never who filed it, nor the number that leads to them.
type DefectNews struct {
	Defect string `json:"defect"`
	// Number counts the news of this defect from 1: one that comes twice is known by it.
	Number int        `json:"number"`
	What   DefectWhat `json:"what"`
	// Officer is who has it now, by designation, when that changed.
	Officer string `json:"officer,omitempty"`
	// Last says that nothing more will come.
	Last bool `json:"last,omitempty"`
}

// DefectWhat is what is new.
type DefectWhat string

// The news of a defect.
const (
	DefectMoved    DefectWhat = "moved"
	DefectOverdue  DefectWhat = "overdue"
	DefectResolved DefectWhat = "resolved" // says the office; whoever filed it is asked
	DefectReopened DefectWhat = "reopened"
	DefectFixed    DefectWhat = "fixed" // it is over, and nobody disagreed
	DefectEnded    DefectWhat = "ended" // it is over, and not fixed
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
	// All says that nothing fits: the candidates are all there are.
	All bool `json:"all,omitempty"`
}

// FileGrievanceInput is one complaint.
type FileGrievanceInput struct {
	To        Recipient            `json:"to"`
	Service   string               `json:"service"`
	Grievance connectors.Grievance `json:"grievance"` // without attachments
	Photos    []SentPaper          `json:"photos,omitempty"`
	// Try counts the complaints of one request from 1: one that refers to an earlier one is another.
	Try int `json:"try,omitempty"`
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
	// Try is that of the filing.
	Try int `json:"try,omitempty"`
}

// GrievancePhotoInput names the department's photo of its work.
type GrievancePhotoInput struct {
	To     Recipient `json:"to"`
	Tenant string    `json:"tenant,omitempty"`
	Photo  string    `json:"photo"`
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
