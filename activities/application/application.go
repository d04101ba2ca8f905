// Package application holds the activities that bring one department's applications on their way: submit, look up, tell of the fee, follow,
// answer its queries and fetch what it issues. They run on that portal's task queue; one instance serves one portal. Papers and certificates pass
// through here and not through Temporal: what goes there are their ids.
package application

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/jansetu/jansetu/activities/answer"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

// Services tells the portal's own code of a service. *catalog.Catalog is one.
type Services interface {
	Service(id string) (*catalog.Service, bool)
}

// Shelf opens the papers that a citizen sent with a request. *paper.Shelf is one.
type Shelf interface {
	Enclosure(ctx context.Context, reference, id, kind string) (connectors.Enclosure, error)
}

// Documents keeps what a department issued. *store.Store is one.
type Documents interface {
	AddDocument(ctx context.Context, document store.Document) (id string, err error)
}

// Config is what the activities of one portal need; all of it is required.
type Config struct {
	Connector connectors.Applications
	Services  Services
	Shelf     Shelf
	Documents Documents
	Now       func() time.Time
}

// Activities ask one portal.
type Activities struct{ config Config }

// New makes the activities of one portal.
func New(config Config) *Activities { return &Activities{config} }

// The kinds under which a department's papers are kept.
const (
	kindSlip        = "acknowledgement"
	kindCertificate = "certificate"
)

// SubmitApplication sends an application. A second attempt means that the first one died on the way, so it is looked up before anything
// is sent again. Its errors carry a workflows.Failure.
func (a *Activities) SubmitApplication(ctx context.Context, input workflows.SubmitApplicationInput) (workflows.SubmittedApplication, error) {
	service, err := a.service(input.Service)
	if err != nil {
		return workflows.SubmittedApplication{}, err
	}
	if input.LookFirst || activity.GetInfo(ctx).Attempt > 1 {
		found, err := a.config.Connector.Find(ctx, queryOf(service, input))
		if _, absent := errors.AsType[*connectors.NotFoundError](err); !absent {
			return a.registered(ctx, input.To, found, unasked(input.To.Reference, err))
		}
	}
	enclosures, err := a.enclosures(ctx, input.To.Reference, input.Papers)
	if err != nil {
		return workflows.SubmittedApplication{}, err
	}
	submitted, err := a.config.Connector.Submit(ctx, connectors.Application{
		Reference: input.To.Reference, Service: service, Fields: input.Fields, Enclosures: enclosures, Answer: input.Answer,
	})
	return a.registered(ctx, input.To, submitted, err)
}

// unasked keeps a challenge of the look-up from being taken for one of the submission: the workflow looks up by itself then.
func unasked(reference string, err error) error {
	if _, asked := errors.AsType[*connectors.ChallengeError](err); asked {
		return &connectors.OutcomeUnknownError{Reference: reference}
	}
	return err
}

func queryOf(service string, input workflows.SubmitApplicationInput) connectors.ApplicationQuery {
	return connectors.ApplicationQuery{
		Reference: input.To.Reference, Service: service, Fields: input.Fields, SubmittedAfter: input.FirstTried,
	}
}

// FindApplication looks an application up. A failure of the class not_found means that it is certainly not there.
func (a *Activities) FindApplication(ctx context.Context, input workflows.FindApplicationInput) (workflows.SubmittedApplication, error) {
	service, err := a.service(input.Service)
	if err != nil {
		return workflows.SubmittedApplication{}, err
	}
	found, err := a.config.Connector.Find(ctx, connectors.ApplicationQuery{
		Reference: input.To.Reference, Service: service, Fields: input.Fields, SubmittedAfter: input.FirstTried, Answer: input.Answer,
	})
	return a.registered(ctx, input.To, found, err)
}

// ApplicationStatus asks where an application stands.
func (a *Activities) ApplicationStatus(ctx context.Context, input workflows.ApplicationAt) (connectors.ApplicationStatus, error) {
	query, err := a.at(input)
	if err != nil {
		return connectors.ApplicationStatus{}, err
	}
	status, err := a.config.Connector.Status(ctx, query)
	return status, answer.Error(err, a.config.Now())
}

// FetchCertificate fetches what the department issued and keeps it byte for byte. A portal that hands nothing out answers a failure of
// the class refused with the code RefusedNoDocument.
func (a *Activities) FetchCertificate(ctx context.Context, input workflows.ApplicationAt) (workflows.Document, error) {
	giver, can := a.config.Connector.(connectors.DocumentGiver)
	if !can {
		return workflows.Document{}, answer.Error(&connectors.RefusedError{Code: workflows.RefusedNoDocument}, a.config.Now())
	}
	query, err := a.at(input)
	if err != nil {
		return workflows.Document{}, err
	}
	issued, err := giver.Document(ctx, query)
	if err != nil {
		return workflows.Document{}, answer.Error(err, a.config.Now())
	}
	return a.keep(ctx, input.To, kindCertificate, issued)
}

// AnswerQuery answers a department's query, once: a repeated attempt looks first.
func (a *Activities) AnswerQuery(ctx context.Context, input workflows.AnswerQueryInput) error {
	answerer, queryAnswer, err := a.queryAnswer(ctx, input)
	if err != nil {
		return err
	}
	if input.LookFirst || activity.GetInfo(ctx).Attempt > 1 {
		look := queryAnswer
		look.Answer = nil
		err := unasked(queryAnswer.Reference, answerer.QueryAnswered(ctx, look))
		if _, absent := errors.AsType[*connectors.NotFoundError](err); !absent {
			return answer.Error(err, a.config.Now())
		}
	}
	return answer.Error(answerer.AnswerQuery(ctx, queryAnswer), a.config.Now())
}

// QueryAnswered tells whether an answer has landed.
func (a *Activities) QueryAnswered(ctx context.Context, input workflows.AnswerQueryInput) error {
	input.Papers = nil // a look-up needs no papers
	answerer, queryAnswer, err := a.queryAnswer(ctx, input)
	if err != nil {
		return err
	}
	return answer.Error(answerer.QueryAnswered(ctx, queryAnswer), a.config.Now())
}

func (a *Activities) queryAnswer(ctx context.Context, input workflows.AnswerQueryInput) (connectors.QueryAnswerer, connectors.QueryAnswer, error) {
	answerer, can := a.config.Connector.(connectors.QueryAnswerer)
	if !can {
		return nil, connectors.QueryAnswer{}, answer.Error(&connectors.RefusedError{Code: workflows.RefusedNoAnswers}, a.config.Now())
	}
	service, err := a.service(input.Service)
	if err != nil {
		return nil, connectors.QueryAnswer{}, err
	}
	enclosures, err := a.enclosures(ctx, input.To.Reference, input.Papers)
	if err != nil {
		return nil, connectors.QueryAnswer{}, err
	}
	return answerer, connectors.QueryAnswer{
		Reference: input.To.Reference + "-q" + strconv.Itoa(input.Query), Service: service, Number: input.Number, QueryID: input.QueryID,
		Text: input.Text, Fields: input.Fields, Enclosures: enclosures, Answer: input.Answer,
	}, nil
}

// registered keeps the department's slip and answers the rest.
func (a *Activities) registered(
	ctx context.Context, to workflows.Recipient, submitted connectors.Submitted, err error,
) (workflows.SubmittedApplication, error) {
	if err != nil {
		return workflows.SubmittedApplication{}, answer.Error(err, a.config.Now())
	}
	registered := workflows.SubmittedApplication{
		Number: submitted.Number, SubmittedAt: submitted.SubmittedAt, DueBy: submitted.DueBy, Fee: submitted.Fee,
	}
	_, registered.TakesFee = a.config.Connector.(connectors.FeeTaker)
	if submitted.Acknowledgement == nil {
		return registered, nil
	}
	slip, err := a.keep(ctx, to, kindSlip, *submitted.Acknowledgement)
	registered.Slip = &slip
	return registered, err
}

func (a *Activities) keep(ctx context.Context, to workflows.Recipient, kind string, paper connectors.Document) (workflows.Document, error) {
	document := workflows.Document{Filename: paper.Filename, MIMEType: paper.MIMEType}
	var err error
	document.ID, err = a.config.Documents.AddDocument(ctx, store.Document{
		Request: to.Reference, Kind: kind, Filename: paper.Filename, MIMEType: paper.MIMEType, Content: paper.Content,
	})
	if err != nil {
		return workflows.Document{}, fmt.Errorf("keep %s: %w", kind, err)
	}
	return document, nil
}

func (a *Activities) at(input workflows.ApplicationAt) (connectors.ApplicationQuery, error) {
	service, err := a.service(input.Service)
	if err != nil {
		return connectors.ApplicationQuery{}, err
	}
	return connectors.ApplicationQuery{
		Reference: input.To.Reference, Service: service, Number: input.Number, Fields: input.Fields, Answer: input.Answer,
	}, nil
}

func (a *Activities) service(id string) (string, error) {
	service, known := a.config.Services.Service(id)
	if !known {
		return "", answer.Error(&connectors.ChangedError{Expected: "a service of the catalog", Seen: "service " + id}, a.config.Now())
	}
	return service.Portal.Service, nil
}

func (a *Activities) enclosures(ctx context.Context, reference string, papers []workflows.SentPaper) ([]connectors.Enclosure, error) {
	enclosures := make([]connectors.Enclosure, 0, len(papers))
	for _, sent := range papers {
		enclosure, err := a.config.Shelf.Enclosure(ctx, reference, sent.ID, sent.Kind)
		if err != nil {
			return nil, err
		}
		enclosures = append(enclosures, enclosure)
	}
	return enclosures, nil
}
