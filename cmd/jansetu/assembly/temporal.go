package assembly

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"

	"github.com/jansetu/jansetu/cmd/jansetu/config"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/worker/codec"
)

// temporalClient makes a client that connects when it is first used: Temporal may be away when the hub starts. What it sends is
// encrypted.
func temporalClient(settings config.Temporal, keys codec.Keys, logger *slog.Logger) (client.Client, error) {
	sealing := codec.New(keys, store.HubPerson)
	options := client.Options{
		HostPort: settings.Address, Namespace: settings.Namespace, Logger: log.NewStructuredLogger(logger),
		DataConverter: sealing.DataConverter(), FailureConverter: sealing.FailureConverter(), ConnectionOptions: codec.ConnectionOptions(),
	}
	if settings.TLSCert != "" || settings.TLSServerCA != "" || settings.APIKey != "" {
		secure, err := temporalTLS(settings)
		if err != nil {
			return nil, err
		}
		options.ConnectionOptions.TLS = secure
	}
	if settings.APIKey != "" {
		options.Credentials = client.NewAPIKeyStaticCredentials(settings.APIKey)
	}
	temporal, err := client.NewLazyClient(options)
	if err != nil {
		return nil, fmt.Errorf("make the Temporal client: %w", err)
	}
	return temporal, nil
}

func temporalTLS(settings config.Temporal) (*tls.Config, error) {
	secure := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: settings.TLSServerName}
	if settings.TLSCert != "" {
		certificate, err := tls.LoadX509KeyPair(settings.TLSCert, settings.TLSKey)
		if err != nil {
			return nil, fmt.Errorf("load Temporal's client certificate: %w", err)
		}
		secure.Certificates = []tls.Certificate{certificate}
	}
	if settings.TLSServerCA != "" {
		pem, err := os.ReadFile(settings.TLSServerCA)
		if err != nil {
			return nil, fmt.Errorf("read Temporal's certificate authority: %w", err)
		}
		secure.RootCAs = x509.NewCertPool()
		if !secure.RootCAs.AppendCertsFromPEM(pem) {
			return nil, errors.New("TEMPORAL_TLS_SERVER_CA_CERT_PATH holds no certificate")
		}
	}
	return secure, nil
}
