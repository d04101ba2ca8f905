package endtoend_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	electricity "github.com/jansetu/jansetu/connectors/electricity/twin"
	"github.com/jansetu/jansetu/connectors/twin"
	"github.com/jansetu/jansetu/deploy/local/chromium"
)

// TestAnOfficerFindsOutWhatNobodyKnows loses the department's answer to a payment while its enquiry shows something else than an answer: only
// a person can find out, from the page and with its two buttons.
func TestAnOfficerFindsOutWhatNobodyKnows(t *testing.T) {
	t.Parallel()
	s := startStack(t, withTemporalUI)
	ctx := within(t)
	require.NoError(t, s.south.Faults.Set(
		twin.Fault{Kind: twin.ResponseLost, Operation: electricity.Post, Times: 1}, twin.Fault{Kind: twin.StrangePage, Operation: electricity.Find},
	))
	sita := newCitizen(t, s.meta, phoneNumber(61), "Sita Devi")
	reference := s.paysInDoubt(ctx, sita, telugu, "1121104001001")
	ravi := s.officerAt(t, "ravi", "/ops/requests")
	chromium.See(t, ravi, inMain(reference))
	page(t, ravi, "requests-1-list")
	chromium.See(t, ravi, chromedp.Click(`//main//th/a[contains(.,"`+reference+`")]`, chromedp.BySearch), inMain("may or may not have payment"))
	page(t, ravi, "requests-2-request")
	words := wordsOf(t, ravi)
	require.Contains(t, words, "The department did not say")
	require.NotContains(t, words, "1121104001001")
	s.picturesForTheDocument(t, reference)

	receipt := s.south.Postings()[0].Receipt
	chromium.See(t, ravi, chromedp.SendKeys("#number", receipt, chromedp.ByQuery), chromedp.SendKeys("#why-landed", "telephoned, ticket 7", chromedp.ByQuery),
		chromedp.Click(`//button[.="The department has it"]`, chromedp.BySearch), inMain("is told that the department has it"))
	page(t, ravi, "requests-3-decided")
	sita.hears(ctx, telugu.done)
	require.Len(t, s.south.Postings(), 1, "nothing was sent twice")
	s.requireBalancedBooks(t)
	require.Positive(t, s.count(t, `select count(*) from audit_entry where action = 'request.operated' and actor = 'ravi' and object = $1
		and reason = 'operator-decide: telephoned, ticket 7'`, reference))

	require.NoError(t, s.south.Faults.Set(
		twin.Fault{Kind: twin.DropBefore, Operation: electricity.Post, Times: 1}, twin.Fault{Kind: twin.StrangePage, Operation: electricity.Find},
	))
	gita := newCitizen(t, s.meta, phoneNumber(62), "Gita Rao")
	reference = s.paysInDoubt(ctx, gita, hindi, "1121104001006")
	s.south.Faults.Clear()
	status, shown := s.form(s.browser("kamala"), "/ops/requests/"+reference+"/not-landed", url.Values{"reason": {"letter 8"}})
	require.Equal(t, http.StatusOK, status, shown)
	gita.hears(ctx, hindi.done)
	require.Len(t, s.south.Postings(), 2)
	s.requireBalancedBooks(t)
}

// paysInDoubt has a citizen pay, and an officer have it looked up again and again until it is a person's.
func (s *stack) paysInDoubt(ctx context.Context, c *citizen, w words, account string) (reference string) {
	s.t.Helper()
	c.arrives(ctx, w)
	c.asksFor(ctx, w, account)
	_, err := s.gateway.Pay(c.opensPayment(ctx, w))
	require.NoError(s.t, err)
	reference = s.text(`select reference from request order by created_at desc limit 1`)
	kamala := s.browser("kamala")
	list := s.url(partGateway) + "/ops/requests?view=operator"
	require.Eventually(s.t, func() bool {
		_, shown := s.ask(kamala, http.MethodGet, list, nil)
		if strings.Contains(shown, reference) {
			return true
		}
		if s.text(`select stage from request where reference = '`+reference+`'`) == "kept_paid" {
			_, _ = s.form(kamala, "/ops/requests/"+reference+"/retry", url.Values{"reason": {"looking it up again"}})
		}
		return false
	}, 3*time.Minute, time.Second)
	return reference
}

// picturesForTheDocument are those of docs/operating.md, as wide as a desk has them.
func (s *stack) picturesForTheDocument(t *testing.T, reference string) {
	t.Helper()
	browser := chromium.New(t)
	wide := chromedp.EmulateViewport(1100, 900)
	chromium.See(t, browser, wide, chromedp.Navigate(s.url(partGateway)+"/ops/requests"), chromedp.Click(`button[value="kamala"]`, chromedp.ByQuery),
		inMain(reference), chromium.Picture("operating-list"),
		chromedp.EmulateViewport(1100, 1900),
		chromedp.Navigate(s.url(partGateway)+"/ops/requests/"+reference), inMain("What to press"), chromium.Picture("operating-request"), wide,
		chromedp.Navigate(s.url(partGateway)+"/ops/portals/apspdcl"), inMain("Open requests"), chromium.Picture("operating-portal"))
	query := url.QueryEscape(`JansetuWaitingFor="operator" AND ExecutionStatus="Running"`)
	chromium.See(t, browser, chromedp.Navigate(s.url(partUI)+"/namespaces/default/workflows?query="+query), onThePage(reference), chromium.Picture("temporal-list"),
		chromedp.Navigate(s.url(partUI)+"/namespaces/default/workflows/"+reference), chromedp.Click(`//a[contains(.,"Search Attributes")]`, chromedp.BySearch), onThePage("JansetuMoney"), chromium.Picture("temporal-request"))
}

// TestAPortalIsDrainedAndResumedFromTheCommandLine has nothing sent to a portal while it is drained, by requests that begin then, too.
func TestAPortalIsDrainedAndResumedFromTheCommandLine(t *testing.T) {
	t.Parallel()
	s := startStack(t)
	ctx := within(t)
	drained := s.jansetu(nil, "requests", "drain", "--portal", "apspdcl", "--reason", "they move house", "--no-wait")
	require.Contains(t, drained, "nothing more is sent to apspdcl")
	c := newCitizen(t, s.meta, phoneNumber(63), "Kiran")
	c.arrives(ctx, english)
	c.asksFor(ctx, english, "1121104001001")
	c.hears(ctx, "is kept")
	reference := s.text(`select reference from request`)
	require.Contains(t, s.jansetu(nil, "requests", "list", "--portal", "apspdcl"), reference)
	require.Contains(t, s.jansetu(nil, "requests", "show", reference), "the citizen was told that the request is kept")
	require.Contains(t, s.jansetu(nil, "requests", "pause", "--portal", "apspdcl", "--reason", "they move house"), "1 of 1 requests")
	for range 2 { // again, as after an interruption
		require.Contains(t, s.jansetu(nil, "requests", "resume", "--portal", "apspdcl", "--reason", "they are back"), "1 of 1 requests")
	}
	c.hears(ctx, "is answering again")
	require.Contains(t, s.jansetu(nil, "worker", "versions"), "new requests start here")
	require.Equal(t, 4, s.count(t, `select count(*) from audit_entry where action = 'request.operated' and object = 'portal:apspdcl' and actor like 'console/%'`))
}
