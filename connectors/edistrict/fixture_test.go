package edistrict_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/conformance"
	"github.com/jansetu/jansetu/connectors/edistrict"
	"github.com/jansetu/jansetu/connectors/edistrict/twin"
	"github.com/jansetu/jansetu/connectors/portal"
)

// office is a twin with its clock, and what it takes to open connectors to it.
type office struct {
	*twin.Twin
	clock  *conformance.Clock
	url    string
	sealer *portal.Sealer
}

func openOffice(t testing.TB) *office {
	t.Helper()
	clock := startClock()
	made := &office{Twin: newTwin(t, twin.Config{Clock: clock.Now}), clock: clock}
	made.url, made.sealer = serve(t, made.Twin), newSealer(t)
	return made
}

func serve(t testing.TB, handler http.Handler) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

func newSealer(t testing.TB) *portal.Sealer {
	t.Helper()
	sealer, err := portal.NewEphemeralSealer()
	require.NoError(t, err)
	return sealer
}

// worker opens another connector, as another process with the same keys would.
func (o *office) worker(t testing.TB, settings ...string) *edistrict.Connector {
	t.Helper()
	return connect(t, o.url, o.sealer, o.clock, settings...)
}

// connect opens a connector; settings are keys and values.
func connect(t testing.TB, url string, sealer *portal.Sealer, clock *conformance.Clock, settings ...string) *edistrict.Connector {
	t.Helper()
	config := connectors.PortalConfig{
		Name: "edistrict", URL: url, Settings: map[string]string{},
		Budget:  connectors.Budget{RequestsPerSecond: 1e6, Burst: 1e6, Concurrent: 64},
		Breaker: connectors.Breaker{Failures: 1 << 20},
	}
	for i := 0; i < len(settings); i += 2 {
		config.Settings[settings[i]] = settings[i+1]
	}
	connector, err := edistrict.Family{Sealer: sealer, Clock: clock.Now}.New(config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, connector.Close()) })
	return connector
}

// asks requires that the call ended in a question of the kind.
func asks(t testing.TB, kind connectors.ChallengeKind, err error) *connectors.ChallengeError {
	t.Helper()
	var asked *connectors.ChallengeError
	require.ErrorAs(t, err, &asked)
	require.Equal(t, kind, asked.Kind)
	return asked
}

func answer(asked *connectors.ChallengeError, text string) *connectors.ChallengeAnswer {
	return &connectors.ChallengeAnswer{Session: asked.Session, Answer: text}
}

// toOTP makes the first call of a submission.
func (o *office) toOTP(t testing.TB, application connectors.Application) *connectors.ChallengeError {
	t.Helper()
	_, err := o.worker(t).Submit(t.Context(), application)
	return asks(t, connectors.ChallengeOTP, err)
}

// toCaptcha makes the first two calls of a submission.
func (o *office) toCaptcha(t testing.TB, application connectors.Application) *connectors.ChallengeError {
	t.Helper()
	asked := o.toOTP(t, application)
	application.Answer = answer(asked, o.OTP(application.Fields[edistrict.FieldMobile]))
	_, err := o.worker(t).Submit(t.Context(), application)
	return asks(t, connectors.ChallengeCaptcha, err)
}

// submit makes all three calls of a submission, each as another worker.
func (o *office) submit(t testing.TB, application connectors.Application) connectors.Submitted {
	t.Helper()
	asked := o.toCaptcha(t, application)
	application.Answer = answer(asked, o.Read(asked.Image))
	submitted, err := o.worker(t).Submit(t.Context(), application)
	require.NoError(t, err)
	return submitted
}
