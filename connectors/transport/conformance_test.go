package transport_test

import (
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/conformance"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/transport"
	standin "github.com/jansetu/jansetu/connectors/transport/twin"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func subject(stand *standin.Twin) conformance.Subject {
	return conformance.Subject{
		Handler: stand, Faults: stand.Faults,
		Answer: func(asked *connectors.ChallengeError) string {
			if asked.Kind == connectors.ChallengeOTP {
				return stand.Code("9000000001")
			}
			return stand.Read(asked.Image)
		},
		Private: []string{"card of Lakshmi", "VENKATA LAKSHMI", "KONDAPALLI RAMESH", "SHAIK NAZIA", "9000000001", "AP03120110001234", "14-08-1985", "17-05-2001"},
	}
}

func TestConformanceOfRecords(t *testing.T) {
	t.Parallel()
	sealer := newSealer(t)
	conformance.RunRecord(t, func(t *testing.T) conformance.RecordSubject {
		t.Helper()
		return conformance.RecordSubject{
			Subject: subject(newTwin(t, standin.Config{Clock: startClock().Now})),
			Open: func(config connectors.PortalConfig, log *slog.Logger) (connectors.Records, error) {
				return transport.Family{Logger: log, Sealer: sealer}.New(config)
			},
			Extract: standin.Details,
			Query: func(i int) connectors.RecordQuery {
				return [2]connectors.RecordQuery{licence("AP03120110001234", "14-08-1985"), licence("AP03120150004321", "02-02-1990")}[i%2]
			},
			Missing: licence("AP03120110001234", "15-08-1985"),
			Invalid: licence("AP031", "14-08-1985"), InvalidField: "Driving Licence No.",
		}
	})
}

func TestConformanceOfApplications(t *testing.T) {
	t.Parallel()
	sealer := newSealer(t)
	for service, application := range map[string]func(int, string) connectors.Application{"llapply": learner, "dlname": correction} {
		t.Run(service, func(t *testing.T) {
			t.Parallel()
			conformance.RunApplication(t, func(t *testing.T) conformance.ApplicationSubject {
				t.Helper()
				return applicationSubject(t, sealer, application)
			})
		})
	}
}

func applicationSubject(t *testing.T, sealer *portal.Sealer, applying func(int, string) connectors.Application) conformance.ApplicationSubject {
	t.Helper()
	clock := startClock()
	stand := newTwin(t, agencyOf(clock))
	submit, fee := standin.Submit, standin.Fee
	if applying(0, "").Service == "dlname" {
		submit, fee = standin.OTP, "" // the picture commits nothing there, and nothing is to be paid
	}
	common := subject(stand)
	common.Credentials = agencyLogin()
	common.Private = append(common.Private, common.Credentials[transport.CredentialPassword])
	return conformance.ApplicationSubject{
		Subject: common,
		Open: func(config connectors.PortalConfig, log *slog.Logger) (connectors.Applications, error) {
			return transport.Family{Logger: log, Sealer: sealer}.NewAgency(config)
		},
		Submit: submit, Find: standin.Track, Status: standin.Track,
		Application: applying, Query: query,
		Invalid: func(reference string) (connectors.Application, string) {
			application := applying(0, reference)
			application.Fields["PIN Code"] = "52"
			return application, "PIN Code"
		},
		Unknown:     connectors.ApplicationQuery{Number: "1", Fields: applying(0, "").Fields},
		Submissions: func() int { return len(stand.Applications()) }, Doubled: stand.DoubleApplications,
		Decide: func(number string) {
			if fee != "" {
				require.NoError(t, stand.PayAtOffice(number))
			}
			clock.Move(time.Hour)
		},
		AskCitizen: func(number string) { require.NoError(t, stand.Ask(number, "Which name is on the card?")) },
		Reply:      standin.Reply, Replies: stand.Replies,
		PostFee: fee, FeePostings: stand.FeePostings,
		PayAtOffice: func(number string) { require.NoError(t, stand.PayAtOffice(number)) },
	}
}

// agencyOf is a portal that lets the hub in as an agency.
func agencyOf(clock *conformance.Clock) standin.Config {
	return standin.Config{Clock: clock.Now, AgencyUser: "jansetu", AgencyPassword: "letmein1"}
}

func agencyLogin() map[string]string {
	return map[string]string{transport.CredentialUser: "jansetu", transport.CredentialPassword: "letmein1"}
}

func licence(number, birth string) connectors.RecordQuery {
	return connectors.RecordQuery{Service: "dlstatus", Fields: map[string]string{"Driving Licence No.": number, "Date of Birth": birth}}
}

func learner(i int, reference string) connectors.Application {
	return connectors.Application{Reference: reference, Service: "llapply", Fields: map[string]string{
		"First Name": "VENKATA LAKSHMI", "Name of Father / Husband": "SATYANARAYANA", "Date of Birth": "17-05-2001", "Mobile No.": "9000000001",
		"PIN Code": "521121", "District": "Krishna", "RTO Office": "RTO GUDIVADA (AP16)", "Class of Vehicle": []string{"MCWG", "LMV"}[i%2],
	}}
}

// correction is an application with papers, and with a code sent to the phone.
func correction(i int, reference string) connectors.Application {
	paper := func(label string) connectors.Enclosure {
		return connectors.Enclosure{Kind: label, Filename: "card.pdf", MIMEType: "application/pdf", Content: []byte("%PDF-1.4 card of Lakshmi\n%%EOF")}
	}
	return connectors.Application{
		Reference: reference, Service: "dlname",
		Fields: map[string]string{
			"Driving Licence No.": []string{"AP03120110001234", "AP03120150004321"}[i%2], "Date of Birth": "14-08-1985", "New Name": "VENKATA LAKSHMI",
			"Mobile No.": "9000000001", "PIN Code": "521121", "District": "Krishna", "RTO Office": "RTO GUDIVADA (AP16)",
		},
		Enclosures: []connectors.Enclosure{paper("Proof of Name"), paper("Proof of Age")},
	}
}

func query(application connectors.Application, submitted connectors.Submitted) connectors.ApplicationQuery {
	return connectors.ApplicationQuery{
		Reference: application.Reference, Service: application.Service, Number: submitted.Number, Fields: application.Fields,
	}
}

func newSealer(t testing.TB) *portal.Sealer {
	t.Helper()
	sealer, err := portal.NewEphemeralSealer()
	require.NoError(t, err)
	return sealer
}

func newTwin(t testing.TB, config standin.Config) *standin.Twin {
	t.Helper()
	made, err := standin.New(config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, made.Close()) })
	return made
}

func connect(t testing.TB, handler http.Handler, settings map[string]string) *transport.Connector {
	t.Helper()
	return conformance.Connect(t, handler, transport.Family{Sealer: newSealer(t)}.New, connectors.PortalConfig{Name: "transport", Settings: settings})
}

func startClock() *conformance.Clock {
	return conformance.NewClock(time.Date(2026, 11, 22, 10, 0, 0, 0, connectors.IndianTime))
}
