package workflows

import (
	"errors"
	"fmt"

	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
)

// deliver fetches what the department issued and hands it over as it is.
func (a *application) deliver(ctx workflow.Context) error {
	number := values{"number": plain(a.Submitted.Number), "portal": portal(a.input.Portal)}
	if a.input.Terms.Delivers == catalog.DeliversNothing {
		return a.endDecided(ctx, say("application.done", number), TellInput{})
	}
	var certificate Document
	failure, err := a.callUntilClear(ctx, a.atDepartment(ActivityFetchCertificate, "Fetch what the department issued", &certificate))
	switch {
	case err != nil:
		return a.orGoOn(ctx, err)
	case failure.Class == connectors.ClassNotFound: // approved, and not signed yet
		if err := a.clock.read(ctx); err != nil {
			return err
		}
		return a.showProgress(ctx, a.stageNow())
	case failure.Class != connectors.ClassOK:
		return a.endDecided(ctx, say("application.fetch_at_office", number), TellInput{})
	}
	a.outcome.Certificate = certificate.ID
	return a.endDecided(ctx, say("application.approved", number), TellInput{Document: &certificate})
}

// endDecided ends an application that the department granted.
func (a *application) endDecided(ctx workflow.Context, message Message, more TellInput) error {
	a.settleAppeal(ctx)
	more.CloseQuestions = true
	return a.endWith(ctx, StageDone, append(a.back(a.input.Portal), message...), more)
}

// endRejected tells the department's reason, and what can be done about it. Whoever appeals goes on in a request of its own.
func (a *application) endRejected(ctx workflow.Context) error {
	a.settleAppeal(ctx)
	message := append(a.back(a.input.Portal), say("application.rejected", values{"number": plain(a.Submitted.Number), "portal": portal(a.input.Portal)})...)
	if a.Told.Note != "" {
		message = append(message, say("application.reason", values{"reason": plain(a.Told.Note)})...)
	}
	message = append(message, say("application.remedy", a.referenceAndPortal())...)
	a.stop = ""
	appeal, err := a.offerAppealAgainstRejection(ctx, message)
	switch {
	case err != nil:
		return err
	case appeal == "":
		return a.closeAs(ctx, StageRefused)
	}
	a.outcome.Appeal = appeal
	return a.closeAs(ctx, StageAppealed)
}

// orGoOn settles what may end a wait of an application that is with the department: only two officers stop following it; a citizen who
// does not answer, or wants to cancel, is no reason.
func (a *application) orGoOn(ctx workflow.Context, err error) error {
	switch {
	case errors.Is(err, errNoAnswer), errors.Is(err, errSettled):
		return nil
	case !errors.Is(err, errStopped):
		return err
	case a.stop != ClosedByOperator:
		a.stop = ""
		return nil
	}
	agreed, err := a.twoAgreed(ctx)
	if err != nil || !agreed {
		return err
	}
	a.settleAppeal(ctx)
	return a.end(ctx, StageGivenUp, say("application.not_followed", values{"number": plain(a.Submitted.Number), "portal": portal(a.input.Portal)}))
}

// heardEverything tells whether no signal waits to be taken.
func (p *process) heardEverything(ctx workflow.Context) bool {
	for _, name := range append([]string{SignalAnswer, SignalPayment, SignalCancel}, OperatorSignals()...) {
		if workflow.GetSignalChannel(ctx, name).Len() > 0 {
			return false
		}
	}
	return true
}

// settleAppeal tells an appeal for being late that the department has decided.
func (a *application) settleAppeal(ctx workflow.Context) {
	if a.Offer.Appeal == "" {
		return
	}
	for _, level := range []AppealLevel{AppealFirst, AppealRevision} {
		reference := AppealReference(a.to.Reference, AppealLate, level)
		if err := workflow.SignalExternalWorkflow(ctx, reference, "", SignalAppealSettled, nil).Get(ctx, nil); err != nil {
			a.log.Info("no such appeal is open", "level", level)
		}
	}
}

// portalField is what the form knows of a field or paper that the department names by its own word.
func (a *application) portalField(name string) (TermsField, bool) {
	for _, field := range a.input.Terms.Form {
		if field.PortalField == name {
			return field, true
		}
	}
	return TermsField{}, false
}

// labelOf names a field or paper of the department's query as the form did.
func (a *application) labelOf(name string) Value {
	if field, known := a.portalField(name); known {
		return fieldLabel(a.input.Service, field.ID)
	}
	return plain(name)
}

func queryKey(status connectors.ApplicationStatus) string {
	if status.Query != nil && status.Query.ID != "" {
		return status.Query.ID
	}
	return fmt.Sprintf("%d %s", status.UpdatedAt.Unix(), status.Note)
}
