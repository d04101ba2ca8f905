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
	"strings"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/twins"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/deploy/local/process"
	"github.com/jansetu/jansetu/deploy/local/supervise"
)

// twinAddress is where a portal's stand-in can be looked at.
type twinAddress struct{ portal, family, url string }

// samplePorts is how far after the page of all twins the ports of the samples begin.
const samplePorts = 30

// startTwins starts a stand-in for every portal of the state whose address the environment does not give, then one of every other
// kind there is, and a page of them all. Each has a port of its own, the same at every start: links that citizens were sent stay
// good.
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
	return d.startGallery(ctx)
}

// startGallery starts the twins of the families that the state has no portal of, and the page that lists every twin.
func (d *development) startGallery(ctx context.Context) error {
	samples, ports := d.otherTwins()
	gallery := twins.GalleryConfig{
		Address: process.Address(d.options.TwinPort), Samples: samples, DataDir: d.options.DataDir, Log: d.options.Log,
	}
	for _, twin := range d.twins {
		gallery.Served = append(gallery.Served, twins.Entry{Name: twin.portal, Family: twin.family, Address: strings.TrimSuffix(twin.url, "/twin/")})
	}
	for i, port := range ports {
		gallery.Addresses = append(gallery.Addresses, process.Address(port))
		d.samples = append(d.samples, fmt.Sprintf("%s %d", samples[i].Name, port))
	}
	start := func(ctx context.Context) (supervise.Running, error) {
		for _, port := range append([]int{d.options.TwinPort}, ports...) {
			if err := process.CheckPort(ctx, "the portal twins", port); err != nil {
				return nil, err
			}
		}
		return twins.Open(ctx, gallery)
	}
	d.gallery = "http://" + gallery.Address + "/"
	return d.service(ctx, fmt.Sprintf("Twins of %d more", len(samples)), start, func() string { return d.gallery })
}

// otherTwins are those of no portal of the state. The port of each goes by its place among all samples.
func (d *development) otherTwins() (samples []twins.Sample, ports []int) {
	there := make([]twins.Portal, 0, len(d.services.Portals()))
	for _, portal := range d.services.Portals() {
		there = append(there, twins.Portal{Family: portal.Family, Settings: portal.Settings})
	}
	samples = twins.Besides(there)
	for i, each := range twins.Samples() {
		if slices.ContainsFunc(samples, func(besides twins.Sample) bool { return besides.Name == each.Name }) {
			ports = append(ports, d.options.TwinPort+samplePorts+i)
		}
	}
	return samples, ports
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
			ports[portal.Name] = d.freeTwinPort(ports)
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

// freeTwinPort is the first after the page of all twins that nothing else of development uses.
func (d *development) freeTwinPort(taken map[string]int) int {
	used := append(slices.Collect(maps.Values(taken)), d.options.ports()...)
	port := d.options.TwinPort + 1
	for slices.Contains(used, port) {
		port++
	}
	return port
}

func (d *development) startTwin(ctx context.Context, portal *catalog.Portal, port int) error {
	address := "http://" + process.Address(port)
	known := d.settings.PortalCredentials(portal.Name)
	accepted := twins.Credentials(portal.Family)
	maps.Copy(accepted, d.sharedCredentials(portal.Family))
	for key, value := range accepted {
		if known[key] == "" {
			d.settings.SetPortal(portal.Name, key, value)
		}
	}
	if d.settings.PortalMaintenance(portal.Name) == "" { // a twin is up all night
		d.settings.SetPortal(portal.Name, "maintenance", connectors.NoMaintenance)
	}
	start := func(ctx context.Context) (supervise.Running, error) {
		twin, err := twins.New(twins.Portal{
			Family: portal.Family, Settings: portal.Settings, Credentials: d.settings.PortalCredentials(portal.Name), Address: address,
			HubURL: "http://" + d.settings.Listen, DataDir: d.folder("twin-" + portal.Name), Log: d.options.Log,
			Services: twins.Bound(d.services, portal.Name),
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
	d.twins = append(d.twins, twinAddress{portal.Name, portal.Family, address + "/twin/"})
	return nil
}
