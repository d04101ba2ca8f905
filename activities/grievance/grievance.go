// Package grievance holds the activities that bring a complaint to one office and follow it, and those that find others who complain of the
// same near by. The first run on that portal's task queue; one instance serves one portal. Photos pass through here and not through
// Temporal.
package grievance

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

// Services tells the terms of a service. *catalog.Catalog is one.
type Services interface {
	Service(id string) (*catalog.Service, bool)
}

// Shelf opens the photos that a citizen sent with a request. *paper.Shelf is one.
type Shelf interface {
	Enclosure(ctx context.Context, reference, id, kind string) (connectors.Enclosure, error)
}

// Documents keeps what is shown to citizens. *store.Store is one.
type Documents interface {
	AddDocument(ctx context.Context, document store.Document) (string, error)
}

// Config is what the activities of one portal need; all of it is required.
type Config struct {
	Connector connectors.Grievances
	Services  Services
	Shelf     Shelf
	Documents Documents
	Now       func() time.Time
}

// Activities ask one portal.
type Activities struct{ config Config }

// New makes the activities of one portal.
func New(config Config) *Activities { return &Activities{config} }

// FileGrievance files a complaint. A second attempt means that the first one died on the way, so it is looked up before anything is
// sent again. Its errors carry a workflows.Failure.
func (a *Activities) FileGrievance(ctx context.Context, input workflows.FileGrievanceInput) (connectors.Filed, error) {
	if input.LookFirst || activity.GetInfo(ctx).Attempt > 1 {
		found, err := a.config.Connector.Find(ctx, queryOf(input))
		if _, absent := errors.AsType[*connectors.NotFoundError](err); !absent {
			return found, answer.Error(err, a.config.Now())
		}
	}
	photos, err := a.photos(ctx, input.To.Reference, input.Photos)
	if err != nil {
		return connectors.Filed{}, err
	}
	grievance := input.Grievance
	grievance.Reference, grievance.Attachments = referenceOf(input.To.Reference, input.Try), photos
	filed, err := a.config.Connector.File(ctx, grievance)
	return filed, answer.Error(err, a.config.Now())
}

// referenceOf is the idempotency key of a filing: each complaint of a request has its own.
func referenceOf(request string, try int) string {
	if try <= 1 {
		return request
	}
	return request + "-" + strconv.Itoa(try)
}

// FindGrievance looks a complaint up. A failure of the class not_found means that it is certainly not there.
func (a *Activities) FindGrievance(ctx context.Context, input workflows.FileGrievanceInput) (connectors.Filed, error) {
	filed, err := a.config.Connector.Find(ctx, queryOf(input))
	return filed, answer.Error(err, a.config.Now())
}

func queryOf(input workflows.FileGrievanceInput) connectors.GrievanceQuery {
	return connectors.GrievanceQuery{
		Reference: referenceOf(input.To.Reference, input.Try), Tenant: input.Grievance.Tenant, Category: input.Grievance.Category,
		Mobile: input.Grievance.Mobile, Description: input.Grievance.Description, FiledAfter: input.FirstTried,
	}
}

// TrackGrievance asks where a complaint stands.
func (a *Activities) TrackGrievance(ctx context.Context, input workflows.GrievanceAt) (connectors.GrievanceStatus, error) {
	status, err := a.config.Connector.Track(ctx, connectors.GrievanceQuery{
		Reference: referenceOf(input.To.Reference, input.Try), Tenant: input.Tenant, Number: input.Number, Mobile: input.Mobile,
	})
	return status, answer.Error(err, a.config.Now())
}

// ReopenGrievance has a complaint taken up again. A portal that does not do that answers a failure of the class refused with the code
// RefusedTooLate. Repeating it is harmless: one that is open already stays so.
func (a *Activities) ReopenGrievance(ctx context.Context, input workflows.ReopenGrievanceInput) (connectors.GrievanceStatus, error) {
	reopener, can := a.config.Connector.(connectors.Reopener)
	if !can {
		return connectors.GrievanceStatus{}, answer.Error(&connectors.RefusedError{Code: connectors.RefusedTooLate}, a.config.Now())
	}
	photos, err := a.photos(ctx, input.At.To.Reference, input.Photos)
	if err != nil {
		return connectors.GrievanceStatus{}, err
	}
	status, err := reopener.Reopen(ctx, connectors.Reopening{
		Reference: fmt.Sprintf("%s-r%d", input.At.To.Reference, input.Time), Tenant: input.At.Tenant, Number: input.At.Number,
		Comment: input.Comment, Attachments: photos, Mobile: input.At.Mobile,
	})
	return status, answer.Error(err, a.config.Now())
}

// RateGrievance passes the citizen's rating on, where the portal takes one.
func (a *Activities) RateGrievance(ctx context.Context, input workflows.RateGrievanceInput) error {
	rater, can := a.config.Connector.(connectors.Rater)
	if !can {
		return nil
	}
	return answer.Error(rater.Rate(ctx, connectors.Rating{
		Reference: input.At.To.Reference, Tenant: input.At.Tenant, Number: input.At.Number, Stars: input.Stars, Mobile: input.At.Mobile,
	}), a.config.Now())
}

// GrievancePhoto fetches the department's photo of its work and keeps it for the citizen; what WhatsApp cannot show is not found.
func (a *Activities) GrievancePhoto(ctx context.Context, input workflows.GrievancePhotoInput) (workflows.Document, error) {
	photographer, can := a.config.Connector.(connectors.Photographer)
	if !can {
		return workflows.Document{}, answer.Error(&connectors.NotFoundError{What: "photo"}, a.config.Now())
	}
	photo, err := photographer.Photo(ctx, connectors.PhotoQuery{Tenant: input.Tenant, ID: input.Photo})
	if err == nil && photo.MIMEType != "image/jpeg" && photo.MIMEType != "image/png" {
		err = &connectors.NotFoundError{What: "photo that WhatsApp shows"}
	}
	if err != nil {
		return workflows.Document{}, answer.Error(err, a.config.Now())
	}
	shown := workflows.Document{Filename: photo.Filename, MIMEType: photo.MIMEType}
	shown.ID, err = a.config.Documents.AddDocument(ctx, store.Document{
		Request: input.To.Reference, Kind: "picture", Filename: photo.Filename, MIMEType: photo.MIMEType, Content: photo.Content,
	})
	if err != nil {
		return workflows.Document{}, fmt.Errorf("store photo: %w", err)
	}
	return shown, nil
}

func (a *Activities) photos(ctx context.Context, reference string, photos []workflows.SentPaper) ([]connectors.Enclosure, error) {
	enclosures := make([]connectors.Enclosure, 0, len(photos))
	for _, sent := range photos {
		enclosure, err := a.config.Shelf.Enclosure(ctx, reference, sent.ID, sent.Kind)
		if err != nil {
			return nil, err
		}
		enclosures = append(enclosures, enclosure)
	}
	return enclosures, nil
}
