package gateway

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/jansetu/jansetu/gateway/whatsapp"
	"github.com/jansetu/jansetu/store"
)

// callback is what comes back in every status of a message: the outbox row, and which attempt at sending it.
func callback(row int64, attempt int) string {
	return strconv.FormatInt(row, 10) + "." + strconv.Itoa(attempt)
}

// formMark stands behind the callback of a message with a form's button: what fails of it is sent once more as the chat asks it, since the phone may be
// too old for forms.
const formMark = ".form"

// parseCallback reads callback; false when it is not ours.
func parseCallback(text string) (row int64, attempt int, ours bool) {
	first, second, found := strings.Cut(text, ".")
	row, rowErr := strconv.ParseInt(first, 10, 64)
	attempt, attemptErr := strconv.Atoi(second)
	ours = found && rowErr == nil && attemptErr == nil && row > 0 && attempt > 0 && attempt < 1<<20
	if !ours {
		return 0, 0, false
	}
	return row, attempt, true
}

// statuses processes batches of delivery statuses, each batch in one transaction.
type statuses struct {
	store    *store.Store
	policy   retryPolicy
	senders  *senders
	deadline time.Duration
	metrics  *metrics
	log      *slog.Logger
	wake     func()
}

func (s *statuses) commit(group []item[*whatsapp.Status]) {
	var err error
	for range maxAttempts {
		if err = s.attempt(group); !store.IsConflict(err) {
			break
		}
		s.metrics.conflicts.Inc()
	}
	if store.IsData(err) && len(group) > 1 {
		s.commit(group[:len(group)/2])
		s.commit(group[len(group)/2:])
		return
	}
	if store.IsData(err) {
		s.metrics.poison.Inc()
		s.log.Error("status cannot be applied", "error", err)
		err = nil
	}
	for _, each := range group {
		each.receipt.settle(1, err)
	}
}

func (s *statuses) attempt(group []item[*whatsapp.Status]) error {
	ctx, cancel := context.WithTimeout(context.Background(), s.deadline)
	defer cancel()
	news, failed := s.translate(group)
	wake := false
	err := s.store.WithTx(ctx, func(ctx context.Context, tx *store.Tx) error {
		effects, err := tx.ApplyStatuses(ctx, news)
		if err != nil {
			return err
		}
		wake, err = s.follow(ctx, tx, effects, failed)
		return err
	})
	if err == nil && wake {
		s.wake()
	}
	return err
}

// translate gives the store's statuses, and why messages failed, by wamid.
func (s *statuses) translate(group []item[*whatsapp.Status]) ([]store.Status, map[string]failedStatus) {
	news := make([]store.Status, 0, len(group))
	failed := map[string]failedStatus{}
	for _, each := range group {
		status := each.value
		written, form := strings.CutSuffix(status.Callback, formMark)
		row, attempt, ours := parseCallback(written)
		if !ours && status.MessageID == "" {
			continue
		}
		s.metrics.statuses.WithLabelValues(string(status.State)).Inc()
		one := store.Status{Row: row, Attempt: attempt, WAMID: status.MessageID, Delivery: store.Delivery(status.State), At: status.Time}
		if status.State == whatsapp.DeliveryFailed {
			class := whatsapp.ClassOf(status.ErrorCode)
			one.Reason = fmt.Sprintf("%s %d", class, status.ErrorCode)
			failed[status.MessageID] = failedStatus{class: class, sender: status.PhoneNumberID, form: form}
		}
		news = append(news, one)
	}
	return news, failed
}

type failedStatus struct {
	class  whatsapp.Class
	sender string
	form   bool
}

// follow acts on the rows that moved. It says whether the outbox has something to do.
func (s *statuses) follow(ctx context.Context, tx *store.Tx, effects []store.StatusEffect, reasons map[string]failedStatus) (bool, error) {
	wake := false
	var messages []store.FailedMessage
	var shut []int64
	for _, effect := range effects {
		wake = wake || effect.Resolved
		if effect.Delivery != store.DeliveryFailed {
			continue
		}
		reason, known := reasons[effect.WAMID]
		if !known {
			reason.class = whatsapp.ClassUnknown
		}
		s.metrics.failedStatuses.WithLabelValues(string(reason.class)).Inc()
		decision := s.policy.decide(reason.class, effect.Failures)
		s.senders.apply(reason.sender, decision)
		if decision.action == actionCloseWindow {
			shut = append(shut, effect.Conversation)
		}
		messages = append(messages, store.FailedMessage{Row: effect.Row, Again: decision.again() || reason.form, Delay: decision.delay,
			ForgetMedia: decision.action == actionUploadAgain})
	}
	if len(shut) > 0 {
		if err := tx.CloseWindows(ctx, shut); err != nil {
			return false, err
		}
	}
	if len(messages) > 0 {
		return true, tx.HandleFailed(ctx, messages)
	}
	return wake, nil
}
