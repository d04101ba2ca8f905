package emulator

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/chat"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/cloudapi"
)

// businessNumber is one number with its throughput limit.
type businessNumber struct {
	Number

	digits      string
	countryCode string
	perSecond   int
	mu          sync.Mutex
	nextFree    time.Time
}

func newBusinessNumber(n Number, perSecond int) (*businessNumber, error) {
	digits, err := chat.Digits(n.DisplayPhoneNumber)
	if err != nil {
		return nil, fmt.Errorf("emulator: business number %s: %w", n.PhoneNumberID, err)
	}
	if n.VerifiedName == "" {
		n.VerifiedName = "Business"
	}
	code := digits[:2]
	if digits[0] == '1' {
		code = "1"
	}
	return &businessNumber{Number: n, digits: digits, countryCode: code, perSecond: perSecond}, nil
}

// admit takes one message of the number's throughput, with a burst of one second's worth (Meta, throughput).
func (n *businessNumber) admit(now time.Time) bool {
	if n.perSecond <= 0 {
		return true
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	next := n.nextFree
	if next.Before(now) {
		next = now
	}
	interval := time.Second / time.Duration(n.perSecond)
	if next.Sub(now) > time.Second-interval {
		return false
	}
	n.nextFree = next.Add(interval)
	return true
}

// dial turns `to` into digits: with a plus sign they are complete, without one the business number's country code is
// put in front (Meta, send-messages), unless the digits already hold it and a whole national number.
func (n *businessNumber) dial(to string) (string, error) {
	digits, err := chat.Digits(to)
	if err != nil {
		return "", cloudapi.Refuse(cloudapi.CodeInvalidParameter, "Param to is not a valid phone number.")
	}
	complete := strings.HasPrefix(digits, n.countryCode) && len(digits) >= len(n.countryCode)+10
	if strings.HasPrefix(strings.TrimSpace(to), "+") || complete || len(digits) > 10 {
		return digits, nil
	}
	return n.countryCode + digits, nil
}

// handleObject serves GET /{version}/{id}: a business number's fields or a file's address.
func (e *Emulator) handleObject(w http.ResponseWriter, r *http.Request) {
	number, ok := e.numbers[r.PathValue("id")]
	if found, isFlow := e.flows.find(r.PathValue("id")); isFlow && found.id == r.PathValue("id") {
		writeJSON(w, http.StatusOK, map[string]any{
			"id": found.id, "name": found.name, "status": found.status, "endpoint_uri": found.endpoint, "validation_errors": orNone(found.faults),
		})
		return
	}
	if !ok {
		e.handleMediaURL(w, r)
		return
	}
	all := map[string]any{
		"id": number.PhoneNumberID, "display_phone_number": number.DisplayPhoneNumber, "verified_name": number.VerifiedName,
		"quality_rating": "GREEN", "name_status": "APPROVED", "code_verification_status": "VERIFIED",
		"platform_type": "CLOUD_API", "status": "CONNECTED", "messaging_limit_tier": "TIER_2K",
		"whatsapp_business_manager_messaging_limit": "TIER_2K",
		"throughput":    map[string]string{"level": "STANDARD"},
		"health_status": map[string]string{"can_send_message": "AVAILABLE"},
	}
	fields := r.URL.Query().Get("fields")
	if fields == "" {
		fields = "verified_name,code_verification_status,display_phone_number,quality_rating,platform_type,throughput"
	}
	answer := map[string]any{"id": number.PhoneNumberID}
	for field := range strings.SplitSeq(fields, ",") {
		value, known := all[field]
		if !known {
			e.refuse(w, cloudapi.Refuse(cloudapi.CodeInvalidParameter, "Tried accessing nonexisting field (%s).", field))
			return
		}
		answer[field] = value
	}
	writeJSON(w, http.StatusOK, answer)
}

// handleTemplates serves GET /{version}/{waba_id}/message_templates.
func (e *Emulator) handleTemplates(w http.ResponseWriter, r *http.Request) {
	for _, n := range e.numbers {
		if n.WABAID == r.PathValue("id") {
			writeJSON(w, http.StatusOK, map[string]any{"data": append([]Template{}, e.cfg.Templates...)})
			return
		}
	}
	e.refuse(w, cloudapi.UnknownObject(r.PathValue("id")))
}
