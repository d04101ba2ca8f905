package panchayat_test

import (
	"log/slog"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/conformance"
	"github.com/jansetu/jansetu/connectors/panchayat"
	"github.com/jansetu/jansetu/connectors/panchayat/twin"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestConformanceOfHouseTax(t *testing.T) {
	t.Parallel()
	conformance.RunBill(t, func(t *testing.T) conformance.BillSubject {
		t.Helper()
		stand := newTwin(t, twin.Config{})
		documented := twin.Houses()
		return conformance.BillSubject{
			Handler: stand, Faults: stand.Faults, Settings: settings(),
			Open: func(config connectors.PortalConfig) (connectors.BillConnector, error) {
				return panchayat.Family{}.New(config)
			},
			Fetch: twin.Fetch, Post: twin.Post, Find: twin.Find,
			Payable:   func(i int) connectors.BillQuery { return house(twin.AssessmentNumber(i)) },
			Paid:      house(documented[2].Number),
			Unbilled:  house(documented[3].Number),
			Refusing:  house(documented[4].Number),
			Unknown:   house("5060100999"),
			Malformed: house("12345"),
			Postings:  func() int { return len(stand.Postings()) },
			Doubled:   stand.DoublePostings,
		}
	})
}

func settings() map[string]string {
	return map[string]string{panchayat.SettingDistricts: "krishna, guntur,ntr"}
}

func house(number string) connectors.BillQuery {
	return connectors.BillQuery{Service: "housetax", Account: number, Fields: map[string]string{panchayat.FieldDistrict: "krishna"}}
}

func newTwin(t testing.TB, config twin.Config) *twin.Twin {
	t.Helper()
	made, err := twin.New(config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, made.Close()) })
	return made
}

func TestConformanceOfCertificates(t *testing.T) {
	t.Parallel()
	conformance.RunApplication(t, func(t *testing.T) conformance.ApplicationSubject {
		t.Helper()
		clock := conformance.NewClock(time.Date(2026, 11, 22, 10, 0, 0, 0, connectors.IndianTime))
		stand := newTwin(t, twin.Config{Clock: clock.Now})
		return conformance.ApplicationSubject{
			Subject: conformance.Subject{
				Handler: stand, Faults: stand.Faults, Settings: settings(),
				Private: []string{"V Radhika", "Chinna Rao", "4-77/B"},
				Probe:   connectors.Probe{Service: "13", Fields: map[string]string{panchayat.FieldDistrict: "krishna"}},
			},
			Open: func(config connectors.PortalConfig, log *slog.Logger) (connectors.Applications, error) {
				return panchayat.Family{Logger: log}.New(config)
			},
			Submit: twin.Submit, Find: twin.Track, Status: twin.Track,
			Application: residence,
			Query: func(application connectors.Application, submitted connectors.Submitted) connectors.ApplicationQuery {
				return connectors.ApplicationQuery{
					Reference: application.Reference, Service: application.Service, Number: submitted.Number, Fields: application.Fields,
				}
			},
			Invalid: func(reference string) (connectors.Application, string) {
				application := residence(0, reference)
				application.Fields["txtName"] = " "
				return application, "txtName"
			},
			Unknown:     connectors.ApplicationQuery{Number: "KRI/2026/99999", Fields: map[string]string{panchayat.FieldDistrict: "krishna"}},
			Submissions: func() int { return len(stand.Applications()) }, Doubled: stand.DoubleApplications,
			Decide: func(string) { clock.Move(time.Hour) },
		}
	})
}

func residence(i int, reference string) connectors.Application {
	return connectors.Application{
		Reference: reference, Service: "13",
		Fields: map[string]string{
			panchayat.FieldDistrict: "krishna", "cmbGP": "Penamaluru", "txtName": "V Radhika", "txtFather": "Chinna Rao",
			"txtDoor": "4-77/B", "txtSince": strconv.Itoa(1990 + i),
		},
		Enclosures: []connectors.Enclosure{{Kind: "fileProof", Filename: "ration.pdf", MIMEType: "application/pdf", Content: []byte("%PDF-1.4\n%%EOF")}},
	}
}
