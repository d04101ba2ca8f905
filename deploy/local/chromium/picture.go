package chromium

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// folder is the environment's name of where pictures go; without it none is taken.
const folder = "JANSETU_SCREENSHOTS"

// See does something in a browser, for two minutes at most. What is on the screen when it fails is kept as a picture.
func See(t testing.TB, tab context.Context, actions ...chromedp.Action) { //nolint:revive // the test comes first
	t.Helper()
	ctx, cancel := context.WithTimeout(tab, 2*time.Minute)
	defer cancel()
	if err := chromedp.Run(ctx, actions...); err != nil {
		_ = chromedp.Run(tab, Picture("failed"))
		t.Fatalf("in the browser: %v", err)
	}
}

// Picture saves what is on the screen as <name>.png to the folder that JANSETU_SCREENSHOTS names, if any.
func Picture(name string) chromedp.Action {
	return saved(name, chromedp.CaptureScreenshot)
}

// WholePage is Picture with what lies below the screen.
func WholePage(name string) chromedp.Action {
	return saved(name, func(shot *[]byte) chromedp.Action { return chromedp.FullScreenshot(shot, 100) })
}

func saved(name string, take func(*[]byte) chromedp.Action) chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		into := os.Getenv(folder)
		if into == "" {
			return nil
		}
		var shot []byte
		if err := (chromedp.Tasks{StandsStill(), take(&shot)}).Do(ctx); err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(into, name+".png"), shot, 0o600) //nolint:gosec // the folder is named by who runs the test
	})
}

// StandsStill waits until pictures are there and what slides in has arrived: a press goes to a place on the screen.
func StandsStill() chromedp.Action {
	const still = `Promise.all([
			...[...document.images].map((image) => image.decode().catch(() => {})),
			...document.getAnimations().filter((a) => a.effect.getTiming().iterations < 9).map((a) => a.finished.catch(() => {})),
		]).then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))).then(() => true)`
	return chromedp.Evaluate(still, nil, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) })
}
