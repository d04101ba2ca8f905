package workflows

import (
	"time"

	"github.com/jansetu/jansetu/catalog"
)

// The activities of appeals; both are the hub's own.
const (
	ActivityStartAppeal = "StartAppeal" // AppealInput -> nothing
	ActivityWriteAppeal = "WriteAppeal" // AppealInput -> Document
)

// WorkflowAppeal is the registered type of [Appeal].
const WorkflowAppeal = "Appeal"

// KindAppeal is the kind of a request that is an appeal. The catalog has no service of it: it belongs to the application's service.
const KindAppeal catalog.Kind = "appeal"

// SignalAppealSettled tells an appeal that the department has decided on the application meanwhile; no payload.
const SignalAppealSettled = "appeal-settled"

// AppealCause is what is appealed against.
type AppealCause string

// The causes of appeals.
const (
	AppealLate    AppealCause = "late"    // the time that the law gives is over
	AppealRefused AppealCause = "refused" // the department said no
)

// AppealLevel is to whom is appealed.
type AppealLevel string

// The levels: a first appeal, then the revision.
const (
	AppealFirst    AppealLevel = "first"
	AppealRevision AppealLevel = "revision"
)

// AppealReference is the reference of the one appeal of an application for a cause at a level; its workflow has the same id.
func AppealReference(application string, cause AppealCause, level AppealLevel) string {
	letter, number := "-A", "1"
	if cause == AppealRefused {
		letter = "-R"
	}
	if level == AppealRevision {
		number = "2"
	}
	return application + letter + number
}

// AppealInput starts an appeal: a request of its own, for which the application's service, language and terms stand.
type AppealInput struct {
	RequestInput

	Case AppealCase `json:"case"`
}

// AppealCase are the facts of an appeal.
type AppealCase struct {
	Cause AppealCause `json:"cause"`
	Level AppealLevel `json:"level"`
	// Application is our reference of what is appealed about, Number the department's.
	Application string    `json:"application"`
	Number      string    `json:"number"`
	Applicant   string    `json:"applicant,omitempty"`
	Applied     time.Time `json:"applied"`
	// Due is when the law wanted it decided; zero in an appeal against a refusal of which no limit is known.
	Due time.Time `json:"due,omitzero"`
	// Decided and Reason are the department's refusal.
	Decided time.Time `json:"decided,omitzero"`
	Reason  string    `json:"reason,omitempty"`
	// FileBy is the last moment to file it; zero: no limit is known.
	FileBy time.Time `json:"file_by,omitzero"`
	// FirstFiled is when the first appeal was handed in, and FirstDecided when it was decided, if it was; of a revision.
	FirstFiled   time.Time `json:"first_filed,omitzero"`
	FirstDecided time.Time `json:"first_decided,omitzero"`
	// Written is the day on the letter.
	Written time.Time `json:"written"`
}

// Officer is to whom the appeal goes; nil when nobody is known.
func (c AppealCase) Officer(law *catalog.Clock) *catalog.Officer {
	switch {
	case law == nil:
		return nil
	case c.Level == AppealRevision:
		return law.Officers.Revision
	}
	return law.Officers.Appeal
}
