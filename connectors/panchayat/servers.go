package panchayat

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

// FamilyName is what PortalConfig.Family says for this connector.
const FamilyName = "panchayat"

// The keys in PortalConfig.Settings.
const (
	// SettingDistricts lists the codes of the districts, separated by commas.
	SettingDistricts = "districts"
	// SettingServerPrefix before a district's code gives its server's address,
	// where that is not the portal's with the code as path.
	SettingServerPrefix = "server."
)

// FieldDistrict is the key in Fields that says which district a call is about.
const FieldDistrict = "district"

// Family opens the panchayat servers of a state. The zero value works.
type Family struct {
	Logger   *slog.Logger
	Clock    func() time.Time
	Observer connectors.Observer
	// UserAgent names the operator of this hub to the portals.
	UserAgent string
}

// Name implements connectors.Family.
func (Family) Name() string { return FamilyName }

// Open implements connectors.Family; the result is a *Connector.
func (f Family) Open(config connectors.PortalConfig) (any, error) { return f.New(config) }

// New makes the connector of all districts. Each district's server is observed
// under the portal's name with the district's code: "panchayat-krishna".
func (f Family) New(config connectors.PortalConfig) (*Connector, error) {
	clock := f.Clock
	if clock == nil {
		clock = time.Now
	}
	made := &Connector{servers: map[string]*portal.Client{}, clock: clock}
	options := portal.Options{Logger: f.Logger, Clock: f.Clock, Observer: f.Observer, UserAgent: f.UserAgent}
	for code := range strings.SplitSeq(config.Settings[SettingDistricts], ",") {
		code = strings.TrimSpace(code)
		if code == "" {
			continue
		}
		client, err := serverOf(config, code, options)
		if err != nil {
			return nil, errors.Join(err, made.Close())
		}
		made.servers[code] = client
	}
	if len(made.servers) == 0 {
		return nil, fmt.Errorf("setting %s names no district", SettingDistricts)
	}
	return made, nil
}

func serverOf(config connectors.PortalConfig, code string, options portal.Options) (*portal.Client, error) {
	address := config.Settings[SettingServerPrefix+code]
	if address == "" {
		joined, err := url.JoinPath(config.URL, url.PathEscape(code))
		if err != nil {
			return nil, fmt.Errorf("address of district %s: %w", code, err)
		}
		address = joined
	}
	config.URL = address
	config.Name += "-" + code
	return portal.New(config, options)
}

// Connector speaks with the servers of all districts. It is safe for concurrent
// use.
type Connector struct {
	servers map[string]*portal.Client
	clock   func() time.Time
}

var (
	_ connectors.BillConnector = (*Connector)(nil)
	_ connectors.Applications  = (*Connector)(nil)
	_ connectors.DocumentGiver = (*Connector)(nil)
)

// Close releases idle connections.
func (c *Connector) Close() error {
	faults := make([]error, 0, len(c.servers))
	for _, client := range c.servers {
		faults = append(faults, client.Close())
	}
	return errors.Join(faults...)
}

// server answers the client of the district that the fields name.
func (c *Connector) server(fields map[string]string) (*portal.Client, error) {
	client, known := c.servers[fields[FieldDistrict]]
	if !known {
		return nil, &connectors.InputRejectedError{Field: FieldDistrict, Reason: "This district is not served here."}
	}
	return client, nil
}
