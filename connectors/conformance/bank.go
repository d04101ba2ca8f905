package conformance

import (
	"context"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/payments"
)

// Bank tells what came of a reference that a payer's app was given. No payments,
// without an error, is a bank that has not heard of any.
type Bank interface {
	Payments(ctx context.Context, reference string) ([]payments.Payment, error)
}

// BankSubject is a fresh twin of a payer's app and the merchant's bank.
type BankSubject struct {
	Subject
	// Open makes the connector under test; it logs to the given logger.
	Open func(connectors.PortalConfig, *slog.Logger) (Bank, error)
	// Status is the twin's name of the look-up.
	Status string
	// Pay is the app, given the link or the QR code of a reference and an amount:
	// its payment ends in "success", "failure", "pending" or "deemed".
	Pay func(reference string, amount connectors.Paise, result string)
}

// RunBank checks a connector that asks for money by a link nobody keeps: the
// bank's word is all there is. start makes a fresh twin for each test.
func RunBank(t *testing.T, start func(t *testing.T) BankSubject) {
	t.Helper()
	suite := capability[BankSubject]{
		name: "money", start: start,
		bench: func(s BankSubject) Subject { return s.Subject },
		open:  func(s BankSubject) opener { return untyped(s.Open) },
		probe: func(BankSubject) connectors.Probe { return connectors.Probe{} },
		reads: func(_ *testing.T, b *bench, s BankSubject) []read {
			s.Pay(bankReference, 124_000, "success")
			return []read{{name: "status", operation: s.Status, open: func(t *testing.T, tight ...tighten) call {
				bank := opened(t, b, s.Open, tight...)
				return func(ctx context.Context) error {
					_, err := bank.Payments(ctx, bankReference)
					return err
				}
			}}}
		},
		probes: func(t *testing.T, s BankSubject) []probe {
			bank := liveConnector(t, s.Subject, s.Open)
			return []probe{{"status of an unknown reference", func(ctx context.Context) error {
				_, err := bank.Payments(ctx, "JANSETUCONFORMANCENONE")
				return err
			}}}
		},
		own: map[string]func(*testing.T, *bench, BankSubject){
			"pending is no money":          bankStates,
			"a reference that nobody paid": bankUnknown,
			"paid twice is told twice":     bankTwice,
		},
	}
	suite.run(t)
}

const bankReference = "AP1pay"

func bankStates(t *testing.T, b *bench, s BankSubject) {
	bank := opened(t, b, s.Open)
	for result, want := range map[string]payments.PaymentStatus{
		"success": payments.PaymentCaptured, "failure": payments.PaymentFailed,
		"pending": payments.PaymentCreated, "deemed": payments.PaymentCreated,
	} {
		reference := bankReference + result
		s.Pay(reference, 124_000, result)
		found, err := bank.Payments(t.Context(), reference)
		require.NoError(t, err, result)
		require.Len(t, found, 1, result)
		require.Equal(t, want, found[0].Status, result)
		require.Equal(t, connectors.Paise(124_000), found[0].Amount)
		require.Equal(t, want == payments.PaymentCaptured, len(payments.LinkState{Payments: found}.Captured()) == 1)
	}
}

func bankUnknown(t *testing.T, b *bench, s BankSubject) {
	s.Pay(bankReference, 124_000, "success")
	found, err := opened(t, b, s.Open).Payments(t.Context(), bankReference+"none")
	require.NoError(t, err)
	require.Empty(t, found)
}

func bankTwice(t *testing.T, b *bench, s BankSubject) {
	s.Pay(bankReference, 124_000, "success")
	s.Pay(bankReference, 124_000, "success")
	found, err := opened(t, b, s.Open).Payments(t.Context(), bankReference)
	require.NoError(t, err)
	require.Len(t, payments.LinkState{Payments: found}.Captured(), 2)
	require.NotEqual(t, found[0].ID, found[1].ID)
}
