package endtoend_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/cmd/jansetu/assembly"
	"github.com/jansetu/jansetu/deploy/local/chromium"
)

// withTemporalUI starts Temporal's web UI, which the gateway lets have payloads decoded.
func withTemporalUI(s *stack) {
	withLogin(s)
	s.ports[partUI] = freePort(s.t)
	s.extra = append(s.extra, "JANSETU_TEMPORAL_UI="+s.url(partUI))
}

func TestTemporalsUIShowsPayloadsToWhoMayReadThem(t *testing.T) {
	t.Parallel()
	s := startStack(t, withTemporalUI)
	ctx := within(t)
	c := newCitizen(t, s.meta, phoneNumber(43), "Sita Devi")
	c.arrives(ctx, english)
	c.asksFor(ctx, english, "1121104001001")
	c.hears(ctx, english.found)
	request := s.text(`select reference from request`)
	// The UI shows the metadata of what is not decoded in base64: "binary/encrypted".
	const sealed, readable, decoded = "YmluYXJ5L2VuY3J5cHRlZA", "1121104001001", `select count(*) from audit_entry where action = 'payload.decoded'`

	ravi := chromium.New(t)
	s.logsIn(t, ravi, "ravi")
	s.opensWorkflow(t, ravi, request)
	chromium.See(t, ravi, onThePage(sealed), onThePage("Codec Server could not connect"), chromium.Picture("temporal-ui-ciphertext"))
	require.NotContains(t, wordsOf(t, ravi), readable)
	require.Zero(t, s.count(t, decoded))

	asha := chromium.New(t)
	s.logsIn(t, asha, "asha")
	s.opensWorkflow(t, asha, request)
	chromium.See(t, asha, onThePage(readable), chromium.Picture("temporal-ui-decoded"))
	require.NotContains(t, wordsOf(t, asha), sealed)
	require.Positive(t, s.count(t, decoded+` and actor = 'asha' and object = $1 and person = (select person from request)`, request))
	require.Zero(t, s.count(t, decoded+` and actor <> 'asha'`))
}

func (s *stack) logsIn(t *testing.T, browser context.Context, officer string) { //nolint:revive // the test comes first
	t.Helper()
	chromium.See(t, browser, chromedp.Navigate(s.url(partGateway)+"/login?return=/officers.css"),
		chromedp.Click(fmt.Sprintf(`button[value=%q]`, officer), chromedp.ByQuery),
		chromedp.WaitVisible(`//pre[contains(.,"color-scheme")]`, chromedp.BySearch))
}

// opensWorkflow does in Temporal's UI what the welcome of `jansetu dev` says, since the development server has no setting for it: it gives the
// codec server's address in the browser, together with "include cross-origin credentials", and opens a workflow.
func (s *stack) opensWorkflow(t *testing.T, browser context.Context, workflow string) { //nolint:revive // the test comes first
	t.Helper()
	const settings = `[data-testid*="data-encoder-status"]`
	chromium.See(t, browser, chromedp.EmulateViewport(1280, 1000), chromedp.Navigate(s.url(partUI)+"/namespaces/default/workflows"),
		chromedp.WaitVisible(settings, chromedp.ByQuery), chromedp.Click(settings, chromedp.ByQuery),
		clicks(`[data-track-name="accordion"]`), clicks("#use-local-endpoint-radio"), clicks("#pass-access-credentials"),
		chromedp.SendKeys(`textarea[placeholder*="endpoint"]`, assembly.CodecEndpoint(s.url(partGateway)), chromedp.ByQuery),
		chromedp.Click(`//button[contains(.,"Apply")]`, chromedp.BySearch),
		chromedp.WaitNotPresent("#pass-access-credentials", chromedp.ByQuery),
		chromedp.Navigate(s.url(partUI)+"/namespaces/default/workflows/"+workflow))
}

// clicks presses a control that is drawn by another element beside it.
func clicks(selector string) chromedp.Action {
	return chromedp.Tasks{chromedp.WaitReady(selector, chromedp.ByQuery), chromedp.Evaluate(fmt.Sprintf(`document.querySelector(%q).click()`, selector), nil)}
}

// onThePage waits until the words are among what the page shows.
func onThePage(words string) chromedp.Action {
	return chromedp.Poll(fmt.Sprintf(`document.body.innerText.includes(%q)`, words), nil, chromedp.WithPollingTimeout(80*time.Second))
}

func wordsOf(t *testing.T, browser context.Context) (words string) { //nolint:revive // the test comes first
	t.Helper()
	chromium.See(t, browser, chromedp.Evaluate(`document.body.innerText`, &words))
	return words
}
