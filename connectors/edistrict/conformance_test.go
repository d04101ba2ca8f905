package edistrict_test

import (
	"log/slog"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/conformance"
	"github.com/jansetu/jansetu/connectors/edistrict"
	"github.com/jansetu/jansetu/connectors/edistrict/twin"
	"github.com/jansetu/jansetu/connectors/portal"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestConformance(t *testing.T) {
	t.Parallel()
	sealer, err := portal.NewEphemeralSealer()
	require.NoError(t, err)
	conformance.RunApplication(t, func(t *testing.T) conformance.ApplicationSubject {
		t.Helper()
		clock := startClock()
		stand := newTwin(t, twin.Config{Clock: clock.Now})
		return conformance.ApplicationSubject{
			Subject: conformance.Subject{
				Handler: stand, Faults: stand.Faults, Answer: citizen(stand, mobile),
				Private: []string{"Venkata Lakshmi", "Satyanarayana", mobile, "521121"},
			},
			Open: func(config connectors.PortalConfig, log *slog.Logger) (connectors.Applications, error) {
				return edistrict.Family{Logger: log, Sealer: sealer}.New(config)
			},
			Submit: twin.Submit, Find: twin.Track, Status: twin.Track,
			Application: income,
			Query:       query,
			Invalid: func(reference string) (connectors.Application, string) {
				application := income(0, reference)
				application.Fields["14204"] = "12"
				return application, "14204"
			},
			Unknown:     connectors.ApplicationQuery{Number: "EINC/2026/99999"},
			Submissions: func() int { return len(stand.Submissions()) }, Doubled: stand.DoubleSubmissions,
			Decide:     func(string) { clock.Move(time.Hour) },
			AskCitizen: func(number string) { require.NoError(t, stand.Ask(number)) },
			Reply:      twin.Reply, Replies: stand.Replies,
		}
	})
}

const mobile = "9000000001"

// citizen reads SMS and captcha pictures.
func citizen(stand *twin.Twin, mobile string) func(*connectors.ChallengeError) string {
	return func(asked *connectors.ChallengeError) string {
		if asked.Kind == connectors.ChallengeOTP {
			return stand.OTP(mobile)
		}
		return stand.Read(asked.Image)
	}
}

// income is an application for an income certificate.
func income(i int, reference string) connectors.Application {
	return connectors.Application{
		Reference: reference, Service: "1042",
		Fields: map[string]string{
			edistrict.FieldMobile: mobile, "14201": "Smt", "14202": "Venkata Lakshmi", "14203": "Satyanarayana", "14204": "521121",
			"17001": "Krishna", "14206": strconv.Itoa(60_000 + i), "14207": "3~Admission", "14208": "Y",
		},
		Enclosures: []connectors.Enclosure{
			{Kind: "101/Voter ID", Filename: "voter.pdf", MIMEType: "application/pdf", Content: []byte("%PDF-1.4 voter\n%%EOF")},
			{Kind: "103/10302", Filename: "income.pdf", MIMEType: "application/pdf", Content: []byte("%PDF-1.4 income\n%%EOF")},
		},
	}
}

func query(application connectors.Application, submitted connectors.Submitted) connectors.ApplicationQuery {
	return connectors.ApplicationQuery{
		Reference: application.Reference, Service: application.Service, Number: submitted.Number, Fields: application.Fields,
	}
}

func newTwin(t testing.TB, config twin.Config) *twin.Twin {
	t.Helper()
	made, err := twin.New(config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, made.Close()) })
	return made
}

func startClock() *conformance.Clock {
	return conformance.NewClock(time.Date(2026, 11, 22, 10, 0, 0, 0, connectors.IndianTime))
}
