package emulator

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/flowcheck"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/cloudapi"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/flow"
)

// The statuses of a Flow (Meta, Flows API).
const (
	flowDraft      = "DRAFT"
	flowPublished  = "PUBLISHED"
	flowThrottled  = "THROTTLED"
	flowBlocked    = "BLOCKED"
	flowDeprecated = "DEPRECATED"
)

const maxFlowJSON = 10 << 20

// registeredFlow is a Flow of the business account.
type registeredFlow struct {
	id, name, account, status, endpoint string

	content    []byte
	definition *flow.Definition
	faults     []flowcheck.Fault
	order      int
}

// flowBoard keeps Flows, the numbers' public keys, and the forms that are open on phones. It forgets all of it when the emulator ends.
type flowBoard struct {
	mu    sync.Mutex
	flows map[string]*registeredFlow
	keys  map[string]flowKey // by business number
	open  map[string]*openFlow
	files map[string][]byte // encrypted, as phones left them
	over  map[string]bool   // messages whose button is switched off
}

type flowKey struct {
	text string
	key  *rsa.PublicKey
}

func newFlowBoard() *flowBoard {
	return &flowBoard{flows: map[string]*registeredFlow{}, keys: map[string]flowKey{}, open: map[string]*openFlow{}, files: map[string][]byte{},
		over: map[string]bool{}}
}

// flowID is a number as Meta's ids are.
func flowID() string {
	number, err := rand.Int(rand.Reader, big.NewInt(9_000_000_000_000_000))
	if err != nil {
		return "1000000000000000"
	}
	return strconv.FormatInt(number.Int64()+1_000_000_000_000_000, 10)
}

// find returns a Flow by its id or its name; one given as known in the configuration has no content.
func (b *flowBoard) find(idOrName string) (registeredFlow, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if found, ok := b.flows[idOrName]; ok {
		return *found, true
	}
	for _, each := range b.flows {
		if each.name == idOrName {
			return *each, true
		}
	}
	return registeredFlow{}, false
}

func (e *Emulator) flowRoutes(mux *http.ServeMux) {
	mux.Handle("POST /{version}/{id}/flows", e.graph(e.handleCreateFlow))
	mux.Handle("GET /{version}/{id}/flows", e.graph(e.handleListFlows))
	mux.Handle("POST /{version}/{id}/assets", e.graph(e.flowCall(e.uploadFlow)))
	mux.Handle("POST /{version}/{id}/publish", e.graph(e.flowCall(e.publishFlow)))
	mux.Handle("POST /{version}/{id}/deprecate", e.graph(e.flowCall(e.deprecateFlow)))
	mux.Handle("POST /{version}/{id}", e.graph(e.flowCall(e.updateFlow)))
	mux.Handle("GET /{version}/{id}/whatsapp_business_encryption", e.graph(e.handleFlowKey))
	mux.Handle("POST /{version}/{id}/whatsapp_business_encryption", e.graph(e.handleSetFlowKey))
}

func (e *Emulator) hasAccount(id string) bool {
	return slices.ContainsFunc(e.cfg.Numbers, func(n Number) bool { return n.WABAID == id })
}

type flowFields struct {
	Name       string   `json:"name"`
	Categories []string `json:"categories"`
	Endpoint   string   `json:"endpoint_uri"`
	CloneID    string   `json:"clone_flow_id"`
}

func (e *Emulator) handleCreateFlow(w http.ResponseWriter, r *http.Request) {
	account := r.PathValue("id")
	if !e.hasAccount(account) {
		e.refuse(w, cloudapi.UnknownObject(account))
		return
	}
	var asked flowFields
	if err := json.NewDecoder(io.LimitReader(r.Body, maxFlowJSON)).Decode(&asked); err != nil {
		e.refuse(w, cloudapi.Refuse(cloudapi.CodeInvalidParameter, "The body could not be read."))
		return
	}
	if err := asked.check(); err != nil {
		e.refuse(w, err)
		return
	}
	if _, taken := e.flows.find(asked.Name); taken {
		e.refuse(w, cloudapi.Refuse(cloudapi.CodeInvalidParameter, "Flow name is not unique. This name is already used in another Flow."))
		return
	}
	made := &registeredFlow{id: flowID(), name: asked.Name, account: account, status: flowDraft, endpoint: asked.Endpoint}
	e.flows.mu.Lock()
	made.order = len(e.flows.flows)
	e.flows.flows[made.id] = made
	e.flows.mu.Unlock()
	writeJSON(w, http.StatusOK, map[string]any{"id": made.id, "success": true})
}

func (f *flowFields) check() error {
	known := []string{"SIGN_UP", "SIGN_IN", "APPOINTMENT_BOOKING", "LEAD_GENERATION", "CONTACT_US", "CUSTOMER_SUPPORT", "SURVEY", "OTHER"}
	switch {
	case f.Name == "" || len(f.Name) > 200:
		return cloudapi.Refuse(cloudapi.CodeInvalidParameter, "(#100) The parameter name is required.")
	case len(f.Categories) == 0 || slices.ContainsFunc(f.Categories, func(c string) bool { return !slices.Contains(known, c) }):
		return cloudapi.Refuse(cloudapi.CodeInvalidParameter, "Param categories must be a non-empty array of {%s}", strings.Join(known, ", "))
	case f.CloneID != "":
		return cloudapi.Refuse(cloudapi.CodeInvalidParameter, "Param clone_flow_id is not supported by the emulator.")
	}
	return checkEndpoint(f.Endpoint)
}

func checkEndpoint(address string) error {
	if address == "" {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Hostname() != "127.0.0.1" && u.Hostname() != "localhost" {
		return cloudapi.Refuse(cloudapi.CodeInvalidParameter, "Param endpoint_uri must be an https address.")
	}
	return nil
}

// handleListFlows serves GET /{version}/{waba_id}/flows, in pages.
func (e *Emulator) handleListFlows(w http.ResponseWriter, r *http.Request) {
	if !e.hasAccount(r.PathValue("id")) {
		e.refuse(w, cloudapi.UnknownObject(r.PathValue("id")))
		return
	}
	e.flows.mu.Lock()
	all := make([]registeredFlow, 0, len(e.flows.flows))
	for _, each := range e.flows.flows {
		if each.account == r.PathValue("id") {
			all = append(all, *each)
		}
	}
	e.flows.mu.Unlock()
	slices.SortFunc(all, func(a, b registeredFlow) int { return cmp.Compare(b.order, a.order) })
	limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
	if limit < 1 || limit > 100 {
		limit = 25
	}
	from, _ := strconv.Atoi(r.URL.Query().Get("after"))
	from = min(max(from, 0), len(all))
	page := all[from:min(from+limit, len(all))]
	data := make([]map[string]any, len(page))
	for i, each := range page {
		data[i] = map[string]any{"id": each.id, "name": each.name, "status": each.status, "endpoint_uri": each.endpoint, "categories": []string{"OTHER"},
			"validation_errors": orNone(each.faults)}
	}
	answer := map[string]any{"data": data}
	if end := from + len(page); end < len(all) {
		answer["paging"] = map[string]any{"cursors": map[string]string{"after": strconv.Itoa(end)}, "next": "https://graph.facebook.com/next"}
	}
	writeJSON(w, http.StatusOK, answer)
}

func orNone(faults []flowcheck.Fault) []flowcheck.Fault {
	return append([]flowcheck.Fault{}, faults...)
}

// flowCall finds the Flow of a call; what it changes is kept.
func (e *Emulator) flowCall(do func(context.Context, *registeredFlow, *http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		found, ok := e.flows.find(r.PathValue("id"))
		if !ok || found.id != r.PathValue("id") {
			e.refuse(w, cloudapi.UnknownObject(r.PathValue("id")))
			return
		}
		answer, err := do(r.Context(), &found, r)
		if err != nil {
			e.refuse(w, err)
			return
		}
		e.flows.mu.Lock()
		e.flows.flows[found.id] = &found
		e.flows.mu.Unlock()
		writeJSON(w, http.StatusOK, answer)
	}
}

func succeeded() map[string]any { return map[string]any{"success": true} }

func (e *Emulator) handleFlowKey(w http.ResponseWriter, r *http.Request) {
	e.flows.mu.Lock()
	key, given := e.flows.keys[r.PathValue("id")]
	e.flows.mu.Unlock()
	if _, known := e.numbers[r.PathValue("id")]; !known || !given {
		e.refuse(w, cloudapi.UnknownObject(r.PathValue("id")))
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"data": []map[string]string{{
		"business_public_key": key.text, "business_public_key_signature_status": "VALID",
	}}})
}

func (e *Emulator) handleSetFlowKey(w http.ResponseWriter, r *http.Request) {
	if _, known := e.numbers[r.PathValue("id")]; !known {
		e.refuse(w, cloudapi.UnknownObject(r.PathValue("id")))
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	text := r.PostFormValue("business_public_key")
	key, err := flow.PublicKey([]byte(text))
	if err != nil {
		e.refuse(w, cloudapi.Refuse(cloudapi.CodeInvalidParameter, "Param business_public_key is not valid: %v", err))
		return
	}
	e.flows.mu.Lock()
	e.flows.keys[r.PathValue("id")] = flowKey{text: text, key: key}
	e.flows.mu.Unlock()
	writeJSON(w, http.StatusOK, succeeded())
}

// ErrNoSuchFlow says that there is no Flow of an id or name.
var ErrNoSuchFlow = errors.New("no such flow")

// SetFlowStatus moves a Flow as Meta does by itself: THROTTLED, BLOCKED, or PUBLISHED again.
func (e *Emulator) SetFlowStatus(idOrName, status string) error {
	found, ok := e.flows.find(idOrName)
	if !ok {
		return ErrNoSuchFlow
	}
	found.status = status
	e.flows.mu.Lock()
	defer e.flows.mu.Unlock()
	e.flows.flows[found.id] = &found
	return nil
}

// mayOpen is whether a message may carry a Flow (Meta, error codes 132068 and 132069).
func (e *Emulator) mayOpen(content json.RawMessage) error {
	offer, is := flowOf(content)
	if !is || slices.Contains(e.cfg.KnownFlows, offer.ID+offer.Name) {
		return nil
	}
	found, ok := e.flows.find(offer.ID + offer.Name)
	switch {
	case !ok:
		return cloudapi.Refuse(cloudapi.CodeInvalidValue, "Flow %q does not exist in the account of this number.", offer.ID+offer.Name)
	case found.status == flowBlocked:
		return cloudapi.Refuse(cloudapi.CodeFlowBlocked, "Flow is blocked.")
	case found.status == flowThrottled:
		return cloudapi.Refuse(cloudapi.CodeFlowThrottled, "Flow is throttled: 10 messages an hour.")
	case found.status == flowDeprecated, found.status == flowDraft && offer.Mode != "draft":
		return cloudapi.Refuse(cloudapi.CodeInvalidValue, "Flow is not published.")
	}
	return nil
}
