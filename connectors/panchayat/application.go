package panchayat

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/webform"
)

// referenceField is the control of every form that takes an agency's reference.
const referenceField = "txtRefNo"

// settle is how long a server may go on with a form whose answer was lost.
const settle = 2 * time.Minute

// Submit implements connectors.Applications: the form of the certificate is
// fetched, filled and sent with its papers. Application.Service is the
// certificate's type; an Enclosure.Kind is the name of a file control.
func (c *Connector) Submit(ctx context.Context, application connectors.Application) (connectors.Submitted, error) {
	submitted, err := portal.SubmitOnce(ctx, portal.Submission[connectors.Submitted]{
		Reference: application.Reference, Settle: settle,
		Submit: func(ctx context.Context) (connectors.Submitted, error) { return c.apply(ctx, application) },
		Find: func(ctx context.Context) (connectors.Submitted, error) {
			return c.Find(ctx, connectors.ApplicationQuery{
				Reference: application.Reference, Service: application.Service, Fields: application.Fields,
			})
		},
	})
	if err != nil {
		return connectors.Submitted{}, fmt.Errorf("submit application: %w", err)
	}
	return submitted, nil
}

func (c *Connector) apply(ctx context.Context, application connectors.Application) (connectors.Submitted, error) {
	form, on, err := c.form(ctx, application.Service, application.Fields)
	if err != nil {
		return connectors.Submitted{}, err
	}
	if err := fill(form, application); err != nil {
		return connectors.Submitted{}, shapes()[operationForm].Explain(on, err)
	}
	request, err := form.Submit(operationSubmit, "")
	if err != nil {
		return connectors.Submitted{}, err
	}
	request.Reference = application.Reference
	submitted, err := call(ctx, c, application.Fields, request, acknowledgementOf(application.Reference))
	return submitted, named(form, err)
}

// fill puts the answers and papers into the form, with our reference.
func fill(form *webform.Form, application connectors.Application) error {
	for _, paper := range application.Enclosures {
		if err := form.Attach(paper.Kind, paper); err != nil {
			return err
		}
	}
	fields := maps.Clone(application.Fields)
	delete(fields, FieldDistrict)
	for name, answer := range fields {
		fields[name] = webform.Day(answer, dateLayout)
	}
	fields[referenceField] = application.Reference
	for _, control := range form.Controls() {
		if answer, given := fields[control.Name]; given && control.Required && strings.TrimSpace(answer) == "" {
			return &connectors.InputRejectedError{Field: control.Name, Reason: "This is needed."}
		}
	}
	return form.Fill(fields)
}

func acknowledgementOf(reference string) func(page) (connectors.Submitted, error) {
	return func(shown page) (connectors.Submitted, error) {
		read := shown.rows()
		submitted := connectors.Submitted{
			Reference: read.required("reference no"), Number: read.required("application no"),
			SubmittedAt: read.moment("application date"), DueBy: read.date("expected date"),
		}
		if submitted.Reference != reference {
			read.fail("the acknowledgement of our reference")
		}
		return submitted, read.err
	}
}

// named gives a complaint about a field the name of the control that people see
// under that label.
func named(form *webform.Form, err error) error {
	rejected, ok := errors.AsType[*connectors.InputRejectedError](err)
	if !ok {
		return err
	}
	name, unknown := form.NameByLabel(rejected.Field)
	if unknown != nil {
		return &connectors.ChangedError{Expected: "a complaint about a field of the form", Seen: "another complaint"}
	}
	return &connectors.InputRejectedError{Field: name, Reason: rejected.Reason}
}
