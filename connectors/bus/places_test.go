package bus_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/bus"
	standin "github.com/jansetu/jansetu/connectors/bus/twin"
)

func TestPlacesAreThoseOfThePortal(t *testing.T) {
	t.Parallel()
	connector := connect(t, newTwin(t, standin.Config{Clock: startClock().Now}))
	for _, field := range []string{bus.FieldFrom, bus.FieldTo} {
		options, err := connector.Choices(t.Context(), "", field, nil)
		require.NoError(t, err)
		require.Contains(t, options, connectors.Option{Value: "4", Label: "TIRUPATI"})
		require.Len(t, options, 5)
	}
	_, err := connector.Choices(t.Context(), "", "date", nil)
	require.Equal(t, connectors.ClassInputRejected, connectors.ClassOf(err))
}

func TestAJourneyDoesNotEndWhereItBegins(t *testing.T) {
	t.Parallel()
	connector := connect(t, newTwin(t, standin.Config{Clock: startClock().Now}))
	options, err := connector.Choices(t.Context(), "", bus.FieldTo, map[string]string{bus.FieldFrom: "4"})
	require.NoError(t, err)
	require.NotContains(t, options, connectors.Option{Value: "4", Label: "TIRUPATI"})
	require.Len(t, options, 4)
}

func TestAListOfPlacesThatIsNoneIsAChange(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"a page": "<html>login</html>", "nothing": "[]", "a place without id": `[{"value":"GUNTUR"}]`, "no name": `[{"id":"1"}]`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) }))
			t.Cleanup(server.Close)
			connector, err := bus.Family{}.New(connectors.PortalConfig{
				Name: "bus", URL: server.URL, Credentials: map[string]string{bus.CredentialAgent: "a", bus.CredentialPassword: "b"},
			}.WithDefaults())
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, connector.Close()) })
			_, err = connector.Choices(t.Context(), "", bus.FieldFrom, nil)
			require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err))
		})
	}
}
