package assembly

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"net/http"

	"github.com/jansetu/jansetu/documents/issuerkeys"
	"github.com/jansetu/jansetu/documents/publiclog"
	"github.com/jansetu/jansetu/documents/reading"
	"github.com/jansetu/jansetu/documents/seal"
	"github.com/jansetu/jansetu/gateway"
	"github.com/jansetu/jansetu/gateway/dialog"
	"github.com/jansetu/jansetu/gateway/digilocker"
	"github.com/jansetu/jansetu/gateway/verify"
)

// checker makes what checks the papers of the issuer whose keys are in a folder.
func (c *common) checker(folder string) (*verify.Checker, error) {
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

// checksPapers lets the gateway check papers, in the chat and on the pages it answers; none when nobody issues.
func (c *common) checksPapers(hub *gateway.Config, engine *dialog.Engine) (map[string]http.Handler, error) {
	folder := c.settings.Documents.Issuer
	if folder == "" {
		return map[string]http.Handler{}, nil
	}
	checker, err := c.checker(folder)
	if err != nil {
		return nil, err
	}
	hub.Papers, hub.Checked = checker, engine.Checked
	pages, err := checker.Handlers()
	if err != nil {
		return nil, err
	}
	lockers, err := c.digilocker()
	return merged(pages, lockers), err
}

// digilocker answers DigiLocker's calls; none when we are not registered there.
func (c *common) digilocker() (map[string]http.Handler, error) {
	settings := c.settings.DigiLocker
	if settings.OrgID == "" {
		return map[string]http.Handler{}, nil
	}
	listed, err := settings.Types()
	if err != nil {
		return nil, err
	}
	keys := []string{settings.APIKey}
	if settings.APIKeyPrevious != "" {
		keys = append(keys, settings.APIKeyPrevious)
	}
	link := hmac.New(sha256.New, []byte(c.settings.LookupKey))
	_, _ = link.Write([]byte("addresses of documents in DigiLocker")) // never fails
	types := make(map[string]digilocker.DocType, len(listed))
	for _, each := range listed {
		types[each.Code] = digilocker.DocType{Kind: each.Kind, Title: each.Title}
	}
	issuer, err := digilocker.New(digilocker.Config{
		OrgID: settings.OrgID, IssuerID: settings.IssuerID, Issuer: c.services.State().Title.In("en"), APIKeys: keys, LinkKey: link.Sum(nil),
		DocTypes: types, Records: c.store, Used: digilocker.Inbox{Store: c.store}, Log: c.log, Now: now,
	})
	if err != nil {
		return nil, fmt.Errorf("build the DigiLocker issuer: %w", err)
	}
	return issuer.Handlers(), nil
}
