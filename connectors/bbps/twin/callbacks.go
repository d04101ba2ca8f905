package twin

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"time"
)

// announce sends an answer to the hub once it is ready; it needs the lock, under
// which answer is called. One that is not taken is not sent again: there is the
// poll.
func (t *Twin) announce(answer func() any, readyAt time.Time) {
	if t.config.CallbackURL == "" || readyAt.IsZero() {
		return
	}
	copies := 1
	fault, _ := t.Faults.Take(CallbackSent, CallbackLost, CallbackTwice)
	switch fault.Kind {
	case CallbackLost:
		return
	case CallbackTwice:
		copies = 2
	default:
	}
	wait := max(readyAt.Sub(t.config.Clock()), 0)
	t.sending.Go(func() {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-t.running.Done():
			return
		}
		t.mu.Lock()
		body, err := json.Marshal(answer())
		t.mu.Unlock()
		for range copies {
			if err == nil {
				err = t.send(body)
			}
		}
		if err != nil {
			t.config.Logger.Warn("bbps twin could not call back", "error", err)
		}
	})
}

func (t *Twin) send(body []byte) error {
	request, err := http.NewRequestWithContext(t.running, http.MethodPost, t.config.CallbackURL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	mac := hmac.New(sha256.New, []byte(t.config.CallbackSecret))
	mac.Write(body)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Signature", hex.EncodeToString(mac.Sum(nil)))
	response, err := t.config.Client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	_, err = io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10))
	return err
}
