package endtoend_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/deploy/local/chromium"
)

// What a citizen reads and presses in Telugu.
const (
	teluguName    = "తెలుగు"
	teluguAgree   = "అంగీకరిస్తున్నాను"
	teluguChoose  = "ఎంచుకోండి"
	teluguBill    = "కరెంట్ బిల్లు"
	teluguService = "కరెంట్ బిల్లు – దక్షిణం"
	teluguAccount = "౧౧౨౧౧౦౪౦౦౧౦౦౧"
	teluguSend    = "సరే, పంపండి"
	teluguPay     = "ఇప్పుడే కట్టాలి"
	teluguPayPage = "చెల్లింపు పేజీ"
	teluguPaid    = "మీ చెల్లింపు అందింది"
	teluguStatus  = "స్థితి"
)

// TestACitizenPaysABillInTheBrowser goes from "Hi" to the receipt with nothing but what is on the screen.
func TestACitizenPaysABillInTheBrowser(t *testing.T) {
	t.Parallel()
	s := startStack(t)
	browser := chromium.New(t)
	const sita = "919800000077"
	chromium.See(t, browser,
		chromedp.EmulateViewport(chromium.Narrow, chromium.Tall, chromedp.EmulateMobile, chromedp.EmulateScale(2)),
		emulation.SetTimezoneOverride("Asia/Kolkata"),
		chromedp.Navigate(s.url("meta")+"/"),
		addPhone("Sita Devi", sita),
		say(sita, "Hi"), presses(sita, teluguName),
		presses(sita, teluguAgree),
		reads(sita, teluguChoose), chromium.Picture("journey-1-menu"),
		say(sita, teluguBill), reads(sita, "వీటిలో"),
		choosesRow(sita, teluguChoose, teluguService), chromium.Picture("journey-2-question"),
		say(sita, teluguAccount), presses(sita, teluguSend),
		reads(sita, "₹1,240.00"), chromium.Picture("journey-3-bill"),
		presses(sita, teluguPay), reads(sita, teluguPayPage), chromium.Picture("journey-4-link"),
	)

	page := opensPage(t, browser, sita, teluguPayPage)
	chromium.See(t, page, chromedp.WaitVisible("button.main", chromedp.ByQuery), chromium.Picture("journey-5-pay-page"))
	requireFits(t, page)
	chromium.See(t, page,
		chromedp.Click("button.main", chromedp.ByQuery),
		chromedp.WaitVisible(fmt.Sprintf(`//h1[text()=%q]`, teluguPaid), chromedp.BySearch), chromium.Picture("journey-6-return-page"),
	)
	requireFits(t, page)
	require.NoError(t, chromedp.Cancel(page), "close the page")

	var address string
	found := true
	receipt := chatOf(sita) + "a.file"
	chromium.See(t, browser,
		chromedp.WaitVisible(receipt, chromedp.ByQuery), chromium.Picture("journey-7-receipt"),
		chromedp.AttributeValue(receipt, "href", &address, &found, chromedp.ByQuery),
		say(sita, teluguStatus), reads(sita, "చివరి మార్పు"), chromium.Picture("journey-8-status"),
	)
	require.Contains(t, textOfPDF(t, download(t, s.url("meta")+address)), "1121104001001")
	require.Len(t, s.south.Postings(), 1)
}

func chatOf(phone string) string { return "[data-phone='" + phone + "'] " }

func addPhone(name, number string) chromedp.Action {
	return chromedp.Tasks{
		chromedp.WaitVisible(".composer-text", chromedp.ByQuery),
		chromedp.Click("#add-phone", chromedp.ByQuery),
		chromedp.WaitVisible(".sheet", chromedp.ByQuery),
		chromedp.SetValue(".sheet input[name=name]", name, chromedp.ByQuery),
		chromedp.SetValue(".sheet input[name=number]", number, chromedp.ByQuery),
		chromedp.Click(".sheet-confirm", chromedp.ByQuery),
		chromedp.WaitVisible(chatOf(number)+".composer-text", chromedp.ByQuery),
	}
}

func say(phone, text string) chromedp.Action {
	return chromedp.Tasks{
		chromedp.Focus(chatOf(phone)+".composer-text", chromedp.ByQuery),
		input.InsertText(text), // as keyboards of Indian scripts do
		chromedp.Click(chatOf(phone)+".go", chromedp.ByQuery),
	}
}

// inLatest finds an element of the newest message by a condition on it.
func inLatest(phone, condition string) string {
	return fmt.Sprintf(`(//*[@data-phone=%q]//*[@data-message])[last()]%s`, phone, condition)
}

// reads waits until the newest message of the department contains the words, as a citizen does before going on.
func reads(phone, words string) chromedp.Action {
	return chromedp.WaitVisible(inLatest(phone, fmt.Sprintf(`[contains(@class,"business")]//*[contains(.,%q)]`, words)), chromedp.BySearch)
}

// presses goes on by a button of the newest message.
func presses(phone, title string) chromedp.Action {
	button := inLatest(phone, fmt.Sprintf(`//*[self::button or self::a][span[text()=%q]]`, title))
	return chromedp.Tasks{
		chromedp.WaitVisible(button, chromedp.BySearch), chromium.StandsStill(),
		chromedp.Click(button, chromedp.BySearch, chromedp.NodeVisible),
	}
}

// choosesRow opens a list, chooses the row and sends it.
func choosesRow(phone, button, row string) chromedp.Action {
	return chromedp.Tasks{
		presses(phone, button),
		chromedp.WaitVisible(chatOf(phone)+".sheet", chromedp.ByQuery), chromium.Picture("journey-2-list"),
		chromedp.Click(fmt.Sprintf(`//label[.//span[text()=%q]]`, row), chromedp.BySearch, chromedp.NodeVisible),
		chromedp.Click(chatOf(phone)+".sheet-confirm", chromedp.ByQuery),
		chromedp.WaitNotPresent(".sheet", chromedp.ByQuery),
		reads(phone, "13"),
	}
}

// opensPage presses a link in the chat and returns the tab that it opens, as narrow as the phone.
func opensPage(t *testing.T, browser context.Context, phone, title string) context.Context { //nolint:revive // the test comes first
	t.Helper()
	opened := chromedp.WaitNewTarget(browser, func(info *target.Info) bool { return strings.Contains(info.URL, "/l/plink_") })
	chromium.See(t, browser, presses(phone, title))
	select {
	case id := <-opened:
		tab, leave := chromedp.NewContext(browser, chromedp.WithTargetID(id))
		t.Cleanup(leave)
		require.NoError(t, chromedp.Run(tab), "look at the payment page")
		chromium.FailOnErrors(t, tab)
		chromium.See(t, tab, chromedp.EmulateViewport(chromium.Narrow, chromium.Tall, chromedp.EmulateMobile, chromedp.EmulateScale(2)))
		return tab
	case <-browser.Done():
		require.FailNow(t, "the payment page did not open")
		return nil
	}
}

func requireFits(t *testing.T, tab context.Context) { //nolint:revive // the test comes first
	t.Helper()
	var width int
	chromium.See(t, tab, chromedp.Evaluate(`document.documentElement.scrollWidth`, &width))
	require.LessOrEqual(t, width, chromium.Narrow, "nothing is wider than the screen")
}

func download(t *testing.T, address string) []byte {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	require.Equal(t, http.StatusOK, response.StatusCode)
	content, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	require.NoError(t, err)
	return content
}

func textOfPDF(t *testing.T, content []byte) string {
	t.Helper()
	require.True(t, bytes.HasPrefix(content, []byte("%PDF-")), "the receipt is a PDF")
	command := exec.CommandContext(t.Context(), "pdftotext", "-layout", "-", "-")
	command.Stdin = bytes.NewReader(content)
	text, err := command.Output()
	require.NoError(t, err)
	return string(text)
}
