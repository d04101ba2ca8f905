package config_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/cmd/jansetu/config"
)

func TestDevelopmentRunsWithoutAnySetting(t *testing.T) {
	t.Parallel()
	c, err := config.Load([]string{"JANSETU_MODE=development"})
	require.NoError(t, err)
	require.NoError(t, c.Validate())
	require.Equal(t, "http://127.0.0.1:8080", c.PublicURL)
	require.NotEmpty(t, c.PortalCredentials("payments")["webhook_secret"])
}

func TestProductionNamesEverythingThatIsMissing(t *testing.T) {
	t.Parallel()
	c, err := config.Load(nil)
	require.NoError(t, err)
	err = c.Validate(config.NeedDatabase, config.NeedTemporal, config.NeedWhatsApp)
	for _, variable := range []string{
		"DATABASE_URL", "TEMPORAL_ADDRESS", "WHATSAPP_API_URL", "WHATSAPP_APP_SECRET", "JANSETU_CHOICE_KEY", "JANSETU_PUBLIC_URL",
	} {
		require.ErrorContains(t, err, variable)
	}
}

func TestProductionRefusesDevelopmentValues(t *testing.T) {
	t.Parallel()
	environment := []string{
		"JANSETU_PUBLIC_URL=https://hub.example.gov.in", "WHATSAPP_API_URL=https://graph.facebook.com", "JANSETU_ISSUER=/etc/jansetu/issuer",
		"JANSETU_CHOICE_KEY=0123456789abcdef0123456789abcdef",
		"JANSETU_LOOKUP_KEY=0123456789abcdef0123456789abcdef", "JANSETU_CHALLENGE_KEY=0123456789abcdef0123456789abcdef",
		"WHATSAPP_PHONE_NUMBER_ID=1", "WHATSAPP_ACCESS_TOKEN=token",
		"WHATSAPP_APP_SECRET=secret", "WHATSAPP_VERIFY_TOKEN=verify",
	}
	tests := []struct{ name, variable string }{
		{"app secret", "WHATSAPP_APP_SECRET=development-app-secret"},
		{"choice key", "JANSETU_CHOICE_KEY=development-choice-key-not-for-production"},
		{"payment gateway's webhook secret", "JANSETU_PORTAL_PAYMENTS_WEBHOOK_SECRET=development-webhook-secret"},
		{"documents that prove nothing", "JANSETU_ISSUER="},
		{"key-encryption key in a file", "JANSETU_KEK_URI=file:///etc/jansetu/kek.json"},
		{"plain http towards the login provider", "JANSETU_OIDC_ISSUER=http://127.0.0.1:8095"},
		{"session key", "JANSETU_SESSION_KEY=development-session-key-not-for-production"},
		{"forms that nobody can look up", "WHATSAPP_FLOW_KEY=/etc/jansetu/flow-key.pem"},
		{"plain http towards Meta", "WHATSAPP_API_URL=http://127.0.0.1:8090"},
		{"plain http towards citizens", "JANSETU_PUBLIC_URL=http://hub.example.gov.in"},
	}
	good, err := config.Load(environment)
	require.NoError(t, err)
	require.NoError(t, good.Validate(config.NeedWhatsApp))
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, err := config.Load(append(slices.Clip(environment), test.variable))
			require.NoError(t, err)
			name, _, _ := strings.Cut(test.variable, "=")
			require.ErrorContains(t, c.Validate(config.NeedWhatsApp), name)
		})
	}
}

func TestPortalVariablesReachTheirPortal(t *testing.T) {
	t.Parallel()
	c, err := config.Load([]string{
		"JANSETU_PORTAL_SOUTH_POWER_URL=https://power.example", "JANSETU_PORTAL_SOUTH_POWER_API_KEY=k", "JANSETU_PORTAL_API_SETU_CLIENT_ID=c", "JANSETU_PORTAL_API_SETU_CONSENT_KEY=s", "JANSETU_PORTAL_PAYMENTS_KEY_ID=id",
		"JANSETU_PORTAL_SOUTH_POWER_MAINTENANCE=none",
	})
	require.NoError(t, err)
	require.Equal(t, "https://power.example", c.PortalURL("south-power"))
	require.Equal(t, map[string]string{"api_key": "k"}, c.PortalCredentials("south-power"))
	require.Equal(t, "id", c.PortalCredentials("payments")["key_id"])
	require.Equal(t, map[string]string{"client_id": "c", "consent_key": "s"}, c.PortalCredentials("api-setu"))
	require.Equal(t, "none", c.PortalMaintenance("south-power"))
	require.Empty(t, c.PortalMaintenance("payments"))
	require.Empty(t, c.PortalURL("unknown"))
}

func TestHelpNamesEveryVariable(t *testing.T) {
	t.Parallel()
	var help strings.Builder
	require.NoError(t, config.WriteHelp(&help))
	for _, variable := range []string{"DATABASE_URL", "TEMPORAL_TLS_SERVER_NAME", "WHATSAPP_API_VERSION", "JANSETU_STATE", "JANSETU_CLAMAV_SOCKET", "JANSETU_ISSUER", "JANSETU_PORTAL_<NAME>_URL"} {
		require.Contains(t, help.String(), variable)
	}
}
