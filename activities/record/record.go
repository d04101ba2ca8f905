// Package record holds the activities that look into one department's records. They run on that portal's task queue and change nothing
// there; one instance serves one portal. A record passes through here into the store and not through Temporal.
package record

import (
	"context"
	"fmt"
	"slices"
	"time"

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

// Documents keeps what was extracted. *store.Store is one.
type Documents interface {
	AddDocument(ctx context.Context, document store.Document) (id string, err error)
}

// Layout writes a record that the portal only showed as a document of ours.
type Layout func(to workflows.Recipient, service string, record connectors.Record, shownAt time.Time) (store.Document, error)

// Config is what the activities of one portal need; all of it is required.
type Config struct {
	Connector connectors.Records
	Services  Services
	Documents Documents
	Layout    Layout
	Now       func() time.Time
}

// Activities ask one portal.
type Activities struct{ config Config }

// New makes the activities of one portal.
func New(config Config) *Activities { return &Activities{config} }

// The kinds under which a record, and what the person agreed to, are kept.
const (
	kindRecord  = "record"
	kindConsent = "consent"
)

// consentFor is how long after a person agreed their record may be fetched: as long as a portal that is down is waited for.
const consentFor = 8 * 24 * time.Hour

// SearchRecords answers what fits. Its errors carry a workflows.Failure.
func (a *Activities) SearchRecords(ctx context.Context, input workflows.RecordAt) ([]connectors.RecordMatch, error) {
	query, err := a.query(input)
	if err != nil {
		return nil, err
	}
	matches, err := a.config.Connector.Search(ctx, query)
	return matches, answer.Error(err, a.config.Now())
}

// ExtractRecord extracts one record and keeps it: the department's own file byte for byte, or what the portal showed, laid out.
func (a *Activities) ExtractRecord(ctx context.Context, input workflows.RecordAt) (workflows.ExtractedRecord, error) {
	query, err := a.query(input)
	if err != nil {
		return workflows.ExtractedRecord{}, err
	}
	record, err := a.config.Connector.Extract(ctx, query)
	if err != nil {
		return workflows.ExtractedRecord{}, answer.Error(err, a.config.Now())
	}
	document, err := a.document(input, record)
	if err == nil {
		err = a.keepConsent(ctx, input.To.Reference, query.Consent)
	}
	if err != nil {
		return workflows.ExtractedRecord{}, err
	}
	extracted := workflows.ExtractedRecord{
		Title: record.Title, Official: isOfficial(record.Document),
		Document: workflows.Document{Filename: document.Filename, MIMEType: document.MIMEType},
	}
	if extracted.Document.ID, err = a.config.Documents.AddDocument(ctx, document); err != nil {
		return workflows.ExtractedRecord{}, fmt.Errorf("keep record: %w", err)
	}
	return extracted, nil
}

// isOfficial tells whether the portal gave a file that a phone can open and an office knows: a PDF or a picture. Data in XML are laid out.
func isOfficial(document *connectors.Document) bool {
	return document != nil && slices.Contains([]string{"application/pdf", "image/jpeg", "image/png"}, document.MIMEType)
}

func (a *Activities) document(input workflows.RecordAt, record connectors.Record) (store.Document, error) {
	if official := record.Document; isOfficial(official) {
		return store.Document{
			Request: input.To.Reference, Kind: kindRecord, Filename: official.Filename, MIMEType: official.MIMEType, Content: official.Content,
		}, nil
	}
	document, err := a.config.Layout(input.To, input.Service, record, a.config.Now())
	if err != nil {
		return store.Document{}, fmt.Errorf("lay out record: %w", err)
	}
	document.Request, document.Kind = input.To.Reference, kindRecord
	return document, nil
}

func (a *Activities) query(input workflows.RecordAt) (connectors.RecordQuery, error) {
	service, known := a.config.Services.Service(input.Service)
	if !known {
		err := &connectors.ChangedError{Expected: "a service of the catalog", Seen: "service " + input.Service}
		return connectors.RecordQuery{}, answer.Error(err, a.config.Now())
	}
	query := connectors.RecordQuery{Service: service.Portal.Service, Fields: input.Fields, Record: input.Record, Answer: input.Answer}
	consenter, wanted := a.config.Connector.(connectors.Consenter)
	if !wanted || input.AgreedAt.IsZero() {
		return query, nil
	}
	var err error
	query.Consent, err = consenter.Consent(query, connectors.Agreement{
		Reference: input.To.Reference, At: input.AgreedAt, Until: input.AgreedAt.Add(consentFor),
		Purpose: "To give the person the document: " + service.Title.In("en"),
	})
	return query, answer.Error(err, a.config.Now())
}

// keepConsent keeps what the person agreed to beside the record that was fetched with it.
func (a *Activities) keepConsent(ctx context.Context, reference string, consent []byte) error {
	if len(consent) == 0 {
		return nil
	}
	_, err := a.config.Documents.AddDocument(ctx, store.Document{
		Request: reference, Kind: kindConsent, Filename: "consent.json", MIMEType: "application/json", Content: consent,
	})
	if err != nil {
		return fmt.Errorf("keep consent: %w", err)
	}
	return nil
}
