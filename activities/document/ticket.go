package document

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/documents"
	"github.com/jansetu/jansetu/documents/issue"
	"github.com/jansetu/jansetu/documents/seal"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

const kindTicket = "ticket"

// IssueTicket issues the paper of a booking whose operator gives no file; asked again it gives the same document.
func (a *Activities) IssueTicket(ctx context.Context, input workflows.TicketInput) (workflows.Document, error) {
	library, err := a.library()
	if err != nil {
		return workflows.Document{}, err
	}
	document := workflows.Document{Filename: "Ticket-" + input.To.Reference + ".pdf", MIMEType: mimePDF}
	data := a.ticket(library, input)
	if a.issuer == nil {
		document.ID, err = a.plainTicket(ctx, library, data, input.To.Reference, document.Filename)
		return document, err
	}
	issued, err := a.issuer.Issue(ctx, issue.Order{
		Request: input.To.Reference, Kind: kindTicket, Filename: document.Filename, Fields: sealedTicket(input),
		Spare: []string{"vehicle", "name", "departs"},
		Render: func(_ context.Context, stamp issue.Stamp) ([]byte, error) {
			return library.Render(documents.Ticket, stamped(data, stamp))
		},
	})
	if err != nil {
		return workflows.Document{}, fmt.Errorf("issue ticket: %w", err)
	}
	document.ID = issued.File
	return document, nil
}

func (a *Activities) plainTicket(ctx context.Context, library *documents.Library, data documents.Data, request, filename string) (string, error) {
	content, err := library.Render(documents.Ticket, data)
	if err != nil {
		return "", fmt.Errorf("lay out ticket: %w", err)
	}
	id, err := a.store.AddDocument(ctx, store.Document{Request: request, Kind: kindTicket, Filename: filename, MIMEType: mimePDF, Content: content})
	if err != nil {
		return "", fmt.Errorf("store ticket: %w", err)
	}
	return id, nil
}

func (a *Activities) ticket(library *documents.Library, input workflows.TicketInput) documents.Data {
	ticket := input.Ticket
	language := written(library, input.To.Language)
	from, to := a.route(input)
	passengers := make([]documents.Record, len(ticket.Passengers))
	for i, one := range ticket.Passengers {
		passengers[i] = documents.Record{documents.Plain(one.Name), documents.Plain(strconv.Itoa(one.Age)), documents.Plain(one.Seat)}
	}
	return documents.Data{
		Service: input.Service, Language: language, Also: english, Author: "Jansetu – " + a.catalog.State().Title.In(english), At: ticket.BookedAt,
		Values: map[string]documents.Value{
			"issuer": a.biller(input.Portal), "service": a.service(input.Service), "pnr": documents.Plain(ticket.Number), "from": from, "to": to,
			"departs": documents.Minute(ticket.Trip.Departs), "boarding": documents.Plain(boarding(ticket)),
			"vehicle": documents.Plain(strings.TrimSpace(ticket.Trip.Number + " " + ticket.Trip.Kind)),
			"fare":    documents.Money(ticket.Fare), "reference": documents.Plain(input.To.Reference),
		},
		Lists: map[string][]documents.Record{"passengers": passengers},
	}
}

// route is from where to where; of a slot, the place and what it is for.
func (a *Activities) route(input workflows.TicketInput) (from, to documents.Value) {
	trip := input.Ticket.Trip
	from, to = documents.Plain(trip.From.Name), documents.Plain(trip.To.Name)
	if trip.From.Name == "" {
		from = a.biller(input.Portal)
	}
	if trip.To.Name == "" {
		to = documents.Plain(trip.Kind)
	}
	if trip.To.Name == "" && trip.Kind == "" {
		to = a.service(input.Service)
	}
	return from, to
}

func boarding(ticket connectors.Ticket) string {
	if ticket.Boarding.Name == "" || ticket.Boarding.At.IsZero() {
		return ticket.Boarding.Name
	}
	return ticket.Boarding.Name + ", " + ticket.Boarding.At.In(connectors.IndianTime).Format("15:04")
}

// sealedTicket is what the code of a ticket says: what the conductor or the gate compares with the paper.
func sealedTicket(input workflows.TicketInput) []seal.Field {
	ticket := input.Ticket
	fields := make([]seal.Field, 0, 6+len(ticket.Passengers))
	fields = append(fields, []seal.Field{
		{Name: "pnr", Value: ticket.Number}, {Name: "operator", Value: input.Portal}, {Name: "vehicle", Value: ticket.Trip.Number},
		{Name: "departs", Value: ticket.Trip.Departs.In(connectors.IndianTime).Format("2006-01-02 15:04")},
		{Name: "fare", Value: ticket.Fare.String()}, {Name: "reference", Value: input.To.Reference},
	}...)
	for _, one := range ticket.Passengers {
		fields = append(fields, seal.Field{Name: "name", Value: strings.TrimSpace(one.Name + " " + one.Seat)})
	}
	return fields
}
