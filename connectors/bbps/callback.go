package bbps

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// MaxCallback is the largest callback that is read, in bytes.
const MaxCallback = 64 << 10

// The errors of ParseCallback.
var (
	ErrSignature = errors.New("signature does not match")
	ErrMalformed = errors.New("callback is malformed")
)

// Callback says that the network has news of a request.
type Callback struct {
	// Reference is the Posting's; empty for a fetch.
	Reference string
	// RefID is the network's key, which tells a repeated callback together with
	// State.
	RefID string
	State string
}

// ParseCallback verifies a callback over its raw bytes before reading it. What it
// says is no proof: it is a reason to ask FindPayment now. Errors wrap ErrSignature
// or ErrMalformed.
func (c *Connector) ParseCallback(header http.Header, body []byte) (Callback, error) {
	given, err := hex.DecodeString(header.Get("X-Signature"))
	mac := hmac.New(sha256.New, []byte(c.callbackSecret))
	mac.Write(body)
	if err != nil || c.callbackSecret == "" || !hmac.Equal(mac.Sum(nil), given) {
		return Callback{}, fmt.Errorf("network callback: %w", ErrSignature)
	}
	var read answer
	if err := json.Unmarshal(body, &read); err != nil || len(body) > MaxCallback || read.RefID == "" {
		return Callback{}, fmt.Errorf("network callback: %w", ErrMalformed)
	}
	return Callback{Reference: read.Transaction.ClientRef, RefID: read.RefID, State: read.State}, nil
}
