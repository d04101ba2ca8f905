package dev

import (
	"context"
	"fmt"

	"github.com/jansetu/jansetu/cmd/jansetu/dev/provider"
	"github.com/jansetu/jansetu/deploy/local/process"
	"github.com/jansetu/jansetu/deploy/local/supervise"
	"github.com/jansetu/jansetu/gateway/login"
)

// startLogin starts a login provider with invented officers, unless the environment names one.
func (d *development) startLogin(ctx context.Context) error {
	if d.settings.Officers.Issuer != "" {
		d.progress.given("Login", "JANSETU_OIDC_ISSUER")
		return nil
	}
	issuer := "http://" + process.Address(d.options.LoginPort)
	start := func(ctx context.Context) (supervise.Running, error) {
		identity, err := provider.New(provider.Config{
			Issuer: issuer, ClientID: d.settings.Officers.ClientID, ClientSecret: d.settings.Officers.ClientSecret,
			RedirectURL: d.settings.PublicURL + login.PathCallback, Officers: d.officers(),
		})
		if err != nil {
			return nil, fmt.Errorf("start the login provider: %w", err)
		}
		return serve(ctx, "the login provider", d.options.LoginPort, identity, func() error { return nil })
	}
	d.settings.Officers.Issuer = issuer
	return d.service(ctx, "Login", start, func() string { return issuer })
}

// officers are those who may be chosen; nobody of them is real.
func (d *development) officers() []provider.Officer {
	return []provider.Officer{
		{Subject: "dev-asha", Name: "Asha, operator who may read payloads", Groups: []string{"operator", d.settings.Officers.PayloadReaders}},
		{Subject: "dev-ravi", Name: "Ravi, operator", Groups: []string{"operator"}},
		{Subject: "dev-kamala", Name: "Kamala, second operator", Groups: []string{"operator"}},
		{Subject: "dev-john", Name: "John, service centre", Groups: []string{"desk"}},
		{Subject: "dev-meena", Name: "Meena, Energy department", Groups: []string{"department:energy"}},
		{Subject: "dev-auditor", Name: "Lata, auditor", Groups: []string{"auditor"}},
	}
}
