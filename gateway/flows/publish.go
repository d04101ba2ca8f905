package flows

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/whatsapp"
)

// Publisher is Meta's side of publishing; *whatsapp.Client is one.
type Publisher interface {
	Lister
	CreateFlow(ctx context.Context, account, name, endpoint string) (id string, err error)
	SetFlowEndpoint(ctx context.Context, flow, endpoint string) error
	UploadFlow(ctx context.Context, flow string, content []byte) ([]whatsapp.FlowFault, error)
	PublishFlow(ctx context.Context, flow string) error
	FlowKey(ctx context.Context, phoneNumberID string) (pem string, valid bool, err error)
	SetFlowKey(ctx context.Context, phoneNumberID string, pem []byte) error
}

// Wanted is a Flow that should be published, and for what.
type Wanted struct {
	Flow

	Language catalog.Language
	Services []string // whose form it is
}

// Plan lists the Flows of all forms, each once. fields gives a service's form, and, for "?" behind its id, the questions whether somebody may have it.
func Plan(services []*catalog.Service, languages []catalog.Language, texts Texter, fields func(id string) []catalog.Field) []Wanted {
	byName := map[string]*Wanted{}
	for _, service := range services {
		for _, id := range []string{service.ID, service.ID + "?"} {
			for _, lang := range languages {
				flow, err := Build(fields(id), lang, texts)
				if err != nil {
					continue // shown in the chat alone
				}
				wanted, known := byName[flow.Name]
				if !known {
					wanted = &Wanted{Flow: flow, Language: lang}
					byName[flow.Name] = wanted
				}
				wanted.Services = append(wanted.Services, id)
			}
		}
	}
	plan := make([]Wanted, 0, len(byName))
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		plan = append(plan, *byName[name])
	}
	slices.SortStableFunc(plan, func(a, b Wanted) int { return strings.Compare(a.Services[0], b.Services[0]) })
	return plan
}

// Step is what was done about one Flow.
type Step struct {
	Wanted Wanted
	Status whatsapp.FlowStatus // as it is now
	Done   string              // what was done: "published", "moved" to the address of the gateway, or empty
}

// PublishConfig says where Flows are published.
type PublishConfig struct {
	Meta     Publisher
	Account  string // of the business
	Number   string // phone number id
	Endpoint string // public address of the gateway's /flows
	Keys     *Keys
}

// FaultyError says that Meta does not take a Flow JSON: it is for who writes the catalog or this package.
type FaultyError struct {
	Services []string
	Faults   []whatsapp.FlowFault
}

// Error names the first fault.
func (e *FaultyError) Error() string {
	fault := e.Faults[0]
	return fmt.Sprintf("the form of %s is not taken by Meta: %s: %s (and %d more)", e.Services[0], fault.Error, fault.Message, len(e.Faults)-1)
}

// Publish gives Meta the public key and publishes what is not published yet. What was done stays done: it may be interrupted and called again. told hears
// of every Flow.
func Publish(ctx context.Context, config PublishConfig, plan []Wanted, told func(Step)) error {
	if err := config.giveKey(ctx); err != nil {
		return err
	}
	listed, err := config.Meta.Flows(ctx, config.Account)
	if err != nil {
		return fmt.Errorf("list flows: %w", err)
	}
	known := make(map[string]whatsapp.Flow, len(listed))
	for _, flow := range listed {
		if before, twice := known[flow.Name]; !twice || before.Status != whatsapp.FlowPublished {
			known[flow.Name] = flow
		}
	}
	for _, wanted := range plan {
		step, err := config.publish(ctx, wanted, known[wanted.Name])
		if err != nil {
			return err
		}
		told(step)
	}
	return nil
}

// giveKey uploads the public key unless Meta has it.
func (c *PublishConfig) giveKey(ctx context.Context) error {
	ours, err := c.Keys.PublicPEM()
	if err != nil {
		return err
	}
	theirs, valid, err := c.Meta.FlowKey(ctx, c.Number)
	if err != nil {
		return err
	}
	if valid && SamePublicKey(ours, []byte(theirs)) {
		return nil
	}
	if err := c.Meta.SetFlowKey(ctx, c.Number, ours); err != nil {
		return fmt.Errorf("upload the public key of flows: %w", err)
	}
	return nil
}

// publish takes a Flow from wherever it stands to being published.
func (c *PublishConfig) publish(ctx context.Context, wanted Wanted, known whatsapp.Flow) (Step, error) {
	step := Step{Wanted: wanted, Status: known.Status}
	var err error
	switch known.Status {
	case whatsapp.FlowPublished, whatsapp.FlowThrottled:
		return c.move(ctx, step, known)
	case whatsapp.FlowBlocked, whatsapp.FlowDeprecated:
		return step, nil // Meta decides about these; they are listed with their status
	case whatsapp.FlowDraft: // left behind by an interrupted run
		err = c.Meta.SetFlowEndpoint(ctx, known.ID, c.Endpoint)
	default:
		known.ID, err = c.Meta.CreateFlow(ctx, c.Account, wanted.Name, c.Endpoint)
	}
	if err != nil {
		return step, err
	}
	faults, err := c.Meta.UploadFlow(ctx, known.ID, wanted.JSON)
	if err != nil {
		return step, err
	}
	if len(faults) > 0 {
		return step, &FaultyError{Services: wanted.Services, Faults: faults}
	}
	if err := c.Meta.PublishFlow(ctx, known.ID); err != nil {
		return step, fmt.Errorf("publish the form of %s (the gateway must answer at %s): %w", wanted.Services[0], c.Endpoint, err)
	}
	step.Status, step.Done = whatsapp.FlowPublished, "published"
	return step, nil
}

// move has the phones of a published Flow ask where the gateway is now.
func (c *PublishConfig) move(ctx context.Context, step Step, known whatsapp.Flow) (Step, error) {
	if known.Endpoint == "" || known.Endpoint == c.Endpoint {
		return step, nil
	}
	if err := c.Meta.SetFlowEndpoint(ctx, known.ID, c.Endpoint); err != nil {
		return step, err
	}
	step.Done = "moved"
	return step, nil
}
