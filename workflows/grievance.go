package workflows

import (
	"errors"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
)

// GrievanceOutcome is how a complaint ended.
type GrievanceOutcome struct {
	Ended Stage `json:"ended"`
	// Number is the department's number of the complaint.
	Number string `json:"number,omitempty"`
	// Reopened is how often the citizen had it taken up again.
	Reopened int `json:"reopened,omitempty"`
}

// Grievance brings a complaint to the office that answers for it and sees it fixed: the category from the town's own list, the place, a
// photo; filed once, its number told at once; then followed. When the department says that it is done the citizen is asked; a "no" has it
// taken up again. The clock runs beside and takes it to the next officer.
func Grievance(ctx workflow.Context, input RequestInput) (GrievanceOutcome, error) {
	request, ctx, err := newRequest(ctx, input)
	if err != nil {
		return GrievanceOutcome{}, err
	}
	g := &grievance{request: request}
	g.outcome.Ended, err = g.through(ctx, g.settlePlace, g.settleCategory, g.takePhotos, g.offerToJoin, g.file, g.acknowledge, g.follow)
	return g.outcome, err
}

// grievance is the state of one complaint.
type grievance struct {
	*request

	fields    map[string]string // by the portal's names
	complaint connectors.Grievance
	category  connectors.Category
	photos    []SentPaper
	filed     connectors.Filed
	reopened  int
	outcome   GrievanceOutcome
}

// The portal's names of a complaint's fields, which forms use as portal_field.
const (
	fieldTenant      = "tenant"
	fieldCategory    = "category"
	fieldDescription = "description"
	fieldLocality    = "locality"
	fieldAddress     = "address"
	fieldLandmark    = "landmark"
	fieldLocation    = "location"
	fieldName        = "name"
	fieldMobile      = "mobile"
)

// settlePlace reads the form: the town and locality are looked for in the portal's own lists, and asked: did you mean.
func (g *grievance) settlePlace(ctx workflow.Context) (err error) {
	g.fields, err = g.portalChoices(ctx)
	if refused, ok := errors.AsType[errPortalSays](err); ok {
		return g.endRefused(ctx, refused.failure)
	}
	if err != nil {
		return g.orEnd(ctx, err)
	}
	g.complaint = connectors.Grievance{
		Tenant: g.fields[fieldTenant], Description: g.fields[fieldDescription], Locality: g.fields[fieldLocality],
		Address: g.fields[fieldAddress], Landmark: g.fields[fieldLandmark], Location: coordinatesOf(g.fields[fieldLocation]),
		Name: g.fields[fieldName], Mobile: g.fields[fieldMobile],
	}
	return nil
}

// orEnd ends the complaint where the citizen stopped it or did not answer. Nothing was filed by then.
func (g *grievance) orEnd(ctx workflow.Context, err error) error {
	switch {
	case errors.Is(err, errStopped):
		return g.endCancelled(ctx)
	case errors.Is(err, errNoAnswer):
		return g.endNoAnswer(ctx)
	}
	return err
}

// settleCategory finds what the citizen wrote in the town's own list of what can be complained about.
func (g *grievance) settleCategory(ctx workflow.Context) error {
	typed := g.fields[fieldCategory]
	if typed == "" {
		typed = g.complaint.Description
	}
	for {
		matched, err := g.matchCategory(ctx, typed)
		if err != nil {
			return g.orEnd(ctx, err)
		}
		if matched.Exact != nil {
			return g.answerAttributes(ctx, *matched.Exact)
		}
		answer, err := g.ask(ctx, g.whichCategory(matched.Candidates))
		if err != nil {
			return g.orEnd(ctx, err)
		}
		for _, category := range matched.Candidates {
			if answer.Choice == category.Code {
				return g.answerAttributes(ctx, category)
			}
		}
		typed = answer.Value
	}
}

func (g *grievance) matchCategory(ctx workflow.Context, typed string) (matched MatchedCategory, err error) {
	failure, err := g.callUntilClear(ctx, portalCall{
		activity: ActivityComplaintCategories, summary: "Find the complaint among the town's own categories", result: &matched, stage: StageFetching,
		input: plainInput(CategoriesAt{
			Service: g.input.Service, Tenant: g.complaint.Tenant, Typed: typed, Language: string(g.to.Language),
		}),
		keptStage: StageKept, kept: say("request.kept", g.referenceAndPortal()), canStop: true,
	})
	if err == nil && failure.Class != connectors.ClassOK {
		err = g.endRefused(ctx, failure)
	}
	return matched, err
}

func (g *grievance) whichCategory(candidates []connectors.Category) question {
	asked := question{
		name: g.nextStep("category"), stage: StageAnswering, message: append(g.back(g.input.Portal), say("grievance.which", nil)...), field: typedName(),
	}
	for _, category := range candidates {
		asked.choices = append(asked.choices, Choice{ID: category.Code, Title: category.Name, Detail: category.Group})
	}
	return asked
}

// answerAttributes asks what the category wants to know beside the text and the place.
func (g *grievance) answerAttributes(ctx workflow.Context, category connectors.Category) error {
	g.category, g.complaint.Category = category, category.Code
	for _, attribute := range category.Attributes {
		asked := question{name: g.nextStep("attribute"), stage: StageAnswering, message: say("grievance.attribute", values{"question": plain(attribute.Question)})}
		for _, option := range attribute.Options {
			asked.choices = append(asked.choices, Choice{ID: option.Value, Title: option.Label})
		}
		if len(asked.choices) == 0 {
			asked.field = &catalog.Field{ID: attribute.Code, Type: catalog.FieldText, Optional: !attribute.Required}
		}
		answer, err := g.ask(ctx, asked)
		if err != nil {
			return g.orEnd(ctx, err)
		}
		if g.complaint.Fields == nil {
			g.complaint.Fields = map[string]string{}
		}
		g.complaint.Fields[attribute.Code] = answer.Choice + answer.Value
	}
	return nil
}

// takePhotos keeps the photos of the form; one that cannot be used is left out, and the citizen told.
func (g *grievance) takePhotos(ctx workflow.Context) error {
	for _, field := range g.input.Terms.Form {
		if field.Type != catalog.FieldDocument || g.input.Answers[field.ID] == "" {
			continue
		}
		photo, err := g.takePhoto(ctx, field.ID, g.input.Answers[field.ID])
		if err != nil {
			return err
		}
		if photo.ID != "" {
			g.photos = append(g.photos, photo)
		}
	}
	return nil
}

// file files the complaint, once.
func (g *grievance) file(ctx workflow.Context) error {
	failure, err := g.submitOnce(ctx, g.filing(ctx))
	if err != nil {
		return g.orEnd(ctx, err)
	}
	if failure.Class != connectors.ClassOK {
		return g.endRefused(ctx, failure)
	}
	g.moneyIn = true // it is with the office: it cannot be stopped here any more
	g.outcome.Number = g.filed.Number
	g.note(ctx, "The office has the complaint")
	return nil
}

func (g *grievance) filing(ctx workflow.Context) submission {
	kept := say("grievance.kept", g.referenceAndPortal())
	input := FileGrievanceInput{
		To: g.to, Service: g.input.Service, Grievance: g.complaint, Photos: g.photos, LookFirst: wasReset(ctx), FirstTried: workflow.Now(ctx),
	}
	call := portalCall{result: &g.filed, stage: StageSubmitting, keptStage: StageKeptSent, kept: kept, keep: keepFor, changes: true}
	send, find := call, call
	send.activity, send.summary, send.canStop = ActivityFileGrievance, "File the complaint", true
	find.activity, find.summary = ActivityFindGrievance, "Look up whether the office has the complaint"
	send.input = func(answer *connectors.ChallengeAnswer) any {
		next := input
		next.Grievance.Answer = answer
		input.LookFirst = answer == nil // should it be tried again
		return next
	}
	find.input = plainInput(input)
	return submission{
		what: "the complaint", send: send, find: find, keptStage: StageKeptSent, kept: kept,
		handed: say("grievance.with_officer", g.referenceAndPortal()),
		landed: func(number string) { g.filed = connectors.Filed{Number: number, FiledAt: workflow.Now(ctx)} },
	}
}

// acknowledge tells the office's number and by when it means to have it done.
func (g *grievance) acknowledge(ctx workflow.Context) error {
	number := g.filed.Number
	if number == "" {
		number = g.filed.Token
	}
	message := append(g.back(g.input.Portal), say("grievance.filed", values{"number": plain(number), "portal": portal(g.input.Portal)})...)
	if due := g.promised(ctx); !due.IsZero() {
		message = append(message, say("grievance.due", values{"until": moment(due)})...)
	}
	detail := say("grievance.detail", values{"number": plain(number)})
	return g.tellStage(ctx, "filed", StageInProgress, message, TellInput{Stage: inDetail(detail)})
}

// promised is when the office means to have it done: its own word, else the category's.
func (g *grievance) promised(ctx workflow.Context) time.Time {
	switch {
	case !g.filed.DueBy.IsZero():
		return g.filed.DueBy
	case g.category.ResolveWithin > 0:
		return workflow.Now(ctx).Add(g.category.ResolveWithin)
	}
	return time.Time{}
}

// endRefused ends a complaint that the office did not take.
func (g *grievance) endRefused(ctx workflow.Context, failure Failure) error {
	message := say("grievance.refused", g.referenceAndPortal())
	if failure.Reason != "" {
		message = say("grievance.refused_because", values{"portal": portal(g.input.Portal), "reason": plain(failure.Reason)})
	}
	switch failure.Class { //nolint:exhaustive // the rest is a refusal
	case connectors.ClassInputRejected, connectors.ClassNotFound:
		return g.endAnswered(ctx, StageNeedsCorrection, message)
	case connectors.ClassUnavailable, connectors.ClassOutcomeUnknown:
		return g.end(ctx, StageGivenUp, say("request.gave_up", values{"portal": portal(g.input.Portal)}))
	}
	return g.endAnswered(ctx, StageRefused, message)
}
