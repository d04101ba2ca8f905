package assembly

import (
	"context"
	"fmt"
	"net/http"

	"github.com/jansetu/jansetu/activities/money"
	"github.com/jansetu/jansetu/documents/publish"
	"github.com/jansetu/jansetu/gateway/approved"
	"github.com/jansetu/jansetu/gateway/codecserver"
	"github.com/jansetu/jansetu/gateway/desk"
	"github.com/jansetu/jansetu/gateway/login"
	"github.com/jansetu/jansetu/gateway/officers"
	"github.com/jansetu/jansetu/gateway/ops"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/audit"
	"github.com/jansetu/jansetu/worker/codec"
	"github.com/jansetu/jansetu/worker/operations"
)

// codecPath is where Temporal's UI finds the codec server, below the gateway's address.
const codecPath = "/codec"

// CodecEndpoint is the codec server's address, as Temporal's UI is given it.
func CodecEndpoint(publicURL string) string { return publicURL + codecPath }

// login makes the way in for officers.
func (c *common) login() (*login.Login, error) {
	settings := c.settings.Officers
	door, err := login.New(login.Config{
		Issuer: settings.Issuer, ClientID: settings.ClientID, ClientSecret: settings.ClientSecret, PublicURL: c.settings.PublicURL,
		SessionKey: []byte(settings.SessionKey), Log: c.log, SignedIn: c.recordLogin, SignedOut: c.recordLogout,
	})
	if err != nil {
		return nil, fmt.Errorf("build the login: %w", err)
	}
	return door, nil
}

func (c *common) recordLogin(ctx context.Context, subject string, refused error) error {
	entry := audit.Entry{Actor: subject, Action: audit.SignedIn}
	if refused != nil {
		entry.Action = audit.SignInRefused
	}
	return audit.Append(ctx, c.store.Pool(), entry)
}

func (c *common) recordLogout(ctx context.Context, subject string) {
	if err := audit.Append(ctx, c.store.Pool(), audit.Entry{Actor: subject, Action: audit.SignedOut}); err != nil {
		c.log.Error("logging out not recorded", "error", err)
	}
}

// pages are what the gateway serves to officers; none when no provider is configured by which they could log in.
func (c *common) pages(requests *operations.Operations, publicLog *publish.Monitor) (map[string]http.Handler, error) {
	pages := map[string]http.Handler{}
	if c.settings.Officers.Issuer == "" {
		return pages, nil
	}
	door, err := c.login()
	if err != nil {
		return nil, err
	}
	pages = map[string]http.Handler{
		login.PathLogin: door.Handler(), login.PathCallback: door.Handler(), login.PathLogout: door.Handler(), officers.PathStyle: officers.Style(),
	}
	guard, err := officers.New(officers.Config{Identity: door, Pool: c.store.Pool(), Log: c.log})
	if err != nil {
		return nil, fmt.Errorf("build the guard of officers' pages: %w", err)
	}
	watched := ops.Config{
		Guard: guard, Store: c.store, Services: c.services, Deeds: approved.Deeds(money.NewBooks(c.store), c.services, now), Requests: requests,
	}
	if publicLog != nil {
		watched.PublicLog = publicLog
	}
	operating, err := ops.New(watched)
	if err != nil {
		return nil, fmt.Errorf("build the operators' pages: %w", err)
	}
	pages[ops.Path+"*"] = operating.Handler()
	counter, err := desk.New(desk.Config{Guard: guard, Pool: c.store.Pool(), Services: c.services})
	if err != nil {
		return nil, fmt.Errorf("build the service centre's page: %w", err)
	}
	pages[desk.Path] = counter.Handler()
	if c.settings.Officers.TemporalUI == "" {
		return pages, nil
	}
	server, err := codecserver.New(codecserver.Config{
		Codec: codec.New(c.store, store.HubPerson), Officers: door, Group: c.settings.Officers.PayloadReaders,
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
