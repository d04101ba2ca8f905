package assembly

import (
	"crypto/sha256"
	"fmt"
	"log/slog"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"

	"github.com/jansetu/jansetu/cmd/jansetu/config"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/apisetu"
	"github.com/jansetu/jansetu/connectors/bbps"
	"github.com/jansetu/jansetu/connectors/bus"
	"github.com/jansetu/jansetu/connectors/edistrict"
	"github.com/jansetu/jansetu/connectors/electricity"
	"github.com/jansetu/jansetu/connectors/landrecords"
	"github.com/jansetu/jansetu/connectors/municipal"
	"github.com/jansetu/jansetu/connectors/municipal/open311"
	"github.com/jansetu/jansetu/connectors/panchayat"
	"github.com/jansetu/jansetu/connectors/payments/razorpay"
	"github.com/jansetu/jansetu/connectors/payments/upi"
	whatsapppay "github.com/jansetu/jansetu/connectors/payments/whatsapp"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/temple"
	"github.com/jansetu/jansetu/connectors/transport"
)

const userAgent = "Jansetu/1.0 (citizen services hub)"

// connectorFamilies is where a new family of portals is added.
func connectorFamilies(settings config.Config, log *slog.Logger, observer connectors.Observer) (*connectors.Registry, error) {
	sealer, err := challengeSealer(settings.ChallengeKey)
	if err != nil {
		return nil, err
	}
	families, err := connectors.NewRegistry(
		apisetu.Family{Logger: log, Observer: observer, UserAgent: userAgent},
		bbps.Family{Logger: log, Observer: observer, UserAgent: userAgent},
		bus.Family{Logger: log, Observer: observer, UserAgent: userAgent},
		edistrict.Family{Logger: log, Observer: observer, UserAgent: userAgent, Sealer: sealer},
		electricity.Family{Logger: log, Observer: observer, UserAgent: userAgent},
		landrecords.Family{Logger: log, Observer: observer, UserAgent: userAgent, Sealer: sealer},
		municipal.Family{Logger: log, Observer: observer, UserAgent: userAgent},
		open311.Family{Logger: log, Observer: observer, UserAgent: userAgent},
		panchayat.Family{Logger: log, Observer: observer, UserAgent: userAgent},
		razorpay.Family{Logger: log, Observer: observer},
		temple.Family{Logger: log, Observer: observer, UserAgent: userAgent},
		transport.Family{Logger: log, Observer: observer, UserAgent: userAgent, Sealer: sealer},
		upi.Family{Logger: log, Observer: observer},
		whatsapppay.Family{Logger: log, Observer: observer},
	)
	if err != nil {
		return nil, fmt.Errorf("register the connectors: %w", err)
	}
	return families, nil
}

// challengeSealer encrypts portal sessions that wait for a citizen's captcha or OTP: every worker must have the same key.
func challengeSealer(key string) (*portal.Sealer, error) {
	hashed := sha256.Sum256([]byte(key))
	cipher, err := subtle.NewAESGCM(hashed[:])
	if err != nil {
		return nil, fmt.Errorf("make the cipher of portal sessions: %w", err)
	}
	return portal.NewSealer(cipher), nil
}
