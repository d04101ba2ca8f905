package emulator_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/deploy/local/chromium"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
)

const ravi = "919800000002"

// newBrowser is a browser in which what a page writes to its console as an error fails the test too.
func newBrowser(t *testing.T) context.Context {
	t.Helper()
	browser := chromium.New(t)
	chromedp.ListenTarget(browser, func(event any) {
		if said, ok := event.(*runtime.EventConsoleAPICalled); ok && said.Type == runtime.APITypeError {
			t.Errorf("the page complained: %s", said.Args[0].Value)
		}
	})
	return browser
}

func run(t *testing.T, browser context.Context, actions ...chromedp.Action) { //nolint:revive // the test comes first
	t.Helper()
	require.NoError(t, chromedp.Run(browser, actions...))
}

func phoneOf(number string) string { return "[data-phone='" + number + "'] " }

func say(number, text string) chromedp.Action {
	return chromedp.Tasks{
		chromedp.SendKeys(phoneOf(number)+".composer-text", text, chromedp.ByQuery),
		chromedp.Click(phoneOf(number)+".go", chromedp.ByQuery),
	}
}

func clickText(within, text string) chromedp.Action {
	return chromedp.Click(fmt.Sprintf(`//*[%s]//button[.//span[text()=%q]]`, within, text), chromedp.BySearch, chromedp.NodeVisible)
}

func sees(selector string) chromedp.Action {
	return chromedp.WaitVisible(selector, chromedp.ByQuery)
}

// townHall answers citizens as a gateway would: buttons, then a list, then a document.
type townHall struct {
	w     *world
	t     *testing.T
	pdf   string
	photo string
}

func (h *townHall) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var envelope struct {
		Entry []struct {
			Changes []struct {
				Value value `json:"value"`
			} `json:"changes"`
		} `json:"entry"`
	}
	if json.NewDecoder(r.Body).Decode(&envelope) == nil {
		for _, m := range envelope.Entry[0].Changes[0].Value.Messages {
			h.reply(m)
		}
	}
	w.WriteHeader(http.StatusOK)
}

func (h *townHall) reply(m map[string]any) {
	from, id := m["from"], m["id"]
	h.post(fmt.Sprintf(`{"messaging_product":"whatsapp","status":"read","message_id":%q,"typing_indicator":{"type":"text"}}`, id))
	send := func(body string) { h.post(fmt.Sprintf(`{"messaging_product":"whatsapp","to":"+%s",%s}`, from, body)) }
	answer, _ := m["interactive"].(map[string]any)
	switch {
	case m["type"] == "text":
		send(`"type":"interactive","interactive":{"type":"button","header":{"type":"text","text":"Mana Seva"},` +
			`"body":{"text":"నమస్కారం! 🙏 Welcome to *Mana Seva*.` +
			`\nपहले भाषा चुनें · ଭାଷା ବାଛନ୍ତୁ\n\nChoose your _language_:"},` +
			`"footer":{"text":"Government of Andhra Pradesh"},` +
			`"action":{"buttons":[{"type":"reply","reply":{"id":"te","title":"తెలుగు"}},` +
			`{"type":"reply","reply":{"id":"hi","title":"हिन्दी"}},{"type":"reply","reply":{"id":"en","title":"English"}}]}}`)
	case answer["type"] == "button_reply":
		send(`"type":"interactive","interactive":{"type":"list","body":{"text":"What do you need today?"},` +
			`"action":{"button":"Choose a service","sections":[` +
			`{"title":"Bills","rows":[{"id":"bill","title":"Electricity bill","description":"APEPDCL and APSPDCL: see, pay, receipt"},` +
			`{"id":"water","title":"Water charges"}]},` +
			`{"title":"Certificates","rows":[{"id":"income","title":"Income certificate","description":"Delivered here in 7 working days"},` +
			`{"id":"caste","title":"Caste certificate"}]}]}}`)
	default:
		send(fmt.Sprintf(`"type":"text","context":{"message_id":%q},`+
			`"text":{"body":"Consumer *1234567890*\n~₹ 1,420.00~ ₹ 1,250.00 due by 30 Nov\nReference: `+"```EB-2026-0042```"+`"}`, id))
		send(fmt.Sprintf(`"type":"image","image":{"id":%q,"caption":"Your meter reading"}`, h.photo))
		send(`"type":"interactive","interactive":{"type":"cta_url","body":{"text":"Pay safely on the treasury's page."},` +
			`"action":{"name":"cta_url","parameters":{"display_text":"Pay ₹ 1,250.00","url":"https://example.org/pay"}}}`)
		send(fmt.Sprintf(`"type":"document","document":{"id":%q,"filename":"receipt-EB-2026-0042.pdf","caption":"Your receipt"}`, h.pdf))
		send(`"type":"location","location":{"latitude":16.5,"longitude":80.6,"name":"MeeSeva Centre","address":"MG Road, Vijayawada"}`)
	}
}

func (h *townHall) post(body string) {
	status, answer := h.w.send(h.t, body)
	if status != http.StatusOK {
		h.t.Errorf("send: %v", answer)
	}
}

func newTownHall(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, func(c *emulator.Config) { c.Delivery.DeliveredDelay = 20 * time.Millisecond })
	_, err := w.AddPhone(emulator.Phone{Number: asha, Name: "Asha Devi"})
	require.NoError(t, err)
	_, err = w.AddPhone(emulator.Phone{Number: ravi, Name: "Ravi Kumar", Hidden: false})
	require.NoError(t, err)
	pdf, err := w.AddMedia("application/pdf", "receipt.pdf", []byte("%PDF-1.4"+strings.Repeat(" ", 48_000)))
	require.NoError(t, err)
	photo, err := os.ReadFile("testdata/meter.png")
	require.NoError(t, err)
	picture, err := w.AddMedia("image/png", "meter.png", photo)
	require.NoError(t, err)
	w.business.Config.Handler = &townHall{w: w, t: t, pdf: pdf.ID, photo: picture.ID}
	return w
}

func TestTwoPhonesOnAWideScreen(t *testing.T) {
	t.Parallel()
	w := newTownHall(t)
	browser := newBrowser(t)
	run(t, browser,
		chromedp.EmulateViewport(1280, 800),
		chromedp.Navigate(w.server.URL+"/"),
		sees(phoneOf(asha)+".composer-text"),
		chromedp.Click("#add-phone", chromedp.ByQuery),
		sees(".sheet"), chromium.Picture("wide-1-add-phone"),
		chromedp.Click(`//button[contains(@class,"sheet-choice")][1]`, chromedp.BySearch),
		sees(phoneOf(ravi)+".composer-text"),
		say(asha, "Hi"),
		sees(phoneOf(asha)+".card-action"),
		sees(phoneOf(asha)+".ticks-read"),
		chromium.Picture("wide-2-buttons"),
		clickText(`@data-phone="`+asha+`"`, "తెలుగు"),
		sees(phoneOf(asha)+".icon-list"),
		say(ravi, "hello"),
		sees(phoneOf(ravi)+".card-action"),
		clickText(`@data-phone="`+asha+`"`, "Choose a service"),
		sees(phoneOf(asha)+".sheet"),
		chromedp.Click(phoneOf(asha)+`[data-row="bill"]`, chromedp.ByQuery),
		chromium.Picture("wide-3-list"),
		chromedp.Click(phoneOf(asha)+".sheet-confirm", chromedp.ByQuery),
		sees(phoneOf(asha)+`a.file[aria-label^="Open document receipt-EB-2026-0042.pdf"]`),
		sees(phoneOf(asha)+".place"),
		chromium.Picture("wide-4-document"),
	)
	messages, err := w.Chat(asha, 0)
	require.NoError(t, err)
	types := make([]string, 0, len(messages))
	for _, m := range messages {
		types = append(types, string(m.From)+" "+m.Type)
	}
	require.Equal(t, []string{
		"citizen text", "business interactive", "citizen interactive", "business interactive", "citizen interactive",
		"business text", "business image", "business interactive", "business document", "business location",
	}, types)
}

func TestAPhoneOnANarrowScreen(t *testing.T) {
	t.Parallel()
	w := newTownHall(t)
	browser := newBrowser(t)
	card := filepath.Join(t.TempDir(), "voter-card.pdf")
	require.NoError(t, os.WriteFile(card, []byte("%PDF-1.4"), 0o600))
	var overflow bool
	run(t, browser,
		chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile, chromedp.EmulateScale(2)),
		chromedp.Navigate(w.server.URL+"/"),
		sees(phoneOf(asha)+".composer-text"),
		say(asha, "Hi"),
		sees(phoneOf(asha)+".card-action"),
		clickText(`@data-phone="`+asha+`"`, "English"),
		sees(phoneOf(asha)+".icon-list"),
		chromium.Picture("narrow-1-chat"),
		clickText(`@data-phone="`+asha+`"`, "Choose a service"),
		sees(phoneOf(asha)+".sheet"), chromium.Picture("narrow-2-list"),
		chromedp.Click(phoneOf(asha)+`[data-row="income"]`, chromedp.ByQuery),
		chromedp.Click(phoneOf(asha)+".sheet-confirm", chromedp.ByQuery),
		sees(phoneOf(asha)+".place"), chromium.Picture("narrow-3-cards"),
		chromedp.Click(phoneOf(asha)+".attach", chromedp.ByQuery),
		sees(phoneOf(asha)+".menu"), chromium.Picture("narrow-4-attach"),
		chromedp.KeyEvent("\x1b"),
		chromedp.Evaluate(`document.documentElement.scrollWidth > 360`, &overflow),
	)
	require.False(t, overflow, "nothing is wider than the screen")
	run(t, browser, attachDocument(card), sees(phoneOf(asha)+`a.file[aria-label^="Open document voter-card.pdf"]`))
}

func TestThePhoneCanBeUsedWithKeysAlone(t *testing.T) {
	t.Parallel()
	w := newTownHall(t)
	browser := newBrowser(t)
	var focused string
	var overflow bool
	run(t, browser,
		chromedp.EmulateViewport(360, 740),
		chromedp.Navigate(w.server.URL+"/"),
		sees(phoneOf(asha)+".composer-text"),
		chromedp.SendKeys(phoneOf(asha)+".composer-text", "Hi\r", chromedp.ByQuery),
		sees(phoneOf(asha)+".card-action"),
		chromedp.Focus(phoneOf(asha)+".card-action", chromedp.ByQuery), chromedp.KeyEvent("\r"),
		sees(phoneOf(asha)+".icon-list"),
		chromedp.Evaluate(`document.querySelector('.card-action:has(.icon-list)').focus()`, nil), chromedp.KeyEvent("\r"),
		sees(phoneOf(asha)+".sheet"),
		chromedp.KeyEvent("\x1b"),
		chromedp.WaitNotPresent(".sheet", chromedp.ByQuery),
		chromedp.Evaluate(`document.activeElement.textContent`, &focused),
	)
	require.Equal(t, "Choose a service", focused, "closing a sheet returns to what opened it")
	run(t, browser,
		chromedp.KeyEvent("\r"), sees(phoneOf(asha)+".sheet"),
		chromedp.KeyEvent(" "), // the first row has the focus
		chromedp.WaitEnabled(phoneOf(asha)+".sheet-confirm", chromedp.ByQuery),
		chromedp.Focus(phoneOf(asha)+".sheet-confirm", chromedp.ByQuery), chromedp.KeyEvent("\r"),
		sees(phoneOf(asha)+".place"),
		chromedp.Evaluate(`document.documentElement.style.fontSize = "200%"`, nil),
		chromium.Picture("narrow-5-large-text"),
		chromedp.Evaluate(`[...document.querySelectorAll(".stack *, .composer *")].some((e) => e.getBoundingClientRect().right > 360)`, &overflow),
	)
	require.False(t, overflow, "letters of twice the size still fit")
}

func attachDocument(path string) chromedp.Action {
	return chromedp.Tasks{
		chromedp.Evaluate(`document.querySelector('.composer input[type=file]').click = () => {}`, nil),
		chromedp.Click(phoneOf(asha)+".attach", chromedp.ByQuery),
		clickText(`@role="menu"`, "Document"),
		chromedp.SetUploadFiles(phoneOf(asha)+"input[type=file]", []string{path}, chromedp.ByQuery),
	}
}

func TestThePageNeedsNothingFromElsewhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.server.URL+"/", http.NoBody)
	require.NoError(t, err)
	resp, err := w.server.Client().Do(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	require.Contains(t, resp.Header.Get("Content-Security-Policy"), "default-src 'none'; script-src 'self'")
	files, err := filepath.Glob("page/assets/*")
	require.NoError(t, err)
	for _, file := range append(files, "page/index.html") {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, outside := range []string{"src=\"http", "href=\"http", "url(http", "@import", "from \"http"} {
			require.NotContains(t, string(content), outside, file)
		}
	}
}
