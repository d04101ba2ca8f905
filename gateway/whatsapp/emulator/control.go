package emulator

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/chat"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/cloudapi"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/webhook"
)

const (
	maxControlBody = 4 << 20
	maxWait        = time.Minute
	maxListed      = 200
)

// controlRoutes adds the control API. It has no password: like all of the emulator it is for loopback only, and
// requests of other sites' pages are refused.
func (e *Emulator) controlRoutes(mux *http.ServeMux) {
	for pattern, handle := range controlRoutesOf(e.flowControl(), map[string]func(*http.Request) (any, error){
		"GET /emulator/numbers":                  e.controlNumbers,
		"GET /emulator/phones":                   e.controlPhones,
		"POST /emulator/phones":                  e.controlAddPhones,
		"GET /emulator/phones/{phone}":           e.controlPhone,
		"PATCH /emulator/phones/{phone}":         e.controlChangePhone,
		"GET /emulator/phones/{phone}/chat":      e.controlChat,
		"POST /emulator/phones/{phone}/messages": e.controlWrite,
		"POST /emulator/phones/{phone}/press":    e.controlPress,
		"POST /emulator/phones/{phone}/pay":      e.controlPay,
		"POST /emulator/phones/{phone}/read":     e.controlRead,
		"POST /emulator/media":                   e.controlUpload,
		"POST /emulator/webhooks":                e.controlNotify,
		"POST /emulator/settle":                  e.controlSettle,
		"PUT /emulator/subscription":             e.controlSubscribe,
		"GET /emulator/counters":                 func(*http.Request) (any, error) { return e.Counters(), nil },
		"GET /emulator/faults":                   func(*http.Request) (any, error) { return e.Faults(), nil },
		"PUT /emulator/faults":                   e.controlFaults,
		"DELETE /emulator/faults":                e.controlNoFaults,
	}) {
		mux.Handle(pattern, e.control(handle))
	}
	mux.HandleFunc("GET /emulator/events", e.handleEvents)
	mux.HandleFunc("GET /emulator/flow-files/{id}", e.serveFlowFile)
	mux.HandleFunc("GET /emulator/media/{id}", func(w http.ResponseWriter, r *http.Request) {
		e.serveMedia(w, r, r.PathValue("id"))
	})
}

func (e *Emulator) control(handle func(*http.Request) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength > maxUpload {
			writeJSON(w, http.StatusRequestEntityTooLarge, map[string]string{"error": "the body is too large"})
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxUpload)
		e.learnPublicURL(r)
		answer, err := handle(r)
		if err != nil {
			writeJSON(w, controlStatus(err), map[string]string{"error": err.Error()})
			return
		}
		writeJSON(w, http.StatusOK, answer)
	})
}

var errBadRequest = errors.New("the request could not be read")

func controlStatus(err error) int {
	switch {
	case errors.Is(err, chat.ErrUnknownPhone), errors.Is(err, errUnknownNumber), errors.Is(err, ErrNoSuchButton), errors.Is(err, ErrNoSuchOrder):
		return http.StatusNotFound
	case errors.Is(err, errBadRequest), errors.Is(err, ErrIncoming), errors.Is(err, chat.ErrInvalidNumber):
		return http.StatusBadRequest
	}
	switch {
	case isFormMissing(err):
		return http.StatusNotFound
	case errors.Is(err, ErrOutcome):
		return http.StatusBadRequest
	case errors.Is(err, ErrNotPayable), isFormRefused(err):
		return http.StatusConflict
	case errors.Is(err, webhook.ErrHandshake):
		return http.StatusBadGateway
	}
	if _, ok := errors.AsType[*cloudapi.Error](err); ok {
		return http.StatusBadRequest
	}
	return http.StatusInternalServerError
}

func readJSON(r *http.Request, into any) error {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxControlBody))
	if err != nil {
		return errors.Join(errBadRequest, err)
	}
	if err := json.Unmarshal(body, into); err != nil {
		return errors.Join(errBadRequest, err)
	}
	return nil
}

func (e *Emulator) controlNumbers(*http.Request) (any, error) {
	list := make([]Number, 0, len(e.cfg.Numbers))
	for _, n := range e.cfg.Numbers {
		list = append(list, e.numbers[n.PhoneNumberID].Number)
	}
	return map[string]any{"numbers": list}, nil
}

func (e *Emulator) controlNotify(r *http.Request) (any, error) {
	var request struct {
		NumberID string          `json:"phone_number_id"`
		Change   json.RawMessage `json:"change"`
	}
	if err := readJSON(r, &request); err != nil {
		return nil, err
	}
	return map[string]bool{"success": true}, e.Notify(request.NumberID, request.Change)
}

func (e *Emulator) controlSubscribe(r *http.Request) (any, error) {
	var request struct {
		URL         string `json:"url"`
		VerifyToken string `json:"verify_token"`
	}
	if err := readJSON(r, &request); err != nil {
		return nil, err
	}
	if request.VerifyToken == "" {
		request.VerifyToken = e.cfg.VerifyToken
	}
	return map[string]bool{"success": true}, e.Subscribe(r.Context(), request.URL, request.VerifyToken)
}

func (e *Emulator) controlFaults(r *http.Request) (any, error) {
	var faults Faults
	if err := readJSON(r, &faults); err != nil {
		return nil, err
	}
	e.SetFaults(faults)
	return e.Faults(), nil
}

func (e *Emulator) controlNoFaults(*http.Request) (any, error) {
	e.SetFaults(Faults{})
	return e.Faults(), nil
}

func (e *Emulator) controlSettle(r *http.Request) (any, error) {
	ctx, cancel, err := waiting(r)
	if err != nil {
		return nil, err
	}
	defer cancel()
	settled := e.Settle(ctx) == nil
	return map[string]bool{"settled": settled}, nil
}

func (e *Emulator) controlUpload(r *http.Request) (any, error) {
	content, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, errors.Join(errBadRequest, err)
	}
	return e.AddMedia(r.Header.Get("Content-Type"), r.URL.Query().Get("filename"), content)
}
