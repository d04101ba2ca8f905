package landrecords_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/landrecords"
)

func TestFamilyOpensTheWireThatTheConfigNames(t *testing.T) {
	t.Parallel()
	registry, err := connectors.NewRegistry(landrecords.Family{})
	require.NoError(t, err)
	config := connectors.PortalConfig{Name: "land", Family: landrecords.FamilyName, URL: "http://127.0.0.1:1"}
	for _, wire := range []string{landrecords.WireBhulekh, landrecords.WireMahabhulekh, landrecords.WireMeebhoomi} {
		config.Settings = map[string]string{landrecords.SettingWire: wire}
		opened, err := connectors.OpenAs[landrecords.Connector](registry, config)
		require.NoError(t, err)
		require.NoError(t, opened.Close())
		_, err = connectors.OpenAs[connectors.BillConnector](registry, config)
		require.ErrorContains(t, err, "BillConnector")
	}
	config.Settings = map[string]string{landrecords.SettingWire: "stone tablets"}
	_, err = registry.Open(config)
	require.ErrorContains(t, err, "wire")
}

func TestFamilyRefusesAPortalWithoutAddress(t *testing.T) {
	t.Parallel()
	for _, wire := range []string{landrecords.WireBhulekh, landrecords.WireMahabhulekh, landrecords.WireMeebhoomi} {
		connector, err := landrecords.Family{}.New(connectors.PortalConfig{Name: "land", Settings: map[string]string{landrecords.SettingWire: wire}})
		require.Error(t, err)
		require.Nil(t, connector)
	}
}
