package municipal

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

// maxPhoto is the most that WhatsApp carries as a picture, 5 MB; DIGIT's own
// limit for its file store is the same.
const maxPhoto = 5 << 20

// Photo implements connectors.Photographer: a picture that the department's
// officer put with the last step of a complaint, from DIGIT's file store.
func (c *Connector) Photo(ctx context.Context, query connectors.PhotoQuery) (connectors.Enclosure, error) {
	photo, err := c.photo(ctx, query)
	if err != nil {
		return connectors.Enclosure{}, fmt.Errorf("fetch photo: %w", err)
	}
	return photo, nil
}

func (c *Connector) photo(ctx context.Context, query connectors.PhotoQuery) (connectors.Enclosure, error) {
	stale := ""
	for range 2 {
		held, err := c.login.take(ctx, stale)
		if err != nil {
			return connectors.Enclosure{}, err
		}
		photo, err := c.give(ctx, query, held)
		if refused, ok := errors.AsType[*connectors.RefusedError](err); !ok || refused.Code != refusedToken {
			return photo, err
		}
		stale = held.access
	}
	return connectors.Enclosure{}, &connectors.ChangedError{Expected: "a fresh token to be accepted", Seen: "unauthorized"}
}

func (c *Connector) give(ctx context.Context, query connectors.PhotoQuery, held token) (photo connectors.Enclosure, err error) {
	_, err = c.client.Do(ctx, portal.Request{
		Operation: "photo", Method: http.MethodGet, Path: "filestore/v1/files/id", MaxBody: maxPhoto,
		Query:  url.Values{"tenantId": {query.Tenant}, "fileStoreId": {query.ID}},
		Header: http.Header{"Auth-Token": {held.access}},
		Check: func(response *portal.Response) (err error) {
			photo, err = readPhoto(response)
			return err
		},
	})
	return photo, err
}

// readPhoto goes by what the content is, not by what it is called.
func readPhoto(response *portal.Response) (connectors.Enclosure, error) {
	if response.Status == http.StatusUnauthorized {
		return connectors.Enclosure{}, &connectors.RefusedError{Code: refusedToken}
	}
	if response.Status == http.StatusNotFound || response.Status == http.StatusBadRequest {
		return connectors.Enclosure{}, &connectors.NotFoundError{What: "photo"}
	}
	kind, _, _ := mime.ParseMediaType(http.DetectContentType(response.Body))
	if response.Status/100 != 2 || !strings.HasPrefix(kind, "image/") {
		return connectors.Enclosure{}, knownPages().Unexpected(response, "a photo")
	}
	return connectors.Enclosure{Kind: documentPhoto, Filename: "photo." + strings.TrimPrefix(kind, "image/"), MIMEType: kind, Content: response.Body}, nil
}
