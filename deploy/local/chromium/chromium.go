// Package chromium opens the headless browser in which tests look at pages. It knows none of the pages.
package chromium

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

const limit = 5 * time.Minute // for all that a test does in one browser

// The screen of a cheap telephone, in CSS pixels.
const (
	Narrow = 360
	Tall   = 780
)

// New starts a headless Chromium of its own with a fresh profile, for five minutes at most. A page that throws fails the test.
func New(t testing.TB, options ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	all := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program(t)), chromedp.NoFirstRun, chromedp.DisableGPU,
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("disable-background-networking", true))
	if os.Geteuid() == 0 {
		all = append(all, chromedp.NoSandbox)
	}
	allocated, stop := chromedp.NewExecAllocator(t.Context(), append(all, options...)...)
	t.Cleanup(stop)
	browser, leave := chromedp.NewContext(allocated)
	t.Cleanup(leave)
	browser, cancel := context.WithTimeout(browser, limit)
	t.Cleanup(cancel)
	FailOnErrors(t, browser)
	if err := chromedp.Run(browser); err != nil {
		t.Fatalf("start the browser: %v", err)
	}
	return browser
}

// Telephone is New with the screen of a cheap telephone, Narrow by Tall.
func Telephone(t testing.TB, options ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	browser := New(t, options...)
	if err := chromedp.Run(browser, chromedp.EmulateViewport(Narrow, Tall, chromedp.EmulateMobile, chromedp.EmulateScale(2))); err != nil {
		t.Fatalf("make the browser a telephone: %v", err)
	}
	return browser
}

// FailOnErrors fails the test when a page of a further tab throws.
func FailOnErrors(t testing.TB, tab context.Context) { //nolint:revive // the test comes first
	t.Helper()
	chromedp.ListenTarget(tab, func(event any) {
		if thrown, ok := event.(*runtime.EventExceptionThrown); ok {
			t.Errorf("the page failed: %s", thrown.ExceptionDetails.Error())
		}
	})
}

func program(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("Chromium is needed: `apt-get install chromium` on Debian, `brew install chromium` on macOS")
	return ""
}
