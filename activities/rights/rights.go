// Package rights holds the activities behind what citizens may ask about their own data: a copy of it, its erasure, and that it is
// forgotten when it is no longer needed. It knows the store and the catalog; who asked, and when, is the workflow's business.
package rights

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"

	"github.com/jansetu/jansetu/activities/wording"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/bubble"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/audit"
	"github.com/jansetu/jansetu/workflows"
)

// Activities carry out citizens' rights. They are registered by their method names.
type Activities struct {
	store   *store.Store
	catalog *catalog.Catalog
	writer  *wording.Writer
}

// New makes the activities over the store and a state's catalog.
func New(s *store.Store, c *catalog.Catalog) *Activities {
	return &Activities{store: s, catalog: c, writer: wording.New(c)}
}

const kindCopy = "personal_data"

// SendCopy sends everything that is held about a citizen: a summary in the chat, with it a file. Repeated, it sends once.
func (a *Activities) SendCopy(ctx context.Context, input workflows.RightsInput) error {
	held, err := a.store.PersonalData(ctx, input.Person)
	if err != nil {
		return fmt.Errorf("read personal data: %w", err)
	}
	// Whoever reads all of somebody's data is on the record, the hub too.
	read := audit.Entry{Actor: "hub/worker", Action: audit.PersonCopied, Person: input.Person, Object: input.ID, Reason: "the citizen asked for it in the chat"}
	if err := audit.Append(ctx, a.store.Pool(), read); err != nil {
		return err
	}
	document := bubble.Document{Filename: a.writer.Text(input.Language, "rights.filename") + copyExtension, MIMEType: copyType}
	document.ID, err = a.store.AddPersonalDocument(ctx, input.Person, store.Document{
		Kind: kindCopy, Filename: document.Filename, MIMEType: document.MIMEType, Content: a.sheet(input, held).text(),
	})
	if err != nil {
		return final(fmt.Errorf("store the copy: %w", err))
	}
	return a.say(ctx, input, "copy:"+input.ID, bubble.WithDocument(a.summary(input.Language, held), document))
}

func (a *Activities) say(ctx context.Context, input workflows.RightsInput, dedupe string, said bubble.Bubble) error {
	payload, err := json.Marshal(said)
	if err != nil {
		return fmt.Errorf("encode message: %w", err)
	}
	_, err = a.store.EnqueueMessage(ctx, store.Message{Conversation: input.Conversation, Dedupe: dedupe, Bubble: payload})
	return final(err)
}

// CancelRequests asks every running request of the citizen to stop, as if they had pressed the button.
func (a *Activities) CancelRequests(ctx context.Context, input workflows.RightsInput) error {
	open, err := a.store.OpenRequests(ctx, input.Person)
	if err != nil {
		return err
	}
	return a.store.WithTx(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, reference := range open {
			signal := store.WorkflowSignal{Reference: reference, Name: workflows.SignalCancel}
			if err := tx.EnqueueSignal(ctx, signal, "erase:"+input.ID+"/"+reference); err != nil {
				return err
			}
		}
		return nil
	})
}

// CountRequests counts the citizen's requests that still go on.
func (a *Activities) CountRequests(ctx context.Context, input workflows.RightsInput) (int, error) {
	open, err := a.store.OpenRequests(ctx, input.Person)
	return len(open), err
}

// TellErasure sends the last message. For somebody who was erased already there is nobody to tell.
func (a *Activities) TellErasure(ctx context.Context, input workflows.RightsInput) error {
	farewell := bubble.Say(a.writer.Text(input.Language, "rights.farewell"))
	if err := a.say(ctx, input, farewellOf(input), farewell); err != nil && !store.IsUnreadable(err) {
		return err
	}
	return nil
}

func farewellOf(input workflows.RightsInput) string { return "farewell:" + input.ID }

// ErasureToldOf tells whether the last message is out, or will never be.
func (a *Activities) ErasureToldOf(ctx context.Context, input workflows.RightsInput) (bool, error) {
	return a.store.MessageSettled(ctx, farewellOf(input))
}

// EraseKey destroys the citizen's key and leaves a tombstone. It answers how many requests still go on: then it did nothing.
func (a *Activities) EraseKey(ctx context.Context, input workflows.RightsInput) (int, error) {
	open, err := a.store.ErasePerson(ctx, store.Erasure{ID: input.ID, Person: input.Person})
	if errors.Is(err, store.ErrNoErasure) {
		return 0, temporal.NewNonRetryableApplicationError("nobody asked for this erasure: it was not begun in the chat or in /ops/", "erasure", err)
	}
	return len(open), err
}

const (
	// papersKept after a request has ended, in case the department asks for one again.
	papersKept = 7 * 24 * time.Hour
	// copiesKept of personal data: they are in the chat, ours is for sending them again when sending fails.
	copiesKept = 7 * 24 * time.Hour

	batch = 200
)

// ForgetOldAnswers forgets one batch of what was old enough at a time, and tells whether there may be more.
func (a *Activities) ForgetOldAnswers(ctx context.Context, at time.Time) (bool, error) {
	retention := store.Retention{Services: map[string]time.Time{}, Papers: at.Add(-papersKept), Copies: at.Add(-copiesKept), Limit: batch}
	retention.Others = at.Add(-a.catalog.Retention(&catalog.Service{}))
	if !retention.Others.Before(at) {
		return false, temporal.NewNonRetryableApplicationError("the state says no retention term", "catalog", nil)
	}
	for _, service := range a.catalog.Services() {
		retention.Services[service.ID] = at.Add(-a.catalog.Retention(service))
	}
	forgotten, err := a.store.Forget(ctx, retention)
	return forgotten.Any(), err
}

// final marks what no repetition can mend.
func final(err error) error {
	if errors.Is(err, store.ErrNoConversation) || store.IsData(err) || errors.Is(err, store.ErrNoKey) {
		return temporal.NewNonRetryableApplicationError("the store refuses: no such person, or data it cannot hold", "store", err)
	}
	return err
}
