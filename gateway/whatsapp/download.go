package whatsapp

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// The errors of a download that callers decide on; each is final for that media id.
var (
	ErrMediaGone     = errors.New("media is no longer there") // kept for 7 days (Meta, Media)
	ErrMediaTooLarge = errors.New("media is larger than is taken")
	// ErrMediaAddress says that the API named an address that is not one of Meta's: the token is not sent there.
	ErrMediaAddress = errors.New("media is at an address that is not trusted")
	ErrMediaChanged = errors.New("media is not what its checksum says")
)

// Media is a file that a citizen sent, as it came: nothing in it can be trusted.
type Media struct {
	MIMEType string // as the sender's phone says
	Content  []byte
}

// mediaHosts are the hosts from which Meta serves media, and whose subdomains do (Meta, Media: download).
func mediaHosts() []string { return []string{"lookaside.fbsbx.com", "fbcdn.net", "whatsapp.net"} }

// Download fetches a file that a citizen sent to one of our numbers: at most limit bytes, and only if they are those of the checksum. It
// fails with the errors above, with *APIError, or with one that may go away.
func (c *Client) Download(ctx context.Context, phoneNumberID, mediaID string, limit int) (Media, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	var described struct {
		URL      string      `json:"url"`
		MIMEType looseString `json:"mime_type"`
		SHA256   looseString `json:"sha256"`
		Size     looseFloat  `json:"file_size"`
	}
	err := c.ask(ctx, http.MethodGet, url.PathEscape(mediaID), url.Values{"phone_number_id": {phoneNumberID}}, &described)
	switch {
	case err != nil:
		return Media{}, gone(err)
	case float64(described.Size) > float64(limit):
		return Media{}, ErrMediaTooLarge
	case !c.trusts(described.URL):
		return Media{}, ErrMediaAddress
	}
	content, err := c.content(ctx, described.URL, limit)
	if err != nil {
		return Media{}, err
	}
	if !matches(content, string(described.SHA256)) {
		return Media{}, ErrMediaChanged
	}
	return Media{MIMEType: clean(string(described.MIMEType)), Content: content}, nil
}

// trusts says whether the token may be sent to an address: one of Meta's hosts over TLS, or the host of the API itself.
func (c *Client) trusts(address string) bool {
	u, err := url.Parse(address)
	api, apiErr := url.Parse(c.base)
	if err != nil || apiErr != nil || u.User != nil {
		return false
	}
	if u.Scheme == api.Scheme && u.Host == api.Host {
		return true
	}
	return u.Scheme == "https" && (u.Port() == "" || u.Port() == "443") && slices.ContainsFunc(mediaHosts(), func(host string) bool {
		return u.Hostname() == host || strings.HasSuffix(u.Hostname(), "."+host)
	})
}

func (c *Client) content(ctx context.Context, address string, limit int) ([]byte, error) {
	return c.fetch(ctx, address, limit, http.Header{"Authorization": {"Bearer " + c.token}, "User-Agent": {"jansetu"}})
}

// fetch takes a file from an address that is trusted: at most limit bytes.
func (c *Client) fetch(ctx context.Context, address string, limit int, header http.Header) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("make request: %w", withoutURL(err))
	}
	request.Header = header
	response, err := c.http.Do(request)
	if err != nil {
		return nil, fmt.Errorf("fetch media: %w", withoutURL(err))
	}
	defer func() { _ = response.Body.Close() }() // what matters of it has been read
	switch {
	case response.StatusCode == http.StatusNotFound || response.StatusCode == http.StatusGone:
		return nil, ErrMediaGone
	case response.StatusCode != http.StatusOK:
		return nil, &APIError{Status: response.StatusCode, Class: ClassTransient}
	}
	content, err := io.ReadAll(io.LimitReader(response.Body, int64(limit)+1))
	switch {
	case len(content) > limit:
		return nil, ErrMediaTooLarge
	case err != nil:
		return nil, fmt.Errorf("read media: %w", withoutURL(err))
	}
	return content, nil
}

// gone tells an unknown media id from other refusals (Meta, error codes: 100 with http 400, or 404).
func gone(err error) error {
	refused, ok := errors.AsType[*APIError](err)
	if ok && (refused.Status == http.StatusNotFound || refused.Code == 100) {
		return fmt.Errorf("%w: %w", ErrMediaGone, err)
	}
	return err
}

// matches compares with a SHA-256 in hex, as the media endpoint gives it, or in base64, as webhooks do.
func matches(content []byte, checksum string) bool {
	sum := sha256.Sum256(content)
	want, err := hex.DecodeString(checksum)
	if err != nil {
		want, err = base64.StdEncoding.DecodeString(checksum)
	}
	return err == nil && subtle.ConstantTimeCompare(sum[:], want) == 1
}

// Delete removes a file that a citizen sent to one of our numbers, or that we uploaded, from Meta's stores (Meta, Media: delete). One that is no
// longer there counts as removed. It fails with *APIError, or with one that may go away.
func (c *Client) Delete(ctx context.Context, phoneNumberID, mediaID string) error {
	var answer struct {
		Success bool `json:"success"`
	}
	err := gone(c.ask(ctx, http.MethodDelete, url.PathEscape(mediaID), url.Values{"phone_number_id": {phoneNumberID}}, &answer))
	switch {
	case errors.Is(err, ErrMediaGone):
		return nil
	case err != nil:
		return err
	case !answer.Success:
		return errors.New("media was not deleted")
	}
	return nil
}
