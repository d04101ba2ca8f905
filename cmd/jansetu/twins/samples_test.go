package twins_test

import (
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/cmd/jansetu/twins"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/apisetu"
	"github.com/jansetu/jansetu/connectors/bbps"
	bbpstwin "github.com/jansetu/jansetu/connectors/bbps/twin"
	"github.com/jansetu/jansetu/connectors/bus"
	"github.com/jansetu/jansetu/connectors/edistrict"
	"github.com/jansetu/jansetu/connectors/electricity"
	"github.com/jansetu/jansetu/connectors/landrecords"
	"github.com/jansetu/jansetu/connectors/municipal"
	"github.com/jansetu/jansetu/connectors/municipal/open311"
	"github.com/jansetu/jansetu/connectors/panchayat"
	"github.com/jansetu/jansetu/connectors/payments/razorpay"
	"github.com/jansetu/jansetu/connectors/payments/upi"
	whatsapppay "github.com/jansetu/jansetu/connectors/payments/whatsapp"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/temple"
	"github.com/jansetu/jansetu/connectors/transport"
)

func TestEveryFamilyHasASample(t *testing.T) {
	t.Parallel()
	sampled := map[string]bool{}
	for _, each := range twins.Samples() {
		require.False(t, sampled[each.Name], "%s comes twice", each.Name)
		sampled[each.Name], sampled[each.Portal.Family] = true, true
	}
	for _, family := range twins.Families() {
		require.True(t, sampled[family], "no sample of %s", family)
	}
}

func TestOnlyKindsThatAreNotThereAreBesides(t *testing.T) {
	t.Parallel()
	left := twins.Besides([]twins.Portal{{Family: "bus"}, {Family: "electricity", Settings: map[string]string{"shape": "regno"}}})
	require.Len(t, left, len(twins.Samples())-2)
	for _, each := range left {
		require.NotContains(t, []string{"bus", "electricity-regno"}, each.Name)
	}
}

// probes are what a canary asks the portals of the samples.
func probes() map[string]connectors.Probe {
	account := func(service, number string) connectors.Probe {
		return connectors.Probe{Service: service, Fields: map[string]string{
			connectors.FieldAccount: number, "MOBILE": "9000000001", "BuNumber": "4641", "consumerType": "2",
		}}
	}
	return map[string]connectors.Probe{
		"apisetu":               {Service: "cbse/sscer/pdf", Fields: map[string]string{"regno": "1100099"}},
		"bbps":                  account(bbpstwin.Water, "9999999999"),
		"bus":                   {Fields: map[string]string{connectors.FieldFrom: "1", connectors.FieldTo: "2"}},
		"edistrict":             {Service: "1042"},
		"electricity-regno":     account("bill", "0000000000000"),
		"electricity-requestno": account("bill", "0000000000000"),
		"electricity-wss":       account("bill", "000000000000"),
		landrecords.FamilyName + "-" + landrecords.WireMahabhulekh: {Service: "Select712"},
		"panchayat": {Service: "13", Fields: map[string]string{panchayat.FieldDistrict: "krishna"}},
		"temple":    {Service: "SED", Fields: map[string]string{connectors.FieldFrom: "SIM"}},
		"transport": {Service: "llapply"},
	}
}

func families(t *testing.T) *connectors.Registry {
	t.Helper()
	sealer, err := portal.NewEphemeralSealer()
	require.NoError(t, err)
	registry, err := connectors.NewRegistry(
		apisetu.Family{}, bbps.Family{}, bus.Family{}, edistrict.Family{Sealer: sealer}, electricity.Family{}, landrecords.Family{Sealer: sealer},
		municipal.Family{}, open311.Family{}, panchayat.Family{}, razorpay.Family{}, temple.Family{}, transport.Family{Sealer: sealer}, upi.Family{},
		whatsapppay.Family{},
	)
	require.NoError(t, err)
	return registry
}

func TestTheConnectorOfEverySampleIsAtHomeWithItsTwin(t *testing.T) {
	t.Parallel()
	registry := families(t)
	for _, each := range twins.Samples() {
		t.Run(each.Name, func(t *testing.T) {
			t.Parallel()
			each.Portal.Quick = true // a portal at its own pace is now and then slower than a canary waits
			made, err := twins.New(each.Portal)
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, made.Close()) })
			server := httptest.NewServer(made)
			t.Cleanup(server.Close)
			prober, err := connectors.OpenAs[connectors.Prober](registry, connectors.PortalConfig{
				Name: each.Name, Family: each.Portal.Family, URL: server.URL, Settings: each.Portal.Settings, Credentials: each.Portal.Credentials,
			})
			require.NoError(t, err)
			err = prober.Probe(t.Context(), probes()[each.Name])
			require.True(t, connectors.Works(err), "%v", err)
		})
	}
}
