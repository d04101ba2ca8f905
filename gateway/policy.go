package gateway

import (
	"math/rand/v2"
	"time"

	"github.com/jansetu/jansetu/gateway/whatsapp"
)

// action is what is done about a class of error.
type action string

const (
	actionStopSender    action = "stop_sender"     // nothing from this number works: keep its queue, try one message now and then
	actionBackOffSender action = "back_off_sender" // the whole number is too fast, or Meta is away
	actionDelayLane     action = "delay_lane"      // only this citizen waits
	actionRetry         action = "retry"           // a few times, then it has failed
	actionUploadAgain   action = "upload_again"    // retry with a new upload
	actionCloseWindow   action = "close_window"    // the template if there is one, else wait for the citizen to write
	actionAwaitStatus   action = "await_status"    // unknown outcome: only a status can tell
	actionFail          action = "fail"            // this message will never arrive
	actionAlarm         action = "alarm"           // fail, and somebody must look: it is our doing
)

// actions is the one table from error class to action (WhatsApp reference §3.7).
var actions = map[whatsapp.Class]action{
	whatsapp.ClassToken:         actionStopSender,
	whatsapp.ClassAccount:       actionStopSender,
	whatsapp.ClassThrottle:      actionBackOffSender,
	whatsapp.ClassRegistration:  actionBackOffSender,
	whatsapp.ClassUnreachable:   actionBackOffSender,
	whatsapp.ClassPair:          actionDelayLane,
	whatsapp.ClassSpam:          actionRetry,
	whatsapp.ClassTransient:     actionRetry,
	whatsapp.ClassMedia:         actionUploadAgain,
	whatsapp.ClassWindow:        actionCloseWindow,
	whatsapp.ClassOutcome:       actionAwaitStatus,
	whatsapp.ClassUndeliverable: actionFail,
	whatsapp.ClassHeldBack:      actionFail,
	whatsapp.ClassIdentity:      actionFail,
	whatsapp.ClassRequest:       actionAlarm,
	whatsapp.ClassTemplate:      actionAlarm,
	whatsapp.ClassFlow:          actionAlarm,
	whatsapp.ClassUnknown:       actionAlarm,
}

// retryPolicy turns an error class and how often a row has failed into what to do.
type retryPolicy struct {
	first      time.Duration // delay after the first failure; each next is four times as long
	longest    time.Duration
	mostTries  int           // of a message whose failures are its own
	doubt      time.Duration // how long to wait for the status of a message of unknown outcome
	stopped    time.Duration // between the trials of a stopped number
	mostUpload int
}

func defaultPolicy() retryPolicy {
	return retryPolicy{first: time.Second, longest: 15 * time.Minute, mostTries: 6, doubt: time.Minute,
		stopped: 5 * time.Minute, mostUpload: 3}
}

// decision is what to do about one failure.
type decision struct {
	action action
	delay  time.Duration // of the lane
	class  whatsapp.Class
}

// again says whether the message is to be sent again.
func (d decision) again() bool { return d.action != actionFail && d.action != actionAlarm }

func (p retryPolicy) decide(class whatsapp.Class, failures int) decision {
	d := decision{action: actions[class], class: class}
	switch d.action {
	case actionRetry:
		if failures+1 >= p.mostTries {
			d.action = actionFail
		}
		d.delay = p.backoff(failures)
	case actionUploadAgain:
		if failures+1 >= p.mostUpload {
			d.action = actionFail
		}
		d.delay = p.backoff(failures)
	case actionDelayLane:
		d.delay = p.backoff(failures)
	case actionAwaitStatus:
		d.delay = p.doubt
	case actionCloseWindow, actionStopSender, actionBackOffSender, actionFail, actionAlarm:
	}
	return d
}

// backoff is 1 s, 4, 16, 64 … with up to a quarter more, so that those who failed together do not return together.
func (p retryPolicy) backoff(failures int) time.Duration {
	delay := p.longest
	if failures < 16 {
		delay = min(p.first<<(2*failures), p.longest)
	}
	return delay + time.Duration(rand.Int64N(int64(delay)/4+1)) //nolint:gosec // spreads load, guards nothing
}
