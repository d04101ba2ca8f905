package endtoend_test

import (
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/cmd/jansetu/config"
	"github.com/jansetu/jansetu/cmd/jansetu/dev"
	"github.com/jansetu/jansetu/connectors/payments/whatsapp"
	paytwin "github.com/jansetu/jansetu/connectors/payments/whatsapp/twin"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
)

// startChatPayments starts a stack whose payments are made in the chat.
func startChatPayments(t *testing.T) (*stack, *paytwin.Twin) {
	t.Helper()
	files := t.TempDir()
	settings := map[string]string{whatsapp.SettingPhoneNumberID: phoneNumberID, whatsapp.SettingConfiguration: "endtoend"}
	require.NoError(t, dev.PaymentsBy(whatsapp.FamilyName, settings, deploy.Files, "andhra", files))
	till, err := paytwin.New(paytwin.Config{
		PhoneNumberID: phoneNumberID, Configuration: "endtoend", AccessToken: accessToken, AppSecret: appSecret, Logger: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	return startStack(t, func(s *stack) {
		s.ports["till"] = freePort(t)
		s.serve("till", till, till)
		s.orders = s.url("till") + "/twin/orders"
		s.extra = append(s.extra, "JANSETU_FILES="+files, config.PortalVariable("payments", "url")+"="+s.url("till"),
			config.PortalVariable("payments", "access_token")+"="+accessToken, config.PortalVariable("payments", "app_secret")+"="+appSecret)
	}), till
}

// TestABillIsPaidInTheChat goes from "Hi" to the receipt without leaving the chat: a payment that fails, the worker killed, the payment that arrives.
func TestABillIsPaidInTheChat(t *testing.T) {
	t.Parallel()
	s, till := startChatPayments(t)
	ctx := within(t)
	c := newCitizen(t, s.meta, phoneNumber(60), "Sita Devi")
	c.arrives(ctx, english)
	c.asksFor(ctx, english, "1121104001001")
	c.hears(ctx, english.found)
	order := c.presses(english.pay).hears(ctx, "review_and_pay")
	require.Contains(t, readable([]byte(order)), "₹1,240.00")
	require.NotContains(t, order, "plink_")

	require.NoError(t, s.meta.Pay(ctx, c.phone, "", emulator.OutcomeFailed))
	c.hears(ctx, "did not go through")
	s.kill(partWorker)
	require.NoError(t, s.meta.Pay(ctx, c.phone, "", emulator.OutcomeSuccess))
	s.start(partWorker)
	require.Contains(t, c.hears(ctx, english.done), ".pdf")

	require.Equal(t, 1, s.postingsOf("1121104001001"))
	require.Equal(t, int64(1_240_00), s.paidFor("1121104001001"))
	require.Len(t, till.Orders(), 1)
	require.Empty(t, s.gateway.Links(), "no page was opened")
	s.requireBalancedBooks(t)
}

// TestMoneyPaidInTheChatComesBack pays for an account that the department then refuses.
func TestMoneyPaidInTheChatComesBack(t *testing.T) {
	t.Parallel()
	s, till := startChatPayments(t)
	ctx := within(t)
	c := newCitizen(t, s.meta, phoneNumber(61), "Ravi")
	c.arrives(ctx, english)
	c.asksFor(ctx, english, "1121104001005")
	c.hears(ctx, english.found)
	c.presses(english.pay).hears(ctx, "review_and_pay")
	require.NoError(t, s.meta.Pay(ctx, c.phone, "", emulator.OutcomeSuccess))
	c.hears(ctx, "sending ₹540.00 back")
	c.hears(ctx, "has been sent back")
	require.Len(t, till.Orders()[0].Refunds, 1)
	s.requireBalancedBooks(t)
}
