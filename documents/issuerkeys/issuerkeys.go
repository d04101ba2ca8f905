// Package issuerkeys keeps the keys of who issues documents, in one folder: issuer.yaml says where each is (a file, or an HSM), and the
// folder holds what is public: certificates and the signed key list. Create makes such a folder with keys in files: development's, or
// the start of a real one, whose keys move to an HSM and whose root key moves to a safe.
package issuerkeys

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml"
	"golang.org/x/mod/sumdb/note"

	"github.com/jansetu/jansetu/documents/publiclog"
	"github.com/jansetu/jansetu/documents/seal"
	"github.com/jansetu/jansetu/documents/sign"
)

// The files of the folder.
const (
	settingsFile = "issuer.yaml"
	// KeyListFile is the signed key list; it is public.
	KeyListFile = "key-list.cose"
)

// ErrOpenToOthers says that a private key's file can be read by others.
var ErrOpenToOthers = errors.New("the file of a private key must be readable by its owner only (chmod 600)")

// ErrNoHSM says that this program was built without PKCS#11.
var ErrNoHSM = errors.New("this program was built without PKCS#11: build it with -tags pkcs11")

// settings is issuer.yaml. A key is a file's name below the folder, or a PKCS#11 URI (RFC 7512).
type settings struct {
	Name     string `yaml:"name"`
	Seal     string `yaml:"seal_key"`
	Document struct {
		Key   string `yaml:"key"`
		Chain string `yaml:"chain"`
	} `yaml:"document"`
	Log struct {
		Origin string `yaml:"origin"`
		Key    string `yaml:"key"`
	} `yaml:"log"`
	Time struct {
		URL string `yaml:"url,omitempty"`
	} `yaml:"time_authority,omitempty"`
	Reason   string `yaml:"reason,omitempty"`
	Location string `yaml:"location,omitempty"`
}

// Keys are what the process that issues needs.
type Keys struct {
	Name   string
	Seal   crypto.Signer
	Signer *sign.Signer
	Log    note.Signer
	LogKey note.Verifier
	List   *seal.KeyList
}

// Open opens the keys of a folder; pin opens the HSM's token, if one is named. It fails with ErrOpenToOthers and ErrNoHSM, and when a key is
// not the one that the key list names.
func Open(folder, pin string) (*Keys, error) {
	s, err := readSettings(folder)
	if err != nil {
		return nil, err
	}
	k := &Keys{Name: s.Name}
	if _, k.List, err = ReadList(folder); err != nil {
		return nil, err
	}
	if k.Seal, err = openKey(folder, s.Seal, pin); err != nil {
		return nil, fmt.Errorf("the seal's key: %w", err)
	}
	if err := k.openSigner(folder, pin, s); err != nil {
		return nil, err
	}
	if err := k.openLog(folder, pin, s); err != nil {
		return nil, err
	}
	if err := k.check(); err != nil {
		return nil, err
	}
	return k, nil
}

func (k *Keys) openSigner(folder, pin string, s settings) error {
	key, err := openKey(folder, s.Document.Key, pin)
	if err != nil {
		return fmt.Errorf("the documents' key: %w", err)
	}
	config := sign.Config{Key: key, Reason: s.Reason, Location: s.Location}
	if config.Chain, err = readCertificates(filepath.Join(folder, s.Document.Chain)); err != nil {
		return fmt.Errorf("the documents' certificates: %w", err)
	}
	if s.Time.URL != "" {
		roots := x509.NewCertPool()
		for _, der := range k.List.TimeAuthorities {
			certificate, err := x509.ParseCertificate(der)
			if err != nil {
				return fmt.Errorf("the time authority's root: %w", err)
			}
			roots.AddCert(certificate)
		}
		config.Time = &sign.TimeAuthority{URL: s.Time.URL, Roots: roots}
	}
	k.Signer, err = sign.New(config)
	return err
}

func (k *Keys) openLog(folder, pin string, s settings) error {
	key, err := openKey(folder, s.Log.Key, pin)
	if err != nil {
		return fmt.Errorf("the log's key: %w", err)
	}
	var verifier string
	if k.Log, verifier, err = publiclog.NewLogSigner(s.Log.Origin, key); err != nil {
		return err
	}
	if verifier != k.List.Log {
		return errors.New("the log's key is not the one in the key list")
	}
	k.LogKey, err = note.NewVerifier(verifier)
	return err
}

// check finds the seal's key in the list: what it seals would be refused otherwise.
func (k *Keys) check() error {
	id, err := seal.IDOf(k.Seal.Public())
	if err != nil {
		return err
	}
	for _, key := range k.List.Keys {
		if key.ID() == id && !key.Withdrawn && key.Until.IsZero() && k.List.Issuer == k.Name {
			return nil
		}
	}
	return fmt.Errorf("the key list does not name the seal's key %x as in use", id)
}

// ReadList reads the folder's key list, as it is handed out and as it is read.
func ReadList(folder string) ([]byte, *seal.KeyList, error) {
	raw, err := os.ReadFile(filepath.Join(folder, KeyListFile)) //nolint:gosec // the operator's own folder
	if err != nil {
		return nil, nil, fmt.Errorf("read the key list: %w", err)
	}
	list, err := seal.FirstKeyList(raw)
	if err != nil {
		return nil, nil, fmt.Errorf("read the key list: %w", err)
	}
	return raw, list, nil
}

func readSettings(folder string) (s settings, err error) {
	raw, err := os.ReadFile(filepath.Join(folder, settingsFile)) //nolint:gosec // the operator's own folder
	if err != nil {
		return s, fmt.Errorf("read the issuer's settings: %w", err)
	}
	if err := yaml.UnmarshalWithOptions(raw, &s, yaml.Strict()); err != nil {
		return s, fmt.Errorf("read %s: %w", settingsFile, err)
	}
	return s, nil
}

func openKey(folder, where, pin string) (crypto.Signer, error) {
	if strings.HasPrefix(where, "pkcs11:") {
		return openPKCS11(where, pin)
	}
	path := filepath.Join(folder, where)
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%w: %s", ErrOpenToOthers, where)
	}
	raw, err := os.ReadFile(path) //nolint:gosec // the operator's own folder
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	block, _ := pem.Decode(raw)
	if block == nil {
		return nil, fmt.Errorf("read key: %s is not PEM", where)
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("read key %s: %w", where, err)
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("read key: %s cannot sign", where)
	}
	return signer, nil
}

func readCertificates(path string) ([]*x509.Certificate, error) {
	rest, err := os.ReadFile(path) //nolint:gosec // the operator's own folder
	if err != nil {
		return nil, fmt.Errorf("read certificates: %w", err)
	}
	var chain []*x509.Certificate
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return chain, nil
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("read certificates: %w", err)
		}
		chain = append(chain, certificate)
	}
}
