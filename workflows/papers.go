package workflows

import (
	"errors"
	"strconv"
	"time"

	"go.temporal.io/sdk/temporal"

	"github.com/jansetu/jansetu/catalog"
)

// ActivityCheckPapers takes and checks the papers of a request: CheckPapersInput -> CheckedPapers. It fetches files and may read them,
// so it is no local activity: give it CheckPapersTimeout to finish, and let it be repeated. Repeating it keeps nothing twice.
const ActivityCheckPapers = "CheckPapers"

// ActivityTakePaper takes one file as it is, without looking at what it shows: TakePaperInput -> TakenPaper. It fails with an application
// error of type ErrorPaperRefused whose detail is a PaperFinding.
const ActivityTakePaper = "TakePaper"

// TakePaperInput is a file that belongs to a request, such as the photo of what a citizen complains about.
type TakePaperInput struct {
	Reference string `json:"reference"`
	Field     string `json:"field,omitempty"`
	Media     string `json:"media"` // what the channel calls the file
}

// CheckPapersTimeout is the StartToClose timeout that [ActivityCheckPapers] needs for so many papers.
func CheckPapersTimeout(papers int) time.Duration {
	return 30*time.Second + time.Duration(papers)*time.Minute
}

// CheckPapersInput is the papers of a request as the citizen gave them.
type CheckPapersInput struct {
	Reference string           `json:"reference"`
	Language  catalog.Language `json:"language"`
	// Applicant is the name that should be on the papers; empty: it is not looked for.
	Applicant string        `json:"applicant,omitempty"`
	Papers    []PaperAnswer `json:"papers"`
}

// PaperAnswer is one paper that is asked for.
type PaperAnswer struct {
	Field    string `json:"field"`              // the form's
	Media    string `json:"media,omitempty"`    // the answer: what the channel calls the file; empty: none was sent
	Optional bool   `json:"optional,omitempty"` // may be missing
	// MaxMB is the most the department takes, in MB of 1,000,000 bytes; 0: it does not say.
	MaxMB float64 `json:"max_mb,omitempty"`
	// Accepts are the kinds of paper that are right here; empty: any. Only a paper that is surely of another kind is found wrong.
	Accepts []PaperKind `json:"accepts,omitempty"`
	// AsItIs is set when the citizen was told what seems wrong and wants it sent all the same. What may not be waived is found again.
	AsItIs bool `json:"as_it_is,omitempty"`
}

// PaperKind is a kind of paper, as forms name it.
type PaperKind string

// The kinds of paper that are recognised by what is printed on them.
const (
	PaperAadhaar        PaperKind = "aadhaar"
	PaperVoterID        PaperKind = "voter_id"
	PaperRationCard     PaperKind = "ration_card"
	PaperPAN            PaperKind = "pan"
	PaperDrivingLicence PaperKind = "driving_licence"
	PaperPassport       PaperKind = "passport"
	PaperBankPassbook   PaperKind = "bank_passbook"
	PaperElectricity    PaperKind = "electricity_bill"
)

// CheckedPapers is what became of them. A request may be submitted when there are no findings; Papers then has every paper that was sent.
type CheckedPapers struct {
	Papers   []TakenPaper   `json:"papers,omitempty"`
	Findings []PaperFinding `json:"findings,omitempty"`
}

// TakenPaper is a paper that is kept, encrypted, for this request alone.
type TakenPaper struct {
	Field    string `json:"field"`
	ID       string `json:"id"` // for Shelf.Enclosure of package activities/paper
	MIMEType string `json:"mime_type"`
	Bytes    int    `json:"bytes"`
	Pages    int    `json:"pages"`
	Hash     string `json:"hash"` // SHA-256 in hex
	// Masked says that digits of an identity number were painted over: tell the citizen (text "paper.masked").
	Masked bool `json:"masked,omitempty"`
	// Suggestions are what could be read on it, by what it is: only to propose as an answer that the citizen confirms.
	Suggestions map[Suggestion]string `json:"suggestions,omitempty"`
}

// Suggestion names what was read on a paper.
type Suggestion string

// The suggestions.
const (
	SuggestedName      Suggestion = "name"
	SuggestedBirthDate Suggestion = "birth_date" // 2006-01-02
)

// PaperReason says why a paper is asked for again: a closed set.
type PaperReason string

// The reasons. Those of package upload, such as "damaged", are reasons too.
const (
	PaperMissing    PaperReason = "missing"
	PaperGone       PaperReason = "gone" // the channel no longer has the file
	PaperTooLarge   PaperReason = "too_large"
	PaperTooSmall   PaperReason = "too_small"
	PaperBlurred    PaperReason = "blurred"
	PaperDark       PaperReason = "dark"
	PaperBright     PaperReason = "bright"
	PaperBlank      PaperReason = "blank"
	PaperCutOff     PaperReason = "cut_off"
	PaperSideways   PaperReason = "sideways"
	PaperUpsideDown PaperReason = "upside_down"
	PaperWrongKind  PaperReason = "wrong_kind"
	PaperExpired    PaperReason = "expired"
	PaperOtherName  PaperReason = "other_name"
	PaperIsAadhaar  PaperReason = "aadhaar" // an Aadhaar or card number that could not be painted over
)

// PaperFinding is one thing that is wrong with a paper.
type PaperFinding struct {
	Field  string      `json:"field"`
	Reason PaperReason `json:"reason"`
	// Text says it to the citizen, and what to do.
	Text catalog.TextKey `json:"text"`
	// MaxMB is what would have been taken, with PaperTooLarge.
	MaxMB float64 `json:"max_mb,omitempty"`
	// Expired is the last day the paper was good for, with PaperExpired.
	Expired time.Time `json:"expired,omitzero"`
	// Waivable says that the citizen may have it sent as it is: we may be wrong, and a person at the department decides.
	Waivable bool `json:"waivable,omitempty"`
}

// Line says the finding to the citizen.
func (f PaperFinding) Line() Line {
	line := Line{Text: f.Text}
	switch f.Reason {
	case PaperTooLarge:
		line.Values = values{"max": plain(strconv.FormatFloat(f.MaxMB, 'f', -1, 64))}
	case PaperExpired:
		line.Values = values{"day": day(f.Expired)}
	default: // the others have no values
	}
	return line
}

// PaperOf is the answer of a form's field of type document.
func PaperOf(field *catalog.Field, media string) PaperAnswer {
	answer := PaperAnswer{Field: field.ID, Media: media, Optional: field.Optional, MaxMB: field.MaxMB}
	for _, kind := range field.Accepts {
		answer.Accepts = append(answer.Accepts, PaperKind(kind))
	}
	return answer
}

// ErrorPaperRefused is the type of the application error of [ActivityTakePaper] when the file cannot be kept; its detail is a PaperFinding.
const ErrorPaperRefused = "paper_refused"

// findingOf tells why a file was not taken.
func findingOf(err error) (finding PaperFinding, refused bool) {
	application, ok := errors.AsType[*temporal.ApplicationError](err)
	if !ok || application.Type() != ErrorPaperRefused || application.Details(&finding) != nil {
		return PaperFinding{}, false
	}
	return finding, true
}
