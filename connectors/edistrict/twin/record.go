package twin

import (
	"fmt"
	"strings"
	"time"
)

// Paper is an enclosure as the portal keeps it, without its content.
type Paper struct {
	Annexure string `json:"annexure"`
	Type     string `json:"type"`
	Filename string `json:"filename"`
	Bytes    int    `json:"bytes"`
	SHA256   string `json:"sha256"`
}

// Application is a draft, or a submission once Number is set.
type Application struct {
	Draft   string            `json:"draft"`
	Number  string            `json:"number,omitempty"`
	Service string            `json:"service"`
	Kiosk   string            `json:"kiosk,omitempty"`
	Mobile  string            `json:"mobile"`
	Fields  map[string]string `json:"fields"`
	Papers  []Paper           `json:"papers,omitempty"`
	// AskedAt is when the officer asked the applicant something, besides what
	// follows from the mobile number.
	AskedAt time.Time `json:"asked_at,omitzero"`
	// SubmittedAt is zero for a draft, AnsweredAt until a query was answered.
	SubmittedAt time.Time `json:"submitted_at,omitzero"`
	AnsweredAt  time.Time `json:"answered_at,omitzero"`
	Answer      string    `json:"answer,omitempty"`
	AnswerKiosk string    `json:"answer_kiosk,omitempty"`
	Answers     int       `json:"answers,omitempty"` // how often it was answered
}

// keep replaces what is known of a draft; it needs the lock.
func (t *Twin) keep(application Application) {
	for i := range t.applications {
		if t.applications[i].Draft == application.Draft {
			t.applications[i] = application
			return
		}
	}
	t.applications = append(t.applications, application)
}

func (t *Twin) byDraft(draft string) (Application, bool) {
	for _, application := range t.applications {
		if application.Draft == draft {
			return application, true
		}
	}
	return Application{}, false
}

// Submissions is what was really submitted, oldest first. Drafts are not.
func (t *Twin) Submissions() []Application {
	t.mu.Lock()
	defer t.mu.Unlock()
	var submitted []Application
	for _, application := range t.applications {
		if application.Number != "" {
			submitted = append(submitted, application)
		}
	}
	return submitted
}

// Drafts counts what was begun and never submitted.
func (t *Twin) Drafts() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	drafts := 0
	for _, application := range t.applications {
		if application.Number == "" {
			drafts++
		}
	}
	return drafts
}

// DoubleSubmissions counts submissions under a reference that was submitted
// before. It must stay zero whatever the faults: the portal itself does not
// check.
func (t *Twin) DoubleSubmissions() int {
	seen, doubled := map[string]bool{}, 0
	for _, application := range t.Submissions() {
		if application.Kiosk != "" && seen[application.Kiosk] {
			doubled++
		}
		seen[application.Kiosk] = true
	}
	return doubled
}

// The states an application passes, in the portal's words.
const (
	stateReceived  = "Application Received"
	stateProcess   = "Under Process"
	stateQuery     = "Additional Information Sought"
	stateApproved  = "Approved"
	stateRejected  = "Rejected"
	stateDelivered = "Delivered"
)

// task is one line of an application's history.
type task struct {
	Name, Officer, State, Remarks string
	At                            time.Time
}

// question is what an officer asks.
const question = "Please upload the latest salary slip"

// The numbers of applicants to whom the officer has something to say, besides the two documented ones: the last three digits are free.
const (
	questioned = "9000002"
	refused    = "9000003"
)

// Questioned is the mobile number of the i-th applicant whom the officer asks something, for i from 0 to 999.
func Questioned(i int) string { return fmt.Sprintf("%s%03d", questioned, i%1000) }

// Refused is the mobile number of the i-th applicant whose application is refused, for i from 0 to 999.
func Refused(i int) string { return fmt.Sprintf("%s%03d", refused, i%1000) }

// isOf tells whether a mobile number is of those, or the documented one: 9000000002 and 9000000003.
func isOf(numbers, mobile string) bool {
	return strings.HasPrefix(mobile, numbers) || mobile == "900000000"+numbers[len(numbers)-1:]
}

// Ask makes the officer ask the applicant something now.
func (t *Twin) Ask(number string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	application, known := t.byNumber(number)
	if !known {
		return fmt.Errorf("no application %s", number)
	}
	application.AskedAt = t.config.Clock()
	return t.Remember(application)
}

// history is what has become of an application by now.
func (t *Twin) history(application Application) []task {
	since, officer := application.SubmittedAt, "Tahsildar"
	if service, _ := t.service(application.Service); service.Officer != "" {
		officer = service.Officer
	}
	plan := []task{
		{"Application Submission", "Applicant", stateReceived, "", since},
		{"Verification", "Revenue Inspector", stateProcess, "Sent for field verification", since.Add(t.config.Pace)},
	}
	if !application.AskedAt.IsZero() {
		plan = plan[:1] // asked before anybody verified
	}
	switch {
	case isOf(refused, application.Mobile):
		plan = append(plan, task{"Final Approval", officer, stateRejected, "Particulars do not match the records", since.Add(2 * t.config.Pace)})
	case !application.AskedAt.IsZero() && application.AnsweredAt.IsZero():
		plan = append(plan, task{"Scrutiny", officer, stateQuery, question, application.AskedAt})
	case isOf(questioned, application.Mobile) && application.AnsweredAt.IsZero():
		plan = append(plan, task{"Scrutiny", officer, stateQuery, question, since.Add(2 * t.config.Pace)})
	default:
		from := since.Add(t.config.Pace)
		if !application.AnsweredAt.IsZero() {
			from = application.AnsweredAt
			plan = append(plan, task{"Reply of Applicant", "Applicant", stateProcess, "Reply received. Ref " + application.AnswerKiosk, from})
		}
		plan = append(plan,
			task{"Final Approval", officer, stateApproved, "Approved", from.Add(t.config.Pace)},
			task{"Certificate Issue", officer, stateDelivered, "Certificate is ready for download", from.Add(2 * t.config.Pace)})
	}
	now, reached := t.config.Clock(), plan[:1]
	for i := 1; i < len(plan) && !plan[i].At.After(now); i++ {
		reached = plan[:i+1]
	}
	return reached
}

// Replies counts the answers to queries that really arrived, and those beyond the
// first of an application.
func (t *Twin) Replies() (count, doubled int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, application := range t.applications {
		count += application.Answers
		doubled += max(application.Answers-1, 0)
	}
	return count, doubled
}
