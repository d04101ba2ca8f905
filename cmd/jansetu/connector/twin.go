package connector

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/jansetu/jansetu/cmd/jansetu/twins"
)

type twinCommand struct {
	Family     string            `arg:"" help:"Family of the portal: the name of its folder under connectors/."`
	Listen     string            `default:"127.0.0.1:8069" help:"Address to listen on."`
	Setting    map[string]string `help:"A setting of the portal, such as shape=regno; may be given again." placeholder:"NAME=VALUE"`
	Credential map[string]string `help:"A credential it asks for, such as key_id=x; may be given again." placeholder:"NAME=VALUE"`
	Data       string            `help:"Folder that keeps what happened; without it, it is forgotten." type:"path"`
}

const twinHeaderTimeout = 10 * time.Second

// Run serves one portal's stand-in until it is told to stop.
func (c twinCommand) Run(ctx context.Context) error {
	address := "http://" + c.Listen
	twin, err := twins.New(twins.Portal{
		Family: c.Family, Settings: c.Setting, Credentials: c.Credential, Address: address, DataDir: c.Data, Log: slog.New(slog.NewTextHandler(os.Stderr, nil)),
	})
	if err != nil {
		return err
	}
	defer func() { _ = twin.Close() }()
	var listening net.ListenConfig
	listener, err := listening.Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("the twin cannot listen on %s; choose another address with --listen: %w", c.Listen, err)
	}
	server := &http.Server{Handler: twin, ReadHeaderTimeout: twinHeaderTimeout}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	fmt.Printf("The twin of %s is at %s; what happens there, and faults to turn on: %s/twin/\n", c.Family, address, strings.TrimSuffix(address, "/"))
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve the twin: %w", err)
	}
	return nil
}
