// Package assembly puts the hub together: it is the one place that knows every part, makes each from the configuration and hands
// it what it needs. It holds no behaviour of its own.
package assembly

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/config"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/access"
)

// LoadCatalog loads the services of the configured state.
func LoadCatalog(settings config.Config) (*catalog.Catalog, error) {
	var files fs.FS = deploy.Files
	if settings.Files != "" {
		files = os.DirFS(settings.Files)
	}
	services, err := catalog.Load(files, settings.State)
	if err != nil {
		return nil, fmt.Errorf("load the services of state %q: %w", settings.State, err)
	}
	return services, nil
}

// Migrate brings the database's schema up to date.
func Migrate(ctx context.Context, databaseURL string) error { return store.Migrate(ctx, databaseURL) }

// common is what gateway and worker both need.
type common struct {
	settings config.Config
	services *catalog.Catalog
	store    *store.Store
	registry *prometheus.Registry
	families *connectors.Registry
	log      *slog.Logger
}

func newCommon(ctx context.Context, settings config.Config, role access.Role, log *slog.Logger) (*common, error) {
	services, err := LoadCatalog(settings)
	if err != nil {
		return nil, err
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	families, err := connectorFamilies(settings, log, newPortalMetrics(registry))
	if err != nil {
		return nil, err
	}
	database, err := openStore(ctx, settings, role)
	if err != nil {
		return nil, err
	}
	return &common{settings: settings, services: services, store: database, registry: registry, families: families, log: log}, nil
}

// portalConfig is a portal as the state's files and the environment together describe it.
func (c *common) portalConfig(portal *catalog.Portal) (connectors.PortalConfig, error) {
	address := c.settings.PortalURL(portal.Name)
	if address == "" {
		address = portal.URL
	}
	windows, err := c.maintenance(portal)
	if err != nil {
		return connectors.PortalConfig{}, err
	}
	return connectors.PortalConfig{
		Name: portal.Name, Family: portal.Family, URL: address, Settings: portal.Settings,
		Credentials: c.settings.PortalCredentials(portal.Name), Maintenance: windows,
		Budget: connectors.Budget{
			RequestsPerSecond: portal.Budget.RequestsPerSecond, Burst: portal.Budget.Burst, Concurrent: portal.Budget.Concurrent,
		},
		Timeouts: connectors.Timeouts{Attempt: portal.Timeout, Total: 2 * portal.Timeout},
	}, nil
}

// maintenance is the calendar of a portal: that of the environment where it has one, else that of the state's file.
func (c *common) maintenance(portal *catalog.Portal) ([]connectors.Window, error) {
	if written := c.settings.PortalMaintenance(portal.Name); written != "" {
		windows, err := connectors.ParseMaintenance(written)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", config.PortalVariable(portal.Name, "maintenance"), err)
		}
		return windows, nil
	}
	windows := make([]connectors.Window, len(portal.Maintenance))
	for i, window := range portal.Maintenance {
		windows[i] = connectors.Window(window)
	}
	return windows, nil
}

func (c *common) portal(name string) (*catalog.Portal, error) {
	portal, found := c.services.Portal(name)
	if !found {
		known := make([]string, 0, len(c.services.Portals()))
		for _, other := range c.services.Portals() {
			known = append(known, other.Name)
		}
		return nil, fmt.Errorf("the state has no portal %q (it has %s)", name, strings.Join(known, ", "))
	}
	return portal, nil
}

// openPortal opens the connector of a portal of the state.
func (c *common) openPortal(portal *catalog.Portal) (any, error) {
	configured, err := c.portalConfig(portal)
	if err != nil {
		return nil, err
	}
	connector, err := c.families.Open(configured)
	if err != nil {
		return nil, fmt.Errorf("open portal %s: %w", portal.Name, err)
	}
	return connector, nil
}
