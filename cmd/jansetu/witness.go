package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/jansetu/jansetu/documents/publiclog"
	"github.com/jansetu/jansetu/documents/seal"
	"github.com/jansetu/jansetu/documents/witness"
)

// witnessCommand is run by another department than the one that issues.
type witnessCommand struct {
	Key witnessKeyCommand `cmd:"" help:"Make the witness's key if there is none, and print its public half, for the hub's key list."`
	Run witnessRunCommand `cmd:"" help:"Watch the log and sign its checkpoints."`
}

type witnessIdentity struct {
	Folder string `default:"witness" help:"Folder in which the witness keeps its key and everything it saw. Never empty it." type:"path"`
	Name   string `required:"" help:"Name of the witness, such as witness.treasury.example.gov.in."`
}

const witnessKeyFile = "key.pem"

// key reads the witness's key, or makes it.
func (w witnessIdentity) key() (ed25519.PrivateKey, error) {
	path := filepath.Join(w.Folder, witnessKeyFile)
	raw, err := os.ReadFile(path) //nolint:gosec // the operator's own folder
	if errors.Is(err, fs.ErrNotExist) {
		return w.makeKey(path)
	}
	if err != nil {
		return nil, fmt.Errorf("read the witness's key: %w", err)
	}
	block, _ := pem.Decode(raw)
	if block == nil {
		return nil, fmt.Errorf("the witness's key in %s is not PEM", path)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("read the witness's key: %w", err)
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, errors.New("the witness's key is not Ed25519")
	}
	return key, nil
}

func (w witnessIdentity) makeKey(path string) (ed25519.PrivateKey, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make the witness's key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("make the witness's key: %w", err)
	}
	if err := os.MkdirAll(w.Folder, 0o700); err != nil {
		return nil, fmt.Errorf("make the witness's folder: %w", err)
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) //nolint:gosec // the operator's own folder
	if err != nil {
		return nil, fmt.Errorf("make the witness's key: %w", err)
	}
	err = errors.Join(pem.Encode(file, &pem.Block{Type: "PRIVATE KEY", Bytes: der}), file.Sync(), file.Close())
	return key, err
}

type witnessKeyCommand struct{ witnessIdentity }

// Run prints the public half.
func (c witnessKeyCommand) Run() error {
	key, err := c.key()
	if err != nil {
		return err
	}
	_, cosigner, err := publiclog.NewCosignatureSigner(c.Name, key, time.Now)
	if err != nil {
		return err
	}
	fmt.Println(cosigner)
	return nil
}

type witnessRunCommand struct {
	witnessIdentity

	Log     string        `required:"" help:"Address of the log, such as https://jansetu.example.gov.in/log, or a folder with its files."`
	KeyList string        `required:"" help:"The issuer's key list in a file, got from a trusted hand." type:"existingfile"`
	Listen  string        `default:"127.0.0.1:8075" help:"Where the hub asks for signatures, and anybody reads the newest one (GET /checkpoint)."`
	Every   time.Duration `default:"1m" help:"How often the published log is looked at, beside what the hub asks."`
	Accept  []int64       `help:"Leaves that are in order because people looked into them." placeholder:"INDEX"`
}

// Run watches until it is told to stop.
func (c witnessRunCommand) Run(ctx context.Context) error {
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	watched, err := c.open(log)
	if err != nil {
		return err
	}
	defer func() { _ = watched.Close() }()
	var listening net.ListenConfig
	listener, err := listening.Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("the witness cannot listen on %s: %w", c.Listen, err)
	}
	server := &http.Server{Handler: watched.Handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second, WriteTimeout: 2 * time.Minute}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	log.Info("the witness watches", "log", c.Log, "seen", watched.Seen().Size, "listen", listener.Addr().String())
	ticker := time.NewTicker(c.Every)
	defer ticker.Stop()
	for {
		if err := watched.Follow(ctx); err != nil && ctx.Err() == nil {
			log.Error("the published log was not signed", "error", err)
		}
		select {
		case <-ctx.Done():
			return server.Close()
		case err := <-failed:
			return fmt.Errorf("serve: %w", err)
		case <-ticker.C:
		}
	}
}

func (c witnessRunCommand) open(log *slog.Logger) (*witness.Witness, error) {
	raw, err := readLimited(c.KeyList)
	if err != nil {
		return nil, err
	}
	list, err := seal.FirstKeyList(raw)
	if err != nil {
		return nil, err
	}
	verifier, err := note.NewVerifier(list.Log)
	if err != nil {
		return nil, fmt.Errorf("the log's key in the key list: %w", err)
	}
	key, err := c.key()
	if err != nil {
		return nil, err
	}
	signer, _, err := publiclog.NewCosignatureSigner(c.Name, key, time.Now)
	if err != nil {
		return nil, err
	}
	source := publiclog.Folder(c.Log)
	if strings.HasPrefix(c.Log, "http://") || strings.HasPrefix(c.Log, "https://") {
		source = publiclog.Web(&http.Client{Timeout: time.Minute}, c.Log)
	}
	return witness.Open(witness.Config{
		Folder: filepath.Join(c.Folder, "memory"), Log: verifier, Source: source, Signer: signer, Accepted: c.Accept, Slog: log,
	})
}
