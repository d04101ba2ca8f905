package dev_test

import (
	"os"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/dev"
	"github.com/jansetu/jansetu/connectors/payments/upi"
	"github.com/jansetu/jansetu/connectors/payments/whatsapp"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/workflows"
)

func TestPaymentsAreMadeAnotherWay(t *testing.T) {
	t.Parallel()
	before, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	for family, setting := range map[string]string{upi.FamilyName: upi.SettingPayee, whatsapp.FamilyName: whatsapp.SettingGateway} {
		folder := t.TempDir()
		require.NoError(t, dev.PaymentsBy(family, map[string]string{"more": "1"}, deploy.Files, "andhra", folder))
		after, err := catalog.Load(os.DirFS(folder), "andhra")
		require.NoError(t, err)
		require.Len(t, after.Portals(), len(before.Portals()), "nothing else is changed")
		portal, found := after.Portal(workflows.PaymentsPortal)
		require.True(t, found)
		require.Equal(t, family, portal.Family)
		require.NotEmpty(t, portal.Settings[setting])
		require.Equal(t, "1", portal.Settings["more"])
		require.Empty(t, portal.URL)
		require.NotEmpty(t, portal.Title["te"])
		require.NotZero(t, portal.Timeout)
	}
	require.ErrorIs(t, dev.PaymentsBy("cowries", nil, deploy.Files, "andhra", t.TempDir()), dev.ErrPayments)
	bare := fstest.MapFS{"states/x/portals.yaml": {Data: []byte("- name: power\n")}, "languages/en/a.yaml": {Data: []byte("{}")}}
	require.ErrorIs(t, dev.PaymentsBy(upi.FamilyName, nil, bare, "x", t.TempDir()), dev.ErrPayments)
}
