package connectors_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
)

func TestMaintenanceEnd(t *testing.T) {
	t.Parallel()
	at := func(day, hour, minute int) time.Time {
		return time.Date(2026, 11, day, hour, minute, 0, 0, connectors.IndianTime)
	}
	night := []connectors.Window{{From: "23:30", To: "00:30"}}
	tests := map[string]struct {
		windows []connectors.Window
		now     time.Time
		end     time.Time
		down    bool
	}{
		"no windows":           {nil, at(22, 3, 0), at(22, 3, 0), false},
		"before":               {night, at(22, 23, 29), at(22, 23, 29), false},
		"first minute":         {night, at(22, 23, 30), at(23, 0, 30), true},
		"past midnight":        {night, at(23, 0, 10), at(23, 0, 30), true},
		"first minute after":   {night, at(23, 0, 30), at(23, 0, 30), false},
		"asked in UTC":         {night, at(23, 0, 10).UTC(), at(23, 0, 30), true},
		"to the end of day":    {[]connectors.Window{{From: "22:00", To: "24:00"}}, at(22, 23, 0), at(23, 0, 0), true},
		"two that touch":       {[]connectors.Window{{From: "01:00", To: "02:00"}, {From: "02:00", To: "03:00"}}, at(22, 1, 30), at(22, 3, 0), true},
		"overlapping, reverse": {[]connectors.Window{{From: "01:30", To: "03:00"}, {From: "01:00", To: "02:00"}}, at(22, 1, 10), at(22, 3, 0), true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			end, down := connectors.PortalConfig{Maintenance: test.windows}.MaintenanceEnd(test.now)
			require.Equal(t, test.down, down)
			require.True(t, test.end.Equal(end), "%v", end)
		})
	}
}

func TestMaintenanceIsReadAsAnOperatorWritesIt(t *testing.T) {
	t.Parallel()
	for written, want := range map[string][]connectors.Window{
		"none":                     nil,
		"23:45-00:15":              {{From: "23:45", To: "00:15"}},
		"23:45-00:15, 02:00-24:00": {{From: "23:45", To: "00:15"}, {From: "02:00", To: "24:00"}},
	} {
		windows, err := connectors.ParseMaintenance(written)
		require.NoError(t, err, written)
		require.Equal(t, want, windows, written)
	}
	for _, written := range []string{"", "never", "23:45", "01:00-01:00", "23:45-00:15,", "1-2"} {
		_, err := connectors.ParseMaintenance(written)
		require.ErrorContains(t, err, `write "none" or windows such as "23:45-00:15, 02:00-03:00"`, written)
	}
}

func TestValidateNamesEveryFault(t *testing.T) {
	t.Parallel()
	require.NoError(t, connectors.PortalConfig{Name: "p", URL: "http://127.0.0.1:1"}.Validate())
	err := connectors.PortalConfig{
		URL: "ftp://x", Budget: connectors.Budget{Burst: -1}, Timeouts: connectors.Timeouts{Total: -1},
		Breaker:     connectors.Breaker{Probes: -1},
		Maintenance: []connectors.Window{{From: "25:00", To: "1"}, {From: "01:00", To: "01:00"}},
	}.Validate()
	for _, fault := range []string{"no name", "url", "budget", "duration", "breaker", "25:00", "empty"} {
		require.ErrorContains(t, err, fault)
	}
}

type family struct{ name string }

func (f family) Name() string                                { return f.name }
func (f family) Open(c connectors.PortalConfig) (any, error) { return c, nil }

func TestRegistryOpensByFamilyAndAssertsTheCapability(t *testing.T) {
	t.Parallel()
	registry, err := connectors.NewRegistry(family{"b"}, family{"a"})
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b"}, registry.Names())
	config := connectors.PortalConfig{Name: "p", Family: "a", URL: "http://127.0.0.1:1"}

	opened, err := connectors.OpenAs[connectors.PortalConfig](registry, config)
	require.NoError(t, err)
	require.Equal(t, 20*time.Second, opened.Timeouts.Total, "defaults are filled in")

	_, err = connectors.OpenAs[connectors.BillConnector](registry, config)
	require.ErrorContains(t, err, "BillConnector")
	config.Family = "c"
	_, err = registry.Open(config)
	require.ErrorContains(t, err, `no connector family "c"`)
	_, err = registry.Open(connectors.PortalConfig{Name: "p", Family: "a"})
	require.ErrorContains(t, err, "url")
	_, err = connectors.NewRegistry(family{"a"}, family{"a"})
	require.ErrorContains(t, err, "twice")
}
