package endtoend_test

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/deploy/local/chromium"
	"github.com/jansetu/jansetu/gateway/digilocker/digilockertwin"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
)

// photoOf is a page of a PDF as a phone takes it.
func (s *stack) photoOf(pdf []byte) []byte {
	s.t.Helper()
	folder := s.t.TempDir()
	file := filepath.Join(folder, "paper.pdf")
	require.NoError(s.t, os.WriteFile(file, pdf, 0o600))
	printed, err := exec.CommandContext(s.t.Context(), "pdftoppm", "-r", "150", "-jpeg", "-singlefile", file, filepath.Join(folder, "photo")).CombinedOutput()
	require.NoError(s.t, err, string(printed))
	photo, err := os.ReadFile(filepath.Join(folder, "photo.jpg"))
	require.NoError(s.t, err)
	return photo
}

func (c *citizen) sendsFile(kind, mime string, content []byte) *citizen {
	c.t.Helper()
	file, err := c.meta.AddMedia(mime, "paper", content)
	require.NoError(c.t, err)
	_, err = c.meta.Write(c.phone, emulator.MediaMessage(kind, file.ID, ""))
	require.NoError(c.t, err)
	return c
}

// TestAShopkeeperChecksAReceipt goes the whole way with a hub of several processes: a receipt is checked by a stranger in the chat, on the
// page, without a network, and pulled into DigiLocker.
func TestAShopkeeperChecksAReceipt(t *testing.T) {
	t.Parallel()
	change, _ := issuing(t)
	s := startStack(t, change, func(s *stack) {
		s.extra = append(s.extra, "JANSETU_DIGILOCKER_ORG_ID=007", "JANSETU_DIGILOCKER_ISSUER_ID=in.gov.ap.jansetu", "JANSETU_DIGILOCKER_API_KEY=an API key",
			"JANSETU_DIGILOCKER_DOC_TYPES=RECPT=receipt=Receipt")
	})
	ctx := within(t)
	payer := newCitizen(t, s.meta, phoneNumber(81), "Sita Devi")
	payer.arrives(ctx, english)
	payer.asksFor(ctx, english, "1121104001001")
	_, err := s.gateway.Pay(payer.opensPayment(ctx, english))
	require.NoError(t, err)
	receipt := s.download(payer.hears(ctx, ".pdf"))
	photo := s.photoOf(receipt)

	shopkeeper := newCitizen(t, s.meta, phoneNumber(82), "Ravi")
	shopkeeper.arrives(ctx, english)
	shopkeeper.writes("check a paper").hears(ctx, "square code")
	found := shopkeeper.sendsFile("image", "image/jpeg", photo).hears(ctx, "Genuine, and it counts")
	require.Contains(t, found, "₹1,240.00")
	shopkeeper.sendsFile("document", "application/pdf", receipt).hears(ctx, "Genuine, and it counts")
	changed := bytes.Clone(receipt)
	changed[len(changed)/3] ^= 1
	shopkeeper.sendsFile("document", "application/pdf", changed).hears(ctx, "This file was changed")

	s.requireCheckedInABrowser(t, photo)
	s.requirePulled(t, receipt, found)
}

func (s *stack) requireCheckedInABrowser(t *testing.T, photo []byte) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "photo.jpg")
	require.NoError(t, os.WriteFile(file, photo, 0o600))
	hub, browser := s.url(partGateway), chromium.New(t)
	chromium.See(t, browser, chromedp.EmulateViewport(chromium.Narrow, chromium.Tall, chromedp.EmulateMobile, chromedp.EmulateScale(2)),
		chromedp.Navigate(hub+"/verify/?lang=te"), chromedp.SetUploadFiles("#file", []string{file}, chromedp.ByQuery),
		chromedp.Click("form button", chromedp.ByQuery), chromedp.WaitVisible(`[data-verdict="valid"]`, chromedp.ByQuery), chromium.Picture("verify-page"),
		chromedp.Navigate(hub+"/verify/app/?lang=te"), chromedp.WaitReady("body[data-ready]", chromedp.ByQuery))
	requireFits(t, browser)
	chromium.See(t, browser, network.Enable(), network.EmulateNetworkConditions(true, 0, 0, 0),
		chromedp.SetUploadFiles("#picture", []string{file}, chromedp.ByQuery), chromedp.WaitVisible(`#answer[data-verdict="valid"]`, chromedp.ByQuery), chromium.Picture("verify-offline"))
	var said string
	chromium.See(t, browser, chromedp.Text("#answer", &said, chromedp.ByQuery))
	require.Contains(t, said, "₹1,240.00")
}

// requirePulled pulls the receipt as DigiLocker does; what was said about it in the chat has its number and name.
func (s *stack) requirePulled(t *testing.T, receipt []byte, said string) {
	t.Helper()
	caller := &digilockertwin.Caller{Client: &http.Client{Timeout: time.Minute}, URL: s.url(partGateway), OrgID: "007", APIKey: "an API key", Now: time.Now}
	account := digilockertwin.Account{ID: "acc-1", FullName: after(t, said, `• Name: `)}
	pulled, err := caller.PullURI(t.Context(), account, "RECPT", after(t, said, `• Number: `), "pdf", digilockertwin.Cheat{})
	require.NoError(t, err)
	require.Equal(t, 1, pulled.Status)
	require.Equal(t, receipt, pulled.PDF)
	pulled, err = caller.PullDoc(t.Context(), digilockertwin.Account{ID: "acc-2"}, pulled.URI, "pdf", digilockertwin.Cheat{})
	require.NoError(t, err)
	require.Zero(t, pulled.Status, "another account")
}

// after is what stands behind a word up to the end of its line, in the JSON of a message.
func after(t *testing.T, said, word string) string {
	t.Helper()
	_, rest, found := strings.Cut(said, word)
	require.True(t, found, "%q in %s", word, said)
	value, _, _ := strings.Cut(rest, `\n`)
	return value
}
