package emulator

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/flow"
)

const (
	flowTimeout  = 10 * time.Second // as long as a phone waits
	maxFlowReply = 1 << 20
)

const statusFlowOver = 427

func (e *Emulator) pingFlow(ctx context.Context, f *registeredFlow) error {
	for _, n := range e.cfg.Numbers {
		if n.WABAID != f.account {
			continue
		}
		_, answer, err := e.callEndpoint(ctx, f.endpoint, n.PhoneNumberID, map[string]string{"version": f.definition.DataAPI, "action": "ping"})
		if err != nil {
			return err
		}
		var said struct {
			Data struct{ Status string }
		}
		if json.Unmarshal(answer, &said) != nil || said.Data.Status != "active" {
			return errors.New("it does not answer a ping with the status active")
		}
		return nil
	}
	return errors.New("the account has no number")
}

func (e *Emulator) reportBroken(ctx context.Context, o *openFlow, screen string, broken error) {
	_, _, err := e.callEndpoint(ctx, o.flow.endpoint, o.number.PhoneNumberID, map[string]any{
		"version": o.flow.definition.DataAPI, "action": "data_exchange", "screen": screen, "flow_token": o.token,
		"data": map[string]string{"error": "invalid-screen-transition", "error_message": broken.Error()},
	})
	if err != nil {
		e.cfg.Log.Warn("an error report of a phone was not taken", "error", err)
	}
}

// callEndpoint seals, signs and sends a request. After 421 the phone would fetch the public key again and ask once more.
func (e *Emulator) callEndpoint(ctx context.Context, endpoint, number string, request any) (status int, answer []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, flowTimeout)
	defer cancel()
	for range 2 {
		e.flows.mu.Lock()
		key := e.flows.keys[number].key
		e.flows.mu.Unlock()
		if key == nil {
			return 0, nil, errors.New("PUBLIC_KEY_MISSING: no public key was uploaded for the number")
		}
		sealed, err := flow.Seal(key, request)
		if err != nil {
			return 0, nil, err
		}
		status, answer, err = e.post(ctx, endpoint, sealed)
		if err != nil || status != http.StatusMisdirectedRequest {
			return status, answer, err
		}
	}
	return status, nil, errors.New("the endpoint cannot decrypt (421)")
}

func (e *Emulator) post(ctx context.Context, endpoint string, sealed *flow.Sealed) (int, []byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, bytes.NewReader(sealed.Body))
	if err != nil {
		return 0, nil, fmt.Errorf("the endpoint's address cannot be read: %w", err)
	}
	mac := hmac.New(sha256.New, []byte(e.cfg.AppSecret))
	mac.Write(sealed.Body)
	request.Header.Set("X-Hub-Signature-256", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	request.Header.Set("Content-Type", "application/json")
	response, err := (&http.Client{Timeout: flowTimeout}).Do(request)
	if err != nil {
		return 0, nil, fmt.Errorf("the endpoint does not answer: %w", err)
	}
	defer func() { _ = response.Body.Close() }() // what matters of it has been read
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxFlowReply))
	switch {
	case err != nil:
		return 0, nil, fmt.Errorf("the endpoint broke off: %w", err)
	case response.StatusCode == http.StatusMisdirectedRequest:
		return response.StatusCode, nil, nil
	case response.StatusCode != http.StatusOK && response.StatusCode != statusFlowOver:
		return response.StatusCode, nil, fmt.Errorf("the endpoint answers with status %d", response.StatusCode)
	}
	plain, err := sealed.Open(answer)
	return response.StatusCode, plain, err
}
