package municipal

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

// The fields of a grievance as InputRejectedError.Field names them.
const (
	FieldCategory    = "category"
	FieldDescription = "description"
	FieldLocality    = "locality"
	FieldName        = "name"
	// FieldCitizenMobile is the citizen's mobile number.
	FieldCitizenMobile = "mobile"
	FieldAttachments   = "attachments"
)

// The names of the complaint operations in metrics.
const (
	operationFile   = "file_grievance"
	operationSearch = "search_grievance"
	operationUpdate = "update_grievance"
)

const pgrPath = "pgr-services/v2/request/"

// File implements connectors.Grievances. Photos go to the file store first; one
// that is left there by a filing that fails does no harm. A filing whose answer
// is lost is looked up before it is sent again.
func (c *Connector) File(ctx context.Context, grievance connectors.Grievance) (connectors.Filed, error) {
	query := connectors.GrievanceQuery{
		Reference: grievance.Reference, Tenant: grievance.Tenant, Category: grievance.Category, Mobile: grievance.Mobile,
	}
	filed, err := portal.SubmitOnce(ctx, portal.Submission[connectors.Filed]{
		Reference: grievance.Reference, Settle: c.terms.settle,
		Submit: func(ctx context.Context) (connectors.Filed, error) { return c.file(ctx, grievance, query) },
		Find:   func(ctx context.Context) (connectors.Filed, error) { return c.find(ctx, query) },
		// PGR is not, but file looks for an earlier filing, without the wait
		// that only one of a moment ago needs.
		Idempotent: true,
	})
	if err != nil {
		return connectors.Filed{}, fmt.Errorf("file grievance: %w", err)
	}
	return filed, nil
}

func (c *Connector) file(ctx context.Context, grievance connectors.Grievance, query connectors.GrievanceQuery) (connectors.Filed, error) {
	if grievance.Mobile == "" {
		return connectors.Filed{}, &connectors.InputRejectedError{Field: FieldCitizenMobile}
	}
	earlier, found, err := c.look(ctx, query)
	if err != nil || found {
		return earlier.filed(grievance.Reference), err
	}
	documents, err := c.upload(ctx, grievance.Tenant, grievance.Attachments)
	if err != nil {
		return connectors.Filed{}, err
	}
	var filed connectors.Filed
	err = c.call(ctx, exchange{
		operation: operationFile, path: pgrPath + "_create", reference: grievance.Reference,
		body: map[string]any{
			"service": c.service(grievance), "workflow": workflow{Action: actionApply, Documents: documents},
		},
		expected: "the complaint that was created", meaning: complaintFault,
		read: func(body []byte) error {
			complaint, err := readOne(body)
			if err != nil {
				return err
			}
			filed = complaint.filed(grievance.Reference)
			return nil
		},
	})
	return filed, err
}

// service is the complaint as PGR wants it. Our account files for somebody else,
// so the citizen is named.
func (c *Connector) service(grievance connectors.Grievance) map[string]any {
	address := map[string]any{
		"tenantId": grievance.Tenant, "city": grievance.Tenant, "street": grievance.Address, "landmark": grievance.Landmark,
		"locality": map[string]string{"code": grievance.Locality}, "geoLocation": map[string]any{},
	}
	if place := grievance.Location; place != nil {
		address["geoLocation"] = map[string]float64{"latitude": place.Latitude, "longitude": place.Longitude}
	}
	return map[string]any{
		"tenantId": grievance.Tenant, "serviceCode": grievance.Category, "source": c.terms.source,
		"description": grievance.Description, "address": address, "active": true,
		"citizen":          map[string]string{"name": grievance.Name, "mobileNumber": grievance.Mobile},
		"additionalDetail": map[string]string{additionalReference: grievance.Reference},
	}
}

// complaintFault knows the codes of PGR's validators.
func complaintFault(told fault) error {
	field, known := map[string]string{
		"INVALID_SERVICECODE": FieldCategory, "INVALID_REQUEST": FieldCitizenMobile,
		"NotNull.service.address.locality": FieldLocality, "INVALID_LOCALITY": FieldLocality,
		"Size.service.description": FieldDescription, "Size.service.citizen.name": FieldName,
	}[told.Code]
	if known {
		return &connectors.InputRejectedError{Field: field, Reason: told.Message}
	}
	switch told.Code {
	case "INVALID_SOURCE", "INVALID_SEARCH", "INVALID SEARCH", "JSONPATH_ERROR", "PARSING_ERROR":
		return &connectors.ChangedError{Expected: "our request to be accepted", Seen: told.Code}
	case "IDGEN ERROR":
		return &connectors.UnavailableError{Reason: connectors.ReasonServerError}
	case "INVALID_ACTION", "INVALID_UPDATE":
		return &connectors.RefusedError{Code: connectors.RefusedTooLate, Reason: told.Message}
	default:
		return nil
	}
}

// Find implements connectors.Grievances. It goes by our reference among the
// complaints of the same citizen and category, and keeps looking until a
// complaint filed before the call must have become visible. When the caller
// gives up before that, it is not certain and so UnavailableError.
func (c *Connector) Find(ctx context.Context, query connectors.GrievanceQuery) (connectors.Filed, error) {
	filed, err := c.find(ctx, query)
	if err != nil {
		return connectors.Filed{}, fmt.Errorf("find grievance: %w", err)
	}
	return filed, nil
}

func (c *Connector) find(ctx context.Context, query connectors.GrievanceQuery) (connectors.Filed, error) {
	for waited := time.Duration(0); ; waited += c.terms.settle / looks {
		complaint, found, err := c.look(ctx, query)
		if err != nil {
			return connectors.Filed{}, err
		}
		if found {
			return complaint.filed(query.Reference), nil
		}
		if waited >= c.terms.settle {
			return connectors.Filed{}, &connectors.NotFoundError{What: whatGrievance}
		}
		if err := c.pause(ctx, c.terms.settle/looks); err != nil {
			return connectors.Filed{}, err
		}
	}
}

const (
	// looks is how many times Find looks again while it waits.
	looks         = 4
	whatGrievance = "grievance"
)

func (c *Connector) pause(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return &connectors.UnavailableError{Reason: connectors.ReasonTimeout, RetryAfter: c.terms.settle}
	}
}

// look searches once, page by page.
func (c *Connector) look(ctx context.Context, query connectors.GrievanceQuery) (complaint, bool, error) {
	for page := range maxPages {
		list, _, err := c.search(ctx, searchFor(query, page))
		if err != nil {
			return complaint{}, false, err
		}
		for _, candidate := range list {
			if candidate.reference() == query.Reference && query.Reference != "" {
				return candidate, true, nil
			}
		}
		if len(list) < pageSize {
			return complaint{}, false, nil
		}
	}
	return complaint{}, false, &connectors.UnavailableError{Reason: connectors.ReasonServerError}
}

// PGR gives at most 200 complaints a page (pgr.search.max.limit).
const (
	pageSize = 200
	maxPages = 5
)

// clockSkew is how far DIGIT's clock may be behind ours.
const clockSkew = 10 * time.Minute

func searchFor(query connectors.GrievanceQuery, page int) url.Values {
	wanted := url.Values{"tenantId": {query.Tenant}, "limit": {strconv.Itoa(pageSize)}, "offset": {strconv.Itoa(page * pageSize)}}
	if query.Mobile != "" {
		wanted.Set("mobileNumber", query.Mobile)
	}
	if query.Category != "" {
		wanted.Set("serviceCode", query.Category)
	}
	if !query.FiledAfter.IsZero() {
		wanted.Set("fromDate", strconv.FormatInt(query.FiledAfter.Add(-clockSkew).UnixMilli(), 10))
	}
	return wanted
}

// search answers the complaints and the text they were read from.
func (c *Connector) search(ctx context.Context, wanted url.Values) (list []complaint, text []byte, err error) {
	err = c.call(ctx, exchange{
		operation: operationSearch, path: pgrPath + "_search", query: wanted,
		expected: "a list of complaints", meaning: complaintFault,
		read: func(body []byte) (err error) {
			list, err = readComplaints(body)
			text = body
			return err
		},
	})
	return list, text, err
}

// Track implements connectors.Grievances. A complaint that was filed a moment
// ago may not be found yet; see Find.
func (c *Connector) Track(ctx context.Context, query connectors.GrievanceQuery) (connectors.GrievanceStatus, error) {
	complaint, _, err := c.numbered(ctx, query.Tenant, query.Number)
	if err != nil {
		return connectors.GrievanceStatus{}, fmt.Errorf("track grievance: %w", err)
	}
	status, err := c.statusOf(complaint)
	if err != nil {
		return connectors.GrievanceStatus{}, fmt.Errorf("track grievance: %w", err)
	}
	return status, nil
}

// numbered reads one complaint by the department's number, and the text of it.
func (c *Connector) numbered(ctx context.Context, tenant, number string) (complaint, []byte, error) {
	list, text, err := c.search(ctx, url.Values{"tenantId": {tenant}, "serviceRequestId": {number}})
	if err != nil {
		return complaint{}, nil, err
	}
	for _, candidate := range list {
		if candidate.Number == number {
			return candidate, text, nil
		}
	}
	return complaint{}, nil, &connectors.NotFoundError{What: whatGrievance}
}
