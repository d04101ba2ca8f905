package gateway

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/jansetu/jansetu/gateway/dialog"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

func (b *batch) recordConsent(t *talk, event dialog.Event, consent dialog.RecordConsent) {
	b.writes.Consents = append(b.writes.Consents, store.Consent{Person: t.stored.Person, Conversation: t.stored.ID,
		Notice: consent.Notice, Language: string(consent.Language), Shown: string(consent.Shown), MessageID: t.message,
		Given: consent.Given, At: event.Time})
}

func (b *batch) sendData(t *talk, event dialog.Event, send dialog.SendData) error {
	input := rightsInput(t, event, "DATA")
	input.Language = send.Language
	return b.startRights(workflows.WorkflowSendPersonalData, "A copy of a citizen's data", input)
}

func (b *batch) eraseData(t *talk, event dialog.Event, erase dialog.EraseData) error {
	input := rightsInput(t, event, "ERASE")
	input.Language, input.CancelOpen = erase.Language, erase.CancelOpen
	b.writes.Erasures = append(b.writes.Erasures, store.Erasure{ID: input.ID, Person: input.Person, CancelOpen: input.CancelOpen,
		RequestedAt: input.RequestedAt})
	return b.startRights(workflows.WorkflowErasePerson, "A citizen wants to be forgotten", input)
}

// rightsInput names the workflow by the turn's fresh reference, under a prefix that tells it from a request.
func rightsInput(t *talk, event dialog.Event, prefix string) workflows.RightsInput {
	return workflows.RightsInput{ID: prefix + "-" + strings.TrimPrefix(event.NewReference, "JS-"), Person: t.stored.Person,
		Conversation: t.stored.ID, RequestedAt: event.Time}
}

// startRights keeps the start under the hub's key: it holds our own ids only, and outlives the person's key.
func (b *batch) startRights(workflow, summary string, input workflows.RightsInput) error {
	encoded, err := json.Marshal(input)
	if err != nil {
		return fmt.Errorf("encode workflow input: %w", err)
	}
	payload, err := json.Marshal(store.WorkflowStart{Reference: input.ID, Workflow: workflow, Summary: summary + " · " + input.ID, Input: encoded})
	if err != nil {
		return fmt.Errorf("encode workflow start: %w", err)
	}
	b.enqueueWorkflow(store.KindWorkflowStart, input.ID, store.HubPerson, payload)
	return nil
}
