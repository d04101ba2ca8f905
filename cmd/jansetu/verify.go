package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/jansetu/jansetu/documents/publiclog"
	"github.com/jansetu/jansetu/documents/publish"
	"github.com/jansetu/jansetu/documents/seal"
	"github.com/jansetu/jansetu/documents/verify"
)

// verifyCommand needs nothing of the hub but its address, or files that were fetched from it before.
type verifyCommand struct {
	File        string `arg:"" help:"A PDF, a picture of the paper with its code (needs zbarimg), a file with the code's text, or - for such a text."`
	Hub         string `help:"Address of the hub, such as https://jansetu.example.gov.in: key list, revocations and log are read from there." placeholder:"URL"`
	KeyList     string `help:"The key list in a file, instead of the hub's." type:"existingfile" placeholder:"FILE"`
	Revocations string `help:"The list of revocations in a file." type:"existingfile" placeholder:"FILE"`
	Root        string `help:"The id of the root key that must have signed the key list, as the department published it." placeholder:"HEX"`
}

const (
	mostDocument = 32 << 20
	listLimit    = 15 * time.Second
	pictureLimit = 30 * time.Second
)

// Run verifies and says what is true of the paper; it fails unless the paper is genuine and counts.
func (c verifyCommand) Run(ctx context.Context) error {
	trust, at, err := c.trust(ctx)
	if err != nil {
		return err
	}
	content, err := readLimited(c.File)
	if err != nil {
		return err
	}
	if bytes.HasPrefix(content, []byte("%PDF-")) {
		return c.pdf(ctx, trust, at, content)
	}
	text := string(content)
	if isPicture(content) {
		if text, err = readCode(ctx, content); err != nil {
			return err
		}
	}
	found, err := trust.Text(text, at)
	if err != nil {
		return fmt.Errorf("NOT GENUINE: %w", err)
	}
	fmt.Println("GENUINE: the code was made by the issuer. Compare every line with the paper:")
	printPaper(found)
	return counts(found)
}

func (c verifyCommand) pdf(ctx context.Context, trust *verify.Trust, at verify.At, content []byte) error {
	found, err := trust.PDF(content, at)
	if err != nil {
		return fmt.Errorf("NOT GENUINE: %w", err)
	}
	fmt.Println("GENUINE: the file is, byte for byte, what was issued.")
	printPaper(found)
	fmt.Printf("  signed by     %s, %s\n", found.Signature.Signer.Subject.CommonName, found.Signature.At.Format(time.RFC3339))
	if !found.Signature.Stamped.IsZero() {
		fmt.Printf("  timestamp     %s\n", found.Signature.Stamped.Format(time.RFC3339))
	}
	fmt.Printf("  public log    leaf %d, recorded %s\n", found.Index, found.Leaf.At.Format(time.RFC3339))
	if c.Hub == "" {
		fmt.Println("  (the log as it is published now was not asked: no --hub)")
		return counts(found)
	}
	published, err := trust.Log(ctx, publiclog.Web(&http.Client{Timeout: listLimit}, strings.TrimSuffix(c.Hub, "/")+publish.Path), found)
	if err != nil {
		return fmt.Errorf("the paper is genuine, and the published log does not confirm it: %w", err)
	}
	fmt.Printf("  confirmed     by the log of %d entries published now, signed by %d witnesses\n", published.Checkpoint.Size, len(published.Witnesses))
	return counts(found)
}

func printPaper(found verify.Result) {
	claims := found.Seal.Claims
	fmt.Printf("  issuer        %s\n  %-13s %s, version %d\n  issued        %s\n", claims.Issuer, claims.Kind, claims.Number, claims.Version,
		claims.Issued.Format(time.RFC3339))
	if !claims.Expires.IsZero() {
		fmt.Printf("  valid until   %s\n", claims.Expires.Format(time.RFC3339))
	}
	for _, field := range claims.Fields {
		fmt.Printf("  %-13s %s\n", field.Name, field.Value)
	}
	if found.AsOf.IsZero() {
		fmt.Println("  status        not known: no list of revocations at hand")
		return
	}
	fmt.Printf("  status        %s, as of %s\n", found.Status, found.AsOf.Format(time.RFC3339))
}

func counts(found verify.Result) error {
	switch {
	case found.Status != seal.Valid:
		return fmt.Errorf("the paper is genuine, and no longer counts: it was %s", found.Status)
	case found.Expired:
		return errors.New("the paper is genuine, and has run out")
	}
	return nil
}

// trust reads key list and revocations.
func (c verifyCommand) trust(ctx context.Context) (*verify.Trust, verify.At, error) {
	at := verify.At{Now: time.Now()}
	raw, err := c.list(ctx, c.KeyList, publish.KeyListPath)
	if err != nil {
		return nil, at, err
	}
	if raw == nil {
		return nil, at, errors.New("give --hub or --key-list: without the issuer's keys nothing can be verified")
	}
	list, err := seal.FirstKeyList(raw)
	if err != nil {
		return nil, at, err
	}
	if err := c.checkRoot(list); err != nil {
		return nil, at, err
	}
	if raw, err = c.list(ctx, c.Revocations, publish.RevocationsPath); err != nil {
		fmt.Fprintf(os.Stderr, "no list of revocations: %v\n", err)
	} else if raw != nil {
		if at.Revocations, err = list.OpenRevocations(raw); err != nil {
			return nil, at, err
		}
	}
	trust, err := verify.NewTrust(list)
	return trust, at, err
}

func (c verifyCommand) checkRoot(list *seal.KeyList) error {
	if c.Root == "" {
		fmt.Fprintf(os.Stderr, "key list of %s, number %d, root %x: compare the root with what the department published, or give it with --root\n",
			list.Issuer, list.Serial, list.RootIDs())
		return nil
	}
	for _, id := range list.RootIDs() {
		if strings.EqualFold(c.Root, fmt.Sprintf("%x", id)) {
			return nil
		}
	}
	return fmt.Errorf("the key list is signed by another root: %x", list.RootIDs())
}

// list reads a signed list from a file or from the hub; nil: neither is given.
func (c verifyCommand) list(ctx context.Context, file, path string) ([]byte, error) {
	if file != "" {
		return readLimited(file)
	}
	if c.Hub == "" {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, listLimit)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(c.Hub, "/")+path, http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("read from the hub: %w", err)
	}
	response, err := (&http.Client{Timeout: listLimit}).Do(request)
	if err != nil {
		return nil, fmt.Errorf("read from the hub: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("read from the hub: %s: %s", path, response.Status)
	}
	return io.ReadAll(io.LimitReader(response.Body, mostDocument))
}

func readLimited(path string) ([]byte, error) {
	in := os.Stdin
	if path != "-" {
		file, err := os.Open(path) //nolint:gosec // the user's own choice
		if err != nil {
			return nil, err
		}
		defer func() { _ = file.Close() }()
		in = file
	}
	content, err := io.ReadAll(io.LimitReader(in, mostDocument+1))
	if err == nil && len(content) > mostDocument {
		err = errors.New("the file is larger than any document")
	}
	return content, err
}

func isPicture(content []byte) bool {
	return strings.HasPrefix(http.DetectContentType(content), "image/")
}

// readCode reads the code in a picture with zbarimg, which Debian has as zbar-tools.
func readCode(ctx context.Context, picture []byte) (string, error) {
	program, err := exec.LookPath("zbarimg")
	if err != nil {
		return "", errors.New("to read a picture, install zbarimg (Debian: zbar-tools); or give the code's text")
	}
	ctx, cancel := context.WithTimeout(ctx, pictureLimit)
	defer cancel()
	command := exec.CommandContext(ctx, program, "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", "-") //nolint:gosec // the program just found
	command.Stdin = bytes.NewReader(picture)
	said, err := command.Output()
	if err != nil {
		return "", errors.New("no code can be read in the picture: take it again, straight from above, in good light")
	}
	for line := range strings.Lines(string(said)) {
		if strings.Contains(line, seal.PathPrefix) {
			return line, nil
		}
	}
	return "", errors.New("the code in the picture is not one of ours")
}
