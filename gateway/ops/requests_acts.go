package ops

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"

	"github.com/jansetu/jansetu/gateway/login"
	"github.com/jansetu/jansetu/gateway/officers"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/audit"
	"github.com/jansetu/jansetu/workflows"
)

// The most characters of what an operator writes.
const (
	maxReason = 400
	maxNumber = 64
)

// act is something that an operator can do to a request.
type act struct {
	id, signal, told string
}

func acts() []act {
	const soon = " The request follows within seconds; load the page again."
	return []act{
		{"retry", workflows.SignalOperatorRetry, "It is to try again now." + soon},
		{"pause", workflows.SignalOperatorPause, "It is to pause: what is under way finishes, nothing more is sent." + soon},
		{"resume", workflows.SignalOperatorResume, "It is to go on." + soon},
		{"take-over", workflows.SignalOperatorTakeOver, "It is yours: nothing is sent until you let it go on." + soon},
		{"landed", workflows.SignalOperatorDecide, "The request is told that the department has it." + soon},
		{"not-landed", workflows.SignalOperatorDecide, "The request is told that the department does not have it: it is sent again." + soon},
		{"cancel", workflows.SignalOperatorCancel, "It is to end. If money has come in the meantime it goes on, and two officers have to agree." + soon},
	}
}

func actOf(id string) (act, bool) {
	for _, known := range acts() {
		if known.id == id {
			return known, true
		}
	}
	return act{}, false
}

// act has the request's workflow told what an officer wants, once, together with the entry in the audit log. The workflow follows it when it
// may, and records that it did.
func (p *Pages) act(w http.ResponseWriter, r *http.Request, officer login.Officer) error {
	wanted, known := actOf(r.PathValue("act"))
	if !known {
		return officers.Refuse(http.StatusNotFound, "There is no such button.")
	}
	reason, err := reasonOf(r)
	if err != nil {
		return err
	}
	detail, err := p.findRequest(r.Context(), r.PathValue("reference"))
	if err != nil {
		return err
	}
	if !detail.Running {
		return officers.Refuse(http.StatusConflict, "The request has ended.")
	}
	if wanted.id == "cancel" && isPaid(&detail) {
		return officers.Refuse(http.StatusConflict, "It is paid for: two officers have to agree, at /ops/approvals.")
	}
	payload, err := payloadOf(wanted, workflows.OperatorAct{By: officer.Subject, Reason: reason}, r.PostFormValue("number"))
	if err != nil {
		return err
	}
	if wanted.signal == workflows.SignalOperatorDecide && (detail.Status == nil || detail.Status.Undecided == "") {
		return officers.Refuse(http.StatusConflict, "There is nothing to decide: the request knows by now what the department has.")
	}
	err = p.config.Store.WithTx(r.Context(), func(ctx context.Context, tx *store.Tx) error {
		signal := store.WorkflowSignal{Reference: detail.Reference, Name: wanted.signal, Payload: payload}
		if err := tx.EnqueueSignal(ctx, signal, "operator:"+uuid.NewString()); err != nil {
			return err
		}
		return audit.Append(ctx, tx, audit.Entry{Actor: officer.Subject, Action: audit.RequestOperated, Object: detail.Reference,
			Reason: "ordered " + wanted.id + ": " + reason})
	})
	if err != nil {
		return err
	}
	http.Redirect(w, r, Path+"requests/"+url.PathEscape(detail.Reference)+"?done="+wanted.id, http.StatusSeeOther)
	return nil
}

func reasonOf(r *http.Request) (string, error) {
	reason := strings.TrimSpace(r.PostFormValue("reason"))
	if reason == "" || len([]rune(reason)) > maxReason {
		return "", officers.Refuse(http.StatusBadRequest, "Say why, in at most 400 characters. Name nobody: write the number of the letter or ticket.")
	}
	return reason, nil
}

func payloadOf(wanted act, done workflows.OperatorAct, number string) ([]byte, error) {
	var payload any = done
	if wanted.signal == workflows.SignalOperatorDecide {
		decision := workflows.OperatorDecision{OperatorAct: done, Landed: wanted.id == "landed"}
		if decision.Landed {
			decision.Number = strings.TrimSpace(number)
			if decision.Number == "" || len([]rune(decision.Number)) > maxNumber {
				return nil, officers.Refuse(http.StatusBadRequest, "Write the number that the department gave it: the citizen will ask there with it.")
			}
		}
		payload = decision
	}
	encoded, err := json.Marshal(payload)
	if err != nil {
		return nil, fmt.Errorf("encode signal: %w", err)
	}
	return encoded, nil
}
