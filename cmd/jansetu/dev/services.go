package dev

import (
	"context"
	"fmt"

	"github.com/jansetu/jansetu/deploy/local/postgres"
	"github.com/jansetu/jansetu/deploy/local/process"
	"github.com/jansetu/jansetu/deploy/local/supervise"
	"github.com/jansetu/jansetu/deploy/local/temporal"
)

func (d *development) startPostgres(ctx context.Context) error {
	if d.settings.DatabaseURL != "" {
		d.progress.given("PostgreSQL", "DATABASE_URL")
		return nil
	}
	d.ownPostgres = true
	return d.service(ctx, "PostgreSQL", func(ctx context.Context) (supervise.Running, error) {
		cluster, err := postgres.Start(ctx, postgres.Config{
			DataDir: d.folder("postgres"), Port: d.options.PostgresPort, Log: d.options.Log,
		})
		if err != nil {
			return nil, err
		}
		d.settings.DatabaseURL = cluster.URL()
		return cluster, nil
	}, func() string { return fmt.Sprintf("127.0.0.1:%d", d.options.PostgresPort) })
}

func (d *development) startTemporal(ctx context.Context) error {
	if d.settings.Temporal.Address != "" {
		d.progress.given("Temporal", "TEMPORAL_ADDRESS")
		return nil
	}
	binary, err := temporal.FindBinary(ctx, d.options.TemporalBinary)
	if err != nil {
		return err
	}
	return d.service(ctx, "Temporal", func(ctx context.Context) (supervise.Running, error) {
		server, err := temporal.Start(ctx, temporal.Config{
			Binary: binary, DataDir: d.folder("temporal"), Port: d.options.TemporalPort, UIPort: d.options.UIPort,
			Namespace: d.settings.Temporal.Namespace, SearchAttributes: d.hub.SearchAttributes(), Log: d.options.Log,
			CodecEndpoint: d.options.CodecEndpoint,
		})
		if err != nil {
			return nil, err
		}
		d.settings.Temporal.Address = server.Address()
		d.ui = server.UIURL()
		if d.settings.Officers.TemporalUI == "" {
			d.settings.Officers.TemporalUI = d.ui
		}
		return server, nil
	}, func() string { return process.Address(d.options.TemporalPort) + ", UI " + d.ui })
}
