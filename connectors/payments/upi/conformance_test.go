package upi_test

import (
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/conformance"
	"github.com/jansetu/jansetu/connectors/payments/upi"
	standin "github.com/jansetu/jansetu/connectors/payments/upi/twin"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	conformance.RunBank(t, func(t *testing.T) conformance.BankSubject {
		t.Helper()
		stand, err := standin.New(standin.Config{APIKey: "secret-key"})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, stand.Close()) })
		return conformance.BankSubject{
			Subject: conformance.Subject{
				Handler: stand, Faults: stand.Faults,
				Settings:    map[string]string{upi.SettingPayee: payee},
				Credentials: map[string]string{upi.CredentialAPIKey: "secret-key"},
				Private:     []string{"secret-key"},
			},
			Open: func(config connectors.PortalConfig, log *slog.Logger) (conformance.Bank, error) {
				return upi.Family{Logger: log}.New(config)
			},
			Status: standin.Status,
			Pay: func(reference string, amount connectors.Paise, result string) {
				intent := fee()
				intent.Reference, intent.Amount = reference, amount
				shown, err := intent.Link()
				require.NoError(t, err)
				_, err = stand.Pay(shown, result)
				require.NoError(t, err)
			},
		}
	})
}
