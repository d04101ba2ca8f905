package twin_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/stretchr/testify/require"

	sandbox "github.com/jansetu/jansetu/connectors/payments/twin"
	"github.com/jansetu/jansetu/connectors/twin"
)

func call(t *testing.T, method, address, body string, headers ...string) (int, string, http.Header) {
	t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), method, address, strings.NewReader(body))
	require.NoError(t, err)
	request.SetBasicAuth("key", "secret")
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := client.Do(request)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(text), response.Header
}

func makeLink(t *testing.T, address, reference, callback string) string {
	t.Helper()
	method := ""
	if callback != "" {
		method = "get"
	}
	status, body, _ := call(t, http.MethodPost, address+"/v1/payment_links", fmt.Sprintf(
		`{"amount":50000,"currency":"INR","reference_id":%q,"description":"Bill","callback_url":%q,"callback_method":%q}`, reference, callback, method))
	require.Equal(t, http.StatusOK, status, body)
	var link struct{ ID string }
	require.NoError(t, json.Unmarshal([]byte(body), &link))
	return link.ID
}

func TestValidationNamesTheField(t *testing.T) {
	t.Parallel()
	_, address := run(t, sandbox.Config{})
	makeLink(t, address, "taken", "")
	tests := map[string]struct{ body, field string }{
		"amount missing":      {`{}`, "amount"},
		"currency":            {`{"amount":100,"currency":"USD"}`, "currency"},
		"reference too long":  {`{"amount":100,"reference_id":"` + strings.Repeat("x", 41) + `"}`, "reference_id"},
		"reference taken":     {`{"amount":100,"reference_id":"taken"}`, "reference_id"},
		"expires too soon":    {fmt.Sprintf(`{"amount":100,"expire_by":%d}`, time.Now().Add(time.Minute).Unix()), "expire_by"},
		"callback method":     {`{"amount":100,"callback_url":"http://127.0.0.1/"}`, "callback_method"},
		"a note too long":     {`{"amount":100,"notes":{"a":"` + strings.Repeat("x", 257) + `"}}`, "notes"},
		"amount is no number": {`{"amount":"100"}`, ""},
	}
	for name, test := range tests {
		status, body, _ := call(t, http.MethodPost, address+"/v1/payment_links", test.body)
		require.Equal(t, http.StatusBadRequest, status, name)
		var answer struct{ Error struct{ Code, Field string } }
		require.NoError(t, json.Unmarshal([]byte(body), &answer), name)
		require.Equal(t, "BAD_REQUEST_ERROR", answer.Error.Code, name)
		require.Equal(t, test.field, answer.Error.Field, name)
	}
}

func TestWrongKeyIsRefused(t *testing.T) {
	t.Parallel()
	_, address := run(t, sandbox.Config{})
	status, body, _ := call(t, http.MethodGet, address+"/v1/orders", "", "Authorization", "Basic eDp5")
	require.Equal(t, http.StatusUnauthorized, status)
	require.Contains(t, body, "Authentication failed")
}

func press(t *testing.T, address, link, form string) (int, string, http.Header) {
	t.Helper()
	return call(t, http.MethodPost, address+"/l/"+link, form, "Content-Type", "application/x-www-form-urlencoded")
}

func TestPayPageOffersWhatMayHappen(t *testing.T) {
	t.Parallel()
	stand, address := run(t, sandbox.Config{})
	link := makeLink(t, address, "AP-1/pay", "http://127.0.0.1:1/return?lang=te")
	_, page, _ := call(t, http.MethodGet, address+"/l/"+link, "")
	document, err := goquery.NewDocumentFromReader(strings.NewReader(page))
	require.NoError(t, err)
	require.Equal(t, 5, document.Find("form button[name=action]").Length())
	require.Equal(t, 1, document.Find("html[lang=en] main h1").Length())
	require.Equal(t, 1, document.Find("label[for=vpa]").Length())
	require.Zero(t, document.Find("script").Length(), "works without scripts")

	_, page, _ = press(t, address, link, "action=cancel")
	require.Contains(t, page, "stays open")
	_, page, _ = press(t, address, link, "action=pay&vpa=failure%40razorpay")
	require.Contains(t, page, "failed")
	_, page, _ = press(t, address, link, "action=pending")
	require.Contains(t, page, "bank_yes")

	status, _, header := press(t, address, link, "action=twice")
	require.Equal(t, http.StatusSeeOther, status)
	back, err := url.Parse(header.Get("Location"))
	require.NoError(t, err)
	require.Equal(t, "te", back.Query().Get("lang"))
	require.Equal(t, "paid", back.Query().Get("razorpay_payment_link_status"))
	require.Len(t, back.Query().Get("razorpay_signature"), 64)
	_, page, _ = press(t, address, link, "action=pay")
	require.Contains(t, page, "closed")

	kinds := map[string]int{}
	for _, entry := range stand.Ledger() {
		kinds[entry.Kind]++
	}
	require.Equal(t, map[string]int{"failed": 1, "pending": 1, "captured": 2}, kinds)
}

func TestBankAnswersAPendingPaymentOnThePage(t *testing.T) {
	t.Parallel()
	stand, address := run(t, sandbox.Config{})
	link := makeLink(t, address, "AP-1/pay", "")
	id, err := stand.LeavePending(link)
	require.NoError(t, err)
	_, page, _ := press(t, address, link, "action=bank_yes&payment="+id)
	require.Contains(t, page, "Paid")
	_, page, _ = press(t, address, link, "action=bank_no&payment="+id)
	require.Contains(t, page, "not pending")
}

func eventName(t *testing.T, event delivery) string {
	t.Helper()
	var body struct{ Event string }
	require.NoError(t, json.Unmarshal(event.body, &body))
	return body.Event
}

func TestWebhookFaults(t *testing.T) {
	t.Parallel()
	all := []string{"payment.authorized", "payment.captured", "order.paid", "payment_link.paid"}
	tests := map[string]struct {
		kind twin.Kind
		want []string
	}{
		"in order":     {"", all},
		"out of order": {sandbox.WebhookHeld, []string{all[1], all[0], all[2], all[3]}},
		"three times":  {sandbox.WebhookTriple, []string{all[0], all[0], all[0], all[1], all[2], all[3]}},
		"lost":         {sandbox.WebhookLost, all[1:]},
		"late":         {sandbox.WebhookDelayed, []string{all[1], all[2], all[3], all[0]}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			received := receive(t, ok)
			stand, address := run(t, sandbox.Config{WebhookURL: received.url})
			if test.kind != "" {
				require.NoError(t, stand.Faults.Set(twin.Fault{Kind: test.kind, Times: 1, DelayMS: 300}))
			}
			_, err := stand.Pay(makeLink(t, address, "AP-1/pay", ""))
			require.NoError(t, err)
			var got []string
			for range test.want {
				got = append(got, eventName(t, received.next(t)))
			}
			if test.kind == sandbox.WebhookHeld {
				require.ElementsMatch(t, test.want, got)
				require.NotEqual(t, all[0], got[0])
				return
			}
			require.Equal(t, test.want, got)
		})
	}
}

func TestWebhookIsRetriedWithTheSameID(t *testing.T) {
	t.Parallel()
	received := receive(t, func(n int) int {
		if n <= 2 {
			return http.StatusInternalServerError
		}
		return http.StatusOK
	})
	stand, address := run(t, sandbox.Config{
		WebhookURL: received.url, WebhookRetries: []time.Duration{time.Millisecond, time.Millisecond},
	})
	_, err := stand.Fail(makeLink(t, address, "AP-1/pay", ""))
	require.NoError(t, err)
	first := received.next(t)
	require.Equal(t, first, received.next(t))
	require.Equal(t, first, received.next(t))
}

func TestWhatHappenedSurvivesARestart(t *testing.T) {
	t.Parallel()
	config := sandbox.Config{DataDir: t.TempDir(), WebhookURL: "http://127.0.0.1:1/", WebhookRetries: []time.Duration{time.Hour}}
	stand, address := run(t, config)
	link := makeLink(t, address, "AP-1/pay", "")
	pending, err := stand.LeavePending(link)
	require.NoError(t, err)
	before := stand.Ledger()
	require.NoError(t, stand.Close())

	received := receive(t, ok)
	config.WebhookURL = received.url
	again, address := run(t, config)
	require.Equal(t, before, again.Ledger())
	require.NoError(t, again.Settle(pending, true))
	require.Equal(t, "payment.authorized", eventName(t, received.next(t)))
	status, body, _ := call(t, http.MethodGet, address+"/v1/payment_links/"+link, "")
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, body, `"status":"paid"`)
	_, body, _ = call(t, http.MethodGet, address+"/twin/ledger", "")
	require.Contains(t, body, `"kind":"captured"`)
}

func TestExpiryIsAnnouncedOnce(t *testing.T) {
	t.Parallel()
	received := receive(t, ok)
	now := time.Now()
	var offset atomic.Int64
	_, address := run(t, sandbox.Config{WebhookURL: received.url, Clock: func() time.Time { return now.Add(time.Duration(offset.Load())) }})
	body := fmt.Sprintf(`{"amount":100,"reference_id":"x","expire_by":%d}`, now.Add(16*time.Minute).Unix())
	status, _, _ := call(t, http.MethodPost, address+"/v1/payment_links", body)
	require.Equal(t, http.StatusOK, status)
	offset.Store(int64(time.Hour))
	for range 2 {
		_, text, _ := call(t, http.MethodGet, address+"/v1/payment_links?reference_id=x", "")
		require.Contains(t, text, `"status":"expired"`)
	}
	require.Equal(t, "payment_link.expired", eventName(t, received.next(t)))
	require.Empty(t, received.events)
}
