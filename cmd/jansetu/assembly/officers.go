package assembly

import (
	"context"
	"fmt"
	"net/http"

	"github.com/jansetu/jansetu/gateway/codecserver"
	"github.com/jansetu/jansetu/gateway/login"
	"github.com/jansetu/jansetu/gateway/ops"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/audit"
	"github.com/jansetu/jansetu/worker/codec"
)

// codecPath is where Temporal's UI finds the codec server, below the gateway's address.
const codecPath = "/codec"

// CodecEndpoint is the codec server's address, as Temporal's UI is given it.
func CodecEndpoint(publicURL string) string { return publicURL + codecPath }

// officers makes the login; nil when no provider is configured.
func (c *common) officers() (*login.Login, error) {
	settings := c.settings.Officers
	if settings.Issuer == "" {
		return nil, nil //nolint:nilnil // nobody logs in
	}
	officers, err := login.New(login.Config{
		Issuer: settings.Issuer, ClientID: settings.ClientID, ClientSecret: settings.ClientSecret, PublicURL: c.settings.PublicURL,
		SessionKey: []byte(settings.SessionKey), Log: c.log, SignedIn: c.recordLogin,
	})
	if err != nil {
		return nil, fmt.Errorf("build the login: %w", err)
	}
	return officers, nil
}

func (c *common) recordLogin(ctx context.Context, subject string, refused error) error {
	entry := audit.Entry{Actor: subject, Action: audit.SignedIn}
	if refused != nil {
		entry.Action = audit.SignInRefused
	}
	return audit.Append(ctx, c.store.Pool(), entry)
}

// pages are what the gateway serves to officers.
func (c *common) pages() (map[string]http.Handler, error) {
	officers, err := c.officers()
	if err != nil || officers == nil {
		return nil, err
	}
	pages := map[string]http.Handler{
		login.PathLogin: officers.Handler(), login.PathCallback: officers.Handler(), login.PathLogout: officers.Handler(),
	}
	operations, err := ops.New(ops.Config{Officers: officers, Pool: c.store.Pool(), Log: c.log})
	if err != nil {
		return nil, fmt.Errorf("build the operators' pages: %w", err)
	}
	pages[ops.Path+"*"] = operations.Handler()
	if c.settings.Officers.TemporalUI == "" {
		return pages, nil
	}
	server, err := codecserver.New(codecserver.Config{
		Codec: codec.New(c.store, store.HubPerson), Officers: officers, Group: c.settings.Officers.PayloadReaders,
		UIOrigin: c.settings.Officers.TemporalUI, Audit: c.recordReadings, Log: c.log,
	})
	if err != nil {
		return nil, fmt.Errorf("build the codec server: %w", err)
	}
	pages[codecPath+"/*"] = http.StripPrefix(codecPath, server.Handler())
	return pages, nil
}

func (c *common) recordReadings(ctx context.Context, readings []codecserver.Reading) error {
	entries := make([]audit.Entry, len(readings))
	for i, reading := range readings {
		entries[i] = audit.Entry{
			Actor: reading.Officer, Action: audit.PayloadDecoded, Person: reading.Person, Object: reading.Workflow,
			Reason: fmt.Sprintf("%d payloads in Temporal's web UI", reading.Payloads),
		}
	}
	return audit.Append(ctx, c.store.Pool(), entries...)
}
