package municipal_test

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/conformance"
	"github.com/jansetu/jansetu/connectors/municipal"
	standin "github.com/jansetu/jansetu/connectors/municipal/twin"
)

// lag is long enough that a search right after a filing shows nothing.
const lag = 60 * time.Millisecond

func TestConformanceOfGrievances(t *testing.T) {
	t.Parallel()
	conformance.RunGrievance(t, grievances)
}

func grievances(t *testing.T) conformance.GrievanceSubject {
	t.Helper()
	stand := newTwin(t, standin.Config{Lag: lag})
	return conformance.GrievanceSubject{
		Subject: conformance.Subject{
			Handler: stand, Faults: stand.Faults, Settings: settings(), Credentials: credentials(), SharedLogin: true,
			Private: []string{mobile(0), "Paramjit", "dark since Monday", standin.Password},
		},
		Open: func(config connectors.PortalConfig, logger *slog.Logger) (connectors.Grievances, error) {
			return municipal.Family{Logger: logger}.New(config)
		},
		Categories: standin.Masters, File: standin.Create, Find: standin.Search, Track: standin.Search, Tenant: standin.Town,
		Grievance: grievance,
		Query: func(filed connectors.Grievance, known connectors.Filed) connectors.GrievanceQuery {
			return connectors.GrievanceQuery{
				Reference: filed.Reference, Tenant: filed.Tenant, Number: known.Number, Category: filed.Category, Mobile: filed.Mobile,
			}
		},
		Invalid: func(reference string) (connectors.Grievance, string) {
			wrong := grievance(0, reference)
			wrong.Category = "NoSuchThing"
			return wrong, municipal.FieldCategory
		},
		Unknown: connectors.GrievanceQuery{Tenant: standin.Town, Number: "PB-PGR-2020-01-01-000001"},
		Filings: func() int { return len(stand.Complaints()) }, Doubled: stand.DoubleComplaints, Resolve: stand.Resolve,
	}
}

func mobile(i int) string { return fmt.Sprintf("98765%05d", i) }

func grievance(i int, reference string) connectors.Grievance {
	return connectors.Grievance{
		Reference: reference, Tenant: standin.Town, Category: "StreetLightNotWorking", Description: "The lamp is dark since Monday.",
		Locality: "ALOC-221", Landmark: "Near the school", Location: &connectors.Coordinates{Latitude: 31.63, Longitude: 74.87},
		Name: "Paramjit Kaur", Mobile: mobile(i),
	}
}

func TestConformanceOfBills(t *testing.T) {
	t.Parallel()
	conformance.RunBill(t, bills)
}

func bills(t *testing.T) conformance.BillSubject {
	t.Helper()
	stand := newTwin(t, standin.Config{Clock: november})
	documented := standin.Accounts()
	return conformance.BillSubject{
		Handler: stand, Faults: stand.Faults, Settings: settings(),
		Open: func(config connectors.PortalConfig) (connectors.BillConnector, error) {
			config.Credentials = credentials()
			return municipal.Family{Clock: november}.New(config)
		},
		Fetch: standin.Fetch, Post: standin.Pay, Find: standin.Payments,
		Payable:  func(i int) connectors.BillQuery { return account(standin.AccountCode(i)) },
		Paid:     account(documented[2].Code),
		Unbilled: account(documented[3].Code),
		Refusing: account(documented[4].Code),
		Unknown:  account("PB-PT-2026-000199"), Malformed: account("PB-PT-1,PB-PT-2"),
		Postings: func() int { return len(stand.Paid()) }, Doubled: stand.DoublePayments,
	}
}

func account(code string) connectors.BillQuery {
	return connectors.BillQuery{Service: "PT", Account: code, Fields: map[string]string{municipal.FieldTenant: standin.Town}}
}
