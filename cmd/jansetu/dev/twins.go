package dev

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/twins"
	"github.com/jansetu/jansetu/deploy/local/process"
	"github.com/jansetu/jansetu/deploy/local/supervise"
)

// twinAddress is where a portal's stand-in can be looked at.
type twinAddress struct{ portal, url string }

// startTwins starts a stand-in for every portal of the state whose address the environment does not give. Each has a port of
// its own, the same at every start: links that citizens were sent stay good.
func (d *development) startTwins(ctx context.Context) error {
	ports, err := d.twinPorts()
	if err != nil {
		return err
	}
	for _, portal := range d.services.Portals() {
		if d.settings.PortalURL(portal.Name) != "" {
			d.progress.given("Portal "+portal.Name, "the environment")
			continue
		}
		if err := d.startTwin(ctx, portal, ports[portal.Name]); err != nil {
			return err
		}
	}
	return nil
}

// twinPorts keeps the port each portal's twin was first given; a new portal gets the next one.
func (d *development) twinPorts() (map[string]int, error) {
	ports := map[string]int{}
	kept, err := os.ReadFile(d.folder("twins.json"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the ports of the twins: %w", err)
	}
	if len(kept) > 0 {
		if err := json.Unmarshal(kept, &ports); err != nil {
			return nil, fmt.Errorf("the file %s is broken; delete it: %w", d.folder("twins.json"), err)
		}
	}
	for _, portal := range d.services.Portals() {
		if ports[portal.Name] == 0 {
			ports[portal.Name] = max(d.options.TwinPort, slices.Max(append(slices.Collect(maps.Values(ports)), 0))+1)
		}
	}
	content, err := json.MarshalIndent(ports, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("keep the ports of the twins: %w", err)
	}
	if err := os.WriteFile(d.folder("twins.json"), content, 0o600); err != nil {
		return nil, fmt.Errorf("keep the ports of the twins: %w", err)
	}
	return ports, nil
}

func (d *development) startTwin(ctx context.Context, portal *catalog.Portal, port int) error {
	address := "http://" + process.Address(port)
	start := func(ctx context.Context) (supervise.Running, error) {
		twin, err := twins.New(twins.Portal{
			Family: portal.Family, Settings: portal.Settings, Credentials: d.settings.PortalCredentials(portal.Name), Address: address,
			HubURL: "http://" + d.settings.Listen, DataDir: d.folder("twin-" + portal.Name), Log: d.options.Log,
		})
		if err != nil {
			return nil, fmt.Errorf("start the twin of portal %s: %w", portal.Name, err)
		}
		return serve(ctx, "the twin of "+portal.Name, port, twin, twin.Close)
	}
	if err := d.service(ctx, "Twin of "+portal.Name, start, func() string { return address + "/twin/" }); err != nil {
		return err
	}
	d.settings.SetPortal(portal.Name, "url", address)
	d.twins = append(d.twins, twinAddress{portal.Name, address + "/twin/"})
	return nil
}
