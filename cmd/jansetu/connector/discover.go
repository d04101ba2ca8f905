package connector

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"

	"github.com/jansetu/jansetu/cmd/jansetu/connector/discover"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/webform"
)

type discoverCommand struct {
	URL  string `required:"" help:"Address of the form page. It is read once; nothing is filled in or sent."`
	Form string `help:"CSS selector of the form; the one with the most fields when not given."`
}

// Run prints the draft.
func (c discoverCommand) Run(ctx context.Context) error {
	page, err := fetch(ctx, c.URL)
	if err != nil {
		return fmt.Errorf("read the form page: %w", err)
	}
	drafted, err := discover.Draft(page, c.Form)
	if err != nil {
		return fmt.Errorf("draft the service: %w", err)
	}
	_, err = os.Stdout.Write(drafted)
	return err
}

// fetch reads one page as politely as a connector does.
func fetch(ctx context.Context, address string) (*webform.Page, error) {
	target, err := url.Parse(address)
	if err != nil || target.Host == "" {
		return nil, errors.New("--url is not an address")
	}
	client, err := portal.New(connectors.PortalConfig{Name: "discover", URL: target.Scheme + "://" + target.Host}, portal.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { _ = client.Close() }()
	session, err := client.NewSession()
	if err != nil {
		return nil, err
	}
	return webform.Reader{}.Page(ctx, session, portal.Request{Operation: "discover", Method: http.MethodGet, URL: target})
}
