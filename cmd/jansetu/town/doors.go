package town

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/jansetu/jansetu/cmd/jansetu/town/phone"
)

// The doors by which a twin tells what a person sees.
type (
	pictureReader interface{ Read(picture []byte) string }
	pictureSolver interface{ Solve(picture []byte) string }
	otpTeller     interface{ OTP(mobile string) string }
	codeTeller    interface{ Code(phone string) string }
)

// Letters are what a person reads in the picture that a portal shows.
func (t *Town) Letters(ctx context.Context, portal string, shown *phone.File) (string, error) {
	if shown == nil {
		return "", errors.New("letters of a picture are asked for, and there is no picture")
	}
	picture, err := t.File(ctx, shown)
	if err != nil {
		return "", err
	}
	letters := ""
	switch twin := t.Portal(portal).(type) {
	case pictureReader:
		letters = twin.Read(picture)
	case pictureSolver:
		letters = twin.Solve(picture)
	}
	if letters == "" {
		return "", errors.New("the picture is none of the portal's")
	}
	return letters, nil
}

// Code is the last code that a portal sent to a mobile number; empty: none.
func (t *Town) Code(portal, mobile string) string {
	switch twin := t.Portal(portal).(type) {
	case otpTeller:
		return twin.OTP(mobile)
	case codeTeller:
		return twin.Code(mobile)
	}
	return ""
}

const (
	mostOfFile = 20 << 20 // bytes: more than any paper has
	fileLimit  = 30 * time.Second
)

// File fetches what a message shows, as the phone page does.
func (t *Town) File(ctx context.Context, of *phone.File) ([]byte, error) {
	if of.ID == "" {
		return nil, fmt.Errorf("the file %s has no id", of.Filename)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, t.MetaURL()+"/emulator/media/"+url.PathEscape(of.ID), http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("fetch the file %s: %w", of.Filename, err)
	}
	response, err := (&http.Client{Timeout: fileLimit}).Do(request)
	if err != nil {
		return nil, fmt.Errorf("fetch the file %s: %w", of.Filename, err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("fetch the file %s: %s", of.Filename, response.Status)
	}
	content, err := io.ReadAll(io.LimitReader(response.Body, mostOfFile))
	if err != nil {
		return nil, fmt.Errorf("fetch the file %s: %w", of.Filename, err)
	}
	return content, nil
}
