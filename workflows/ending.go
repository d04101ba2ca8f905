package workflows

import (
	"errors"
	"fmt"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/connectors"
)

// request is what the workflow of every kind has: the process, and what the citizen confirmed.
type request struct {
	*process

	input RequestInput
}

// newRequest answers a context that Temporal's own cancellation does not reach: see process.listen.
func newRequest(ctx workflow.Context, input RequestInput) (*request, workflow.Context, error) {
	process, err := newProcess(ctx, recipientOf(input))
	if err != nil {
		return nil, ctx, err
	}
	process.quiet = input.Terms.QuietHours
	undisturbed, _ := workflow.NewDisconnectedContext(ctx)
	known := []temporal.SearchAttributeUpdate{AttributeService.ValueSet(input.Service), AttributePortal.ValueSet(input.Portal)}
	if input.Department != "" {
		known = append(known, AttributeDepartment.ValueSet(input.Department))
	}
	if input.District != "" {
		known = append(known, AttributeDistrict.ValueSet(input.District))
	}
	process.show(ctx, known...)
	return &request{process: process, input: input}, undisturbed, nil
}

// through goes through the steps of a kind and answers the stage in which the request ended. Each step answers an ending when the
// request is over, whatever the reason; the last one always does.
func (r *request) through(ctx workflow.Context, steps ...func(workflow.Context) error) (Stage, error) {
	for _, step := range steps {
		err := step(ctx)
		if err == nil {
			continue
		}
		if shown := r.showNow(ctx); shown != nil {
			return "", shown
		}
		if end, ok := errors.AsType[ending](err); ok {
			return end.stage, nil
		}
		return "", err
	}
	return "", errors.New("the request's steps did not end it")
}

// ending is the error by which a step ends the request in good order.
type ending struct{ stage Stage }

func (e ending) Error() string { return "request ended: " + string(e.stage) }

// end tells the citizen how it ended and answers the ending.
func (r *request) end(ctx workflow.Context, stage Stage, message Message) error {
	return r.endWith(ctx, stage, message, TellInput{CloseQuestions: true})
}

// endWith is end with a document, a link or a detail.
func (r *request) endWith(ctx workflow.Context, stage Stage, message Message, more TellInput) error {
	r.note(ctx, stage.meaning().words)
	if err := r.tellStage(ctx, "end", stage, message, more); err != nil {
		return err
	}
	return ending{stage}
}

// closeQuietly ends the request without a word to the citizen, who has what was asked for.
func (r *request) closeQuietly(ctx workflow.Context, stage Stage) error {
	if err := hubStep(ctx, "Close the request", ActivitySetStage, SetStageInput{To: r.to, Stage: StageUpdate{Stage: stage}}, nil); err != nil {
		return fmt.Errorf("close the request: %w", err)
	}
	return ending{stage}
}

// closeAs is closeQuietly, which the operators see too.
func (r *request) closeAs(ctx workflow.Context, stage Stage) error {
	r.note(ctx, stage.meaning().words)
	r.enter(ctx, stage)
	return r.closeQuietly(ctx, stage)
}

// endAnswered is end after the portal gave an answer: a citizen who was told that it was down hears that it is back.
func (r *request) endAnswered(ctx workflow.Context, stage Stage, message Message) error {
	return r.end(ctx, stage, append(r.back(r.input.Portal), message...))
}

// endUntaken ends what the portal did not take: as refused, as something to correct, or as given up on a portal that did not say.
func (r *request) endUntaken(ctx workflow.Context, failure Failure, refused, gaveUp Message) error {
	switch failure.Class {
	case connectors.ClassInputRejected, connectors.ClassNotFound:
		return r.endAnswered(ctx, StageNeedsCorrection, refused)
	case connectors.ClassUnavailable, connectors.ClassOutcomeUnknown:
		return r.end(ctx, StageGivenUp, gaveUp)
	default: // the rest is a refusal
		return r.endAnswered(ctx, StageRefused, refused)
	}
}

func (r *request) endCancelled(ctx workflow.Context) error {
	return r.end(ctx, StageCancelled, say("request.cancelled", values{"reference": plain(r.to.Reference)}))
}

// endNoAnswer ends a request whose citizen did not answer in time.
func (r *request) endNoAnswer(ctx workflow.Context) error {
	return r.end(ctx, StageExpired, say("request.no_answer", values{"reference": plain(r.to.Reference)}))
}

func (r *request) referenceAndPortal() values {
	return values{"reference": plain(r.to.Reference), "portal": portal(r.input.Portal)}
}
