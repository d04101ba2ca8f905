package endtoend_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/deploy/local/chromium"
)

// TestOfficersPagesOnASmallScreen goes through the pages of the service centre, a department and two operators with the keyboard alone, on a screen
// of 360 pixels, without scripts.
func TestOfficersPagesOnASmallScreen(t *testing.T) {
	t.Parallel()
	s := startStack(t, withLogin)
	ctx := within(t)
	c := newCitizen(t, s.meta, phoneNumber(44), "Sita Devi")
	c.arrives(ctx, english)
	c.asksFor(ctx, english, "1121104001001")
	c.hears(ctx, english.found)
	request := s.text(`select reference from request`)

	john := s.officerAt(t, "john", "/desk/")
	page(t, john, "desk-1-ask")
	chromium.See(t, john, chromedp.KeyEvent("js-0000-0000"+kb.Enter), inMain("no request with this number"))
	page(t, john, "desk-2-unknown")
	chromium.See(t, john, chromedp.Evaluate(`document.querySelector("#reference").select()`, nil),
		chromedp.KeyEvent(request+kb.Enter), inMain("What the citizen reads"))
	page(t, john, "desk-3-found")
	words := wordsOf(t, john)
	require.Contains(t, words, "Electricity bill")
	require.NotContains(t, words, "1121104001001")

	meena := s.officerAt(t, "meena", "/ops/department")
	chromium.See(t, meena, inMain(request))
	page(t, meena, "department")
	require.NotContains(t, wordsOf(t, meena), "1121104001001")

	ravi := s.officerAt(t, "ravi", "/ops/approvals/ask")
	chromium.See(t, ravi, chromedp.SetValue("#action", "keys", chromedp.ByQuery), chromedp.Focus("#object", chromedp.ByQuery),
		chromedp.KeyEvent("rotate:hcvault://vault.example/transit/keys/next"+kb.Tab+"yearly, letter 7/2026"))
	page(t, ravi, "ops-1-ask")
	chromium.See(t, ravi, chromedp.KeyEvent(kb.Tab+kb.Enter), inMain("Another officer now has to approve"))
	page(t, ravi, "ops-2-asked")

	kamala := s.officerAt(t, "kamala", "/ops/approvals")
	chromium.See(t, kamala, inMain("rotate:hcvault"))
	page(t, kamala, "ops-3-list")
	chromium.See(t, kamala, chromedp.Click(`//main//li/a`, chromedp.BySearch), inMain("Approve or refuse"))
	page(t, kamala, "ops-4-decide")
	chromium.See(t, kamala, chromedp.Click(`//button[contains(.,"Approve")]`, chromedp.BySearch), inMain("gives it this number"))
	page(t, kamala, "ops-5-decided")
	chromium.See(t, kamala, chromedp.Click(`//button[contains(.,"Log out")]`, chromedp.BySearch), inMain("You are logged out"))

	lata := s.officerAt(t, "lata", "/ops/audit")
	chromium.See(t, lata, inMain("approval.given"))
	page(t, lata, "ops-6-audit")
}

// officerAt logs an officer in on the way to a page.
func (s *stack) officerAt(t *testing.T, officer, path string) context.Context {
	t.Helper()
	browser := chromium.New(t)
	chromium.See(t, browser, chromedp.EmulateViewport(chromium.Narrow, chromium.Tall, chromedp.EmulateMobile, chromedp.EmulateScale(2)),
		chromedp.Navigate(s.url(partGateway)+path),
		chromedp.Click(fmt.Sprintf(`button[value=%q]`, officer), chromedp.ByQuery),
		chromedp.WaitNotPresent(fmt.Sprintf(`button[value=%q]`, officer), chromedp.ByQuery), // the page of the login has a heading too
		chromedp.WaitVisible("main h1", chromedp.ByQuery))
	return browser
}

// page looks at a page as somebody does who sees it, and as somebody does who has it read to them.
func page(t *testing.T, tab context.Context, name string) { //nolint:revive // the test comes first
	t.Helper()
	chromium.See(t, tab, chromium.Picture(name))
	requireFits(t, tab)
	var unnamed []string
	chromium.See(t, tab, chromedp.Evaluate(`[
		...(document.documentElement.lang ? [] : ["the page has no language"]),
		...(document.title ? [] : ["the page has no title"]),
		...(document.querySelectorAll("main h1").length === 1 ? [] : ["not one h1"]),
		...[...document.querySelectorAll("input, select, textarea")].filter((e) => !e.labels.length).map((e) => "no label: " + e.outerHTML),
		...[...document.querySelectorAll("button, a")].filter((e) => !e.innerText.trim()).map((e) => "no name: " + e.outerHTML),
		...[...document.querySelectorAll("table")].filter((e) => !e.querySelector("th[scope]")).map((e) => "no headers: " + e.outerHTML),
		...[...document.querySelectorAll("[aria-describedby]")].flatMap((e) => e.getAttribute("aria-describedby").split(" ")).filter((id) => !document.getElementById(id)),
		...[...document.querySelectorAll("script, [onclick], [style]")].map((e) => "not allowed: " + e.outerHTML),
		...[...document.querySelectorAll("button, a.button, input, select")].filter((e) => !e.closest("header") && e.getBoundingClientRect().height < 40).map((e) => "small: " + e.outerHTML),
	]`, &unnamed))
	require.Empty(t, unnamed, name)
}

// inMain waits for a page whose content has the words.
func inMain(words string) chromedp.Action {
	return chromedp.WaitVisible(fmt.Sprintf(`//main[contains(.,%q)]`, words), chromedp.BySearch)
}
