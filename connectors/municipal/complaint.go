package municipal

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/jansetu/jansetu/connectors"
)

// additionalReference is the key of our reference in a complaint's
// additionalDetail.
const additionalReference = "reference"

// The actions of PGR's workflow that a citizen may take.
const (
	actionApply  = "APPLY"
	actionReopen = "REOPEN"
	actionRate   = "RATE"
)

// workflow is the second half of a create or an update.
type workflow struct {
	Action    string         `json:"action"`
	Comments  string         `json:"comments,omitempty"`
	Documents []workflowFile `json:"verificationDocuments,omitempty"`
}

type workflowFile struct {
	Type string `json:"documentType"`
	ID   string `json:"fileStoreId"`
}

// complaint is what we read of a PGR service.
type complaint struct {
	Number     string          `json:"serviceRequestId"`
	Status     string          `json:"applicationStatus"`
	Additional json.RawMessage `json:"additionalDetail"`
	Rating     int             `json:"rating"`
	Audit      struct {
		Created  int64 `json:"createdTime"`
		Modified int64 `json:"lastModifiedTime"`
	} `json:"auditDetails"`
	comments string
	photo    string
}

// complaintList is a list of complaints under either of its names, with S the
// form in which one is wanted.
type complaintList[S any] struct {
	Wrappers []wrapper[S] `json:"ServiceWrappers"`
	Entities []wrapper[S] `json:"PGREntities"`
}

type wrapper[S any] struct {
	Service  S `json:"service"`
	Workflow struct {
		Comments  string         `json:"comments"`
		Documents []workflowFile `json:"verificationDocuments"`
	} `json:"workflow"`
}

// photo is the newest picture of the last step.
func (w wrapper[S]) photo() string {
	for _, file := range slices.Backward(w.Workflow.Documents) {
		if strings.EqualFold(file.Type, documentPhoto) && file.ID != "" {
			return file.ID
		}
	}
	return ""
}

func readComplaints(body []byte) ([]complaint, error) {
	var answer complaintList[complaint]
	if err := decode(body, &answer); err != nil {
		return nil, err
	}
	if answer.Wrappers == nil && answer.Entities == nil {
		return nil, errUnreadable
	}
	var list []complaint
	for _, wrapped := range slices.Concat(answer.Wrappers, answer.Entities) {
		read := wrapped.Service
		if read.Number == "" || read.Status == "" {
			return nil, errUnreadable
		}
		read.comments, read.photo = wrapped.Workflow.Comments, wrapped.photo()
		list = append(list, read)
	}
	return list, nil
}

// readWhole keeps every member of the one complaint in an answer, because an
// update has to send it back.
func readWhole(body []byte) (map[string]json.RawMessage, error) {
	var answer complaintList[map[string]json.RawMessage]
	if err := decode(body, &answer); err != nil {
		return nil, err
	}
	list := slices.Concat(answer.Wrappers, answer.Entities)
	if len(list) != 1 {
		return nil, errUnreadable
	}
	return list[0].Service, nil
}

func readOne(body []byte) (complaint, error) {
	list, err := readComplaints(body)
	if err != nil {
		return complaint{}, err
	}
	if len(list) != 1 {
		return complaint{}, errUnreadable
	}
	return list[0], nil
}

// reference is ours, or empty: the detail may be anything, or a string with JSON
// in it.
func (c complaint) reference() string {
	detail := c.Additional
	var quoted string
	if json.Unmarshal(detail, &quoted) == nil {
		detail = json.RawMessage(quoted)
	}
	var ours map[string]any
	if json.Unmarshal(detail, &ours) != nil {
		return ""
	}
	reference, _ := ours[additionalReference].(string)
	return reference
}

func (c complaint) filed(reference string) connectors.Filed {
	return connectors.Filed{Reference: reference, Number: c.Number, FiledAt: moment(c.Audit.Created)}
}

// moment reads DIGIT's milliseconds since 1970; zero when there are none.
func moment(milliseconds int64) time.Time {
	if milliseconds <= 0 {
		return time.Time{}
	}
	return time.UnixMilli(milliseconds).In(connectors.IndianTime)
}

// states are the PGR workflow's, with what they mean.
func stateMeaning(status string) (connectors.GrievanceState, bool) {
	state, known := map[string]connectors.GrievanceState{
		"PENDINGFORASSIGNMENT": connectors.GrievanceReceived, "PENDINGATLME": connectors.GrievanceAssigned,
		"PENDINGFORREASSIGNMENT": connectors.GrievanceTransferred, "PENDINGATSUPERVISOR": connectors.GrievanceAssigned,
		"RESOLVED": connectors.GrievanceResolved, "REJECTED": connectors.GrievanceRejected,
		"CLOSEDAFTERRESOLUTION": connectors.GrievanceClosed, "CLOSEDAFTERREJECTION": connectors.GrievanceClosed,
		"CANCELLED": connectors.GrievanceClosed,
	}[status]
	return state, known
}

func (c *Connector) statusOf(read complaint) (connectors.GrievanceStatus, error) {
	state, known := stateMeaning(read.Status)
	if !known {
		return connectors.GrievanceStatus{}, &connectors.ChangedError{Expected: "a state of the PGR workflow", Seen: "another"}
	}
	status := connectors.GrievanceStatus{
		Number: read.Number, State: state, Note: read.comments, UpdatedAt: moment(read.Audit.Modified),
	}
	settled := state == connectors.GrievanceResolved || state == connectors.GrievanceRejected
	if settled && !status.UpdatedAt.IsZero() {
		status.ReopenUntil = status.UpdatedAt.Add(c.terms.reopenWithin)
	}
	if settled || state == connectors.GrievanceClosed {
		status.Photo = read.photo
	}
	return status, nil
}
