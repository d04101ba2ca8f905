package issuerkeys

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/jansetu/jansetu/documents/publiclog"
	"github.com/jansetu/jansetu/documents/seal"
)

// The files that Create makes beside.
const (
	rootKeyFile  = "root.pem" // signs key lists; in production it moves to a safe
	sealKeyFile  = "seal.pem"
	fileKeyFile  = "document.pem"
	chainFile    = "document-chain.pem"
	logKeyFile   = "log.pem"
	authorityTTL = 20 // years
	documentTTL  = 3
)

// Options say for whom a folder is made.
type Options struct {
	Name   string // in seals and key list, such as "IN-AP"
	Origin string // the log's name, such as jansetu.example.gov.in/log
	Holder string // shown as who signed a PDF
	Now    time.Time
}

// Create makes a folder with new keys, unless it exists: then nothing happens. Several processes may call it at once.
func Create(folder string, options Options) error {
	if _, err := os.Stat(folder); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(folder), 0o700); err != nil {
		return fmt.Errorf("make the issuer's keys: %w", err)
	}
	draft, err := os.MkdirTemp(filepath.Dir(folder), ".issuer-")
	if err != nil {
		return fmt.Errorf("make the issuer's keys: %w", err)
	}
	defer func() { _ = os.RemoveAll(draft) }()
	if err := create(draft, options); err != nil {
		return err
	}
	// The whole folder at once: a half-made one would be taken for the issuer's.
	if err := os.Rename(draft, folder); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("make the issuer's keys: %w", err)
	}
	return nil
}

func create(folder string, options Options) error {
	w := writer{folder: folder}
	root, sealing, filing := w.ecdsa(rootKeyFile), w.ecdsa(sealKeyFile), w.ecdsa(fileKeyFile)
	logging := w.ed25519(logKeyFile)
	if w.err != nil {
		return w.err
	}
	authority, err := w.certificates(filing, options)
	if err != nil {
		return err
	}
	_, verifier, err := publiclog.NewLogSigner(options.Origin, logging)
	if err != nil {
		return err
	}
	list := &seal.KeyList{
		Issuer: options.Name, Serial: 1, Made: options.Now, Roots: []*ecdsa.PublicKey{&root.PublicKey}, Log: verifier,
		Keys:        []seal.Key{{Public: &sealing.PublicKey, From: options.Now.Add(-time.Hour)}},
		Authorities: [][]byte{authority},
	}
	raw, err := list.Sign(root)
	if err != nil {
		return err
	}
	w.write(KeyListFile, raw, 0o644)
	s := settings{Name: options.Name, Seal: sealKeyFile}
	s.Document.Key, s.Document.Chain = fileKeyFile, chainFile
	s.Log.Origin, s.Log.Key = options.Origin, logKeyFile
	text, err := yaml.Marshal(s)
	if err != nil {
		return fmt.Errorf("write %s: %w", settingsFile, err)
	}
	w.write(settingsFile, text, 0o600)
	return w.err
}

// writer makes the files of a folder; the first error stays.
type writer struct {
	folder string
	err    error
}

func (w *writer) write(name string, content []byte, mode fs.FileMode) {
	if w.err == nil {
		if err := replaceFile(filepath.Join(w.folder, name), content, mode); err != nil {
			w.err = fmt.Errorf("write %s: %w", name, err)
		}
	}
}

func (w *writer) key(name string, key crypto.Signer) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil && w.err == nil {
		w.err = fmt.Errorf("write %s: %w", name, err)
	}
	w.write(name, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600)
}

func (w *writer) ecdsa(name string) *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		w.err = fmt.Errorf("make %s: %w", name, err)
		return nil
	}
	w.key(name, key)
	return key
}

func (w *writer) ed25519(name string) ed25519.PrivateKey {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		w.err = fmt.Errorf("make %s: %w", name, err)
		return nil
	}
	w.key(name, key)
	return key
}

// certificates makes an authority whose key is forgotten at once, and the certificate of the documents' key under it. In production the
// certificate comes from an authority licensed by the Controller of Certifying Authorities.
func (w *writer) certificates(filing *ecdsa.PrivateKey, options Options) (authority []byte, err error) {
	authorityKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make the authority's key: %w", err)
	}
	from := options.Now.Add(-time.Hour)
	issuer := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: options.Holder + ": authority without license"}, IsCA: true,
		BasicConstraintsValid: true, NotBefore: from, NotAfter: from.AddDate(authorityTTL, 0, 0), KeyUsage: x509.KeyUsageCertSign,
	}
	if authority, err = x509.CreateCertificate(rand.Reader, issuer, issuer, authorityKey.Public(), authorityKey); err != nil {
		return nil, fmt.Errorf("make the authority's certificate: %w", err)
	}
	holder := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: options.Holder}, NotBefore: from, NotAfter: from.AddDate(documentTTL, 0, 0),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
	}
	der, err := x509.CreateCertificate(rand.Reader, holder, issuer, filing.Public(), authorityKey)
	if err != nil {
		return nil, fmt.Errorf("make the documents' certificate: %w", err)
	}
	w.write(chainFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o644)
	return authority, w.err
}

// replaceFile writes a file so that after a crash it is the old one or the new one.
func replaceFile(path string, content []byte, mode fs.FileMode) (err error) {
	draft, err := os.CreateTemp(filepath.Dir(path), ".draft-")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(draft.Name())
		}
	}()
	_, err = draft.Write(content)
	err = errors.Join(err, draft.Chmod(mode), draft.Sync(), draft.Close())
	if err != nil {
		return err
	}
	return os.Rename(draft.Name(), path)
}

// RotateSeal makes a new key for seals and a new key list, signed by the folder's root key, in which the key in use until now is valid for
// what was issued before now. Processes that issue are restarted afterwards. withdraw says that the old key fell into other hands.
func RotateSeal(folder string, now time.Time, withdraw bool) (*seal.KeyList, error) {
	s, err := readSettings(folder)
	if err != nil {
		return nil, err
	}
	now = now.UTC().Truncate(time.Second)
	name := fmt.Sprintf("seal-%s.pem", now.Format("20060102150405"))
	w := writer{folder: folder}
	key := w.ecdsa(name)
	if w.err != nil {
		return nil, w.err
	}
	list, err := ChangeList(folder, func(list *seal.KeyList) error {
		for i := range list.Keys {
			if list.Keys[i].Until.IsZero() {
				list.Keys[i].Until, list.Keys[i].Withdrawn = now, withdraw
			}
		}
		list.Keys = append(list.Keys, seal.Key{Public: &key.PublicKey, From: now})
		list.Made = now
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.Seal = name
	text, err := yaml.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", settingsFile, err)
	}
	w.write(settingsFile, text, 0o600)
	return list, w.err
}

// ChangeList makes the next key list, signed by the folder's root key: to add witnesses, authorities or roots.
func ChangeList(folder string, change func(*seal.KeyList) error) (*seal.KeyList, error) {
	_, list, err := ReadList(folder)
	if err != nil {
		return nil, err
	}
	root, err := openKey(folder, rootKeyFile, "")
	if err != nil {
		return nil, fmt.Errorf("the root key: %w", err)
	}
	if err := change(list); err != nil {
		return nil, err
	}
	list.Serial++
	raw, err := list.Sign(root)
	if err != nil {
		return nil, err
	}
	w := writer{folder: folder}
	w.write(KeyListFile, raw, 0o644)
	return list, w.err
}

// AddWitness names one more witness in the key list, and how many of them a checkpoint needs.
func AddWitness(folder, verifier string, quorum int, now time.Time) (*seal.KeyList, error) {
	witness, err := publiclog.ParseCosigner(strings.TrimSpace(verifier))
	if err != nil {
		return nil, err
	}
	return ChangeList(folder, func(list *seal.KeyList) error {
		list.Witnesses = append(list.Witnesses, witness.String())
		list.Quorum, list.Made = quorum, now.UTC().Truncate(time.Second)
		_, err := publiclog.ParsePolicy(list.Log, list.Witnesses, list.Quorum)
		return err
	})
}
