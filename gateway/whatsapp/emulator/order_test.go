package emulator_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/payments"
	"github.com/jansetu/jansetu/connectors/payments/whatsapp"
	paytwin "github.com/jansetu/jansetu/connectors/payments/whatsapp/twin"
	"github.com/jansetu/jansetu/deploy/local/chromium"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
)

// till is a world with the stand-in of payments in the chat.
type till struct {
	*world

	payments *paytwin.Twin
}

func newTill(t *testing.T) till {
	t.Helper()
	twin, err := paytwin.New(paytwin.Config{PhoneNumberID: numberID, Configuration: "test", AccessToken: "a", AppSecret: appSecret})
	require.NoError(t, err)
	server := httptest.NewServer(twin)
	t.Cleanup(func() { server.Close(); require.NoError(t, twin.Close()) })
	made := till{newWorld(t, func(c *emulator.Config) { c.OrdersURL = server.URL + "/twin/orders" }), twin}
	made.write(t, emulator.Text("Hi"))
	return made
}

// order sends an order_details message and answers its id.
func (s till) order(t *testing.T, reference string, expires time.Time) string {
	t.Helper()
	interactive, err := whatsapp.Message(connectors.ChatOrder{
		Reference: reference, Item: "Electricity bill", Amount: 1_240_00, ExpiresAt: expires, Provider: "razorpay", Configuration: "test",
		Importer: connectors.Importer{Name: "Government", Line1: "Secretariat", City: "Amaravati"},
	}, "Your bill.", time.Now())
	require.NoError(t, err)
	return s.accepted(t, `{"messaging_product":"whatsapp","to":"+`+asha+`","type":"interactive","interactive":`+string(interactive)+`}`)
}

// told is what the business was told of payments so far.
func (s till) told(t *testing.T) (events []payments.Event) {
	t.Helper()
	s.settle(t)
	s.business.mu.Lock()
	defer s.business.mu.Unlock()
	for _, body := range s.business.bodies {
		some, err := whatsapp.Events(body)
		require.NoError(t, err)
		events = append(events, some...)
	}
	return events
}

func TestAnOrderIsPaidThroughTheControlAPI(t *testing.T) {
	t.Parallel()
	s := newTill(t)
	id := s.order(t, "JS-1-bill", time.Now().Add(time.Hour))
	require.Len(t, s.payments.Orders(), 1, "the payment side knows the order when its message has arrived")
	for _, outcome := range []string{"failed", "pending", "settle"} {
		status, answer := s.control(t, http.MethodPost, "/phones/"+asha+"/pay", `{"message":"`+id+`","outcome":"`+outcome+`"}`)
		require.Equal(t, http.StatusOK, status, "%v", answer)
		s.settle(t)
	}
	events := s.told(t)
	require.Len(t, events, 3)
	require.Equal(t, []payments.EventType{payments.EventPaymentFailed, whatsapp.EventPending, payments.EventPaymentCaptured},
		[]payments.EventType{events[0].Type, events[1].Type, events[2].Type})
	require.Equal(t, connectors.Paise(1_240_00), events[2].Amount)
	require.Contains(t, string(events[2].Raw), `"id":"`+id+`"`, "Meta names the message")
	require.Contains(t, string(events[2].Raw), `"recipient_id":"`+asha+`"`)

	status, answer := s.control(t, http.MethodPost, "/phones/"+asha+"/pay", `{"outcome":"success"}`)
	require.Equal(t, http.StatusConflict, status, "an order is paid once")
	require.Contains(t, answer["error"], "paid")
	require.Len(t, s.told(t), 3)
}

func TestWhatCannotBePaidIsRefused(t *testing.T) {
	t.Parallel()
	s := newTill(t)
	require.ErrorIs(t, s.Pay(t.Context(), asha, "", emulator.OutcomeSuccess), emulator.ErrNoSuchOrder)
	id := s.order(t, "JS-1-bill", time.Now().Add(time.Hour))
	for name, c := range map[string]struct {
		phone, body string
		status      int
	}{
		"another phone":     {ravi, `{"message":"` + id + `","outcome":"success"}`, http.StatusNotFound},
		"another message":   {asha, `{"message":"wamid.x","outcome":"success"}`, http.StatusNotFound},
		"no such outcome":   {asha, `{"message":"` + id + `","outcome":"maybe"}`, http.StatusBadRequest},
		"nothing to settle": {asha, `{"message":"` + id + `","outcome":"settle"}`, http.StatusConflict},
	} {
		status, _ := s.control(t, http.MethodPost, "/phones/"+c.phone+"/pay", c.body)
		require.Equal(t, c.status, status, name)
	}
	require.Empty(t, s.told(t))
	bare := till{world: newWorld(t)}
	bare.write(t, emulator.Text("Hi"))
	bare.order(t, "JS-1-bill", time.Now().Add(time.Hour))
	require.ErrorIs(t, bare.Pay(t.Context(), asha, "", emulator.OutcomeSuccess), emulator.ErrNotPayable)
}

func TestAnOrderThatHasExpiredIsNotPaid(t *testing.T) {
	t.Parallel()
	now := time.Now()
	s := till{world: newWorld(t, func(c *emulator.Config) {
		c.OrdersURL, c.Clock = "http://127.0.0.1:9/twin/orders", func() time.Time { return now.Add(2 * time.Hour) }
	})}
	s.write(t, emulator.Text("Hi"))
	s.order(t, "JS-1-bill", now.Add(time.Hour))
	require.ErrorContains(t, s.Pay(t.Context(), asha, "", emulator.OutcomeSuccess), "expired")
}

// An order whose message came while the payment side was away is told of when it is paid.
func TestAnOrderIsToldOfAgainWhenItIsPaid(t *testing.T) {
	t.Parallel()
	twin, err := paytwin.New(paytwin.Config{PhoneNumberID: numberID, Configuration: "test", AccessToken: "a", AppSecret: appSecret})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, twin.Close()) })
	away := true
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if away {
			away = false
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		twin.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	s := till{newWorld(t, func(c *emulator.Config) { c.OrdersURL = server.URL + "/twin/orders" }), twin}
	s.write(t, emulator.Text("Hi"))
	s.order(t, "JS-1-bill", time.Now().Add(time.Hour))
	require.Empty(t, twin.Orders())
	require.NoError(t, s.Pay(t.Context(), asha, "", emulator.OutcomeSuccess))
	require.Len(t, s.told(t), 1)
}

func TestAnOrderIsPaidOnThePhonePage(t *testing.T) {
	t.Parallel()
	s := newTill(t)
	s.order(t, "JS-1-bill", time.Now().Add(time.Hour))
	run(t, newBrowser(t),
		chromedp.EmulateViewport(360, 640),
		chromedp.Navigate(s.server.URL+"/?phone="+asha),
		chromedp.WaitVisible(`//p[contains(@class,"order-total")][contains(.,"₹1,240.00")]`, chromedp.BySearch), chromium.Picture("order"),
		chromedp.Click("button.order-pay", chromedp.ByQuery),
		chromedp.WaitVisible("button.sheet-confirm", chromedp.ByQuery), chromium.Picture("order-pay"),
		chromedp.Click("button.sheet-confirm", chromedp.ByQuery),
		chromedp.WaitVisible(`//button[contains(.,"₹1,240.00 paid")]`, chromedp.BySearch), chromium.Picture("order-paid"),
	)
	events := s.told(t)
	require.Len(t, events, 1)
	require.Equal(t, payments.EventPaymentCaptured, events[0].Type)
}
