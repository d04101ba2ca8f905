package flows

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/whatsapp"
)

// refusedFor is how long a Flow that Meta did not take is not offered again: a blocked one stays blocked for longer than a look at the list is old.
const refusedFor = 30 * time.Minute

// Lister lists the Flows of a business account; *whatsapp.Client does.
type Lister interface {
	Flows(ctx context.Context, account string) ([]whatsapp.Flow, error)
}

// Registry knows which forms are published as Flows, exactly as they are now: a changed form is offered in the chat alone until it has been published.
// It is safe for concurrent use.
type Registry struct {
	channel Lister
	account string
	texts   Texter
	now     func() time.Time

	built sync.Map // id and language -> name of its Flow, empty: none

	mu        sync.Mutex
	published map[string]bool
	refused   map[string]time.Time
}

// NewRegistry makes a registry that knows of no Flow yet; Refresh fills it.
func NewRegistry(channel Lister, account string, texts Texter, now func() time.Time) *Registry {
	return &Registry{channel: channel, account: account, texts: texts, now: now, refused: map[string]time.Time{}}
}

// Refresh asks Meta which Flows are published. One that is throttled or blocked is not offered.
func (r *Registry) Refresh(ctx context.Context) error {
	listed, err := r.channel.Flows(ctx, r.account)
	if err != nil {
		return fmt.Errorf("refresh flows: %w", err)
	}
	published := make(map[string]bool, len(listed))
	for _, flow := range listed {
		if flow.Status == whatsapp.FlowPublished {
			published[flow.Name] = true
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.published = published
	return nil
}

// Name is the published Flow of a form in a language; empty: there is none. id names the form, which never changes while the process runs.
func (r *Registry) Name(id string, lang catalog.Language, form func() []catalog.Field) string {
	key := id + "/" + string(lang)
	cached, known := r.built.Load(key)
	if !known {
		flow, _ := Build(form(), lang, r.texts) // one that cannot be built has no name
		cached, _ = r.built.LoadOrStore(key, flow.Name)
	}
	name, _ := cached.(string)
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.published[name] || r.now().Before(r.refused[name]) {
		return ""
	}
	return name
}

// Refused remembers that Meta did not take a message with the Flow.
func (r *Registry) Refused(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.refused[name] = r.now().Add(refusedFor)
}

// Published is how many Flows can be offered.
func (r *Registry) Published() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.published)
}
