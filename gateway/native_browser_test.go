package gateway_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/deploy/local/chromium"
)

// seen saves what is on the screen to the folder named by JANSETU_SCREENSHOTS, if any, and looks that nothing is wider than the telephone.
func seen(t *testing.T, name string) chromedp.Action {
	t.Helper()
	return chromedp.ActionFunc(func(ctx context.Context) error {
		var wide bool
		const overflow = `[...document.querySelectorAll(".flow *")].some((e) => e.getBoundingClientRect().right > innerWidth + 1)`
		if err := chromedp.Evaluate(overflow, &wide).Do(ctx); err != nil {
			return err
		}
		require.False(t, wide, "%s is wider than the telephone", name)
		return chromium.Picture(name).Do(ctx)
	})
}

func page(id string) chromedp.Action {
	return chromedp.WaitVisible(fmt.Sprintf(`.flow[data-screen=%q]`, id), chromedp.ByQuery)
}

func writes(name, text string) chromedp.Action {
	return chromedp.SendKeys(`.flow [name="`+name+`"]`, text, chromedp.ByQuery)
}

func picks(name, value string) chromedp.Action {
	return chromedp.Click(fmt.Sprintf(`.flow input[name=%q][value=%q]`, name, value), chromedp.ByQuery)
}

func sends() chromedp.Action { return chromedp.Click(".flow-footer", chromedp.ByQuery) }

func sendsText(text string) chromedp.Action {
	return chromedp.Tasks{chromedp.SendKeys(".composer-text", text, chromedp.ByQuery), chromedp.Click(".go", chromedp.ByQuery)}
}

func reads(text string) chromedp.Action {
	return chromedp.WaitVisible(fmt.Sprintf(`//*[contains(., %q)]`, text), chromedp.BySearch)
}

func TestACitizenFillsInTheFormOnANarrowTelephone(t *testing.T) {
	t.Parallel()
	f := newFormPhones(t)
	f.arrives("తెలుగు")
	file := filepath.Join(t.TempDir(), "card.jpg")
	require.NoError(t, os.WriteFile(file, photo(t), 0o600))
	browser := chromium.Telephone(t)
	run := func(actions ...chromedp.Action) {
		t.Helper()
		require.NoError(t, chromedp.Run(browser, actions...))
	}
	run(chromedp.Navigate(f.pageURL+"/"), chromedp.WaitVisible(".composer-text", chromedp.ByQuery), sendsText("income certificate"),
		reads("ఫారం నింపండి"), seen(t, "flow-1-offer"), chromedp.Click(`//button[contains(., "ఫారం నింపండి")]`, chromedp.BySearch), page("PAGE_A"), seen(t, "flow-2-first"))
	run(picks("salutation", "Smt"), writes("applicant_name", "Sita Devi"), writes("father_name", "Rama Rao"), writes("pin_code", "5211"),
		picks("district", "Krishna"), sends(), chromedp.WaitVisible(".flow-error", chromedp.ByQuery), reads("పైన చూడండి"), seen(t, "flow-3-wrong"))
	run(writes("pin_code", "51"), sends(), page("PAGE_B"), seen(t, "flow-4-second"))
	run(chromedp.Click(`.flow [aria-label="Back"]`, chromedp.ByQuery), page("PAGE_A"), chromedp.WaitVisible(`.flow input[name="district"]:checked`, chromedp.ByQuery), sends(), page("PAGE_B"))
	run(writes("annual_income", "90000"), picks("purpose", "Scholarship"), writes("mobile", "9848012345"), sends(), page("PAGE_C"))
	run(chromedp.SetUploadFiles(".flow-file", []string{file}, chromedp.ByQuery), chromedp.WaitVisible(".flow-preview", chromedp.ByQuery), seen(t, "flow-5-photo"), sends(), page("PAGE_D"))
	run(chromedp.SetUploadFiles(".flow-file", []string{file}, chromedp.ByQuery), chromedp.WaitVisible(".flow-preview", chromedp.ByQuery), sends(), page("PAGE_E"))
	run(chromedp.Click(`.flow input[type="checkbox"]`, chromedp.ByQuery), seen(t, "flow-6-declaration"), sends(), chromedp.WaitNotPresent(".flow", chromedp.ByQuery),
		reads("521151"), seen(t, "flow-7-summary"))
	var chat string
	run(chromedp.Text(".log", &chat, chromedp.ByQuery))
	for _, said := range []string{"Sita Devi", "Rama Rao", "521151", "98480 12345", "ప్రకటిస్తున్నాను"} {
		require.Contains(t, chat, said)
	}
}
