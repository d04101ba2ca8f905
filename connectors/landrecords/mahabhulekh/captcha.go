package mahabhulekh

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/aspnet"
)

const controlCaptcha = "txtcaptcha"

// paused is a visit that waits for the citizen in front of the captcha.
type paused struct {
	Visit aspnet.State `json:"visit"`
	Title string       `json:"title"`
}

// ask relays the captcha of the page that the visit stands on.
func ask(ctx context.Context, visit *aspnet.Visit, waiting paused) error {
	if err := visit.Form().Expect(prefix+fieldMobile, prefix+fieldLanguage, prefix+controlCaptcha, prefix+buttonSubmit); err != nil {
		return err
	}
	picture, mediaType, err := picture(ctx, visit)
	if err != nil {
		return err
	}
	waiting.Visit = visit.State()
	return visit.Session().Ask(portal.Question{
		Kind: connectors.ChallengeCaptcha, Picture: picture, PictureType: mediaType,
	}, waiting)
}

// picture fetches the captcha's picture in the visit's own session. Some releases
// put it into the page.
func picture(ctx context.Context, visit *aspnet.Visit) (content []byte, mediaType string, err error) {
	page := visit.Page()
	found, err := page.Need(`img[id$="captchaImage"],img[id$="imgCaptcha"]`, "the captcha's picture")
	if err != nil {
		return nil, "", err
	}
	source := found.First().AttrOr("src", "")
	if strings.HasPrefix(source, "data:") {
		inside, err := embedded(source)
		if err != nil {
			return nil, "", page.Changed("a picture as the captcha")
		}
		return inside.Content, inside.MIMEType, nil
	}
	address, err := page.Response().Resolve(source)
	if err != nil {
		return nil, "", err
	}
	response, err := visit.Session().Do(ctx, portal.Request{
		Operation: operationPicture, Method: http.MethodGet, URL: address, MaxBody: portal.MaxPicture,
		Check: func(response *portal.Response) error {
			if strings.HasPrefix(response.MediaType(), "image/") && len(response.Body) > 0 {
				return nil
			}
			return pages().Markers.Unexpected(response, "a picture as the captcha")
		},
	})
	if err != nil {
		return nil, "", err
	}
	return response.Body, response.MediaType(), nil
}

// answered goes on with the citizen's answer, or with the wish for another picture.
func answered(ctx context.Context, session *portal.Session, waiting paused, query connectors.RecordQuery) (connectors.Record, error) {
	visit := aspnet.NewVisit(session, pages())
	if err := visit.Continue(waiting.Visit); err != nil {
		return connectors.Record{}, err
	}
	if query.Answer.Refresh || strings.TrimSpace(query.Answer.Answer) == "" {
		if err := post(ctx, visit, aspnet.Step{Operation: operationSubmit, Button: prefix + buttonRefresh}); err != nil {
			return connectors.Record{}, err
		}
		return connectors.Record{}, ask(ctx, visit, waiting)
	}
	if err := fill(visit, query); err != nil {
		return connectors.Record{}, err
	}
	if err := post(ctx, visit, aspnet.Step{Operation: operationSubmit, Button: prefix + buttonSubmit}); err != nil {
		return connectors.Record{}, err
	}
	return read(ctx, visit, waiting)
}

// fill sets what stands beside the captcha. Controls stay as they are otherwise:
// one that is not on the page would spoil the session.
func fill(visit *aspnet.Visit, query connectors.RecordQuery) error {
	form := visit.Form()
	if err := set(form, fieldMobile, query.Fields[fieldMobile]); err != nil {
		return err
	}
	if err := set(form, controlCaptcha, toASCII(strings.TrimSpace(query.Answer.Answer))); err != nil {
		return err
	}
	return form.Complete()
}

// read takes the record from the page, or what the page says in its place.
func read(ctx context.Context, visit *aspnet.Visit, waiting paused) (connectors.Record, error) {
	page := visit.Page()
	record, err := parseRecord(page.Document, waiting.Title)
	if err != nil {
		return connectors.Record{}, page.Changed("a record")
	}
	if record != nil {
		return *record, nil
	}
	said := sentences(page)
	if len(said) == 0 {
		return connectors.Record{}, page.Changed("a record or a reason")
	}
	if err := explain(said, page); !errors.Is(err, errWrongCaptcha) {
		return connectors.Record{}, err
	}
	return connectors.Record{}, ask(ctx, visit, waiting)
}
