package connectors

import (
	"context"
	"maps"
	"time"
)

// Prober is a connector that can look whether its portal is the one it knows.
// Every family's connector is one.
//
// Probe makes a read-only visit, as deep as it goes without anything that is
// anybody's: no form is sent that the portal keeps, no OTP is asked for. The portal
// works when the answer is nil or what only the portal we know answers: a
// NotFoundError, an InputRejectedError, a RefusedError, a ChallengeError. It never
// answers from what the connector remembers.
type Prober interface {
	Probe(ctx context.Context, probe Probe) error
}

// Probe says what a visit asks for. It is configured for each portal and names
// nobody: an account that cannot exist, or one that is documented for tests.
type Probe struct {
	// Service is the portal's own code of a service; the families say which.
	Service string `json:"service"`
	// Fields are by the portal's names. Those that are not a portal's are
	// FieldAccount for a bill, FieldTenant for grievances, FieldFrom and FieldTo
	// for a booking, FieldReference for money.
	Fields map[string]string `json:"fields"`
}

// The keys of Probe.Fields that are ours, besides FieldAccount.
const (
	FieldTenant    = "tenant"
	FieldFrom      = "from"
	FieldTo        = "to"
	FieldReference = "reference"
)

// Works tells whether an answer is one that only the portal we know gives.
func Works(err error) bool {
	switch ClassOf(err) {
	case ClassOK, ClassNotFound, ClassInputRejected, ClassRefused, ClassChallenge:
		return true
	default:
		return false
	}
}

// Bill is the query of a portal that is asked for a bill.
func (p Probe) Bill() BillQuery {
	query := BillQuery{Service: p.Service, Account: p.Fields[FieldAccount], Fields: maps.Clone(p.Fields)}
	delete(query.Fields, FieldAccount)
	return query
}

// Trips is the query of a portal that is asked what can be booked tomorrow.
func (p Probe) Trips(now time.Time) TripQuery {
	year, month, day := now.In(IndianTime).Date()
	return TripQuery{
		Service: p.Service, From: p.Fields[FieldFrom], To: p.Fields[FieldTo], Persons: 1,
		Date: time.Date(year, month, day+1, 0, 0, 0, 0, IndianTime),
	}
}

// ProbeBill is the Probe of a connector that fetches bills.
func ProbeBill(ctx context.Context, fetcher BillFetcher, probe Probe) error {
	_, err := fetcher.FetchBill(ctx, probe.Bill())
	return err
}
