package workflows

import (
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/connectors"
)

// The search attributes of request workflows. They are never encrypted, so they name no person and no account.
var (
	AttributeService    = temporal.NewSearchAttributeKeyKeyword("JansetuService")
	AttributeDepartment = temporal.NewSearchAttributeKeyKeyword("JansetuDepartment")
	AttributePortal     = temporal.NewSearchAttributeKeyKeyword("JansetuPortal")
	AttributeStage      = temporal.NewSearchAttributeKeyKeyword("JansetuStage")
	AttributeWaitingFor = temporal.NewSearchAttributeKeyKeyword("JansetuWaitingFor")
	AttributeOutcome    = temporal.NewSearchAttributeKeyKeyword("JansetuOutcome")
	AttributeDistrict   = temporal.NewSearchAttributeKeyKeyword("JansetuDistrict")
	// AttributeMoney is where the citizen's money is: none, awaited, paid, refunding.
	AttributeMoney = temporal.NewSearchAttributeKeyKeyword("JansetuMoney")
	// AttributeDue is when the law wants the request decided.
	AttributeDue = temporal.NewSearchAttributeKeyTime("JansetuDue")
)

// Where a request's money is: the closed set of AttributeMoney.
const (
	moneyNone      = "none"
	moneyAwaited   = "awaited"
	moneyPaid      = "paid"
	moneyRefunding = "refunding"
)

// SearchAttributes are the attributes that must be registered in the namespace before a worker starts.
func SearchAttributes() []temporal.SearchAttributeKey {
	return []temporal.SearchAttributeKey{
		AttributeService, AttributeDepartment, AttributePortal, AttributeStage, AttributeWaitingFor, AttributeOutcome, AttributeDistrict,
		AttributeMoney, AttributeDue,
	}
}

// QueryStatus asks a request workflow where it stands; the answer is a Status.
const QueryStatus = "status"

// Status is what a request workflow tells an operator.
type Status struct {
	Stage      Stage       `json:"stage"`
	WaitingFor string      `json:"waiting_for"`
	Since      time.Time   `json:"since"`
	Milestones []Milestone `json:"milestones"`
	// Attention says, in plain words, what a person should do; empty when nothing.
	Attention string `json:"attention,omitempty"`
	// Paused tells whether an operator holds the request: Paused, TakenOver or empty.
	Paused string `json:"paused,omitempty"`
	// Undecided names what the department may or may not have, for a person to find out (SignalOperatorDecide); empty: nothing.
	Undecided string `json:"undecided,omitempty"`
}

// Milestone is one thing that is behind the request, or the same thing several times in a row.
type Milestone struct {
	At   time.Time `json:"at"`
	What string    `json:"what"`
	// Times is how often it happened, and Last when it last did; zero for what happened once.
	Times int       `json:"times,omitempty"`
	Last  time.Time `json:"last,omitzero"`
}

func (m Milestone) describe() string {
	line := "- " + indianClock(m.At) + " — " + m.What
	if m.Times > 1 {
		line += fmt.Sprintf(" (%d times, last at %s)", m.Times, indianClock(m.Last))
	}
	return line
}

// describe writes the status as the Temporal UI's current details, which understand Markdown.
func (s Status) describe() string {
	lines := []string{"**" + s.Stage.meaning().words + "**", "", "Waiting for: " + s.WaitingFor + ", since " + indianClock(s.Since)}
	if s.Attention != "" {
		lines = append(lines, "", "**What to do:** "+s.Attention)
	}
	lines = append(lines, "")
	for _, milestone := range s.Milestones {
		lines = append(lines, milestone.describe())
	}
	return strings.Join(lines, "\n")
}

func indianClock(at time.Time) string {
	return at.In(connectors.IndianTime).Format("2 Jan 2006 15:04:05 IST")
}

// enter moves the request to a stage, for the operator: search attributes and current details.
func (p *process) enter(ctx workflow.Context, stage Stage) {
	p.status.Attention = ""
	if p.status.Stage == stage {
		workflow.SetCurrentDetails(ctx, p.status.describe())
		return
	}
	waitingFor := stage.meaning().waitingFor
	p.status.Stage, p.status.WaitingFor, p.status.Since = stage, waitingFor, workflow.Now(ctx)
	workflow.SetCurrentDetails(ctx, p.status.describe())
	updates := []temporal.SearchAttributeUpdate{AttributeStage.ValueSet(string(stage)), AttributeWaitingFor.ValueSet(waitingFor)}
	if !stage.Open() {
		updates = append(updates, AttributeOutcome.ValueSet(string(stage)))
	}
	p.show(ctx, updates...)
}

// show notes what operators search by. It is written by the next wait that lasts.
func (p *process) show(ctx workflow.Context, updates ...temporal.SearchAttributeUpdate) {
	if len(p.unshown) == 0 {
		p.unshownSince = workflow.Now(ctx)
	}
	p.unshown = append(p.unshown, updates...)
}

// showNow writes what is noted, all of it at once. The later value of an attribute counts.
func (p *process) showNow(ctx workflow.Context) error {
	if len(p.unshown) == 0 {
		return nil
	}
	if err := workflow.UpsertTypedSearchAttributes(ctx, p.unshown...); err != nil {
		return fmt.Errorf("set search attributes: %w", err)
	}
	p.unshown = nil
	return nil
}

// showMoney shows an operator where the citizen's money is.
func (p *process) showMoney(ctx workflow.Context, where string) {
	p.show(ctx, AttributeMoney.ValueSet(where))
}

// note adds a milestone in the operator's words; never a name, a number or an amount. What happens again is counted.
func (p *process) note(ctx workflow.Context, what string) {
	now, last := workflow.Now(ctx), len(p.status.Milestones)-1
	if last >= 0 && p.status.Milestones[last].What == what {
		again := &p.status.Milestones[last]
		again.Times, again.Last = max(again.Times, 1)+1, now
	} else {
		p.status.Milestones = append(p.status.Milestones, Milestone{At: now, What: what})
	}
	workflow.SetCurrentDetails(ctx, p.status.describe())
}

// askOperator tells what a person should do.
func (p *process) askOperator(ctx workflow.Context, what string) {
	p.status.Attention = what
	workflow.SetCurrentDetails(ctx, p.status.describe())
}
