package paper

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"image"
	"log/slog"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"

	"github.com/jansetu/jansetu/documents/reading"
	"github.com/jansetu/jansetu/gateway/upload"
	"github.com/jansetu/jansetu/gateway/whatsapp"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/audit"
	"github.com/jansetu/jansetu/workflows"
)

// ErrorRefused is the type of the application error for a paper that is not taken. Its detail is a [workflows.PaperFinding].
const ErrorRefused = workflows.ErrorPaperRefused

const actor = "hub/worker"

// Media fetches what citizens send; *whatsapp.Client does.
type Media interface {
	Download(ctx context.Context, phoneNumberID, mediaID string, limit int) (whatsapp.Media, error)
}

// Pages shows the first page of a PDF, and gives the text of all; *reading.Poppler does.
type Pages interface {
	FirstPage(ctx context.Context, pdf []byte, longest int) (*image.Gray, error)
	Text(ctx context.Context, pdf []byte) (reading.Text, error)
}

// Reader reads what is written on a picture; *reading.Tesseract does. language is a catalog.Language.
type Reader interface {
	Read(ctx context.Context, grey *image.Gray, language string) (reading.Text, error)
}

// Config is what the activities need.
type Config struct {
	Store     *store.Store
	Media     Media
	Inspector *upload.Inspector
	Pages     Pages  // nil: of a PDF only the file is looked at
	Reader    Reader // nil: nothing is read
	AtOnce    int    // papers fetched and looked at together, so that a busy hour fits into memory; 0: 4
	Now       func() time.Time
	Log       *slog.Logger
}

// Activities take and check papers.
type Activities struct {
	config Config
	slots  chan struct{}
}

// New makes the activities.
func New(config Config) *Activities {
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	return &Activities{config: config, slots: make(chan struct{}, cmp.Or(config.AtOnce, 4))}
}

// slot waits until one more paper may be looked at; free gives the place back.
func (a *Activities) slot(ctx context.Context) (free func(), err error) {
	select {
	case a.slots <- struct{}{}:
		return func() { <-a.slots }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("wait to look at a paper: %w", ctx.Err())
	}
}

// TakePaper fetches, inspects and keeps a file as it is. It fails, not to be repeated, with an application error of type [ErrorRefused].
func (a *Activities) TakePaper(ctx context.Context, input workflows.TakePaperInput) (workflows.TakenPaper, error) {
	defer beating(ctx)()
	source, err := a.config.Store.PaperSource(ctx, input.Reference)
	if err != nil {
		return workflows.TakenPaper{}, final(err)
	}
	free, err := a.slot(ctx)
	if err != nil {
		return workflows.TakenPaper{}, err
	}
	defer free()
	sent := sentPaper{reference: input.Reference, source: source, PaperAnswer: workflows.PaperAnswer{Field: input.Field, Media: input.Media}}
	file, err := a.file(ctx, sent)
	if finding, refused := refusal(sent.Field, err); refused {
		if err := a.recordRefusal(ctx, sent, finding); err != nil {
			return workflows.TakenPaper{}, err
		}
		return workflows.TakenPaper{}, temporal.NewNonRetryableApplicationError("paper refused: "+string(finding.Reason), ErrorRefused, nil, finding)
	}
	if err != nil {
		return workflows.TakenPaper{}, final(err)
	}
	taken, err := a.keep(ctx, sent, file, false)
	return taken, final(err)
}

// sentPaper is a paper as a citizen sent it.
type sentPaper struct {
	workflows.PaperAnswer

	reference string
	source    store.PaperSource
}

// file is the paper made safe: the one that is kept already, else the one the channel has. It fails with *upload.RefusedError.
func (a *Activities) file(ctx context.Context, sent sentPaper) (upload.File, error) {
	kept, err := a.config.Store.PaperOfMedia(ctx, sent.reference, sent.Media)
	switch {
	case err == nil:
		return a.config.Inspector.Inspect(ctx, kept.Content, kept.MIMEType)
	case !errors.Is(err, store.ErrNoPaper):
		return upload.File{}, err
	}
	media, err := a.config.Media.Download(ctx, sent.source.PhoneNumberID, sent.Media, a.config.Inspector.MaxBytes())
	switch {
	case errors.Is(err, whatsapp.ErrMediaTooLarge):
		return upload.File{}, &upload.RefusedError{Reason: upload.TooLarge}
	case errors.Is(err, whatsapp.ErrMediaGone):
		return upload.File{}, &upload.RefusedError{Reason: upload.Gone}
	case err != nil:
		return upload.File{}, fmt.Errorf("fetch paper: %w", err)
	}
	return a.config.Inspector.Inspect(ctx, media.Content, media.MIMEType)
}

// keep stores a paper with its entry in the audit log; one that is kept already is given as it is.
func (a *Activities) keep(ctx context.Context, sent sentPaper, file upload.File, masked bool) (workflows.TakenPaper, error) {
	var kept store.Paper
	err := a.config.Store.WithTx(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		var added bool
		kept, added, err = tx.AddPaper(ctx, sent.Media, store.Paper{
			Request: sent.reference, MIMEType: file.MIMEType, Pages: file.Pages, Masked: masked, Content: file.Content,
		})
		if err != nil || !added {
			return err
		}
		return audit.Append(ctx, tx, audit.Entry{Actor: actor, Action: audit.UploadTaken, Person: sent.source.Person, Object: kept.ID, Reason: sent.reference})
	})
	if err != nil {
		return workflows.TakenPaper{}, fmt.Errorf("keep paper: %w", err)
	}
	return workflows.TakenPaper{
		Field: sent.Field, ID: kept.ID, MIMEType: kept.MIMEType, Bytes: kept.Bytes, Pages: kept.Pages, Hash: kept.Hash, Masked: kept.Masked,
	}, nil
}

func (a *Activities) recordRefusal(ctx context.Context, sent sentPaper, finding workflows.PaperFinding) error {
	return audit.Append(ctx, a.config.Store.Pool(), audit.Entry{
		Actor: actor, Action: audit.UploadRefused, Person: sent.source.Person, Object: sent.reference, Reason: string(finding.Reason),
	})
}

// refusal makes a finding of a file that is not taken.
func refusal(field string, err error) (workflows.PaperFinding, bool) {
	refused, ok := errors.AsType[*upload.RefusedError](err)
	if !ok {
		return workflows.PaperFinding{}, false
	}
	finding := workflows.PaperFinding{Field: field, Reason: workflows.PaperReason(refused.Reason), Text: textOfUpload(refused)}
	if refused.Reason == upload.TooLarge {
		finding.MaxMB = mostMB
	}
	return finding, true
}

// mostMB is what is said of the largest file that is taken: 16 MiB, rounded down.
const mostMB = 16

// final marks what no repetition can mend.
func final(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, store.ErrNoRequest) || store.IsData(err) {
		return temporal.NewNonRetryableApplicationError("the store refuses: no such request, or one that was forgotten", "store", err)
	}
	return err
}

// beat is how often Temporal hears that the work goes on: a file may take a minute to come.
const beat = 5 * time.Second

// beating tells Temporal until it is stopped.
func beating(ctx context.Context) (stop func()) {
	if !activity.IsActivity(ctx) {
		return func() {}
	}
	stopped, end := context.WithCancel(ctx)
	go func() {
		ticker := time.NewTicker(beat)
		defer ticker.Stop()
		for {
			activity.RecordHeartbeat(ctx)
			select {
			case <-stopped.Done():
				return
			case <-ticker.C:
			}
		}
	}()
	return end
}
