package assembly

import (
	"context"
	"fmt"
	"net/http"

	"github.com/jansetu/jansetu/documents/issuerkeys"
	"github.com/jansetu/jansetu/documents/publiclog"
	"github.com/jansetu/jansetu/documents/reading"
	"github.com/jansetu/jansetu/documents/seal"
	"github.com/jansetu/jansetu/gateway"
	"github.com/jansetu/jansetu/gateway/dialog"
	"github.com/jansetu/jansetu/gateway/verify"
)

// checker makes what checks papers; nil when nobody issues.
func (c *common) checker() (*verify.Checker, error) {
	folder := c.settings.Documents.Issuer
	if folder == "" {
		return nil, nil //nolint:nilnil // nobody issues
	}
	checking := verify.Config{
		KeyList: func(context.Context) (*seal.KeyList, error) {
			_, list, err := issuerkeys.ReadList(folder)
			return list, err
		},
		Records: c.store, Texts: c.services, Slog: c.log,
	}
	if c.settings.Documents.LogFolder != "" {
		checking.Log = publiclog.Folder(c.settings.Documents.LogFolder)
	}
	if pages, found := reading.FindPoppler(reading.Bounds{}); found {
		checking.Pages = pages
	}
	checker, err := verify.New(checking)
	if err != nil {
		return nil, fmt.Errorf("build the check of papers: %w", err)
	}
	return checker, nil
}

// checksPapers lets the gateway check papers, in the chat and on the pages it answers.
func (c *common) checksPapers(hub *gateway.Config, engine *dialog.Engine) (map[string]http.Handler, error) {
	checker, err := c.checker()
	if err != nil || checker == nil {
		return nil, err
	}
	hub.Papers, hub.Checked = checker, engine.Checked
	return checker.Handlers()
}
