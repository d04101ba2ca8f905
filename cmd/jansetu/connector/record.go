package connector

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"time"

	"github.com/jansetu/jansetu/connectors/portal/recording"
)

type recordCommand struct {
	URL     string   `required:"" help:"Address of the portal."`
	Out     string   `required:"" help:"File to write, such as connectors/<family>/testdata/session.yaml." type:"path"`
	Private []string `help:"A text about a person that may show on the pages, such as the name and number you use. Repeat for more."`
	Keep    []string `help:"A form field whose value may be kept. Repeat for more."`
	Listen  string   `default:"127.0.0.1:0" help:"Where to stand; on this machine only."`
}

// Run passes everything on until it is told to stop, then writes the file.
func (c recordCommand) Run(ctx context.Context) error {
	target, err := url.Parse(c.URL)
	if err != nil || target.Host == "" || filepath.Ext(c.Out) != ".yaml" {
		return errors.New("--url is an address, --out a file that ends in .yaml")
	}
	listener, err := listen(ctx, c.Listen)
	if err != nil {
		return err
	}
	proxy, err := recording.Record(target, c.Out, recording.Redaction{Private: c.Private, KeepFields: c.Keep}, nil)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	fmt.Printf("Recording. Let the connector (JANSETU_PORTAL_<NAME>_URL) or a browser go to\n  http://%s%s\nCtrl-C ends and writes %s.\n",
		listener.Addr(), target.EscapedPath(), c.Out)
	if err := serve(ctx, listener, proxy); err != nil {
		return err
	}
	if err := proxy.Close(); err != nil {
		return fmt.Errorf("write the recording: %w", err)
	}
	fmt.Printf("Wrote %s. Read it before you commit it: no rule knows every name on a page.\n", c.Out)
	return nil
}

// listen refuses every address but this machine's: whoever reaches the proxy
// reaches the portal in our name.
func listen(ctx context.Context, address string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
		return nil, errors.New("--listen must be an address of this machine, such as 127.0.0.1:0")
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	return listener, nil
}

func serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := server.Shutdown(closing); err != nil {
		return fmt.Errorf("stop: %w", err)
	}
	return nil
}
