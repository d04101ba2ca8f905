package flows

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"strconv"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/upload"
	"github.com/jansetu/jansetu/gateway/whatsapp"
)

// maxPhoto is the largest photo, in bytes: what is larger no phone takes with its camera.
const maxPhoto = 10 << 20

// Channel is where a phone leaves its files, and where a paper is kept until its request takes it; *whatsapp.Client is one.
type Channel interface {
	// FlowFile fetches an encrypted file, at most limit bytes. It fails with the errors of [whatsapp.Client.Download].
	FlowFile(ctx context.Context, address string, limit int) ([]byte, error)
	Upload(ctx context.Context, phoneNumberID string, file whatsapp.File) (mediaID string, err error)
}

// papers takes the files of a form.
type papers struct {
	channel   Channel
	inspector *upload.Inspector
	texts     Texter
	log       *slog.Logger
}

// take fetches, opens and inspects what came for a document, as the chat does with what is sent there, and hands it to the channel: from then on it is a
// paper like any other. problem says, in the citizen's language, why it is not taken. None given: ok is false.
func (p *papers) take(ctx context.Context, number string, lang catalog.Language, field *catalog.Field, raw json.RawMessage) (
	given Given, problem string, ok bool,
) {
	var files []media
	if len(raw) == 0 || json.Unmarshal(raw, &files) != nil || len(files) == 0 {
		return Given{}, "", false
	}
	ctx, cancel := context.WithTimeout(ctx, paperWithin)
	defer cancel()
	file, err := p.open(ctx, &files[0], field)
	if err != nil {
		p.log.WarnContext(ctx, "a paper in a form was not taken", "error", err)
		return Given{}, p.why(lang, field, err), true
	}
	id, err := p.channel.Upload(ctx, number, whatsapp.File{Name: "paper" + endings[file.MIMEType], MIMEType: file.MIMEType, Content: file.Content})
	if err != nil {
		p.log.WarnContext(ctx, "a paper in a form could not be handed to the channel", "error", err)
		return Given{}, p.why(lang, field, err), true
	}
	return Given{MediaID: id, MIMEType: file.MIMEType}, "", true
}

var endings = map[string]string{upload.JPEG: ".jpg", upload.PNG: ".png", upload.PDF: ".pdf"}

func (p *papers) open(ctx context.Context, from *media, field *catalog.Field) (upload.File, error) {
	const around = 64 // bytes of padding and HMAC
	sealed, err := p.channel.FlowFile(ctx, from.URL, min(maxPhoto, p.inspector.MaxBytes())+around)
	switch {
	case errors.Is(err, whatsapp.ErrMediaTooLarge):
		return upload.File{}, &upload.RefusedError{Reason: upload.TooLarge}
	case errors.Is(err, whatsapp.ErrMediaGone):
		return upload.File{}, &upload.RefusedError{Reason: upload.Gone}
	case err != nil:
		return upload.File{}, err
	}
	content, err := from.open(sealed)
	if err != nil {
		return upload.File{}, err
	}
	file, err := p.inspector.Inspect(ctx, content, "")
	if err == nil && field.MaxBytes() > 0 && int64(len(file.Content)) > field.MaxBytes() {
		err = &upload.RefusedError{Reason: upload.TooLarge}
	}
	return file, err
}

// why says it as the chat does.
func (p *papers) why(lang catalog.Language, field *catalog.Field, err error) string {
	refused, is := errors.AsType[*upload.RefusedError](err)
	if !is {
		return p.texts.Text(lang, textPhotoAway, nil)
	}
	most := float64(min(maxPhoto, p.inspector.MaxBytes())) / 1e6
	if field.MaxMB > 0 {
		most = min(most, field.MaxMB)
	}
	most = math.Floor(most*10) / 10 // nobody reads more than one decimal
	return p.texts.Text(lang, catalog.TextKey(refused.TextKey()), catalog.Args{"max": strconv.FormatFloat(most, 'f', -1, 64)})
}
