package open311

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/jansetu/jansetu/connectors"
)

// The limits of a search, by the specification.
const (
	longestSpan = 90 * 24 * time.Hour
	maxRows     = 1000
)

// lookBack is how far before a filing its own search reaches: a worker may have
// died after it had sent, and clocks differ.
const lookBack = 24 * time.Hour

const whatGrievance = "grievance"

// Find implements connectors.Grievances: by Number, or by our reference in the
// descriptions of the category's complaints since FiledAfter.
func (c *Connector) Find(ctx context.Context, query connectors.GrievanceQuery) (connectors.Filed, error) {
	filed, err := c.find(ctx, query)
	if err != nil {
		return connectors.Filed{}, fmt.Errorf("find grievance: %w", err)
	}
	return filed, nil
}

func (c *Connector) find(ctx context.Context, query connectors.GrievanceQuery) (connectors.Filed, error) {
	if query.Number != "" {
		request, err := c.numbered(ctx, query)
		return request.filed(query.Reference), err
	}
	list, err := c.search(ctx, query)
	if err != nil {
		return connectors.Filed{}, err
	}
	if request, found := among(list, query.Reference); found {
		return request.filed(query.Reference), nil
	}
	hidden := slices.ContainsFunc(list, func(r requestWire) bool { return r.Description.String() == "" })
	if hidden || len(list) >= maxRows {
		return connectors.Filed{}, &connectors.OutcomeUnknownError{Reference: query.Reference}
	}
	return connectors.Filed{}, c.absent(ctx, query)
}

// among finds the request that carries our reference.
func among(list []requestWire, reference string) (requestWire, bool) {
	at := slices.IndexFunc(list, func(request requestWire) bool {
		return reference != "" && request.ID.String() != "" && strings.Contains(request.Description.String(), mark(reference))
	})
	if at < 0 {
		return requestWire{}, false
	}
	return list[at], true
}

// absent tells "not there" from "not there yet".
func (c *Connector) absent(ctx context.Context, query connectors.GrievanceQuery) error {
	offered, err := c.offered(ctx, c.place(query.Tenant))
	if err != nil {
		return err
	}
	switch kind := offered.types[query.Category]; {
	case kind == "" || kind == "realtime":
		return &connectors.NotFoundError{What: whatGrievance}
	case query.FiledAfter.IsZero():
		return &connectors.OutcomeUnknownError{Reference: query.Reference}
	}
	if wait := query.FiledAfter.Add(c.terms.batchWithin).Sub(c.clock()); wait > 0 {
		return &connectors.UnavailableError{Reason: connectors.ReasonServerError, RetryAfter: wait}
	}
	return &connectors.NotFoundError{What: whatGrievance}
}

func (c *Connector) search(ctx context.Context, query connectors.GrievanceQuery) ([]requestWire, error) {
	now := c.clock()
	from := now.Add(lookBack - longestSpan)
	if after := query.FiledAfter.Add(-lookBack); after.After(from) {
		from = after
	}
	wanted := within(c.place(query.Tenant))
	wanted.Set("service_code", query.Category)
	wanted.Set("start_date", from.UTC().Format(time.RFC3339))
	wanted.Set("end_date", now.Add(time.Hour).UTC().Format(time.RFC3339))
	return c.requests(ctx, "requests", wanted)
}

func (c *Connector) requests(ctx context.Context, path string, wanted url.Values) ([]requestWire, error) {
	var list []requestWire
	err := c.call(ctx, exchange{
		operation: "requests", path: path, query: wanted, expected: "a list of requests",
		meaning: func(status int, _ errorWire) error {
			if status == http.StatusNotFound {
				return &connectors.NotFoundError{What: whatGrievance}
			}
			return nil
		},
		read: func(body string) (err error) {
			list, err = readList[requestWire](c.terms.format, body)
			return err
		},
	})
	return list, err
}

func (c *Connector) numbered(ctx context.Context, query connectors.GrievanceQuery) (requestWire, error) {
	list, err := c.requests(ctx, "requests/"+url.PathEscape(query.Number), within(c.place(query.Tenant)))
	if err != nil {
		return requestWire{}, err
	}
	for _, request := range list {
		if request.ID.String() == query.Number {
			return request, nil
		}
	}
	return requestWire{}, &connectors.NotFoundError{What: whatGrievance}
}

func (r requestWire) filed(reference string) connectors.Filed {
	return connectors.Filed{
		Reference: reference, Number: r.ID.String(), FiledAt: r.Requested.moment(), DueBy: r.Expected.moment(), Office: r.Agency.String(),
	}
}

// Track implements connectors.Grievances. The specification knows open and
// closed; the updates extension tells more.
func (c *Connector) Track(ctx context.Context, query connectors.GrievanceQuery) (connectors.GrievanceStatus, error) {
	status, err := c.track(ctx, query)
	if err != nil {
		return connectors.GrievanceStatus{}, fmt.Errorf("track grievance: %w", err)
	}
	return status, nil
}

func (c *Connector) track(ctx context.Context, query connectors.GrievanceQuery) (connectors.GrievanceStatus, error) {
	request, err := c.numbered(ctx, query)
	if err != nil {
		return connectors.GrievanceStatus{}, err
	}
	state, known := stateMeaning(request.Status.String())
	if !known {
		return connectors.GrievanceStatus{}, &connectors.ChangedError{Expected: "status open or closed", Seen: "another"}
	}
	status := connectors.GrievanceStatus{
		Number: request.ID.String(), State: state, Note: request.Notes.String(), Officer: request.Agency.String(),
		UpdatedAt: request.Updated.moment(), DueBy: request.Expected.moment(),
	}
	if c.terms.updates && !status.UpdatedAt.IsZero() {
		return c.enriched(ctx, query, status)
	}
	return status, nil
}

// stateMeaning knows the states of the specification and of the extension.
func stateMeaning(status string) (connectors.GrievanceState, bool) {
	state, known := map[string]connectors.GrievanceState{
		"open": connectors.GrievanceReceived, "investigating": connectors.GrievanceAssigned, "planned": connectors.GrievanceAssigned,
		"in_progress": connectors.GrievanceAssigned, "action_scheduled": connectors.GrievanceAssigned,
		"internal_referral": connectors.GrievanceTransferred, "closed": connectors.GrievanceResolved, "fixed": connectors.GrievanceResolved,
		"no_further_action": connectors.GrievanceRejected, "unable_to_fix": connectors.GrievanceRejected,
		"not_councils_responsibility": connectors.GrievanceRejected, "duplicate": connectors.GrievanceRejected,
	}[strings.ToLower(status)]
	return state, known
}

// enriched takes state and note from the newest update around the last change. A
// state that nobody knows leaves what the request itself says.
func (c *Connector) enriched(
	ctx context.Context, query connectors.GrievanceQuery, status connectors.GrievanceStatus,
) (connectors.GrievanceStatus, error) {
	wanted := within(c.place(query.Tenant))
	wanted.Set("start_date", status.UpdatedAt.Add(-time.Hour).UTC().Format(time.RFC3339))
	wanted.Set("end_date", status.UpdatedAt.Add(time.Hour).UTC().Format(time.RFC3339))
	updates, err := c.requests(ctx, "servicerequestupdates", wanted)
	if err != nil {
		return connectors.GrievanceStatus{}, err
	}
	var newest requestWire
	for _, update := range updates {
		if update.ID.String() == status.Number && !update.Updated.moment().Before(newest.Updated.moment()) {
			newest = update
		}
	}
	if state, known := stateMeaning(newest.Status.String()); known {
		status.State = state
		if note := newest.Description.String(); note != "" {
			status.Note = note
		}
	}
	return status, nil
}

// Reopen implements connectors.Reopener by an update with the status open. One
// that is open already needs none.
func (c *UpdatingConnector) Reopen(ctx context.Context, reopening connectors.Reopening) (connectors.GrievanceStatus, error) {
	query := connectors.GrievanceQuery{Tenant: reopening.Tenant, Number: reopening.Number}
	status, err := c.track(ctx, query)
	if err == nil && !status.State.Open() {
		if err = c.sendUpdate(ctx, reopening); err == nil {
			status, err = c.track(ctx, query)
		}
	}
	if err != nil {
		return connectors.GrievanceStatus{}, fmt.Errorf("reopen grievance: %w", err)
	}
	return status, nil
}

func (c *UpdatingConnector) sendUpdate(ctx context.Context, reopening connectors.Reopening) error {
	form := within(c.place(reopening.Tenant))
	form.Set("api_key", c.terms.apiKey)
	form.Set("update_id", reopening.Reference)
	form.Set("service_request_id", reopening.Number)
	form.Set("status", "OPEN")
	form.Set("description", reopening.Comment)
	form.Set("updated_datetime", c.clock().Format(time.RFC3339))
	return c.call(ctx, exchange{
		operation: "reopen_grievance", path: "servicerequestupdates", form: form, reference: reopening.Reference,
		expected: "a list of one update",
		meaning: func(_ int, told errorWire) error {
			return &connectors.RefusedError{Code: connectors.RefusedTooLate, Reason: told.Description.String()}
		},
		read: func(body string) error {
			list, err := readList[requestWire](c.terms.format, body)
			if err != nil || len(list) != 1 || list[0].UpdateID.String() == "" {
				return errUnreadable
			}
			return nil
		},
	})
}
