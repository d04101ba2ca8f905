package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jansetu/jansetu/gateway/whatsapp"
	"github.com/jansetu/jansetu/store"
)

// windowMargin is how long before the end of the customer service window we stop relying on it.
const windowMargin = 5 * time.Minute

// call is a claimed row whose turn it is.
type call struct {
	claim    store.Claim
	attempt  int
	template bool // instead of the bubble: the window is closed
}

// sort decides for each claimed lane: call now, or leave it as the outcome says.
func (o *outbox) sort(claims []store.Claim) (calls []call, left []outcome) {
	for i := range claims {
		claim := &claims[i]
		if outcome, leave := o.leave(claim); leave {
			left = append(left, outcome)
			continue
		}
		if wait := o.senders.begin(claim.Sender, claim.Conversation); wait > 0 {
			left = append(left, unsent(claim, claim.State, wait, "pair rate"))
			continue
		}
		calls = append(calls, call{claim: *claim, attempt: claim.Attempts + 1, template: windowClosed(claim)})
	}
	return calls, left
}

// leave says what to do with a row that is not to be called now.
func (o *outbox) leave(c *store.Claim) (outcome, bool) {
	if c.Unreadable {
		return unsent(c, store.StateFailed, 0, "unreadable"), true
	}
	if c.Kind != store.KindMessage {
		return outcome{}, false // starting and signalling again does no harm
	}
	unsure := c.State == store.StateSending || c.State == store.StateDoubt
	switch {
	case unsure && c.InState < o.policy.doubt:
		left := unsent(c, store.StateDoubt, o.policy.doubt-c.InState, "outcome unknown")
		left.settlement.Keep = true
		return left, true
	case c.Phone == "" && c.UserID == "":
		return unsent(c, store.StateFailed, 0, "no address"), true
	case windowClosed(c) && c.Template == nil:
		return unsent(c, store.StateWaiting, 0, "customer service window closed"), true
	}
	return outcome{}, false
}

func windowClosed(c *store.Claim) bool {
	return c.Kind == store.KindMessage && c.WindowLeft < windowMargin
}

func unsent(c *store.Claim, state store.State, ready time.Duration, reason string) outcome {
	return outcome{settlement: store.Settlement{Lane: c.Lane, Version: c.Version, More: c.More, ID: c.ID, Attempts: c.Attempts,
		Was: c.State, State: state, Failures: c.Failures, Ready: ready, Reason: reason}}
}

// carryOut makes the call and turns its result into an outcome.
func (o *outbox) carryOut(ctx context.Context, c call) outcome {
	result := unsent(&c.claim, store.StateAccepted, 0, "")
	result.settlement.Attempts, result.settlement.Was = c.attempt, store.StateSending
	ctx, cancel := context.WithTimeout(ctx, o.lease-o.lease/4)
	defer cancel()
	if c.claim.Sender == senderChecks {
		o.carryOutCheck(ctx, &c.claim, &result.settlement)
		return result
	}
	if c.claim.Kind != store.KindMessage {
		o.carryOutWorkflow(ctx, &c.claim, &result.settlement)
		return result
	}
	started := time.Now()
	sent, err := o.messages.send(ctx, c)
	o.metrics.sendSeconds.Observe(time.Since(started).Seconds())
	result.settlement.WAMID, result.settlement.Media = sent.wamid, sent.media
	if err != nil {
		o.failed(&c.claim, &result, err)
		return result
	}
	o.metrics.sends.WithLabelValues("accepted").Inc()
	o.senders.works(c.claim.Sender)
	return result
}

// failed applies what the error's class asks for.
func (o *outbox) failed(claim *store.Claim, result *outcome, err error) {
	class, code := classify(err)
	d := o.policy.decide(class, claim.Failures)
	o.metrics.sends.WithLabelValues(string(class)).Inc()
	o.senders.apply(claim.Sender, d)
	s := &result.settlement
	s.Reason, s.Ready = fmt.Sprintf("%s %d", class, code), d.delay
	s.Failures = claim.Failures + 1
	s.State = store.StateQueued
	switch d.action {
	case actionFail, actionAlarm:
		s.State, s.Ready = store.StateFailed, 0
	case actionAwaitStatus:
		s.State = store.StateDoubt
	case actionCloseWindow:
		result.shut = claim.Conversation
	case actionUploadAgain:
		s.NoMedia = true
	case actionStopSender, actionBackOffSender:
		s.Failures = claim.Failures // not this message's doing
	case actionDelayLane, actionRetry:
	}
	if d.action != actionStopSender && d.action != actionBackOffSender && d.action != actionAwaitStatus {
		o.senders.works(claim.Sender) // it was this message that failed
	}
	o.report(claim, d, err)
}

func (o *outbox) report(claim *store.Claim, d decision, err error) {
	log := o.log.With("outbox", claim.ID, "class", string(d.class), "action", string(d.action), "error", err)
	switch d.action {
	case actionStopSender, actionAlarm:
		log.Error("message not sent: somebody must look")
	case actionFail, actionBackOffSender, actionAwaitStatus:
		log.Warn("message not sent")
	case actionDelayLane, actionRetry, actionUploadAgain, actionCloseWindow:
		log.Info("message not sent yet")
	}
}

func classify(err error) (whatsapp.Class, int) {
	var refused *whatsapp.APIError
	switch {
	case errors.As(err, &refused):
		return refused.Class, refused.Code
	case errors.Is(err, whatsapp.ErrUnknownOutcome):
		return whatsapp.ClassOutcome, 0
	case errors.Is(err, errUnsendable):
		return whatsapp.ClassRequest, 0
	default:
		return whatsapp.ClassTransient, 0 // ours, before the call: the document could not be read
	}
}

// errUnsendable marks a row that no retry could send.
var errUnsendable = errors.New("row cannot be sent")

// messenger turns rows into messages.
type messenger struct {
	client  *whatsapp.Client
	choices choiceSigner
	files   *files
	native  *native // may be nil
}

// sent is what a call taught us: the message's id, and the media id of an upload that is worth keeping.
type sent struct{ wamid, media string }

func (m *messenger) send(ctx context.Context, c call) (result sent, err error) {
	out := whatsapp.Outgoing{PhoneNumberID: c.claim.Sender, To: whatsapp.Sender{Phone: c.claim.Phone, UserID: c.claim.UserID},
		Callback: callback(c.claim.ID, c.attempt), MediaID: c.claim.Media}
	if c.template {
		template := whatsapp.Template(*c.claim.Template)
		out.Template = &template
	} else if err := json.Unmarshal(c.claim.Payload, &out.Bubble); err != nil {
		return sent{}, fmt.Errorf("%w: decode bubble: %w", errUnsendable, err)
	}
	if file := fileOf(&out.Bubble); file != nil && out.MediaID == "" {
		if result.media, err = m.files.upload(ctx, c.claim.Sender, file, c.attempt > 1); err != nil {
			return result, err
		}
		out.MediaID = result.media
	}
	out.Bubble = m.choices.signAll(c.claim.Conversation, out.Bubble)
	if out.Bubble.Flow != nil && !c.template {
		result.wamid, err = m.sendNative(ctx, c, out)
		return result, err
	}
	result.wamid, err = m.client.Send(ctx, out)
	return result, err
}
