package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/bubble"
	"github.com/jansetu/jansetu/gateway/dialog"
	"github.com/jansetu/jansetu/gateway/verify"
	"github.com/jansetu/jansetu/gateway/whatsapp"
	"github.com/jansetu/jansetu/store"
)

// PaperChecker finds out whether a paper is genuine; *verify.Checker does. It keeps nothing. An error is not about the paper and may go away.
type PaperChecker interface {
	File(ctx context.Context, content []byte) (verify.Answer, error)
	Text(ctx context.Context, text string) (verify.Answer, error)
	Say(lang catalog.Language, answer verify.Answer) string
}

const (
	// senderChecks is the sender of the rows that ask for a check of a paper: it is carried out here, by the gateway.
	senderChecks = "checks"
	// checkSlots is how many papers are fetched and looked at together.
	checkSlots = 4
	// checkTrials is how often a check is tried before the citizen is told that it cannot be done now.
	checkTrials = 4
)

// workflowCheckPaper marks the row's payload; nothing is started in Temporal.
const workflowCheckPaper = "CheckPaper"

// paperCheck is the input of a check. The file itself is never stored: it is fetched, looked at, and deleted at the channel.
type paperCheck struct {
	ID           string           `json:"id"`
	Conversation int64            `json:"conversation"`
	Number       string           `json:"number"` // the business number it was sent to
	Media        string           `json:"media,omitempty"`
	Text         string           `json:"text,omitempty"`
	Language     catalog.Language `json:"language"`
}

// checkPaper enqueues a check, in the turn's transaction: it survives the process.
func (b *batch) checkPaper(t *talk, event dialog.Event, effect dialog.CheckPaper) error {
	id := "CHECK-" + strings.TrimPrefix(event.NewReference, "JS-")
	input, err := json.Marshal(paperCheck{ID: id, Conversation: t.stored.ID, Number: t.stored.PhoneNumberID, Media: effect.MediaID,
		Text: effect.Text, Language: effect.Language})
	if err != nil {
		return fmt.Errorf("encode check: %w", err)
	}
	payload, err := json.Marshal(store.WorkflowStart{Reference: id, Workflow: workflowCheckPaper, Summary: id, Input: input})
	if err != nil {
		return fmt.Errorf("encode check: %w", err)
	}
	b.writes.Outbox = append(b.writes.Outbox, store.OutboxRow{Kind: store.KindWorkflowStart, Lane: store.WorkflowLane(id), Sender: senderChecks,
		Person: t.stored.Person, Payload: payload})
	return nil
}

// checks carries out checks of papers.
type checks struct {
	papers  PaperChecker
	checked func(catalog.Language, string) bubble.Bubble // may be nil
	client  *whatsapp.Client
	store   *store.Store
	log     *slog.Logger
}

func (o *outbox) carryOutCheck(ctx context.Context, claim *store.Claim, s *store.Settlement) {
	err := o.checks.run(ctx, claim, claim.Failures+1 >= checkTrials)
	switch {
	case err == nil:
	case errors.Is(err, errUnsendable), errors.Is(err, store.ErrNoConversation):
		o.log.ErrorContext(ctx, "check of a paper cannot be carried out", "outbox", claim.ID, "error", err)
		s.State, s.Reason = store.StateFailed, "refused"
	default:
		o.log.WarnContext(ctx, "check of a paper is tried again", "outbox", claim.ID, "error", err)
		d := o.policy.decide(whatsapp.ClassTransient, claim.Failures)
		s.State, s.Reason, s.Failures, s.Ready = store.StateQueued, "check failed", claim.Failures+1, d.delay
	}
}

// run checks and says what was found. Done again after a crash, it says it once; on its last trial it says that it cannot.
func (c *checks) run(ctx context.Context, claim *store.Claim, last bool) error {
	var row store.WorkflowStart
	var check paperCheck
	if err := errors.Join(json.Unmarshal(claim.Payload, &row), json.Unmarshal(row.Input, &check)); err != nil || c.papers == nil {
		return fmt.Errorf("%w: decode check: %w", errUnsendable, err)
	}
	answer, err := c.look(ctx, &check)
	if err != nil && !last {
		return err
	}
	if err := c.say(ctx, &check, c.papers.Say(check.Language, answer)); err != nil {
		return err
	}
	if check.Media != "" {
		if err := c.client.Delete(ctx, check.Number, check.Media); err != nil {
			c.log.WarnContext(ctx, "a checked paper stays at the channel until it deletes it itself", "outbox", claim.ID, "error", err)
		}
	}
	return nil
}

func (c *checks) look(ctx context.Context, check *paperCheck) (verify.Answer, error) {
	if check.Media == "" {
		return c.papers.Text(ctx, check.Text)
	}
	media, err := c.client.Download(ctx, check.Number, check.Media, verify.MostFile)
	switch {
	case errors.Is(err, whatsapp.ErrMediaTooLarge):
		return verify.Answer{Verdict: verify.TooLarge}, nil
	case errors.Is(err, whatsapp.ErrMediaGone), errors.Is(err, whatsapp.ErrMediaChanged), errors.Is(err, whatsapp.ErrMediaAddress):
		return verify.Answer{Verdict: verify.Gone}, nil
	case err != nil:
		return verify.Answer{Verdict: verify.Away}, fmt.Errorf("fetch paper: %w", err)
	}
	return c.papers.File(ctx, media.Content)
}

func (c *checks) say(ctx context.Context, check *paperCheck, text string) error {
	said := bubble.Say(text)
	if c.checked != nil {
		said = c.checked(check.Language, text)
	}
	content, err := json.Marshal(said)
	if err != nil {
		return fmt.Errorf("encode what was found: %w", err)
	}
	_, err = c.store.EnqueueMessage(ctx, store.Message{Conversation: check.Conversation, Dedupe: "check:" + check.ID, Bubble: content})
	return err
}
