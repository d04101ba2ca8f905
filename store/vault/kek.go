package vault

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/hashicorp/vault/api"
	"github.com/tink-crypto/tink-go-awskms/v3/integration/awskms"
	"github.com/tink-crypto/tink-go-hcvault/v2/integration/hcvault"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// KEK is a key-encryption key.
type KEK struct {
	ID    string // stored beside what it wrapped
	AEAD  tink.AEADWithContext
	local bool // its errors are about the data, not about a service
}

// The schemes of key-encryption key URIs.
const (
	SchemeFile   = "file://"    // a keyset in a file, for development: file:///path
	SchemeVault  = "hcvault://" // HashiCorp Vault's or OpenBao's transit engine: hcvault://host:port/transit/keys/name
	SchemeAWS    = "aws-kms://" // AWS KMS: aws-kms://arn:aws:kms:ap-south-1:…
	SchemePKCS11 = "pkcs11:"    // an HSM (RFC 7512), in programs built with the tag pkcs11
)

// Credentials are what a key service asks of its callers.
type Credentials struct {
	// Token opens hcvault; a PKCS#11 token takes it as its PIN. AWS has its own ways (environment, instance role).
	Token string
	// TLS are the roots and the client certificate for hcvault; nil: the system's.
	TLS *tls.Config
}

// ErrScheme says that no key service has this kind of URI.
var ErrScheme = errors.New("key-encryption key URI must start with " + strings.Join([]string{SchemeFile, SchemeVault, SchemeAWS, SchemePKCS11}, ", "))

// OpenKEK opens the key-encryption key at a URI. It fails with ErrScheme, and for a local file with ErrOpenToOthers. A file that
// does not exist is made.
func OpenKEK(ctx context.Context, uri string, credentials Credentials) (KEK, error) {
	switch {
	case strings.HasPrefix(uri, SchemeFile):
		return OpenLocalKEK(strings.TrimPrefix(uri, SchemeFile))
	case strings.HasPrefix(uri, SchemeVault):
		return openVault(uri, credentials)
	case strings.HasPrefix(uri, SchemeAWS):
		primitive, err := awskms.NewAEADWithContext(ctx, strings.TrimPrefix(uri, SchemeAWS))
		if err != nil {
			return KEK{}, fmt.Errorf("open AWS KMS: %w", err)
		}
		return KEK{ID: uri, AEAD: primitive}, nil
	case strings.HasPrefix(uri, SchemePKCS11):
		return openPKCS11(uri, credentials)
	}
	return KEK{}, ErrScheme
}

// TrustOnly is for a key service whose certificate comes from an authority of one's own, in a PEM file.
func TrustOnly(caFile string) (*tls.Config, error) {
	content, err := os.ReadFile(caFile) //nolint:gosec // the operator names it
	if err != nil {
		return nil, fmt.Errorf("read certificate authority: %w", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(content) {
		return nil, errors.New("the file holds no certificate")
	}
	return &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}, nil
}

func openVault(uri string, credentials Credentials) (KEK, error) {
	host, _, found := strings.Cut(strings.TrimPrefix(uri, SchemeVault), "/")
	if !found || host == "" {
		return KEK{}, errors.New("open HashiCorp Vault: write hcvault://host:port/transit/keys/name")
	}
	transport := http.DefaultTransport.(*http.Transport).Clone() //nolint:forcetypeassert // the standard library's own
	transport.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	if credentials.TLS != nil {
		transport.TLSClientConfig = credentials.TLS.Clone()
	}
	client, err := api.NewClient(&api.Config{Address: "https://" + host, HttpClient: &http.Client{Transport: transport}, Timeout: wrapDeadline,
		MaxRetries: 1, MinRetryWait: 50 * time.Millisecond, MaxRetryWait: 200 * time.Millisecond})
	if err != nil {
		return KEK{}, fmt.Errorf("open HashiCorp Vault: %w", err)
	}
	client.SetToken(credentials.Token)
	service, err := hcvault.NewClientWithAEADOptions(uri, client.Logical())
	if err != nil {
		return KEK{}, fmt.Errorf("open HashiCorp Vault: %w", err)
	}
	primitive, err := service.GetAEAD(uri)
	if err != nil {
		return KEK{}, fmt.Errorf("open HashiCorp Vault: %w", err)
	}
	return KEK{ID: uri, AEAD: contextual{primitive}}, nil
}
