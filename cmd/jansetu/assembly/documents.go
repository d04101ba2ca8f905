package assembly

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/jansetu/jansetu/cmd/jansetu/config"
	"github.com/jansetu/jansetu/documents/issue"
	"github.com/jansetu/jansetu/documents/issuerkeys"
	"github.com/jansetu/jansetu/documents/logaudit"
	"github.com/jansetu/jansetu/documents/publiclog"
	"github.com/jansetu/jansetu/documents/publish"
	"github.com/jansetu/jansetu/documents/seal"
	"github.com/jansetu/jansetu/documents/verify"
	"github.com/jansetu/jansetu/store/access"
)

// keyListAge and revocationsAge are how long others may keep what is handed out before they ask again.
const (
	keyListAge     = time.Hour
	revocationsAge = 5 * time.Minute
)

// issuerFolder is where the issuer's keys are; in development it is made. Empty: none is configured.
func (c *common) issuerFolder() (string, error) {
	folder := c.settings.Documents.Issuer
	if folder == "" || c.settings.Mode != config.Development {
		return folder, nil
	}
	address, err := url.Parse(c.settings.PublicURL)
	if err != nil {
		return "", fmt.Errorf("JANSETU_PUBLIC_URL: %w", err)
	}
	err = issuerkeys.Create(folder, issuerkeys.Options{
		Name: c.settings.State, Origin: address.Host + "/log", Holder: "Jansetu, development, " + c.services.State().Title.In("en"), Now: now(),
	})
	return folder, err
}

// issuer makes who issues documents; nil when no keys are configured.
func (c *common) issuer() (*issue.Issuer, error) {
	folder, err := c.issuerFolder()
	if err != nil || folder == "" {
		return nil, err
	}
	keys, err := issuerkeys.Open(folder, c.settings.Documents.PIN)
	if err != nil {
		return nil, fmt.Errorf("open JANSETU_ISSUER: %w", err)
	}
	issuer, err := issue.New(issue.Config{
		Store: c.store, Name: keys.Name, Address: c.settings.PublicURL, SealKey: keys.Seal, Signer: keys.Signer, Log: keys.Log, LogKey: keys.LogKey,
		Slog: c.log,
	})
	if err != nil {
		return nil, fmt.Errorf("build the issuer: %w", err)
	}
	return issuer, nil
}

// maintain looks after log and revocations while the worker runs; what it returns ends that.
func maintain(ctx context.Context, issuer *issue.Issuer) (stop func()) {
	if issuer == nil {
		return func() {}
	}
	return beside(ctx, issuer.Maintain)
}

// beside runs work until what it returns is called.
func beside(ctx context.Context, work func(context.Context)) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() { work(ctx) })
	return func() {
		cancel()
		running.Wait()
	}
}

// publisher makes what publishes the log; nil when no folder is configured.
func (c *common) publisher() (*publish.Publisher, error) {
	folder, err := c.issuerFolder()
	if err != nil || folder == "" || c.settings.Documents.LogFolder == "" {
		return nil, err
	}
	_, list, err := issuerkeys.ReadList(folder)
	if err != nil {
		return nil, fmt.Errorf("open JANSETU_ISSUER: %w", err)
	}
	key, err := note.NewVerifier(list.Log)
	if err != nil {
		return nil, fmt.Errorf("the log's key in the key list: %w", err)
	}
	witnesses, err := witnessAddresses(list, c.settings.Documents.Witnesses)
	if err != nil {
		return nil, err
	}
	publisher, err := publish.New(publish.Config{
		Log: c.store, Folder: c.settings.Documents.LogFolder, Key: key, Witnesses: witnesses, Quorum: list.Quorum, Slog: c.log,
	})
	if err != nil {
		return nil, fmt.Errorf("build the publisher of the log: %w", err)
	}
	return publisher, nil
}

// watchLog shows in the metrics how far the public log is.
func (c *common) watchLog(publisher *publish.Publisher) (*publish.Monitor, error) {
	monitor := publish.NewMonitor(c.store, publisher)
	if err := c.registry.Register(publish.NewMetrics(monitor, now)); err != nil {
		return nil, fmt.Errorf("register the metrics of the public log: %w", err)
	}
	return monitor, nil
}

// witnessAddresses finds the key of every witness that is named with its address.
func witnessAddresses(list *seal.KeyList, named []string) ([]publish.Witness, error) {
	witnesses := make([]publish.Witness, 0, len(named))
	for _, each := range named {
		name, address, found := strings.Cut(each, "=")
		if !found {
			return nil, fmt.Errorf("JANSETU_WITNESSES: write name=https://…, not %q", each)
		}
		key, err := cosigner(list, name)
		if err != nil {
			return nil, err
		}
		witnesses = append(witnesses, publish.Witness{URL: address, Key: key})
	}
	return witnesses, nil
}

func cosigner(list *seal.KeyList, name string) (*publiclog.Cosigner, error) {
	for _, text := range list.Witnesses {
		if key, err := publiclog.ParseCosigner(text); err == nil && key.Name() == name {
			return key, nil
		}
	}
	return nil, fmt.Errorf("JANSETU_WITNESSES: the key list does not name the witness %q", name)
}

func publishing(ctx context.Context, publisher *publish.Publisher) (stop func()) {
	if publisher == nil {
		return func() {}
	}
	return beside(ctx, publisher.Run)
}

// proofPages are what anybody needs to verify documents; none when nobody issues.
func (c *common) proofPages() (map[string]http.Handler, error) {
	folder := c.settings.Documents.Issuer
	if folder == "" {
		return map[string]http.Handler{}, nil
	}
	pages := map[string]http.Handler{
		publish.KeyListPath: publish.List(func(context.Context) ([]byte, error) {
			raw, _, err := issuerkeys.ReadList(folder)
			return raw, err
		}, keyListAge),
		publish.RevocationsPath: publish.List(func(ctx context.Context) ([]byte, error) {
			raw, _, err := c.store.RevocationList(ctx)
			return raw, err
		}, revocationsAge),
	}
	if c.settings.Documents.LogFolder == "" {
		return pages, nil
	}
	if err := os.MkdirAll(c.settings.Documents.LogFolder, 0o750); err != nil {
		return nil, fmt.Errorf("make JANSETU_LOG_FOLDER: %w", err)
	}
	log, err := publish.Handler(c.settings.Documents.LogFolder)
	if err != nil {
		return nil, fmt.Errorf("open JANSETU_LOG_FOLDER: %w", err)
	}
	pages[publish.Path+"*"] = log
	return pages, nil
}

func merged(pages ...map[string]http.Handler) map[string]http.Handler {
	all := map[string]http.Handler{}
	for _, each := range pages {
		maps.Copy(all, each)
	}
	return all
}

// AuditLog derives the public log anew from the database, the published files and every kept document.
func AuditLog(ctx context.Context, settings config.Config) (logaudit.Report, error) {
	if settings.Documents.Issuer == "" {
		return logaudit.Report{}, errors.New("JANSETU_ISSUER is not set: its key list is needed")
	}
	_, list, err := issuerkeys.ReadList(settings.Documents.Issuer)
	if err != nil {
		return logaudit.Report{}, err
	}
	trust, err := verify.NewTrust(list)
	if err != nil {
		return logaudit.Report{}, err
	}
	policy, err := publiclog.ParsePolicy(list.Log, list.Witnesses, list.Quorum)
	if err != nil {
		return logaudit.Report{}, err
	}
	database, err := openStore(ctx, settings, access.Owner)
	if err != nil {
		return logaudit.Report{}, err
	}
	defer database.Close()
	checked := logaudit.Config{Store: database, Trust: trust, Log: policy, Now: now()}
	if settings.Documents.LogFolder != "" {
		checked.Files = publiclog.Folder(settings.Documents.LogFolder)
	}
	return logaudit.Run(ctx, checked)
}
